/**
 * A forge's world: repositories with real git in them, and pull requests. The servers of the tests (github-server.ts,
 * gitlab-server.ts, gitea-server.ts) show it to dockfix each in its own language.
 */
import { appendFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { temporaryDirectory, writeFiles } from '../cli.ts';
import { git, gitOrNull } from './git-http.ts';

export interface WorldRepository {
  readonly id: number;
  name: string;
  readonly directory: string;
  readonly defaultBranch: string;
  isArchived: boolean;
  readonly parent: WorldRepository | null;
  canPush: boolean;
  isPrivate: boolean;
  /** How often it still has to be asked about before it is there. */
  notReadyFor: number;
}

export interface WorldPullRequest {
  readonly number: number;
  readonly target: WorldRepository;
  readonly source: WorldRepository;
  readonly branch: string;
  base: string;
  title: string;
  body: string;
  isDraft: boolean;
  state: 'open' | 'closed' | 'merged';
  readonly createdAt: string;
  readonly labels: string[];
  readonly reviewers: string[];
  readonly comments: string[];
}

export interface World {
  /** The repositories of a GitHub App, whose token it is then; null for a token of a user. */
  installedOn: readonly WorldRepository[] | null;
  /** Entries on a page of the API, at most. */
  pageSize: number;
  readonly root: string;
  readonly repositories: WorldRepository[];
  readonly pullRequests: WorldPullRequest[];
  /** A repository with a commit of these files on its branch `main`. */
  readonly add: (name: string, files: Files, other?: Partial<Pick<WorldRepository, 'isArchived' | 'canPush' | 'isPrivate' | 'parent'>>) => WorldRepository;
  /** One more commit, by somebody unless an author is named. */
  readonly commit: (repository: WorldRepository, files: Files, options?: { readonly branch?: string; readonly author?: string; readonly message?: string }) => string;
  readonly find: (name: string) => WorldRepository | undefined;
  readonly fork: (repository: WorldRepository, name: string) => WorldRepository;
  readonly headOf: (repository: WorldRepository, branch: string) => string | null;
  readonly fileAt: (repository: WorldRepository, branch: string, path: string) => string | null;
  readonly merge: (pull: WorldPullRequest) => void;
  readonly deleteBranch: (repository: WorldRepository, branch: string) => boolean;
  /** What a push can have done to pull requests: without its branch none stays open. */
  readonly settle: () => void;
}

/** Paths to texts; null deletes. */
export type Files = Readonly<Record<string, string | null>>;

/** With `from`, a copy of that world as it is. */
export function newWorld(from: Pick<World, 'root' | 'repositories' | 'pullRequests'> | null = null): World {
  const root = temporaryDirectory();
  if (from !== null) cpSync(from.root, root, { recursive: true });
  const copies = new Map<WorldRepository, WorldRepository>();
  for (const one of from?.repositories ?? []) copies.set(one, { ...one, directory: join(root, `${one.name}.git`), parent: (one.parent && copies.get(one.parent)) ?? null });
  const repositories = [...copies.values()];
  const copyOf = (one: WorldRepository): WorldRepository => copies.get(one) ?? one;
  const pullRequests: WorldPullRequest[] = (from?.pullRequests ?? []).map((pull) => ({ ...pull, target: copyOf(pull.target), source: copyOf(pull.source), labels: [...pull.labels], reviewers: [...pull.reviewers], comments: [...pull.comments] }));

  const make = (name: string, parent: WorldRepository | null): WorldRepository => {
    const directory = join(root, `${name}.git`);
    mkdirSync(dirname(directory), { recursive: true });
    const repository: WorldRepository = { id: 1000 + repositories.length, name, directory, defaultBranch: 'main', isArchived: false, canPush: true, isPrivate: false, parent, notReadyFor: 0 };
    repositories.push(repository);
    return repository;
  };
  const configure = (directory: string): void => {
    appendFileSync(join(directory, 'config'), '[http]\n\treceivepack = true\n[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n');
  };
  const commit: World['commit'] = (repository, files, { branch = repository.defaultBranch, author = 'Some Body <somebody@example.org>', message = 'A change' } = {}) => {
    const checkout = join(root, 'checkout');
    rmSync(checkout, { recursive: true, force: true });
    git(root, 'clone', '-q', '--template=', repository.directory, checkout);
    const isNew = gitOrNull(checkout, 'rev-parse', '--verify', '-q', `refs/remotes/origin/${branch}`) === null;
    git(checkout, 'checkout', '-q', ...(isNew ? ['-b', branch] : ['-B', branch, `origin/${branch}`]));
    for (const [path, text] of Object.entries(files)) {
      if (text === null) rmSync(join(checkout, path), { recursive: true });
      else {
        rmSync(join(checkout, path), { recursive: true, force: true });
        writeFiles(checkout, { [path]: text });
      }
    }
    git(checkout, 'add', '-A', '-f');
    const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(author) ?? [];
    git(checkout, '-c', `user.name=${name}`, '-c', `user.email=${email}`, 'commit', '-q', '--allow-empty', '-m', message);
    git(checkout, 'push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    return git(checkout, 'rev-parse', 'HEAD');
  };
  const headOf: World['headOf'] = ({ directory }, branch) => gitOrNull(directory, 'rev-parse', '--verify', '-q', `refs/heads/${branch}`);
  const settle = (): void => {
    for (const pull of pullRequests) if (pull.state === 'open' && headOf(pull.source, pull.branch) === null) pull.state = 'closed';
  };
  return {
    installedOn: null,
    pageSize: 100,
    root,
    repositories,
    pullRequests,
    commit,
    headOf,
    settle,
    add(name, files, { isArchived = false, canPush = true, isPrivate = false, parent = null } = {}) {
      const repository = make(name, parent);
      git(root, 'init', '-q', '--bare', '--template=', '-b', 'main', repository.directory);
      configure(repository.directory);
      if (Object.keys(files).length > 0) commit(repository, files, { message: 'First' });
      return Object.assign(repository, { isArchived, canPush, isPrivate });
    },
    find: (name) => repositories.find((one) => one.name.toLowerCase() === name.toLowerCase()),
    fork(repository, name) {
      const fork = make(name, repository);
      git(root, 'clone', '-q', '--bare', '--template=', repository.directory, fork.directory);
      configure(fork.directory);
      return fork;
    },
    fileAt: ({ directory }, branch, path) => gitOrNull(directory, 'show', `refs/heads/${branch}:${path}`),
    merge(pull) {
      const { target, source, branch, base } = pull;
      git(target.directory, 'fetch', '-q', source.directory, `refs/heads/${branch}:refs/pull/${pull.number}/head`);
      git(target.directory, 'update-ref', `refs/heads/${base}`, `refs/pull/${pull.number}/head`);
      pull.state = 'merged';
    },
    deleteBranch(repository, branch) {
      if (!existsSync(repository.directory) || headOf(repository, branch) === null) return false;
      git(repository.directory, 'update-ref', '-d', `refs/heads/${branch}`);
      settle();
      return true;
    },
  };
}
