import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Imports point one way. Each folder or file of `src` may import those named after it, and itself; whoever is not
 * listed may import nothing of the project but `types`. See docs/architecture.md.
 */
const pure = ['types', 'remember', 'lists', 'dockerfile', 'edit', 'ignore', 'manifests', 'images', 'data'];
const model = [...pure, 'context', 'commands', 'build'];
const allowed: Readonly<Record<string, readonly string[]>> = {
  types: [],
  remember: [],
  lists: [],
  data: [],
  dockerfile: ['types', 'remember', 'lists'],
  edit: ['types', 'dockerfile'],
  ignore: ['types'],
  manifests: ['types', 'remember', 'lists'],
  images: ['types', 'data'],
  context: ['types', 'remember', 'ignore'],
  commands: [...pure, 'context', 'build/places'],
  build: model,
  plan: [...model, 'plan'],
  transforms: [...model, 'plan', 'discover/files'],
  report: ['types', 'lists', 'edit/lines', 'plan', 'explain', 'impact', 'verify'],
  discover: [...model],
};

/** The only modules that touch disk or processes. */
const impure = new Set(['src/bulk/bulk.ts', 'src/bulk/clone.ts', 'src/bulk/commit.ts', 'src/bulk/in-shard.ts', 'src/bulk/pool.ts', 'src/bulk/repositories.ts', 'src/bulk/state.ts', 'src/bulk/unfinished.ts', 'src/bulk/worker.ts', 'src/cli/bulk.ts', 'src/report/html.ts', 'src/cli/streams.ts', 'src/cli/fix.ts', 'src/cli/impact.ts', 'src/context/disk.ts', 'src/write.ts', 'src/discover/walk.ts', 'src/context/git.ts', 'src/run.ts', 'src/open.ts', 'src/helper.ts', 'src/targets.ts', 'src/write-plan.ts', 'src/cli/verify.ts', 'src/verify/builder.ts', 'src/verify/copy.ts', 'src/verify/docker.ts', 'src/verify/podman.ts', 'src/verify/program.ts', 'src/verify/recipe.ts', 'src/verify/session.ts', 'src/verify/tar.ts', 'src/verify/verify.ts']);

/** Those of `dockfix pr`. */
const impureForPullRequests = new Set(['src/cli/pr.ts', 'src/pr/marks.ts', 'src/pr/propose.ts', 'src/pr/repository.ts', 'src/pr/token.ts']);

const files = [...sources('src'), ...sources('transforms')];

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

function importsOf(path: string): { target: string; typeOnly: boolean }[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^'";]*?from\s+'([^']+)'/gm)].map((match) => ({ target: match[2] ?? '', typeOnly: match[1] !== undefined }));
}

/** `src/build/run.ts` is part of `build`; `transforms/…` of `transforms`; `src/fix.ts` is itself. */
function partOf(path: string): string {
  if (path.startsWith('transforms/')) return 'transforms';
  return (relative('src', path).split('/')[0] ?? '').replace(/\.ts$/, '');
}

test('imports point one way', () => {
  const wrong: string[] = [];
  for (const path of files) {
    const list = allowed[partOf(path)];
    if (!list) continue;
    for (const { target } of importsOf(path).filter((one) => one.target.startsWith('.'))) {
      const resolved = join(dirname(path), target);
      const part = partOf(resolved);
      const exact = relative('src', resolved).replace(/\.ts$/, '');
      if (part !== partOf(path) && !list.includes(part) && !list.includes(exact)) wrong.push(`${path} imports ${resolved}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('only a few modules touch disk or processes', () => {
  const wrong = files.filter((path) => !impure.has(path) && !impureForPullRequests.has(path) && importsOf(path).some(({ target, typeOnly }) => target.startsWith('node:') && !typeOnly));
  expect(wrong).toEqual([]);
});

test('what checks a move from Alpine asks nothing of what plans it', () => {
  const shared = ['src/build/modulo/words.ts', 'src/build/modulo/runtime.ts', 'src/build/modulo/crossing.ts'];
  const isCheck = (path: string): boolean => path.startsWith('src/build/alpine-check/') || path === 'src/build/modulo.ts';
  const isPlan = (path: string): boolean => (path.startsWith('src/build/modulo/') && !shared.includes(path)) || path.startsWith('transforms/alpine-to-slim') || path.endsWith('apk-to-apt.ts');
  const facts = ['src/data/alpine-purposes.ts', 'src/data/debian-offers.ts'];
  const wrong = files.flatMap((path) => importsOf(path).map(({ target }) => [path, target.startsWith('.') ? join(dirname(path), target) : target] as const)).filter(([path, target]) =>
    (isCheck(path) && isPlan(target)) || (isPlan(path) && (facts.includes(target) || target.startsWith('src/build/alpine-check/'))));
  expect(wrong).toEqual([]);
});

test.each([
  ['dockerfile-ast', 'src/dockerfile/ask-dockerfile-ast.ts'],
  ['unbash', 'src/dockerfile/shell/tree.ts', 'src/dockerfile/shell/words.ts'],
  ['diff', 'src/report/diff.ts'],
  ['smol-toml', 'src/manifests/toml.ts'],
])('%s is imported only where it belongs', (name, ...only) => {
  const users = files.filter((path) => importsOf(path).some(({ target }) => target === name || target.startsWith(`${name}/`)));
  expect(users).toEqual(only);
});

test('nothing is exported by default', () => {
  expect(files.filter((path) => /^export default/m.test(readFileSync(path, 'utf8')))).toEqual([]);
});
