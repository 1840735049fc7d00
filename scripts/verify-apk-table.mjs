#!/usr/bin/env node
/**
 * Checks that every Debian package that src/data/apk-to-apt.ts names exists.
 *
 *   node scripts/verify-apk-table.mjs                          this machine's package lists (apt-get update first)
 *   node scripts/verify-apk-table.mjs --suite trixie Packages  a Packages index of that suite (not compressed), as from
 *                                                              dists/trixie/main/binary-amd64/ of a Debian mirror
 *
 * Exits 1 if a name is missing, 2 if there is nothing to check against.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const suites = ['bookworm', 'trixie'];

const { suite, file } = readArguments(process.argv.slice(2));
const { real, provided } = readIndex(file === undefined ? availableHere() : readFileSync(file, 'utf8'));
if (real.size === 0) stop('No packages: run `apt-get update`, or give a Packages file.');

const missing = [];
let checked = 0;
for (const { apk, names } of readTable()) {
  for (const name of names) {
    checked += 1;
    // A virtual package can be installed only while one package provides it, so the table should not name one.
    if (provided.has(name) && !real.has(name)) missing.push(`${apk}: ${name} is only a virtual package in ${suite}`);
    else if (!real.has(name)) missing.push(`${apk}: there is no ${name} in ${suite}`);
  }
}
for (const line of missing) console.log(line);
console.log(`${checked} names checked against ${real.size} packages of ${suite}, ${missing.length} missing`);
process.exitCode = missing.length === 0 ? 0 : 1;

function readArguments(args) {
  const option = args.indexOf('--suite');
  const named = option < 0 ? undefined : args[option + 1];
  const others = option < 0 ? args : args.toSpliced(option, 2);
  const chosen = named ?? (others.length === 0 ? codeName() : stop('Say which suite the file is of: --suite trixie'));
  if (!suites.includes(chosen)) stop(`The table has ${suites.join(' and ')}, not ${chosen}.`);
  if (others.length === 0 && chosen !== codeName()) stop(`This machine is not ${chosen}: give a Packages file of it.`);
  return { suite: chosen, file: others[0] };
}

function codeName() {
  return /^VERSION_CODENAME=(\S+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
}

function availableHere() {
  const { status, stdout, error } = spawnSync('apt-cache', ['dumpavail'], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) stop(`apt-cache dumpavail failed: ${error?.message ?? `status ${status}`}`);
  return stdout;
}

function readIndex(text) {
  const real = new Set();
  const provided = new Set();
  for (const [, field, value] of text.matchAll(/^(Package|Provides): (.*)$/gm)) {
    if (field === 'Package') real.add(value);
    else for (const name of value.split(',')) provided.add(name.trim().replace(/[ (].*$/, ''));
  }
  return { real, provided };
}

function readTable() {
  const source = readFileSync(join(root, 'src', 'data', 'apk-to-apt.ts'), 'utf8');
  const literal = /`\n([^`]*)`/.exec(source.slice(source.indexOf('export const')));
  const table = literal?.[1] ?? stop('The table was not found.');
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [apk, , bookworm, trixie] = line.split('\t');
      const packages = suite === 'bookworm' || trixie === '=' ? bookworm : trixie;
      return { apk, names: packages === '-' || packages === 'DROP' ? [] : packages.split(' ') };
    });
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
