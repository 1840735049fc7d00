/** Runs the command line that was built on the path given, and keeps what V8 compiled for it (see launch.cjs). */
'use strict';

const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { cacheOf, compiled, directory, run, running } = require(join(__dirname, '..', 'dist', 'cli.cjs'));

process.on('exit', () => {
  for (const [name, { script }] of running) writeFileSync(cacheOf(join(directory, name)), script.createCachedData());
});
run('cli.cjs', compiled('cli.cjs'));
