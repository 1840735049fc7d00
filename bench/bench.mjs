#!/usr/bin/env node
/**
 * Measures dockfix against `node -e 0` and against reading the same files, and says where a target is missed. Times are
 * the least of several runs, because other work on a machine only ever adds. CPU time (user and system, children
 * included) is printed beside the time on the clock: on a busy machine it says more. Needs bash and git.
 *
 *   node bench/bench.mjs [part…]      parts: start, many, bulk, long, parts (default: all)
 *   node bench/bench.mjs --cli=FILE   another build of the command line
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { folders, longDockerfiles, longProject, oneProject, repositories } from './inputs.mjs';
import { measureParts } from './parts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const chosen = args.filter((arg) => !arg.startsWith('--'));
const cli = args.find((arg) => arg.startsWith('--cli='))?.slice('--cli='.length) ?? join(root, 'dist', 'cli.cjs');
const isChosen = (part) => chosen.length === 0 || chosen.includes(part);

// Where a machine sets it, each start of Node.js reads certificates, which is no work of dockfix.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const scratch = mkdtempSync(join(tmpdir(), 'dockfix-bench-'));
try {
  await measureAll();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function measureAll() {
  console.log(`Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${process.platform}\n`);
  const node = least(15, ['-e', '0']);
  console.log(`node -e 0: ${milliseconds(node.wall)}, CPU ${milliseconds(node.cpu)}\n`);
  if (isChosen('start')) measureStart(node);
  if (isChosen('many')) measureMany(node);
  if (isChosen('bulk')) measureBulk();
  if (isChosen('long')) measureLong(node);
  if (isChosen('parts')) await measureParts(join(root, 'src'), scratch);
}

function measureStart(node) {
  const project = join(scratch, 'one');
  oneProject(project);
  console.log('One small project');
  const reading = least(15, [readScript(), project]);
  for (const [name, arguments_] of [['--version', ['--version']], ['--help', ['--help']], ['an empty directory', [emptyDirectory()]]]) row(name, least(15, [cli, ...arguments_]), node, null);
  const run = least(25, [cli, '--dry-run', project]);
  row('--dry-run', run, node, reading);
  verdict('over node -e 0', Math.min(run.wall - node.wall, run.cpu - node.cpu), 45);
}

function measureMany(node) {
  for (const { name, make, target } of [{ name: 'folders of one repository', make: folders, target: 2000 }, { name: 'repositories', make: repositories, target: 6000 }]) {
    console.log(`Projects as ${name}`);
    const times = [250, 1000].map((count) => {
      const directory = join(scratch, `${make.name}-${count}`);
      mkdirSync(directory);
      make(directory, count);
      const run = least(3, [cli, '--dry-run', directory]);
      row(`${count}`, run, node, least(3, [readScript(), directory]));
      return run;
    });
    const [few, all] = times;
    verdict('1,000', Math.min(all.wall, all.cpu), target);
    verdict('1,000 against 250 (4 is linear), times', (all.cpu - node.cpu) / (few.cpu - node.cpu), 5, '×');
    verdict('memory of 1,000', peakMemory([cli, '--dry-run', join(scratch, `${make.name}-1000`)]), 300, ' MB');
  }
  const inside = join(scratch, 'folders-1000', 'projects', 'p1');
  row('one of 1,000 folders, from inside', least(5, [cli, '--dry-run'], inside), node, null);
  const named = Array.from({ length: 1000 }, (_, number) => join(scratch, 'folders-1000', 'projects', `p${number}`, 'Dockerfile'));
  row('1,000 Dockerfiles of one repository, each named', least(3, [cli, '--dry-run', ...named]), node, null);
}

/** Many repositories in worker threads. One worker already has help: V8 compiles and collects garbage in other threads. */
function measureBulk() {
  console.log('Repositories in worker threads');
  const directory = join(scratch, 'bulk');
  mkdirSync(directory);
  repositories(directory, 2000);
  const names = readdirSync(directory).map((name) => join(directory, name));
  const call = (jobs, count) => [cli, '--format', 'json', `--jobs=${jobs}`, ...names.slice(0, count)];
  const one = least(2, call(1, 1000));
  for (const jobs of new Set([1, 2, cpus().length])) {
    const run = jobs === 1 ? one : least(2, call(jobs, 1000));
    console.log(`  ${`1,000 repositories, ${jobs} at once`.padEnd(40)} ${milliseconds(run.wall).padStart(9)}  CPU ${milliseconds(run.cpu).padStart(8)}  ${Math.round(1_000_000 / run.wall)} a second, ${(one.wall / run.wall).toFixed(1)} × one at once`);
  }
  const [few, all] = [500, 2000].map((count) => peakMemory(call(2, count)));
  console.log(`  memory of 500: ${Math.round(few)} MB`);
  verdict('memory of 2,000', all, 350, ' MB');
}

function measureLong(node) {
  console.log('A Dockerfile of 10,000 lines, or of 100 stages');
  for (const [name, dockerfile] of Object.entries(longDockerfiles)) {
    const directory = join(scratch, `long-${name.replaceAll(' ', '-')}`);
    longProject(directory, dockerfile);
    const run = least(3, [cli, '--dry-run', directory]);
    row(name, run, node, null);
    verdict(name, Math.min(run.wall, run.cpu), 1000);
  }
}

function emptyDirectory() {
  const directory = join(scratch, 'empty');
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** A program that reads all files of a directory, but for those of git. */
function readScript() {
  const file = join(scratch, 'read.mjs');
  writeFileSync(
    file,
    `import { readdirSync, readFileSync } from 'node:fs';
const pending = [process.argv[2]];
for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
  for (const entry of readdirSync(at, { withFileTypes: true })) {
    if (entry.isFile()) readFileSync(at + '/' + entry.name, 'utf8');
    else if (entry.name !== '.git') pending.push(at + '/' + entry.name);
  }
}
`,
  );
  return file;
}

/** The least time on the clock, and the least CPU time, of several runs; in milliseconds. */
function least(times, nodeArguments, cwd = scratch) {
  const runs = Array.from({ length: times }, () => once(nodeArguments, cwd));
  return { wall: Math.min(...runs.map(({ wall }) => wall)), cpu: Math.min(...runs.map(({ cpu }) => cpu)) };
}

function once(nodeArguments, cwd) {
  const { status, stderr, error } = spawnSync('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" > /dev/null 2>&1', 'bash', process.execPath, ...nodeArguments], { cwd, env, encoding: 'utf8' });
  const [wall, user, system] = (stderr ?? '').trim().split(/\s+/).map((seconds) => Number(seconds.replace(',', '.')) * 1000);
  if (error !== undefined || status !== 0 || system === undefined) throw new Error(`${nodeArguments.join(' ')}: ${error?.message ?? `exit code ${status} ${stderr}`}`);
  return { wall, cpu: user + system };
}

/** In megabytes. */
function peakMemory(nodeArguments) {
  const file = join(scratch, 'peak.txt');
  const preload = join(scratch, 'peak.mjs');
  writeFileSync(preload, `import { writeFileSync } from 'node:fs';\nprocess.on('exit', () => writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));\n`);
  once(['--import', preload, ...nodeArguments], scratch);
  return Number(readFileSync(file, 'utf8')) / 1024;
}

function row(name, { wall, cpu }, node, reading) {
  const toReading = reading === null ? '' : `, ${(wall / reading.wall).toFixed(1)} × reading its files`;
  console.log(`  ${name.padEnd(40)} ${milliseconds(wall).padStart(9)}  CPU ${milliseconds(cpu).padStart(8)}  ${(wall / node.wall).toFixed(1)} × node -e 0${toReading}`);
}

function verdict(name, value, target, unit = ' ms') {
  const written = unit === '×' ? value.toFixed(1) : Math.round(value);
  console.log(`  ${value <= target ? 'ok    ' : 'MISSED'} ${name}: ${written}${unit}, target ${target}${unit}`);
}

function milliseconds(value) {
  return `${Math.round(value)} ms`;
}
