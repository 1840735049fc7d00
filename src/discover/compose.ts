/**
 * Builds that compose files declare: https://docs.docker.com/reference/compose-file/build/
 */
import type { Path, StartCommand } from '../types.ts';
import { commandsIn } from './compose-commands.ts';
import type { Declarations, DiscoveryNote, Mapping, WrittenBuild } from './declared.ts';
import { directoryOf, isMapping, joinDeclarations, lineOfKey, listOf, mappingOf, noDeclarations, parseYaml, resolveBuild, resolvePath, scalarText, splitAssignment, unreadFile } from './declared.ts';

/** A service's `build`, with its short forms written out. Absent keys are not said. */
interface ComposeBuild {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly inline?: true;
  readonly target?: string;
  /** null: the value comes from outside. */
  readonly args: ReadonlyMap<string, string | null>;
  readonly namedContexts: readonly string[];
}

export interface ComposeOptions {
  /** The directory that paths start from. By default the compose file's own. */
  readonly from?: Path;
  /**
   * The text of the compose file that this one is laid over (`compose.yaml` for `compose.override.yaml`): a service
   * that says nothing of its context here takes what that one says.
   */
  readonly base?: string;
}

/** The builds of all services. */
export async function readCompose(text: string, path: Path, { base, from = directoryOf(path) }: ComposeOptions = {}): Promise<Declarations> {
  if (!mayDeclareBuild(text)) return noDeclarations;
  const parsed = await parseYaml(text);
  if ('error' in parsed) return unreadFile(path, `not read: ${parsed.error}`);
  const services = servicesOf(parsed.value);
  const below = base !== undefined && Object.values(services).some(saysNoContext) ? await servicesIn(base) : {};
  const lineOf = lineOfKey(text);
  const commandsOf = commandsIn(services, path);
  return joinDeclarations(Object.keys(services).map((name) => declarationOf({ name, line: lineOf(name) }, services, below, from, path, commandsOf)));
}

function mayDeclareBuild(text: string): boolean {
  return text.includes('build');
}

async function servicesIn(text: string): Promise<Mapping> {
  const parsed = await parseYaml(text);
  return 'error' in parsed ? {} : servicesOf(parsed.value);
}

function saysNoContext(service: unknown): boolean {
  const { build } = mappingOf(service);
  return isMapping(build) && !('context' in build);
}

/** In the oldest form the services are the top level itself. */
function servicesOf(document: unknown): Mapping {
  const top = mappingOf(document);
  if ('services' in top) return mappingOf(top['services']);
  return 'version' in top || 'include' in top ? {} : top;
}

/** A service, and the 1-based line where it begins. */
interface Named {
  readonly name: string;
  readonly line: number;
}

function declarationOf({ name, line }: Named, services: Mapping, below: Mapping, from: Path, path: Path, commandsOf: (service: string) => readonly StartCommand[]): Declarations {
  const service = mappingOf(services[name]);
  const own = ownBuild(service);
  const inherited = inheritedBuild(service, services, new Set([name]));
  const under = own !== null && own.context === undefined ? (ownBuild(mappingOf(below[name])) ?? null) : null;
  const build = [inherited, under, own].reduce(laidOver, null);
  if (build === null) return noDeclarations;
  const label = `service ${name}`;
  const unread = (context: Path | null, why: string): Declarations => {
    const message = `${label}: ${why}`;
    return { builds: [], notes: [{ file: path, message }], unread: [{ file: path, line, context, because: message }] };
  };
  if (build.inline) return unread(resolvePath(from, interpolate(build.context ?? '.') ?? '/'), 'its Dockerfile is written in the compose file (dockerfile_inline)');
  if (build.context === undefined && extendsAnotherFile(service)) return unread(null, 'it extends a service of another file');
  const resolved = resolveBuild(interpolated(label, line, build), from, 'compose', path);
  const commands = commandsOf(name);
  const builds = commands.length === 0 ? resolved.builds : resolved.builds.map((one) => ({ ...one, commands }));
  return { ...resolved, builds, notes: [...unknownArgs(label, build, path), ...resolved.notes] };
}

/** The build that `extends` brings from the same file. */
function inheritedBuild(service: Mapping, services: Mapping, seen: Set<string>): ComposeBuild | null {
  if (extendsAnotherFile(service)) return null;
  const parent = scalarText(service['extends']) ?? scalarText(mappingOf(service['extends'])['service']);
  // Chains are short; a limit keeps a long one from overflowing the stack.
  if (parent === null || seen.has(parent) || seen.size > 50) return null;
  const next = mappingOf(services[parent]);
  return laidOver(inheritedBuild(next, services, seen.add(parent)), ownBuild(next));
}

function extendsAnotherFile(service: Mapping): boolean {
  return 'file' in mappingOf(service['extends']);
}

function laidOver(below: ComposeBuild | null, above: ComposeBuild | null): ComposeBuild | null {
  if (below === null || above === null) return above ?? below;
  const args = new Map([...below.args, ...above.args]);
  return { ...below, ...above, args, namedContexts: [...new Set([...below.namedContexts, ...above.namedContexts])] };
}

function ownBuild(service: Mapping): ComposeBuild | null {
  const { build } = service;
  const short = scalarText(build);
  if (short !== null) return { context: short, ...textAt(service, 'dockerfile'), args: new Map(), namedContexts: [] };
  if (!isMapping(build)) return null;
  return {
    ...textAt(build, 'context'),
    ...textAt(build, 'dockerfile'),
    ...textAt(build, 'target'),
    ...('dockerfile_inline' in build ? { inline: true } : {}),
    args: pairsOf(build['args']),
    namedContexts: [...pairsOf(build['additional_contexts']).keys()],
  };
}

function textAt<Key extends string>(mapping: Mapping, key: Key): { readonly [key in Key]?: string } {
  const text = scalarText(mapping[key]);
  // The assertion is needed because a computed key widens to `string`.
  return text === null ? {} : ({ [key]: text } as { readonly [key in Key]: string });
}

/** Both forms of a map: a mapping, and a list of `A=b`. */
function pairsOf(value: unknown): ReadonlyMap<string, string | null> {
  if (isMapping(value)) return new Map(Object.entries(value).map(([name, one]) => [name, scalarText(one)]));
  return new Map(listOf(value).map((one) => splitAssignment(scalarText(one) ?? '')).filter(([name]) => name !== ''));
}

function interpolated(name: string, line: number, build: ComposeBuild): WrittenBuild {
  const value = (text: string | undefined): string | null | undefined => (text === undefined ? null : (interpolate(text) ?? undefined));
  const context = build.context === undefined ? '.' : (interpolate(build.context) ?? undefined);
  const args = new Map<string, string>();
  for (const [arg, text] of build.args) {
    const known = text === null ? null : interpolate(text);
    if (known !== null) args.set(arg, known);
  }
  const { namedContexts } = build;
  return { name, line, context, dockerfile: value(build.dockerfile), dockerfileFrom: 'context', target: value(build.target), args, namedContexts };
}

function unknownArgs(label: string, build: ComposeBuild, path: Path): readonly DiscoveryNote[] {
  const unknown = [...build.args].filter(([, text]) => text !== null && interpolate(text) === null).map(([name]) => name);
  return unknown.map((name) => ({ file: path, message: `${label}: the value of the build argument ${name} is not known` }));
}

const variable = /\$(?:(\$)|(?:([A-Za-z_]\w*))|\{([A-Za-z_]\w*)(:?[-?+])?)/y;

/**
 * The text with its variables replaced by their defaults; null if one has none. The variables themselves come from
 * somebody's environment or `.env` file, which is not this repository's to know.
 * https://docs.docker.com/reference/compose-file/interpolation/
 */
export function interpolate(text: string, depth = 0): string | null {
  // Deeper nesting than a person writes is not followed.
  if (depth > 8) return null;
  let result = '';
  let at = 0;
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
    result += text.slice(at, dollar);
    variable.lastIndex = dollar;
    const [all = '', escaped, , , operator] = variable.exec(text) ?? [];
    if (escaped === undefined && !operator?.endsWith('-')) return null;
    at = dollar + all.length;
    if (escaped !== undefined) {
      result += '$';
      continue;
    }
    const end = closingBrace(text, at);
    const value = end === null ? null : interpolate(text.slice(at, end), depth + 1);
    if (end === null || value === null) return null;
    result += value;
    at = end + 1;
  }
  return result + text.slice(at);
}

/** Where the brace is that closes what was opened before `from`. */
function closingBrace(text: string, from: number): number | null {
  let open = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('${', at)) open += 1;
    else if (text[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  return null;
}
