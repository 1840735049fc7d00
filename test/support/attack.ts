import type { Path } from '../../src/types.ts';

/** One attack: a Dockerfile, a right rewrite of it, and wrong ones that must not pass. */
export interface Attack {
  readonly why: string;
  readonly files: Readonly<Record<Path, string>>;
  /** On disk, but not in git. */
  readonly untracked: readonly Path[];
  /** Symbolic links and where they lead. */
  readonly links: Readonly<Record<Path, string>>;
  readonly before: string;
  readonly right: string;
  /** `claims`: where it makes others than the right one. */
  readonly wrong: readonly { readonly name: string; readonly text: string; readonly claims: string }[];
  /** Claims that the rewrites make, as JSON. */
  readonly claims: string;
}

/**
 * Reads an attack file: prose, then sections `=== file PATH`, `=== untracked PATH`, `=== link PATH` (its target below), `=== claims`, `=== before`,
 * `=== right`, `=== wrong: name`, and `=== claims: name` for a wrong one that claims something else.
 */
export function readAttack(text: string): Attack {
  const [why = '', ...sections] = text.split(/^=== /m);
  const files: Record<Path, string> = {};
  const untracked: Path[] = [];
  const links: Record<Path, string> = {};
  const wrong: { name: string; text: string }[] = [];
  const claimsOf = new Map<string, string>();
  let before: string | undefined;
  let right: string | undefined;
  let claims = '[]';
  for (const section of sections) {
    const newline = section.indexOf('\n');
    const title = section.slice(0, newline).trim();
    const body = section.slice(newline + 1);
    const path = /^(?:file|untracked) (.+)$/.exec(title)?.[1];
    if (path !== undefined) files[path] = body;
    if (path !== undefined && title.startsWith('untracked')) untracked.push(path);
    const link = /^link (.+)$/.exec(title)?.[1];
    if (link !== undefined) links[link] = body.trim();
    if (title === 'before') before = body;
    if (title === 'right') right = body;
    if (title === 'claims') claims = body;
    if (title.startsWith('claims: ')) claimsOf.set(title.slice(8), body);
    if (title.startsWith('wrong')) wrong.push({ name: title.replace(/^wrong:?\s*/, ''), text: body });
  }
  if (before === undefined || right === undefined || wrong.length === 0) throw new Error('an attack has `before`, `right` and at least one `wrong`');
  const unused = [...claimsOf.keys()].find((name) => !wrong.some((one) => one.name === name));
  if (unused !== undefined) throw new Error(`no wrong rewrite is called ${unused}`);
  const withClaims = wrong.map((one) => ({ ...one, claims: claimsOf.get(one.name) ?? claims }));
  return { why: why.trim(), files, untracked, links, before, right, wrong: withClaims, claims };
}
