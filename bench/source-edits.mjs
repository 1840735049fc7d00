#!/usr/bin/env node
/**
 * What an edit of the source costs in real repositories: how many of their Dockerfiles install dependencies again after
 * it, for how many dockfix mends that, and why it leaves the others alone. Nothing is built and nothing is written.
 *
 *   node bench/source-edits.mjs [--list] DIRECTORY…   each directory holds git checkouts; --list: a line for each Dockerfile
 *
 * The edit is one of all Python files that git holds but setup.py, replayed as `dockfix impact` replays a commit.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { loadModules } from './parts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const directories = args.filter((arg) => !arg.startsWith('--')).map((directory) => realpathSync(directory));
const repositories = directories.flatMap((directory) => readdirSync(directory).map((name) => realpathSync(join(directory, name)))).filter((path) => existsSync(join(path, '.git')));

const scratch = mkdtempSync(join(tmpdir(), 'dockfix-edits-'));
try {
  const program = await loadModules(['open', 'explain', 'restrict', 'impact/replay', '../transforms/index'], join(root, 'src'), scratch);
  const found = [];
  for (const repository of repositories) found.push(...(await editedDockerfiles(repository, program)));
  print(found);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** What the edit does to each Dockerfile of a repository; one that is built from several contexts is there for each. */
async function editedDockerfiles(repository, { openTargets, comparedBuilds, findingsOf, forMeant, replay, transforms }) {
  const { stdout } = spawnSync('git', ['-C', repository, 'ls-files', '-z', '*.py'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const edited = stdout.split('\0').filter((path) => path !== '' && !/(?:^|\/)setup\.py$/.test(path));
  const edit = { kind: 'history', times: [0], changes: edited.map((path) => ({ path, commits: [0] })), end: null };
  const request = { cwd: repository, paths: ['.'], context: null, mode: 'dry-run', unsafe: false, settings: new Map() };
  const found = [];
  const sink = {
    file: ({ path, status, refusals }) => found.push({ repository, path, status, refusals }),
    error: ({ path, message }) => console.error(`${join(repository, path)}: ${message}`),
    note: () => undefined,
    detail: () => undefined,
    progress: () => undefined,
  };
  for await (const { projects, target } of openTargets(request, sink)) {
    if (target.root !== repository) continue;
    for (const { project, meant } of projects) {
      const builds = comparedBuilds(project, forMeant({ project, meant }, transforms), { unsafe: false });
      for (const build of builds.filter(({ path }) => meant.includes(path))) {
        const { before, after } = replay(build, edit);
        found.push({ repository, path: build.path, status: 'replayed', before, after, ...findingsOf(build) });
      }
    }
  }
  return found;
}

/** What becomes of a Dockerfile, in a word or two. */
function outcomeOf({ status, refusals, before, after, heldBack }) {
  if (status !== 'replayed') return refusals.length > 0 ? `not replayed: ${refusals[0].reason}` : `not replayed: ${status}`;
  if (before.installs === 0) return 'no install';
  if (reruns(before) === 0) return 'installs stay cached';
  if (reruns(after) === 0) return 'mended';
  if (after.installRuns < before.installRuns) return 'mended in part';
  if (heldBack.length > 0) return 'held back';
  return reasonsOf(refusals).length > 0 ? 'refused' : 'missed';
}

/** A `.git` in the build context is no matter of an edit. */
function reruns({ installReruns, onlyForGit }) {
  return installReruns - onlyForGit;
}

/** Why its installs were left where they are. */
function reasonsOf(refusals) {
  return [...new Set(refusals.filter(({ transform }) => transform === 'split-copy' || transform === 'dockfix').map(({ reason }) => reason))];
}

function print(found) {
  const withOutcome = found.map((one) => ({ ...one, outcome: outcomeOf(one) }));
  if (args.includes('--list')) for (const { repository, path, outcome, refusals } of withOutcome) console.log(`${repository} ${path}: ${outcome}${outcome === 'refused' ? ` (${reasonsOf(refusals).join(', ')})` : ''}`);
  console.log(`${repositories.length} repositories, ${new Set(found.map(({ repository, path }) => `${repository} ${path}`)).size} Dockerfiles`);
  table(withOutcome.map(({ outcome }) => outcome));
  console.log('\nRefused, by reason (one with two reasons counts twice):');
  table(withOutcome.filter(({ outcome }) => outcome === 'refused').flatMap(({ refusals }) => reasonsOf(refusals)));
}

function table(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const [word, count] of [...counts].toSorted(([, a], [, b]) => b - a)) console.log(`${String(count).padStart(6)}  ${word}`);
}
