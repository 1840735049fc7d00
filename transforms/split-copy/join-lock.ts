import { whyLockIsNotInStep } from '../../src/build/copy.ts';
import { isHonouredLater, locklessInstalls } from '../../src/build/late-locks.ts';
import { baseName, join, parentOf } from '../../src/build/places.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import { flatMap } from '../../src/lists.ts';
import type { BuildView, DockerfileView } from '../../src/plan/project.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { Claim, Edit, Fix, Path, Tree } from '../../src/types.ts';
import { contextItems, named } from '../moving/steps.ts';

/** An install that has its manifest from the build context, but not the lock that lies beside it. */
export interface MissingLock {
  readonly install: StepRecord;
  /** Paths of the context. */
  readonly manifest: Path;
  readonly lock: Path;
}

/** Installs that resolve anew each time, although there is a lock. */
export function missingLocks(build: BuildView, stage: StageResult, tree: Tree): readonly MissingLock[] {
  const found: MissingLock[] = [];
  for (const { at, manifest, lock } of locklessInstalls(stage)) {
    const install = stage.steps[at];
    const path = join(build.build.context, lock);
    // A lock that the install makes or changes itself is none that could be honoured.
    if (install && tree.kind(path) === 'file' && tree.tracked(path) && !found.some((one) => one.lock === lock)) found.push({ install, manifest, lock });
  }
  return found;
}

/** The lock joins each COPY that brings the manifest by name. */
export function joinLock(view: DockerfileView, build: BuildView, symbolic: SymbolicBuild, { install, manifest, lock }: MissingLock): Fix | Decline {
  const { scanned } = view.model;
  if (build.context.has(lock) !== 'yes') return decline('hidden-from-context', `${lock} lies beside ${baseName(manifest)}, but ${build.ignoreFile ?? 'the ignore file'} hides it, so ${named(scanned, install)} resolves anew each time`);
  const copies = flatMap(symbolic.stages, (stage) => stage.steps).filter((step) => contextItems(step).some((item) => item.source === manifest) && !contextItems(step).some((item) => item.source === lock));
  const edits = flatMap(copies, (step) => editsOf(view, step, manifest, lock));
  const [first, ...others] = edits;
  if (!first || copies.length === 0) return decline('unsupported', `${baseName(lock)} is not there when ${named(scanned, install)} runs, and the COPY of ${baseName(manifest)} is of a form to which it cannot be added`);
  const [copy] = copies;
  const message = `${named(scanned, install)} resolved anew each time, because ${copy ? named(scanned, copy) : 'the COPY'} brings ${baseName(manifest)} without ${baseName(lock)}`;
  const why = whyLockIsNotInStep(build.context, lock);
  if (why !== null) return decline('stale-lock', `${named(scanned, install)} resolves anew each time, and ${lock} cannot be relied on instead: ${why}`);
  // Other versions may get installed than today, unless the lock has the last word today as well.
  const assumed: readonly Claim[] = isHonouredLater(build.symbolic, lock) ? [] : [{ kind: 'assumes', assumption: { kind: 'lock-wanted', lock } }];
  return { kind: 'fix', message: message.replace(/^`(.*?)` \(line \d+\)/, '`$1`'), claims: [{ kind: 'lock-now-honoured', path: lock }, ...assumed], edits: [first, ...others] };
}

function editsOf(view: DockerfileView, step: StepRecord, manifest: Path, lock: Path): readonly Edit[] {
  const parsed = parse(step.instruction, view.model.scanned);
  if ((parsed.keyword !== 'COPY' && parsed.keyword !== 'ADD') || parsed.heredocSources) return [];
  const source = parsed.sources.find(({ text }) => baseName(text) === baseName(manifest));
  const item = contextItems(step).find((one) => one.source === manifest);
  if (!source || !item || baseName(item.target) !== baseName(manifest)) return [];
  const raw = view.text.slice(source.span.start, source.span.end);
  const beside = raw.replace(baseName(manifest), baseName(lock));
  if (beside === raw) return [];
  const added: Edit = { file: view.path, span: { start: source.span.end, end: source.span.end }, text: `${raw.startsWith('"') && step.instruction.json ? ',' : ''} ${beside}` };
  const { text, span } = parsed.destination;
  if (text.endsWith('/')) return [added];
  // Several files need a directory, which is said by a slash.
  const isFile = step.copy?.destination === item.target;
  const directory = isFile ? (parentOf(text) === '' ? './' : `${parentOf(text).replace(/\/$/, '')}/`) : `${text}/`;
  const quoted = view.text.slice(span.start, span.end).startsWith('"') ? JSON.stringify(directory) : directory;
  return [added, { file: view.path, span, text: quoted }];
}

