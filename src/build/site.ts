/** What the instructions of a build share, and how their words are read. */
import { expand, parseTemplate } from '../dockerfile/expand.ts';
import { parse } from '../dockerfile/parse.ts';
import type { DockerfileModel } from '../dockerfile/stages.ts';
import type { Build, Path } from '../types.ts';
import type { Subtree } from './image-tree.ts';
import type { VersionedContext } from './tree-rules.ts';
import { anchorOf, baseSymbol, isSymbolic, isWithin, symbol } from './places.ts';
import type { StageState } from './state.ts';
import type { BuildOptions, StageResult } from './symbolic-build.ts';
import type { Token, Values } from './values.ts';
import { stageVariable } from './view.ts';

/** Variables that BuildKit sets of itself where an ARG asks for them. */
const platformArgs = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/;

/** What is the same for all stages of one build. */
export interface Site {
  readonly model: DockerfileModel;
  readonly build: Build;
  readonly context: VersionedContext;
  readonly values: Values;
  readonly options: BuildOptions;
  readonly globals: ReadonlyMap<string, string | null>;
  /** What the stages so far left for all that follow, and what the current one did. */
  readonly soFar: Left;
  readonly own: Left;
  /** Those before the current one. */
  readonly stages: readonly StageResult[];
}

/** What one stage leaves for another that does not use it. */
export interface Left {
  /** What unknown arguments most likely are: their defaults. Good for finding a file’s text, never for naming it. */
  readonly hints: Map<string, string | null>;
  /** What RUNs left in cache mounts, by their id or target. */
  readonly caches: Map<string, Subtree>;
}

/** The values of the ARGs before the first FROM. */
export function globalArgs(model: DockerfileModel, build: Build, options: BuildOptions): Map<string, string | null> {
  const globals = new Map<string, string | null>();
  for (const instruction of model.globalArgs) {
    const parsed = parse(instruction, model.scanned);
    if (parsed.keyword !== 'ARG') continue;
    for (const { name, value } of parsed.entries) {
      globals.set(name, argValue(name, value, build, options, (other) => globals.get(other) ?? null, model.scanned.escape));
    }
  }
  return globals;
}

/** What an ARG gives its name: what the build is given, else its default with variables replaced; null without either. */
export function argValue(name: string, raw: string | null, build: Build, options: BuildOptions, lookup: (name: string) => string | null, escape: '\\' | '`'): string | null {
  if (options.args === 'symbols') return symbol(name);
  const given = build.args.get(name);
  if (given !== undefined) return given;
  if (platformArgs.test(name)) return symbol(name);
  if (raw === null) return null;
  return expand(parseTemplate(raw, escape), lookup) ?? symbol(raw);
}

/** A word of a FROM with the global arguments replaced. */
export function expandGlobal(site: Site, raw: string): string {
  const lookup = (name: string): string | null => site.globals.get(name) ?? (platformArgs.test(name) ? symbol(name) : null);
  return expand(parseTemplate(raw, site.model.scanned.escape), lookup) ?? symbol(raw);
}

/** A Dockerfile word with variables replaced; unknown ones become symbols. */
export function expandWord(site: Site, state: StageState, raw: string): string {
  let unknown = false;
  const lookup = (name: string): string | null => {
    const value = stageVariable(state, name);
    if (value === undefined || (value !== null && isSymbolic(value))) unknown = true;
    return value === undefined ? baseSymbol(name) : value;
  };
  const parts = parseTemplate(raw, site.model.scanned.escape);
  const text = expand(parts, lookup);
  const modified = parts.some((part) => part.kind === 'variable' && part.modifier !== null);
  return text === null || (unknown && modified) ? symbol(raw) : text;
}

/**
 * What a RUN leaves is not the same bytes when it runs again (byte code and logs hold times), so a copy of it is made
 * again, too: the key of the last step that wrote there. What only came from the context is compared by content.
 */
export function makerKeys(site: Site, from: StageResult, source: Path): readonly Token[] {
  const steps = from.chain.flatMap((index) => (index === from.stage.index ? from.steps : (site.stages[index]?.steps ?? [])));
  const maker = steps.findLast((step) => step.opaque !== null || step.run?.written.some(({ path }) => isWithin(anchorOf(path), source) || isWithin(source, anchorOf(path))));
  return maker ? [maker.key] : [];
}
