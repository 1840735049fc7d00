import { isWithin, join, parentOf, readable, relativeTo } from '../../src/build/places.ts';
import type { ContextRead } from '../../src/build/runner.ts';
import type { StepRecord } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import { keywordLike } from '../../src/edit/lines.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { Path } from '../../src/types.ts';
import type { CopyItem, ExposedInstall } from './steps.ts';
import { contextItems, effectsOf, stepsBefore } from './steps.ts';

/** Files of the build context that a step need not copy any more, because a copy of their own brings them. */
export type Brought = ReadonlyMap<StepRecord, readonly Path[]>;

export type Narrow = { readonly kind: 'lines'; readonly lines: readonly string[]; readonly names: readonly string[]; readonly brought: Brought } | Decline;

interface Group {
  readonly provider: StepRecord;
  readonly directory: Path;
  readonly destination: string;
  readonly sources: string[];
}

interface Provider {
  readonly step: StepRecord;
  readonly item: CopyItem;
}

/** One COPY for each directory and each set of flags, for what the sunk copies brought and the install reads. */
export function narrowCopies(match: ExposedInstall, anchor: StepRecord, needed: readonly ContextRead[], sunk: readonly StepRecord[]): Narrow {
  const before = stepsBefore(match);
  const kept = before.filter((step) => !sunk.includes(step));
  const groups: Group[] = [];
  const names: string[] = [];
  const brought = new Map<StepRecord, Path[]>();
  const seen = new Set<string>();
  for (const read of needed) {
    const provider = providerOf(before, read.at);
    if (!provider || !sunk.includes(provider.step) || seen.has(read.at) || needed.some((other) => other.deep && other.at !== read.at && isWithin(read.at, other.at))) continue;
    seen.add(read.at);
    const removed = removerOf([...before, ...match.stage.steps.slice(match.at)], read.at);
    if (removed) return decline('file-changes-manifest', `${readable(read.path)} is removed or changed by a command (line ${removed.line}), so a copy of its own would bring it back`);
    names.push(readable(read.path));
    if (bringsTheSame(providerOf(kept, read.at), provider, read.at)) continue;
    const { step, item } = provider;
    if (!item.directory) brought.set(step, [...(brought.get(step) ?? []), item.source]);
    const directory = read.deep ? read.at : parentOf(read.at);
    const target = item.directory ? item.target : parentOf(item.target);
    const destination = destinationText(match, anchor, step, target, relativeTo(directory, target));
    const group = groups.find((one) => one.provider === step && one.directory === directory && !read.deep);
    if (group) group.sources.push(readable(read.path));
    else groups.push({ provider: step, directory, destination, sources: [readable(read.path)] });
  }
  return { kind: 'lines', names, brought, lines: groups.map((group) => copyLine(match.view.model.scanned, group)) };
}

/** The last step that wrote a path by COPY from the context. */
function providerOf(steps: readonly StepRecord[], path: Path): Provider | null {
  for (const step of steps.toReversed()) {
    for (const item of contextItems(step)) {
      if (item.directory ? isWithin(path, item.target) : item.target === path) return { step, item };
    }
  }
  return null;
}

/** Is the same file already there, by a copy of its own that stays? */
function bringsTheSame(kept: Provider | null, provider: Provider, path: Path): boolean {
  if (kept === null) return false;
  const sourceBy = ({ item }: Provider): Path => (item.directory ? join(item.source, relativeTo(path, item.target)) : item.source);
  const flagsBy = ({ step }: Provider): string => `${step.copy?.flags.owner ?? ''} ${step.copy?.flags.mode ?? ''}`;
  return sourceBy(kept) === sourceBy(provider) && flagsBy(kept) === flagsBy(provider);
}

/** A RUN of the stage that removes or rewrites exactly this file: after the split the later COPY would bring it back. */
function removerOf(steps: readonly StepRecord[], path: Path): StepRecord | undefined {
  return steps.find((step) => effectsOf(step).some((executed) => executed.effect.writes.some(({ place, only, inStep }) => place.path === path && only === undefined && inStep !== true)));
}

function destinationText(match: ExposedInstall, anchor: StepRecord, provider: StepRecord, target: Path, below: Path): string {
  const suffix = below === '' ? '' : `${readable(below)}/`;
  if (anchor.cwd === join(target, below)) return './';
  if (anchor.cwd === target) return `./${suffix}`;
  const parsed = parse(provider.instruction, match.view.model.scanned);
  const written = parsed.keyword === 'COPY' || parsed.keyword === 'ADD' ? parsed.destination.text : target;
  const isSame = provider.cwd === anchor.cwd || written.startsWith('/') || written.startsWith('$');
  const base = isSame && provider.copy?.destination === target ? written.replace(/\/?\.?$/, '') : readable(target);
  return `${base === '' && !written.startsWith('/') ? '.' : base}/${suffix}`;
}

function copyLine(scanned: ScannedDockerfile, group: Group): string {
  const { instruction } = group.provider;
  const keyword = keywordLike(scanned, instruction, 'COPY');
  const flags = instruction.flags.filter((flag) => flag.name !== 'parents' && flag.name !== 'exclude').map((flag) => `${scanned.text.slice(flag.span.start, flag.span.end)} `);
  const words = [...group.sources, group.destination];
  const plain = words.every((word) => !/[\s"'\\]/.test(word));
  return `${keyword} ${flags.join('')}${plain ? words.join(' ') : `[${words.map((word) => JSON.stringify(word)).join(', ')}]`}`;
}
