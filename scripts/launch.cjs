/**
 * Starts the command line: dist/cli.cjs, which is this file. Compiling JavaScript takes longer than the work on a
 * Dockerfile, so the build keeps what V8 made of each script in dist/program (its name with `.cache` instead of `.cjs`).
 * Another version of Node.js does not accept these files and compiles; from 22.1 on, Node.js keeps the result itself, in
 * the system's temporary directory.
 * https://nodejs.org/docs/latest-v20.x/api/vm.html#scriptcreatecacheddata
 */
'use strict';

const { closeSync, fstatSync, openSync, readSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const directory = join(__dirname, 'program');

/** The scripts that were run, by name, with what they export. The build makes what is kept from these. */
const running = new Map();

/** Runs a script, and the rest that it needs. */
function start(name) {
  const script = compiled(name);
  return script.cachedDataRejected === false || !keepsCompiled() ? run(name, script) : require(join(directory, name));
}

/** Does Node.js keep what it compiles? The module that knows takes a millisecond to load. */
function keepsCompiled() {
  const { enableCompileCache } = require('node:module');
  enableCompileCache?.();
  return enableCompileCache !== undefined;
}

function run(name, script) {
  const module = { exports: {} };
  running.set(name, { script, module });
  script.runInThisContext()(module.exports, requireFor, module, join(directory, name));
  return module.exports;
}

/** Scripts name each other `./name.cjs`; all else that they ask for is part of Node.js. */
function requireFor(name) {
  if (!name.startsWith('./')) return require(name);
  const own = name.slice('./'.length);
  return running.has(own) ? running.get(own).module.exports : run(own, compiled(own));
}

function compiled(name) {
  const path = join(directory, name);
  // The scripts are ASCII, which is read faster so.
  return new Script(contentOf(path).latin1Slice(), { filename: path, cachedData: kept(path) });
}

function kept(path) {
  try {
    return contentOf(cacheOf(path));
  } catch {
    return undefined;
  }
}

/** All files are read into the same room, because filling new memory takes longer than reading. */
let room = Buffer.allocUnsafeSlow(2 ** 21);

/** Until the next file is read. */
function contentOf(path) {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > room.length) room = Buffer.allocUnsafeSlow(size);
    let length = 0;
    for (let more = 1; more > 0 && length < size; length += more) more = readSync(file, room, length, size - length, null);
    return room.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function cacheOf(path) {
  return path.replace(/\.cjs$/, '.cache');
}

if (require.main === module) start('cli.cjs');

module.exports = { start, run, compiled, running, cacheOf, directory };
