import type { ReportedRefusal } from './plan.ts';
import type { DockerfileView, ProjectView } from './project.ts';
import { suggestion } from './suggestion.ts';
import type { Match } from './transform.ts';

/** A comment that keeps transforms away. */
interface Suppression {
  /** `file` for a comment that counts for the whole Dockerfile. */
  readonly scope: 'instruction' | 'file';
  /** None: it keeps all away. */
  readonly names: readonly string[];
  readonly reason: string;
  /** Index of its line. */
  readonly line: number;
  /** Its place among the comments of the Dockerfile that speak of dockfix, which stays when lines move. */
  readonly order: number;
}

/** Which comments kept which transforms away, while a project was planned. */
export type UsedSuppressions = Set<string>;

/**
 * `# dockfix-ignore split-copy: why` above an instruction, and `# dockfix-ignore-file split-copy: why` anywhere, keep a
 * transform away; without a name they keep all away. Gives the comment's own reason, or null.
 */
export function suppressedBy(view: ProjectView, transform: string, match: Match, used: UsedSuppressions): string | null {
  const dockerfile = view.dockerfiles.find((one) => one.path === match.dockerfile);
  if (!dockerfile?.text.includes('dockfix-ignore')) return null;
  const found = suppressionOf(dockerfile, transform, match.line);
  if (found === undefined) return null;
  used.add(useOf(dockerfile, found, transform));
  return found.reason === '' ? 'a comment asks for it' : `a comment asks for it: ${found.reason}`;
}

function useOf({ path }: DockerfileView, { order }: Suppression, transform: string): string {
  return `${path}\n${order} ${transform}`;
}

function suppressionOf({ text }: DockerfileView, transform: string, line: number): Suppression | undefined {
  const lines = text.split(/\r?\n/);
  const all = suppressionsIn(lines).filter(({ names }) => names.length === 0 || names.includes(transform));
  const above = (index: number): boolean => index < line - 1 && lines.slice(index, line - 1).every((one) => one.trim().startsWith('#'));
  return all.find(({ scope }) => scope === 'file') ?? all.findLast((one) => one.scope === 'instruction' && above(one.line));
}

function suppressionsIn(lines: readonly string[]): readonly Suppression[] {
  return commentsIn(lines).flatMap(({ text, line }, order) => {
    const [, word, names = '', reason = ''] = /^\s*#\s*(dockfix-ignore(?:-file)?)(\s[a-z,\s-]*)?(?::(.*))?$/.exec(text) ?? [];
    if (word === undefined) return [];
    return [{ scope: word === 'dockfix-ignore' ? ('instruction' as const) : ('file' as const), names: names.split(/[\s,]+/).filter((name) => name !== ''), reason: reason.trimStart(), line, order }];
  });
}

/** All comments that seem meant for dockfix, also those that are written wrongly. */
function commentsIn(lines: readonly string[]): readonly { readonly text: string; readonly line: number }[] {
  return lines.flatMap((text, line) => (/^\s*#\s*dockfix[-:_ ]?(?:ignore|disable|skip|nolint)/i.test(text) ? [{ text, line }] : []));
}

/**
 * What is to be said of the comments of a project's Dockerfiles, as they were. `ran`: the transforms that looked at
 * it; only of these it is known whether a comment keeps them from something.
 */
export function suppressionFaults(view: ProjectView, ran: readonly string[], used: UsedSuppressions): readonly ReportedRefusal[] {
  const known = view.project.transforms ?? null;
  return view.dockerfiles.flatMap((dockerfile) => {
    if (!/dockfix/i.test(dockerfile.text)) return [];
    const lines = dockerfile.text.split(/\r?\n/);
    const understood = suppressionsIn(lines);
    const said = (line: number, message: string): ReportedRefusal => ({ transform: 'dockfix', dockerfile: dockerfile.path, reason: 'suppression', level: 'warning', message, line: line + 1 });
    const unread = commentsIn(lines).filter(({ line }) => !understood.some((one) => one.line === line));
    return [
      ...unread.map(({ text, line }) => said(line, `\`${text.trim()}\` is not understood and keeps nothing away; write \`# dockfix-ignore TRANSFORM: why\``)),
      ...understood.flatMap((one) => {
        const fault = faultOf(one, known, ran, (id) => used.has(useOf(dockerfile, one, id)));
        return fault === null ? [] : [said(one.line, `\`${lines[one.line]?.trim() ?? ''}\` ${fault}`)];
      }),
    ];
  });
}

function faultOf({ names, scope }: Suppression, known: readonly string[] | null, ran: readonly string[], isUsed: (id: string) => boolean): string | null {
  const unknown = known === null ? [] : names.filter((name) => !known.includes(name));
  const [first] = unknown;
  if (first !== undefined) return `names a transform that there is not: ${first}${suggestion(first, known ?? [])}; there are ${(known ?? []).join(', ')}`;
  if (names.length === 0) return (known ?? []).every((id) => ran.includes(id)) && !ran.some(isUsed) ? `keeps nothing away${whereOf(scope)}; it can go` : null;
  const idle = names.filter((name) => ran.includes(name) && !isUsed(name));
  if (idle.length === 0) return null;
  return idle.length === names.length ? `keeps nothing away${whereOf(scope)}; it can go` : `keeps ${idle.join(', ')} from nothing; ${idle.length === 1 ? 'that name' : 'those names'} can go`;
}

function whereOf(scope: Suppression['scope']): string {
  return scope === 'file' ? ' in this Dockerfile' : ' from the instruction below it';
}
