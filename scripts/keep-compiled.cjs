/** Runs the command line that was built on the path given, and keeps what V8 compiled for it (see launch.cjs). */
'use strict';

const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { cache, load } = require(join(__dirname, '..', 'dist', 'cli.cjs'));

const { script, start } = load();
process.on('exit', () => writeFileSync(cache, script.createCachedData()));
process.stdout.write = () => true;
start();
