/**
 * Starts the command line: dist/cli.cjs, which is this file. Compiling a megabyte of JavaScript takes longer than the
 * work on a Dockerfile, so the build keeps what V8 made of it (dist/dockfix.cache). Another version of Node.js does not
 * accept that file and compiles; from 22.1 on, Node.js keeps the result itself, in the system's temporary directory.
 * https://nodejs.org/docs/latest-v20.x/api/vm.html#scriptcreatecacheddata
 */
'use strict';

const { existsSync, readFileSync } = require('node:fs');
const nodeModule = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const program = join(__dirname, 'dockfix.cjs');
const cache = join(__dirname, 'dockfix.cache');

/** The program, compiled or from what was kept. The build makes what is kept by this function, too. */
function load() {
  // The bundle is ASCII, which is read faster so.
  const script = new Script(nodeModule.wrap(readFileSync(program, 'latin1')), { filename: program, cachedData: existsSync(cache) ? readFileSync(cache) : undefined });
  const start = () => script.runInThisContext()({}, nodeModule.createRequire(program), {}, program, dirname(program));
  return { script, start };
}

if (require.main === module) {
  const { script, start } = load();
  if (script.cachedDataRejected === false || nodeModule.enableCompileCache === undefined) start();
  else {
    nodeModule.enableCompileCache();
    require(program);
  }
}

module.exports = { load, cache };
