import { flatMap } from '../lists.ts';
import type { BuildContext } from '../types.ts';
import type { ContextSource } from './state.ts';
import type { SymbolicBuild } from './symbolic-build.ts';
import type { Made, Token, Values } from './values.ts';

/** A file or directory of the context that is in the cache key of a step, and so in the keys of all that follow it in its stage. */
export interface KeySource extends ContextSource {
  /** The first such step, by its place among the steps of the stage. */
  readonly step: number;
}

/**
 * What of the context the cache keys of each stage's steps are made from. `exposures` says it for all of a stage that is
 * copied from; this says it for the part that is copied, as the key does: a change of any other file gives the same key.
 */
export function keySources({ stages, files }: SymbolicBuild, values: Values): readonly (readonly KeySource[])[] {
  return stages.map(({ steps }) => {
    const seen = new Set<Token>();
    const sources = new Map<string, KeySource>();
    for (const [step, { key, cacheable }] of steps.entries()) {
      if (!cacheable) continue;
      for (const source of sourcesWithin(key, values, files, seen, allOperands)) {
        const name = `${source.path}${source.deep ? '/' : ''}`;
        if (!sources.has(name)) sources.set(name, { ...source, step });
      }
    }
    return [...sources.values()];
  });
}

/** What of the context the content behind tokens is made from, whoever owns it. */
export function contentSources(tokens: readonly Token[], values: Values, files: BuildContext): readonly ContextSource[] {
  const seen = new Set<Token>();
  return flatMap(tokens, (token) => sourcesWithin(token, values, files, seen, contentOperands));
}

/** The same, for who knows that what is not understood (`unknown`) may have used all that was there, or nothing of it. */
export function knownContentSources(tokens: readonly Token[], values: Values, files: BuildContext, unknown: ReadonlySet<Token>): { readonly sources: readonly ContextSource[]; readonly behind: readonly Token[] } {
  const seen = new Set<Token>(unknown);
  const behind = new Set<Token>();
  const operandsOf = (made: Made): Made['operands'] => {
    const operands = contentOperands(made);
    for (const operand of operands) if (typeof operand === 'number' && unknown.has(operand)) behind.add(operand);
    return operands;
  };
  return { sources: flatMap(tokens, (token) => sourcesWithin(token, values, files, seen, operandsOf)), behind: [...behind] };
}

/** All of the context that a key, or a part of one, is made from. */
export function sourcesOfKey(tokens: readonly Token[], values: Values, files: BuildContext, seen = new Set<Token>()): readonly ContextSource[] {
  return flatMap(tokens, (token) => sourcesWithin(token, values, files, seen, allOperands));
}

/** Without owners and modes, and what changes only these. */
function contentOperands({ operation, operands }: Made): Made['operands'] {
  if (operation === 'tree' || operation === 'file') return [...operands.slice(0, 1), ...operands.slice(3)];
  return operation === 'change' && operands[0] !== 'all' ? [] : operands;
}

function allOperands({ operands }: Made): Made['operands'] {
  return operands;
}

/** The files of the context that a token is made from, but for what was seen before. */
function sourcesWithin(token: Token, values: Values, files: BuildContext, seen: Set<Token>, operandsOf: (made: Made) => Made['operands']): readonly ContextSource[] {
  const sources: ContextSource[] = [];
  const pending = [token];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const made = values.made(at);
    const source = sourceOf(made, files);
    if (source) sources.push(source);
    for (const operand of operandsOf(made)) if (typeof operand === 'number') pending.push(operand);
  }
  return sources;
}

/** How tokens name what comes from the context: those in which a changed file makes a difference (tree-rules.ts, copy.ts, mounts.ts). */
function sourceOf({ operation, operands }: Made, files: BuildContext): ContextSource | null {
  const [first, second] = operands;
  switch (operation) {
    case 'context':
      return typeof second === 'string' ? { path: second, deep: false } : null;
    case 'context-directory':
    case 'context-rule':
    case 'context-below':
      return typeof second === 'string' ? { path: second, deep: true } : null;
    case 'content':
      // Of a bind mount; elsewhere the first operand is a token.
      return typeof first === 'string' ? { path: first, deep: files.kind(first) === 'directory' } : null;
    default:
      return null;
  }
}
