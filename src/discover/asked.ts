/**
 * Builds that scripts, makefiles, CI pipelines and settings of other tools ask for. What is literal becomes a declared
 * build; of what is not, each Dockerfile and directory that it may mean is a possibility. A list of tools makes this
 * more precise; whatever else speaks of a build and is not understood may use a context all the same.
 */
import type { Path } from '../types.ts';
import { saidInDocument } from './asked/document.ts';
import { meaningOf } from './asked/meaning.ts';
import type { Said, SaidFile, Surroundings } from './asked/said.ts';
import { speaksOfBuilds } from './asked/said.ts';
import { saidInProgram, saidInScript } from './asked/script.ts';
import { readCompose } from './compose.ts';
import type { Declarations } from './declared.ts';
import { joinDeclarations, noDeclarations, resolvePath, unreadFile } from './declared.ts';
import { discoveredKind } from './files.ts';

/** A file that asks for more builds is made by a program, and is not read. */
const mostBuilds = 1000;

export async function readAsked(text: string, path: Path, surroundings: Surroundings): Promise<Declarations> {
  if (!speaksOfBuilds(text)) return noDeclarations;
  if (discoveredKind(path) === 'source') return startsPrograms.test(text) ? declarationsOf(saidInProgram(text, path), path, surroundings) : noDeclarations;
  return declarationsOf(/\.(?:ya?ml|jsonc?)$/i.test(path) ? await saidInDocument(text, path) : saidInScript({ text, path }), path, surroundings);
}

/** What a text that starts other programs, or calls Docker's library, says somewhere, in whatever language: any of it may be about builds. */
const startsPrograms = /^#!|\b(?:docker\.|images\.build|docker_build|exec\w*|spawn\w*|popen\w*|system\w*|subprocess\w*|process\w*|child_process|command\w*|shell\w*|sh|bash|run\w*|call\w*|check_\w*|invoke\w*|plumbum|zx|cmd\w*|backticks)\b\s*["']?\s*[(.`"',:{[!]|`[^`]*(?:docker|podman|buildah)/i;

export async function declarationsOf(said: readonly Said[], path: Path, surroundings: Surroundings): Promise<Declarations> {
  if (said.length > mostBuilds) return unreadFile(path, 'not read: it asks for more than 1,000 builds');
  const parts = await Promise.all(said.map(async (one) => (one.kind === 'compose-file' ? declaredElsewhere(one, path, surroundings) : meaningOf(one, path, surroundings))));
  return joinDeclarations(parts);
}

/** The builds of a compose file that has another name than such files have. */
async function declaredElsewhere({ file, from, line, written, isBuild }: SaidFile, path: Path, { tree }: Surroundings): Promise<Declarations> {
  const places = from.map((base) => resolvePath(base, file)).filter((place) => place !== null);
  const there = places.find((place) => tree.kind(place) === 'file');
  if (there !== undefined) return discoveredKind(there) === 'compose' ? noDeclarations : readCompose(tree.read(there) ?? '', there);
  return { ...noDeclarations, unread: !isBuild ? [] : [{ file: path, line, context: null, because: `\`${written}\`: there is no ${file}` }] };
}
