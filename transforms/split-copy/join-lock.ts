import { manifestOfLock } from '../../src/build/copy.ts';
import { baseName, isSymbolic, join, parentOf } from '../../src/build/places.ts';
import type { ExecutedCommand } from '../../src/build/runner.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../../src/build/symbolic-build.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import { flatMap } from '../../src/lists.ts';
import type { BuildView, DockerfileView } from '../../src/plan/project.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { Edit, Fix, Path, Tree } from '../../src/types.ts';
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
  for (const install of stage.steps) {
    for (const command of install.run?.commands ?? []) {
      const missing = missingLock(command, build, tree);
      if (missing && !found.some((one) => one.lock === missing.lock)) found.push({ install, ...missing });
    }
  }
  return found;
}

function missingLock(command: ExecutedCommand, build: BuildView, tree: Tree): Omit<MissingLock, 'install'> | null {
  for (const { effect, reads } of command.effects) {
    if (reads.length === 0 || (effect.kind !== 'install' && effect.kind !== 'project-install')) continue;
    for (const { path } of effect.reads) {
      const name = manifestOfLock.get(baseName(path));
      if (name === undefined || reads.some((read) => read.at === path)) continue;
      const manifest = reads.find((read) => !read.deep && read.at === join(parentOf(path), name));
      if (!manifest || isSymbolic(manifest.path) || baseName(manifest.path) !== name) continue;
      const lock = join(parentOf(manifest.path), baseName(path));
      // A lock that the install makes or changes itself is none that could be honoured.
      if (tree.kind(join(build.build.context, lock)) === 'file' && tree.tracked(join(build.build.context, lock))) return { manifest: manifest.path, lock };
    }
  }
  return null;
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
  return { kind: 'fix', message: message.replace(/^`(.*?)` \(line \d+\)/, '`$1`'), claims: [{ kind: 'lock-now-honoured', path: lock }], edits: [first, ...others] };
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

