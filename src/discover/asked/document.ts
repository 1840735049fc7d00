/** Builds in YAML and JSON: pipelines, recipes, and settings of tools, by what they call a Dockerfile and its context. */
import type { Path } from '../../types.ts';
import type { Mapping } from '../declared.ts';
import { isMapping, isRemoteContext, listOf, parseYaml, scalarText } from '../declared.ts';
import { askedBuildIn, unknownPart } from '../docker-build.ts';
import { withoutComments } from '../json.ts';
import type { Said, SaidBuild } from './said.ts';
import { quoted, speaksOfBuilds, startsOf } from './said.ts';
import { saidInScript } from './script.ts';
import type { Variables } from './variables.ts';
import { directoryVariables, expanded, settingsIn } from './variables.ts';

export async function saidInDocument(text: string, path: Path): Promise<readonly Said[]> {
  const parsed = await parseYaml(/\.jsonc?$/i.test(path) ? withoutComments(text) : text);
  // Templates of Helm and the like are no YAML; their commands are lines all the same.
  return 'error' in parsed ? saidInScript({ text, path }) : saidInValue(parsed.value, text, path);
}

/** What a value of a document says, wherever it stands in it. */
export function saidInValue(value: unknown, text: string, path: Path): readonly Said[] {
  const document: Document = { path, variables: new Map([...directoryVariables, ...settingsIn(value)]), lineOf: lineFinder(text) };
  const said: Said[] = [];
  const pending: unknown[] = [value];
  const seen = new Set<unknown>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    // Aliases may lead in circles.
    if (typeof next !== 'object' || next === null ? false : seen.has(next)) continue;
    seen.add(next);
    said.push(...saidIn(next, document));
    pending.push(...childrenOf(next, document).toReversed());
  }
  return said;
}

interface Document {
  readonly path: Path;
  readonly variables: Variables;
  readonly lineOf: (part: string) => number;
}

/** The 1-based line that first holds the beginning of a part. */
export function lineFinder(text: string): (part: string) => number {
  const starts: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at);
  return (part) => {
    const at = text.indexOf(part.trim().split('\n', 1)[0]?.trim().slice(0, 60) ?? '');
    const after = starts.findIndex((start) => start >= at);
    return at < 0 ? 1 : after < 0 ? starts.length + 1 : after + 1;
  };
}

function saidIn(value: unknown, document: Document): readonly Said[] {
  if (typeof value === 'string') return saidInText(value, document);
  if (Array.isArray(value)) return value.every((item) => scalarText(item) !== null) ? saidInList(value.map((item) => expanded(scalarText(item) ?? '', document.variables)), document) : [];
  return isMapping(value) ? [...saidInMapping(value, document), ...saidOfArtifacts(value, document)] : [];
}

function saidInText(text: string, { path, variables, lineOf }: Document): readonly Said[] {
  if (!speaksOfBuilds(text)) return [];
  const said = saidInScript({ text, path, variables });
  return said.map((one) => ({ ...one, line: lineOf(text.split('\n')[one.line - 1] ?? text) }));
}

/** Sentences for people. */
const prose = /^(?:name|description|title|summary|help|message|comment|label|displayName|desc|usage|keywords?|needs|dependsOn|depends_on|id|key)$/i;

function childrenOf(value: unknown, { variables }: Document): readonly unknown[] {
  if (Array.isArray(value)) return value.filter((item) => item !== null && item !== undefined);
  if (!isMapping(value)) return [];
  const isRead = nested(value, variables) !== null;
  return Object.entries(value).flatMap(([key, item]) => (item === null || item === undefined || (typeof item === 'string' && prose.test(key)) || (isRead && builderKeys.includes(key)) ? [] : [item]));
}

/** `[docker, build, -t, x, .]`, and the arguments of a step whose program is another key's. */
function saidInList(items: readonly string[], { path, lineOf }: Document): readonly Said[] {
  const words = items.slice(0, mostItems).map((item) => `'${item.replaceAll("'", '')}'`).join(' ');
  const command = items[0] === 'build' || items[0] === 'buildx' ? `docker ${words}` : words;
  const written = quoted(items.slice(0, mostItems).join(' '));
  const asked = askedBuildIn(command);
  const line = (part: string | undefined): number => lineOf(part ?? '');
  if (asked !== null && asked.context === null) return [{ kind: 'obscure', line: line(items[0]), written }];
  const found: readonly SaidBuild[] = asked === null ? [] : [{ ...asked, kind: 'build', line: line(items.at(-1)), written, from: startsOf(path).toReversed(), dockerfileFrom: 'base' }];
  return [...found, ...saidToKaniko(items, written, line(items[0]))];
}

/** Longer lists are no commands. */
const mostItems = 1000;

/** Kaniko has no word for what it does: https://github.com/GoogleContainerTools/kaniko#additional-flags */
function saidToKaniko(items: readonly string[], written: string, line: number): readonly SaidBuild[] {
  const option = (names: RegExp): string | null => items.map((item) => names.exec(item)?.[1]).find((one) => one !== undefined) ?? null;
  const dockerfile = option(/^--dockerfile[= ](.+)$/);
  const context = option(/^--context[= ](?:dir:\/\/)?(.+)$/);
  if ((dockerfile === null && context === null) || (context !== null && isRemoteContext(context))) return [];
  const inRoot = (place: string | null): string | null => place?.replace(/^\/workspace\/?/, './').replace(new RegExp(`^${unknownPart}/`), './') ?? null;
  return [{ kind: 'build', context: inRoot(context) ?? '.', dockerfile: inRoot(dockerfile), target: null, args: new Map(), namedContexts: [], directory: '.', line, written, from: [''], dockerfileFrom: 'either' }];
}

const dockerfileKey = /^docker[-_]?file(?:[-_]?(?:path|name))?$/i;
const contextKey = /^(?:docker[-_]?)?(?:build[-_]?)?context(?:[-_]?(?:path|dir|directory))?$|^docker[-_]?context$/i;
const buildAction = /(?:build-push-action|docker[-_/]build|kaniko|buildah-build|docker-publish)/i;

/** The inputs of a step that builds; null for other mappings. */
function inputsOfStep(mapping: Mapping): Mapping | null {
  if (isMapping(mapping['with']) && buildAction.test(scalarText(mapping['uses']) ?? '')) return mapping['with'];
  return isMapping(mapping['inputs']) && /^docker@/i.test(scalarText(mapping['task']) ?? '') && !isOtherCommand(mapping['inputs']) ? mapping['inputs'] : null;
}

/** The task of Azure Pipelines also logs in and pushes. */
function isOtherCommand(inputs: Mapping): boolean {
  return /^(?:push|login|logout|start|stop|run|tag)/i.test(scalarText(inputs['command']) ?? '');
}

/** What settings of other tools call a Dockerfile and its context. */
function saidInMapping(mapping: Mapping, { path, variables, lineOf }: Document): readonly Said[] {
  const inputs = inputsOfStep(mapping);
  const isStep = inputs !== null;
  const textOf = (names: RegExp): readonly [string, string] | null => {
    const entry = Object.entries(inputs ?? mapping).find(([key, value]) => names.test(key) && typeof value === 'string');
    return entry === undefined ? null : [entry[0], expanded(String(entry[1]), variables)];
  };
  const dockerfile = textOf(isStep ? /^(?:docker[-_]?)?file$/i : dockerfileKey) ?? nested(mapping, variables);
  const context = textOf(isStep ? /^(?:build)?context$|^path$|^directory$/i : contextKey);
  if (!isStep && dockerfile === null) return [];
  // A text of several lines is a Dockerfile itself, or no path.
  if (dockerfile?.[1].includes('\n')) return [];
  const place = context?.[1].replace(/^\*\*$/, '') ?? null;
  if (place !== null && isRemoteContext(place)) return [];
  const name = dockerfile === null ? (scalarText(mapping['uses']) ?? scalarText(mapping['task']) ?? '') : `${dockerfile[0]}: ${dockerfile[1]}`;
  return [{ kind: 'build', context: place, dockerfile: dockerfile?.[1] ?? null, target: null, args: new Map(), namedContexts: [], directory: '.', line: lineOf(dockerfile?.[0] ?? name), written: quoted(name), from: isStep ? [''] : startsOf(path), dockerfileFrom: 'either' }];
}

const builderKeys: readonly string[] = ['docker', 'kaniko'];

/** Skaffold: `context` beside `docker: { dockerfile }`. */
function nested(mapping: Mapping, variables: Variables): readonly [string, string] | null {
  const inner = mapping['docker'] ?? mapping['kaniko'];
  if (!isMapping(inner) || !('context' in mapping)) return null;
  return ['dockerfile', expanded(scalarText(inner['dockerfile']) ?? 'Dockerfile', variables)];
}

/** Without a builder an artifact of Skaffold is built by Docker: https://skaffold.dev/docs/references/yaml/#build-artifacts */
const otherBuilders = ['docker', 'kaniko', 'bazel', 'jib', 'buildpacks', 'ko', 'custom'];

function saidOfArtifacts(mapping: Mapping, { path, variables, lineOf }: Document): readonly Said[] {
  return listOf(mapping['artifacts']).flatMap((artifact): readonly Said[] => {
    const image = isMapping(artifact) ? scalarText(artifact['image']) : null;
    if (!isMapping(artifact) || image === null || otherBuilders.some((key) => key in artifact)) return [];
    const context = expanded(scalarText(artifact['context']) ?? '.', variables);
    return [{ kind: 'build', context, dockerfile: null, target: null, args: new Map(), namedContexts: [], directory: '.', line: lineOf(image), written: quoted(`image: ${image}`), from: startsOf(path), dockerfileFrom: 'either' }];
  });
}
