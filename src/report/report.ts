import type { AcceptedFix, ReportedRefusal } from '../plan/plan.ts';
import type { Assumption, Claim, Path } from '../types.ts';

/** What a run found and did, as `--format json` prints it (report.schema.json describes it). Paths are relative to the current directory. */
export interface RunReport {
  readonly version: 1;
  readonly files: readonly FileReport[];
  readonly errors: readonly RunError[];
  readonly summary: Summary;
}

export interface FileReport {
  readonly path: Path;
  /** `created` and `changed` say what `--write` does, whether or not it did. */
  readonly status: 'changed' | 'created' | 'unchanged' | 'skipped' | 'failed';
  readonly changed: boolean;
  /** The build context, relative to the current directory; null where it is not known or the file is none of a build. */
  readonly context: Path | null;
  /** Unified diff; only where something changes. */
  readonly diff?: string;
  readonly fixes: readonly FixReport[];
  readonly refusals: readonly RefusalReport[];
  readonly heldBack: readonly FixReport[];
  /** Why a file was skipped or failed. */
  readonly message?: string;
}

export interface FixReport {
  readonly transform: string;
  readonly safety: 'exact' | 'equivalent' | 'unsafe';
  readonly claims: readonly { readonly kind: string; readonly message: string }[];
  readonly message: string;
  readonly line: number;
  readonly endLine: number;
}

export interface RefusalReport {
  readonly transform: string;
  readonly reason: string;
  readonly level: 'info' | 'refusal' | 'warning';
  readonly message: string;
  readonly line: number;
}

export type ErrorCode =
  | 'bad-option'
  | 'bad-config'
  | 'not-found'
  | 'unreadable'
  | 'template'
  | 'binary'
  | 'not-utf8'
  | 'too-large'
  | 'syntax'
  | 'windows'
  | 'changed-meanwhile'
  | 'write-failed'
  | 'read-only'
  | 'hard-link'
  | 'outside-root'
  | 'no-repository'
  | 'clone-failed'
  | 'uncommitted-changes'
  | 'commit-failed'
  | 'no-history'
  | 'no-engine'
  | 'engine-failed'
  | 'disk-full'
  | 'timeout'
  | 'original-fails'
  | 'not-verifiable'
  | 'internal';

export interface RunError {
  readonly path: Path;
  readonly code: ErrorCode;
  readonly message: string;
  readonly line?: number;
}

export interface Summary {
  readonly files: number;
  readonly changed: number;
  readonly skipped: number;
  readonly failed: number;
  readonly fixes: number;
  readonly refusals: number;
  readonly heldBack: number;
}

export function summaryOf(files: readonly FileReport[]): Summary {
  const count = (test: (file: FileReport) => boolean): number => files.filter(test).length;
  const sum = (size: (file: FileReport) => number): number => files.reduce((total, file) => total + size(file), 0);
  return {
    files: files.length,
    changed: count((file) => file.changed),
    skipped: count((file) => file.status === 'skipped'),
    failed: count((file) => file.status === 'failed'),
    fixes: sum((file) => file.fixes.length),
    refusals: sum((file) => file.refusals.length),
    heldBack: sum((file) => file.heldBack.length),
  };
}

export function addSummaries(a: Summary, b: Summary): Summary {
  return {
    files: a.files + b.files,
    changed: a.changed + b.changed,
    skipped: a.skipped + b.skipped,
    failed: a.failed + b.failed,
    fixes: a.fixes + b.fixes,
    refusals: a.refusals + b.refusals,
    heldBack: a.heldBack + b.heldBack,
  };
}

export function fixReport(fix: AcceptedFix): FixReport {
  const { transform, safety, claims, message, line, endLine } = fix;
  return { transform, safety, claims: claims.map((claim) => ({ kind: claim.kind, message: claimMessage(claim) })), message, line, endLine };
}

export function refusalReport(refusal: ReportedRefusal): RefusalReport {
  const { transform, reason, level, message, line } = refusal;
  return { transform, reason, level, message, line };
}

/** What a claim says to a person. */
export function claimMessage(claim: Claim): string {
  switch (claim.kind) {
    case 'hidden-from-context':
      return `no longer sent with the build context: ${claim.paths.join(', ')}`;
    case 'base-changed':
      return `the base image of stage ${claim.stage} changes from ${claim.from} to ${claim.to}`;
    case 'packages-translated':
      return `Alpine packages become Debian packages: ${claim.packages.map(([apk, apt]) => `${apk} → ${apt === '' ? 'nothing' : apt}`).join(', ')}`;
    case 'user-command-translated':
      return `\`${claim.from}\` becomes \`${claim.to}\``;
    case 'installed-from-wheels':
      return `the packages in ${claim.prefix} are installed from wheels instead of being copied`;
    case 'wheels-in-layer':
      return `the wheels stay in a layer, at ${claim.path}`;
    case 'scripts-added':
      return `console scripts of the packages appear in ${claim.path}`;
    case 'lock-now-honoured':
      return `${claim.path} is there during the install and is honoured`;
    case 'lock-kept':
      return `${claim.path} stays as it is in the repository; the install might have written it anew, with the same packages`;
    case 'install-scripts-trusted':
      return claim.packages === null
        ? `${claim.lock} does not say which packages have install scripts; those that have one are taken to read nothing of the project but its manifests`
        : `the install scripts of packages are taken to read nothing of the project but its manifests: ${claim.packages.join(', ')} (${claim.lock})`;
    case 'tool-left-out':
      return `no longer brought to the final image: ${claim.tools.join(', ')}`;
    case 'assumes':
      return `assumes that ${sentenceOf(claim.assumption)}`;
  }
}

function sentenceOf(assumption: Assumption): string {
  switch (assumption.kind) {
    case 'disjoint-names':
      return 'no installed package has the name of a file or folder of the project';
    case 'works-in':
      return `what is run in ${assumption.directory}/ reads and writes nothing of the project outside it, and changes no file of the project in it, and no users`;
    case 'nothing-reads':
      return `nothing reads ${assumption.patterns.join(', ')}: ${assumption.because}`;
    case 'lock-wanted':
      return `the versions in ${assumption.lock}, which no install has used so far, are those that the image is to have`;
    case 'runs-on-debian':
      return `what is not known of the image works on Debian as well: ${assumption.unknown.join('; ')}`;
  }
}

/** Every kind of claim, as the documentation explains it. */
export const claimKinds: Readonly<Record<Claim['kind'], string>> = {
  'hidden-from-context': 'files are no longer sent with the build context, and so are no longer in the image if it copied the whole context.',
  'base-changed': 'a stage starts from another base image.',
  'packages-translated': 'packages of one distribution are replaced by their counterparts in another.',
  'user-command-translated': 'a command that adds users or groups is written for the other distribution.',
  'installed-from-wheels': 'packages are installed from wheels instead of being copied as files.',
  'wheels-in-layer': 'the wheels stay in a layer of the image.',
  'scripts-added': 'console scripts of packages appear that were lost before.',
  'lock-now-honoured': 'a lock file is there during the install and is honoured.',
  'lock-kept': 'a lock file that is in step with its manifest stays as it is in the repository, although the install might have written it anew.',
  'install-scripts-trusted': 'install scripts of packages, named where the lock file says which have one, are taken to read nothing of the project but its manifests; nothing is known of what they read. With `--ignore-scripts` there is nothing to claim.',
  'tool-left-out': 'a tool that only the build needs is no longer brought to the final image.',
  assumes: 'the fix rests on an assumption that is named; it is applied only with --unsafe.',
};
