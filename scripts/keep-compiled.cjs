/**
 * Runs the command line that was built with the words given, and keeps what V8 compiled for it of each script of which
 * nothing was kept before (see launch.cjs).
 */
'use strict';

const { existsSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { cacheOf, compiled, directory, run, running } = require(join(__dirname, '..', 'dist', 'cli.cjs'));

process.on('exit', () => {
  for (const [name, { script }] of running) {
    const cache = cacheOf(join(directory, name));
    if (!existsSync(cache)) writeFileSync(cache, script.createCachedData());
  }
});
run('cli.cjs', compiled('cli.cjs'));
