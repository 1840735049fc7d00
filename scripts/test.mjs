#!/usr/bin/env node
/**
 * What `npm test` runs: lint, types and the tests, whatever of them fails, and at the end a line `N passed, N failed`
 * in which lint and types count as one each. Arguments go to vitest: `npm test -- test/scan.test.ts`.
 *
 *   node scripts/test.mjs --engine     the build tests on a Docker Engine instead (vitest.build.config.ts)
 *   node scripts/test.mjs --podman     those on Podman and Buildah instead (vitest.podman.config.ts)
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const engineConfigs = { '--engine': 'vitest.build.config.ts', '--podman': 'vitest.podman.config.ts' };
const engineConfig = engineConfigs[process.argv[2]];
const vitestArguments = process.argv.slice(engineConfig === undefined ? 2 : 3);

const checks = engineConfig !== undefined
  ? []
  : [
      { name: 'lint', command: ['oxlint', '--deny-warnings'] },
      { name: 'types', command: ['tsc', '--noEmit'] },
    ];

let passed = 0;
let failed = 0;
for (const { name, command } of checks) {
  const ok = run(command) === 0;
  console.log(`${name}: ${ok ? 'passed' : 'FAILED'}`);
  if (ok) passed += 1;
  else failed += 1;
}

const tests = runVitest();
passed += tests.passed;
failed += tests.failed;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs a tool of node_modules with its output visible and gives its exit status; one that cannot start has 127. */
function run([tool, ...args]) {
  const program = join(root, 'node_modules', '.bin', tool);
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error !== undefined) console.error(`${tool}: ${error.message}`);
  return error === undefined ? (status ?? 1) : 127;
}

function runVitest() {
  const scratch = mkdtempSync(join(tmpdir(), 'dockfix-test-'));
  try {
    const reportFile = join(scratch, 'report.json');
    const config = engineConfig === undefined ? [] : ['--config', engineConfig];
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
    const status = run(['vitest', 'run', ...config, ...reporters, ...vitestArguments]);
    return count(readReport(reportFile), status);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * A file that cannot be loaded, a hook that throws and an error outside any test fail a run without failing a test:
 * each such file counts as one failure, and a run that failed has at least one.
 */
function count(report, status) {
  const files = report?.testResults ?? [];
  const hidden = files.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((result) => result.status !== 'failed'),
  );
  const failures = (report?.numFailedTests ?? 0) + hidden.length;
  return { passed: report?.numPassedTests ?? 0, failed: status === 0 ? failures : Math.max(failures, 1) };
}
