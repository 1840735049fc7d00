/** The stages of a Dockerfile, and which of them use which, as BuildKit's Dockerfile frontend resolves their names. */
import type { Lookup, Part } from './expand.ts';
import { expand, parseTemplate } from './expand.ts';
import type { Parsed } from './parse.ts';
import { parse } from './parse.ts';
import type { Instruction, ScannedDockerfile } from './scan.ts';

type ParsedFrom = Extract<Parsed, { keyword: 'FROM' }>;

/** What a stage starts from. */
export type Base =
  | { readonly kind: 'stage'; readonly index: number }
  | {
      readonly kind: 'image';
      /** As written. */
      readonly reference: string;
      /** With the defaults of global ARGs; null if it needs a variable that has no default, or if BuildKit rejects it. */
      readonly expanded: string | null;
    }
  | { readonly kind: 'scratch' };

export interface Stage {
  readonly index: number;
  /** Lower case, as BuildKit keeps it. */
  readonly name: string | null;
  readonly from: ParsedFrom;
  readonly fromInstruction: Instruction;
  /** Those after FROM. */
  readonly instructions: readonly Instruction[];
  readonly base: Base;
}

export interface DockerfileModel {
  readonly scanned: ScannedDockerfile;
  /** ARGs before the first FROM. */
  readonly globalArgs: readonly Instruction[];
  readonly stages: readonly Stage[];
}

const models = new WeakMap<ScannedDockerfile, DockerfileModel>();
const uses = new WeakMap<DockerfileModel, ReadonlyMap<number, readonly Stage[]>>();
const names = new WeakMap<DockerfileModel, ReadonlyMap<string, Stage>>();

/**
 * The stages of a Dockerfile; made once. A FROM that BuildKit rejects starts a stage on `''`. Of a Dockerfile that
 * another one became, the stages before the first difference are those of the other (see `rescan`).
 */
export function model(scanned: ScannedDockerfile, before?: DockerfileModel): DockerfileModel {
  const known = models.get(scanned);
  if (known !== undefined) return known;
  const made = makeModel(scanned, before);
  models.set(scanned, made);
  return made;
}

/**
 * The stage that `COPY --from=name` or `--mount=from=name` in stage `fromStageIndex` means: an index, or a name in any
 * case. Null for an image, a named context, and a stage that is not an earlier one (an error in BuildKit).
 */
export function stageReference(of: DockerfileModel, fromStageIndex: number, name: string): Stage | null {
  // Go's `strconv.Atoi`.
  const stage = /^[+-]?\d+$/.test(name) ? of.stages[Number(name)] : namesOf(of).get(name.toLowerCase());
  return stage !== undefined && stage.index < fromStageIndex ? stage : null;
}

/** The stages that a stage uses in its FROM, in COPY --from and in mounts, each once, in their order. */
export function refersTo(of: DockerfileModel, stage: Stage): readonly Stage[] {
  return usesOf(of).get(stage.index) ?? [];
}

/** The stages whose images somebody uses: the last one, each named target, and each that no other stage uses. */
export function outputStages(of: DockerfileModel, targets: readonly string[]): readonly Stage[] {
  const used = new Set<number>();
  for (const some of usesOf(of).values()) {
    for (const stage of some) used.add(stage.index);
  }
  const wanted = new Set(targets.map((target) => stageReference(of, of.stages.length, target)?.index));
  const last = of.stages.length - 1;
  return of.stages.filter((stage) => stage.index === last || wanted.has(stage.index) || !used.has(stage.index));
}

function makeModel(scanned: ScannedDockerfile, before: DockerfileModel | undefined): DockerfileModel {
  const globalArgs: Instruction[] = [];
  const sections: { readonly fromInstruction: Instruction; readonly instructions: Instruction[] }[] = [];
  for (const instruction of scanned.instructions) {
    if (instruction.keyword === 'FROM') sections.push({ fromInstruction: instruction, instructions: [] });
    else if (sections.length > 0) sections.at(-1)?.instructions.push(instruction);
    else if (instruction.keyword === 'ARG') globalArgs.push(instruction);
  }
  const defaults = argDefaults(globalArgs, scanned);
  const byName = new Map<string, number>();
  const stages: Stage[] = [];
  let isSame = before !== undefined && isSameList(before.globalArgs, globalArgs);
  for (const { fromInstruction, instructions } of sections) {
    const index = stages.length;
    const other = before?.stages[index];
    isSame &&= other?.fromInstruction === fromInstruction && isSameList(other.instructions, instructions);
    if (isSame && other) {
      stages.push(other);
      if (other.name !== null) byName.set(other.name, index);
      continue;
    }
    const from = fromOf(fromInstruction, scanned);
    const name = from.alias?.text.toLowerCase() ?? null;
    stages.push({ index, name, from, fromInstruction, instructions, base: baseOf(from.image.text, defaults, byName, scanned) });
    if (name !== null) byName.set(name, index);
  }
  return { scanned, globalArgs, stages };
}

function isSameList<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

function fromOf(instruction: Instruction, scanned: ScannedDockerfile): ParsedFrom {
  const parsed = parse(instruction, scanned);
  if (parsed.keyword === 'FROM') return parsed;
  return { keyword: 'FROM', image: { text: '', span: instruction.bodySpan }, platform: null, alias: null };
}

/** The values of global ARGs if the build is given none. */
function argDefaults(globalArgs: readonly Instruction[], scanned: ScannedDockerfile): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>();
  for (const instruction of globalArgs) {
    const parsed = parse(instruction, scanned);
    if (parsed.keyword !== 'ARG') continue;
    for (const { name, value } of parsed.entries) {
      const known = value === null ? null : expandKnown(value, (other) => defaults.get(other) ?? null, scanned);
      if (known === null) defaults.delete(name);
      else defaults.set(name, known);
    }
  }
  return defaults;
}

function baseOf(reference: string, defaults: ReadonlyMap<string, string>, byName: ReadonlyMap<string, number>, scanned: ScannedDockerfile): Base {
  const expanded = expandKnown(reference, (name) => defaults.get(name) ?? null, scanned);
  // Here BuildKit compares names exactly, and only with those of stages before; an image may bear the stage's own name.
  const index = expanded === null ? undefined : byName.get(expanded);
  if (index !== undefined) return { kind: 'stage', index };
  return expanded === 'scratch' ? { kind: 'scratch' } : { kind: 'image', reference, expanded };
}

/** The expanded word, null if it holds a variable that is not set and for which the word has no default. */
function expandKnown(raw: string, lookup: Lookup, scanned: ScannedDockerfile): string | null {
  const parts = parseTemplate(raw, scanned.escape);
  return hasUnset(parts, lookup) ? null : expand(parts, lookup);
}

function hasUnset(parts: readonly Part[], lookup: Lookup): boolean {
  return parts.some((part) => {
    if (part.kind === 'literal') return false;
    if (part.modifier === null) return lookup(part.name) === null;
    return hasUnset(part.modifier.word, lookup) || hasUnset(part.modifier.replacement ?? [], lookup);
  });
}

/** Of two stages with one name BuildKit takes the later one, wherever it is asked from. */
function namesOf(of: DockerfileModel): ReadonlyMap<string, Stage> {
  const known = names.get(of);
  if (known !== undefined) return known;
  const made = new Map(of.stages.flatMap((stage) => (stage.name === null ? [] : [[stage.name, stage] as const])));
  names.set(of, made);
  return made;
}

function usesOf(of: DockerfileModel): ReadonlyMap<number, readonly Stage[]> {
  const known = uses.get(of);
  if (known !== undefined) return known;
  const made = new Map(of.stages.map((stage) => [stage.index, usedBy(of, stage)]));
  uses.set(of, made);
  return made;
}

function usedBy(of: DockerfileModel, stage: Stage): readonly Stage[] {
  const indices = new Set<number>();
  if (stage.base.kind === 'stage') indices.add(stage.base.index);
  for (const instruction of stage.instructions) {
    for (const name of namesIn(parse(instruction, of.scanned))) {
      const used = stageReference(of, stage.index, name);
      if (used !== null) indices.add(used.index);
    }
  }
  return [...indices].sort((a, b) => a - b).flatMap((index) => of.stages[index] ?? []);
}

function namesIn(parsed: Parsed): readonly string[] {
  if (parsed.keyword === 'COPY') return parsed.from === null ? [] : [parsed.from];
  if (parsed.keyword !== 'RUN') return [];
  return parsed.mounts.flatMap((mount) => (mount.from === null ? [] : [mount.from]));
}
