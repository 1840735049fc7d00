/** Variables of scripts, makefiles and pipelines: what is known of them, and texts with their values put in. */
import type { Path } from '../../types.ts';
import { directoryOf, isMapping, resolvePath, scalarText } from '../declared.ts';
import { unknownPart } from '../docker-build.ts';
import { fromRoot } from './said.ts';

/** Variables that a text sets once, and to what. */
export type Variables = ReadonlyMap<string, string>;

/** A longer value is no path and no command that people write; values that repeat one another would grow without end. */
const longestValue = 1000;

/** Directories that CI systems and shells have a name for. */
export const directoryVariables: Variables = new Map([
  ...['PWD', 'CURDIR', 'GITHUB_WORKSPACE', 'CI_PROJECT_DIR', 'WORKSPACE', 'TRAVIS_BUILD_DIR', 'BITBUCKET_CLONE_DIR', 'CIRCLE_WORKING_DIRECTORY', 'BUILD_SOURCESDIRECTORY', 'CODEBUILD_SRC_DIR'].map((name) => [name, '.'] as const),
  ['DOCKER', 'docker'],
]);

const assignment = /^[ \t]*(?:export[ \t]+|readonly[ \t]+|local[ \t]+|set[ \t]+)?([A-Za-z_]\w*)[ \t]*(?:[:?]{0,3}=)[ \t]*(.*)$/;

/** What the lines of a script set. */
export function variablesIn(lines: readonly string[], path: Path): Variables {
  const found = new Map<string, string>();
  const places = new Map<string, string>();
  for (const line of lines) {
    const [, name, written = ''] = assignment.exec(line) ?? [];
    if (name === undefined) continue;
    const value = withoutQuotes(withoutComment(written).trim());
    const whole = value.length > longestValue ? unknownPart : isComputed(value) ? (placeOf(expanded(value, places), path) ?? value) : value;
    const known = found.has(name) && found.get(name) !== whole ? unknownPart : whole;
    found.set(name, known);
    if (known.startsWith(fromRoot)) places.set(name, known);
    else places.delete(name);
  }
  return new Map([...directoryVariables, ...found]);
}

function withoutComment(value: string): string {
  const at = /\s#/.exec(value)?.index;
  return at === undefined ? value : value.slice(0, at);
}

function withoutQuotes(value: string): string {
  const quote = value[0];
  return value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote) ? value.slice(1, -1) : value;
}

function isComputed(value: string): boolean {
  return /\uFFFE|\$\(|`|%~|\$PSS|__dirname|__file__/.test(value);
}

/** Where a script finds itself, or its repository, as a path from the root; null for other values. */
export function placeOf(value: string, path: Path): string | null {
  if (/show-toplevel/.test(value)) return fromRoot;
  const known = value.indexOf(fromRoot);
  if (known < 0 && !/dirname|BASH_SOURCE|\$0\b|%~dp0|PSScriptRoot|__dirname|__file__/.test(value)) return null;
  const start = known < 0 ? directoryOf(path) : (/^[^\s"')]*/.exec(value.slice(known + 1))?.[0] ?? '');
  const ups = known < 0 ? (value.match(/\.\.(?=[/"'\s)]|$)/g)?.length ?? 0) + Math.max(0, (value.match(/dirname/g)?.length ?? 0) - 1) : 0;
  const place = resolvePath(start, '../'.repeat(ups));
  return place === null ? null : `${fromRoot}${place}`;
}

const selfReference = /\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*(?:dirname|BASH_SOURCE|show-toplevel|\uFFFE)(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g;

/** A line in which what stands for the script's own place is that place. */
export function withPlaces(line: string, path: Path): string {
  return line.includes('$(') ? line.replace(selfReference, (all) => placeOf(all, path) ?? all) : line;
}

/** A program that a variable names, by what such variables are called. */
const programVariable = /^(?:DOCKER|PODMAN|CONTAINER|OCI)(?:_?(?:CMD|BIN|CLI|EXE|COMMAND|ENGINE|RUNTIME|TOOL))?$/;

/** A text with what is known of its variables, and of templates such as `{{.DIR}}` and `${{ env.DIR }}`. */
export function expanded(text: string, variables: Variables, depth = 0): string {
  const value = (name: string, otherwise: string): string => {
    const known = variables.get(name);
    if (known === undefined) return otherwise;
    if (!known.includes('$')) return known;
    if (known.includes('$(') || depth > 5) return unknownPart;
    const inner = expanded(known, variables, depth + 1);
    return inner.length > longestValue ? unknownPart : inner;
  };
  // A value that names others many times is looked up once.
  const values = new Map<string, string>();
  const once = (name: string, otherwise: string): string => {
    const before = values.get(name);
    if (before !== undefined) return before;
    const now = value(name, otherwise);
    if (variables.has(name)) values.set(name, now);
    return now;
  };
  return text
    .replace(/\$\((?:shell\s+)?pwd\)|`pwd`/g, '.')
    .replace(/\$\{\{([^{}]*)\}\}/g, (_, inside: string) => {
      const name = inside.trim();
      return name === 'github.workspace' ? '.' : once(name.replace(/^env\./, ''), once(name, unknownPart));
    })
    .replace(/\{\{([^{}]*)\}\}/g, (_, inside: string) => {
      const name = /^\.?(\w+)$/.exec(inside.trim())?.[1];
      return name === undefined ? unknownPart : once(name, unknownPart);
    })
    .replace(/\$\(\(?([A-Za-z_][\w.]*)\)/g, (_, name: string) => once(name, /^(?:DOCKER|PODMAN|CONTAINER|OCI)\w*$/.test(name) ? 'docker' : unknownPart))
    .replace(/\$\{([A-Za-z_]\w*)(?::?-([^}\n]{0,200}))?\}|\$([A-Za-z_]\w*)/g, (_, braced: string | undefined, fallback: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare ?? '';
      return once(name, fallback ?? (programVariable.test(name) ? 'docker' : unknownPart));
    });
}

/** What `env:`, `variables:` and the like set, wherever they stand in a document. What is set to two values is not known. */
export function settingsIn(document: unknown): Variables {
  const found = new Map<string, string>();
  collectSettings(document, found, new Set(), 0);
  return found;
}

function collectSettings(value: unknown, found: Map<string, string>, seen: Set<unknown>, depth: number): void {
  if (depth > 8 || typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, inner] of Object.entries(value)) {
    if (/^(?:env|environment|variables|vars|substitutions)$/i.test(key) && isMapping(inner)) addSettings(inner, found);
    collectSettings(inner, found, seen, depth + 1);
  }
}

function addSettings(settings: Readonly<Record<string, unknown>>, found: Map<string, string>): void {
  for (const [name, one] of Object.entries(settings)) {
    const text = scalarText(one);
    if (text === null) continue;
    found.set(name, text.length > longestValue || (found.has(name) && found.get(name) !== text) ? unknownPart : text);
  }
}
