/**
 * Commits, one for each transform. They are made from objects, not by `git commit`: no hook and no filter runs, nothing is
 * signed, and what else is in the index stays there and is not committed.
 */
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

import type { GitAnswer, GitVariables } from '../context/git.ts';
import { repositoryRoot } from '../context/disk.ts';
import { lineIn, runGit } from '../context/git.ts';
import type { AcceptedFix, Plan } from '../plan/plan.ts';
import type { Transform } from '../plan/transform.ts';
import type { CommitReport } from '../report/bulk.ts';
import { pathIn } from '../targets.ts';
import type { Path, Tree } from '../types.ts';
import { commitMessage } from './commit-message.ts';
import { withoutFilters } from './uncommitted.ts';

/** What is to be committed of a repository: plans that were written, in their order. */
export interface Committing {
  /** The root of the repository. */
  readonly root: string;
  readonly tree: Tree;
  readonly plans: readonly Plan[];
  /** In the order in which they ran. */
  readonly transforms: readonly Transform[];
  readonly author: Author | null;
}

export interface Author {
  readonly name: string;
  readonly email: string;
  /** The committer as well, whoever git would take. */
  readonly isCommitter?: boolean;
}

/** The commit that others can follow; or why nothing can be committed in a repository, whichever the files. */
export function whereToCommit(root: string, author: Author | null): { readonly head: string } | string {
  const place = runGit(root, root, ['rev-parse', '--show-toplevel', '--absolute-git-dir', '--verify', '--quiet', 'HEAD']);
  const [top, directory = '', head] = place.kind === 'output' ? place.output.toString('utf8').split('\n') : [];
  if (place.kind === 'no-git') return 'there is no git';
  if (head === undefined || head === '') return 'git knows of no commit here';
  if (resolve(top ?? '') !== root) return 'its files are not where git has them';
  const underWay = inProgress.find((name) => existsSync(join(directory, name)));
  if (underWay !== undefined) return `a merge, rebase or the like is under way (${underWay})`;
  if (existsSync(join(directory, indexLock))) return `another git is at work in it, or was ended in it (${indexLock})`;
  for (const identity of ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT']) if (runGit(root, root, ['var', identity], '', identityOf(root, author)).kind !== 'output') return 'git does not know who commits: set user.name and user.email, or give --author';
  return { head };
}

const inProgress = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'BISECT_LOG', 'rebase-merge', 'rebase-apply', 'sequencer'];
const indexLock = 'index.lock';

/** Why some files cannot be committed; null if nothing is against it. */
export function objectionToFiles(root: string, tree: Tree, paths: readonly Path[]): string | null {
  const real = paths.map((path) => behindLinks(root, path));
  // The index has the other repository there, as a submodule or not at all.
  const elsewhere = real.find((path) => repositoryRoot(dirname(join(root, path))) !== root);
  if (elsewhere !== undefined) return `${elsewhere} is of another repository`;
  const listed = `${real.join('\0')}\0`;
  const attributes = runGit(root, root, ['check-attr', '-z', '--stdin', 'filter'], listed);
  if (attributes.kind !== 'output') return 'git cannot tell which filters they have';
  const fields = attributes.output.toString('utf8').split('\0');
  const filtered = fields.findIndex((field, index) => index % 3 === 2 && field !== 'unspecified' && field !== 'unset');
  if (filtered >= 0) return `${fields[filtered - 2] ?? ''} would have to go through a filter (${fields[filtered] ?? ''})`;
  const created = paths.filter((path) => tree.kind(path) === 'absent').map((path) => behindLinks(root, path));
  const ignored = created.length === 0 ? null : runGit(root, root, ['check-ignore', '-z', '--stdin'], `${created.join('\0')}\0`);
  return ignored?.kind === 'output' ? `git ignores ${ignored.output.toString('utf8').split('\0')[0] ?? ''}` : null;
}

/** Where a file really is, from the root: a link is committed as what it is, and what it leads to changes. */
export function behindLinks(root: string, path: Path): Path {
  const absolute = join(root, path);
  try {
    const real = existsSync(absolute) ? realpathSync(absolute) : join(realpathSync(dirname(absolute)), basename(absolute));
    return pathIn(root, real) ?? path;
  } catch {
    return path;
  }
}

/** Gives the commits, or why there are none. The branch and the index do not change before all of them are made. */
export function commitPlans(committing: Committing): readonly CommitReport[] | string {
  try {
    const scratch = mkdtempSync(join(tmpdir(), 'dockfix-index-'));
    try {
      return commitWith(committing, join(scratch, 'index'));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function commitWith({ root, tree, plans, transforms, author }: Committing, index: string): readonly CommitReport[] {
  // Also where an index is written, git looks again at files that changed in the same moment as it.
  const filters = withoutFilters(root);
  const git = (options: readonly string[], input: string | Uint8Array = '', variables: GitVariables = {}): string => outputOf(runGit(root, root, options, input, { ...filters, ...variables }), options);
  const own: GitVariables = { GIT_INDEX_FILE: index };
  const identity = identityOf(root, author);
  const before = git(['rev-parse', '--verify', 'HEAD']);
  git(['read-tree', before], '', own);
  const modes = modesHeld(root, before);
  const entries = new Map<Path, string>();
  const commits: CommitReport[] = [];
  const planned = commitsOf(plans, transforms);
  const asTheyStand = heldAsTheyStand(git, planned.flatMap(({ texts }) => [...texts]).flatMap(([path, text]) => (text.includes('\r\n') ? behindLinks(root, path) : [])));
  let parent = before;
  for (const { transform, fixes, texts } of planned) {
    const changed = [...texts].map(([path, text]) => {
      const real = behindLinks(root, path);
      // What git would warn of, or turn down, are line endings that a checkout here makes others of.
      const blob = git(['-c', 'core.safecrlf=false', 'hash-object', '-w', '--stdin', asTheyStand.has(real) ? '--no-filters' : `--path=${real}`], text);
      return [real, `${modeOf(tree, path, modes?.(real))} ${blob}\t${real}`] as const;
    });
    for (const [path, entry] of changed) entries.set(path, entry);
    git(['update-index', '-z', '--index-info'], listed(changed.map(([, entry]) => entry)), own);
    const made = git(['write-tree', '--missing-ok'], '', own);
    const message = commitMessage(transform, fixes);
    parent = git(['-c', 'i18n.commitEncoding=UTF-8', 'commit-tree', made, '-p', parent], message, identity);
    commits.push({ id: parent, transform: transform.id, subject: transform.title });
  }
  if (commits.length === 0) return commits;
  // The index first: if the branch cannot follow, the files are written and staged, and that is all.
  git(['update-index', '-z', '--index-info'], listed([...entries.values()]));
  git(['update-ref', '-m', 'dockfix', 'HEAD', parent, before]);
  return commits;
}

/**
 * The files among these that git holds with the line endings that they have on disk. `git add` leaves those as they are,
 * unless an attribute says that it must not, and that would change every line; `hash-object` does not look at what git holds.
 */
function heldAsTheyStand(git: (options: readonly string[]) => string, paths: readonly Path[]): ReadonlySet<Path> {
  if (paths.length === 0) return new Set();
  const entries = git(['--literal-pathspecs', 'ls-files', '--eol', '-z', '--', ...new Set(paths)]).split('\0');
  return new Set(entries.flatMap((entry) => /^i\/(?:crlf +w\/crlf|mixed +w\/mixed) [^\t]*\t(.*)$/s.exec(entry)?.[1] ?? []));
}

interface OneCommit {
  readonly transform: Transform;
  readonly fixes: readonly AcceptedFix[];
  /** All files that were changed by then. */
  readonly texts: ReadonlyMap<Path, string>;
}

/** What a transform did in one round, in all projects. No two projects change one file, so their order makes no difference. */
function commitsOf(plans: readonly Plan[], transforms: readonly Transform[]): readonly OneCommit[] {
  const steps = plans.flatMap((plan) => plan.steps);
  const rounds = [...new Set(steps.map(({ round }) => round))].toSorted((a, b) => a - b);
  return rounds.flatMap((round) =>
    transforms.flatMap((transform) => {
      const own = steps.filter((step) => step.round === round && step.transform === transform.id);
      return own.length === 0 ? [] : { transform, fixes: own.flatMap(({ fixes }) => fixes), texts: new Map(own.flatMap(({ texts }) => [...texts])) };
    }),
  );
}

/** As on disk, unless that says nothing (`held`). */
function modeOf(tree: Tree, path: Path, held: string | null | undefined): string {
  return held ?? (held === undefined && tree.executable(path) ? '100755' : '100644');
}

/** Where the disk knows of no modes, or all files are executable there (core.fileMode), those that a commit has; null for a file that it has not. */
function modesHeld(root: string, commit: string): ((path: Path) => string | null) | null {
  if (lineIn(runGit(root, root, ['config', '--type=bool', '--get', 'core.fileMode'])) !== 'false') return null;
  return (path) => /^100\d{3}/.exec(lineIn(runGit(root, root, ['ls-tree', commit, '--', path])) ?? '')?.[0] ?? null;
}

function listed(entries: readonly string[]): string {
  return entries.map((entry) => `${entry}\0`).join('');
}

/** Who commits, as git's own variables, settings and the option say. */
function identityOf(root: string, author: Author | null): GitVariables {
  const given = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => /^GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL|DATE)$/.test(entry[0]) && entry[1] !== undefined));
  if (author === null) return given;
  const authored = { ...given, GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email };
  const committed = { ...authored, GIT_COMMITTER_NAME: author.name, GIT_COMMITTER_EMAIL: author.email };
  if (author.isCommitter === true) return committed;
  const knowsCommitter = runGit(root, root, ['var', 'GIT_COMMITTER_IDENT'], '', authored).kind === 'output';
  return knowsCommitter ? authored : committed;
}

/** What git printed, without its line feed. Throws where it fails. */
function outputOf(answer: GitAnswer, options: readonly string[]): string {
  if (answer.kind === 'output') return answer.output.toString('utf8').trimEnd();
  const command = options.find((option, index) => !option.startsWith('-') && options[index - 1] !== '-c') ?? '';
  throw new Error(`git ${command}: ${answer.message === '' ? answer.kind : answer.message}`);
}
