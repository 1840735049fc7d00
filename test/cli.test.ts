import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { refusalReasons } from '../src/types.ts';
import type { Result, Surroundings } from './support/cli.ts';
import { bundleCli, folder, removeTemporaryDirectories, repository, runProgram } from './support/cli.ts';
import type { Schema } from './support/json-schema.ts';
import { validate } from './support/json-schema.ts';

const dockerfile = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n';
const repaired = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\nCMD ["python", "app.py"]\n';
const shop = { 'requirements.txt': 'flask==3.0.0\n', 'app.py': 'print(1)\n', '.dockerignore': '.git\n' };
const project = { Dockerfile: dockerfile, ...shop };
/** What is not the matter here stays out of the way. */
const split = ['--only', 'split-copy'];

let program = '';
beforeAll(async () => {
  program = await bundleCli();
});
afterAll(removeTemporaryDirectories);

function dockfix(args: readonly string[], surroundings: Surroundings): Result {
  return runProgram(process.execPath, [program, ...args], surroundings);
}

function read(...parts: readonly string[]): string {
  return readFileSync(join(...parts), 'utf8');
}

interface Report {
  readonly files: readonly { readonly path: string; readonly status: string; readonly changed: boolean; readonly context: string | null; readonly diff?: string; readonly message?: string; readonly fixes: readonly { readonly transform: string; readonly line: number }[]; readonly heldBack: readonly { readonly transform: string }[]; readonly refusals: readonly { readonly reason: string }[] }[];
  readonly errors: readonly { readonly path: string; readonly code: string; readonly message: string; readonly line?: number }[];
  readonly summary: Readonly<Record<string, number>>;
}

const schema = JSON.parse(read(import.meta.dirname, '..', 'report.schema.json')) as Schema;

/** The JSON of a run, which has to be what the schema says. */
function reportOf(result: Result): Report {
  const value: unknown = JSON.parse(result.out);
  expect(validate(schema, value)).toEqual([]);
  return value as Report;
}

const statuses = (report: Report): string[] => report.files.map(({ path, status }) => `${path} ${status}`);

describe('a first minute', () => {
  test('--version and --help', () => {
    const cwd = folder({});
    expect(dockfix(['--version'], { cwd })).toMatchObject({ code: 0, error: '', out: `${(JSON.parse(read(import.meta.dirname, '..', 'package.json')) as { version: string }).version}\n` });
    const help = dockfix(['--help'], { cwd });
    expect(help).toMatchObject({ code: 0, error: '' });
    for (const option of ['--dry-run', '--write', '--check', '--only', '--skip', '--unsafe', '--option', '--verbose', '--format', '--color', '--version', '--help', '--context', '--stdin-filename', 'explain']) expect(help.out).toContain(option);
    expect(help.out).toMatch(/^ {2}alpine-to-slim .*\n {4}--option alpine-to-slim\.when=reason, always: act only/m);
    expect(dockfix(['explain', '--help'], { cwd }).out).toContain('--changed');
  });

  test('a dry run is the default, prints a diff and nothing else, and changes nothing', () => {
    const cwd = folder(project);
    const bare = dockfix([], { cwd });
    expect(bare.code).toBe(0);
    expect(bare.out).toMatch(/^diff --git a\/Dockerfile b\/Dockerfile\n--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@ /);
    expect(bare.out.split('\n').filter((line) => line !== '' && !/^(?:diff |--- |\+\+\+ |@@ |[ +-])/.test(line))).toEqual([]);
    expect(bare.error).toContain('would fix Dockerfile:4 split-copy (exact)');
    expect(bare.error).toMatch(/\d files? looked at, \d would change/);
    expect(dockfix(['--dry-run', '.'], { cwd })).toMatchObject({ out: bare.out, code: 0 });
    expect(read(cwd, 'Dockerfile')).toBe(dockerfile);
  });

  test('--write does what the dry run shows, and prints nothing to standard output', () => {
    const cwd = folder(project);
    const result = dockfix(['--write', ...split], { cwd });
    expect(result).toMatchObject({ code: 0, out: '' });
    expect(result.error).toContain('fixed Dockerfile:4 split-copy');
    expect(read(cwd, 'Dockerfile')).toBe(repaired);
    expect(dockfix(['--write', ...split], { cwd }).error).toContain('0 changed');
    expect(read(cwd, 'Dockerfile')).toBe(repaired);
  });

  test('--check exits with 1 if --write would change anything', () => {
    const cwd = folder(project);
    expect(dockfix(['--check'], { cwd }).code).toBe(1);
    expect(read(cwd, 'Dockerfile')).toBe(dockerfile);
    dockfix(['--write'], { cwd });
    expect(dockfix(['--check'], { cwd })).toMatchObject({ code: 0, out: '' });
  });

  test('where no Dockerfile is, that is said and is no failure', () => {
    const cwd = folder({ 'README.md': '' });
    const result = dockfix(['.'], { cwd });
    expect(result).toMatchObject({ code: 0, out: '' });
    expect(result.error).toContain('No Dockerfile found.');
    expect(reportOf(dockfix(['--format', 'json'], { cwd })).files).toEqual([]);
  });

  test('the demo project of the README is repaired', () => {
    const result = dockfix(['--format', 'json', 'fixtures/_demo/shop'], { cwd: join(import.meta.dirname, '..') });
    const fixes = reportOf(result).files.flatMap((file) => file.fixes.map((fix) => fix.transform));
    expect(fixes).toEqual(expect.arrayContaining(['dockerignore', 'split-copy']));
  });
});

describe('a fix that is held back of a file that nothing else changes', () => {
  // That a script builds with a file whose name only it knows keeps `.git` in the context, unless somebody asks for it.
  const files = {
    Dockerfile: 'FROM python:3.12\nWORKDIR /srv\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD ["python", "shop.py"]\n',
    '.dockerignore': '**/__pycache__\n**/*.pyc\n**/.venv\n**/venv\n**/.env\n',
    'requirements.txt': 'flask==3.0.3\n',
    'shop.py': 'print(1)\n',
    'scripts/release.sh': 'for kind in web worker; do\n  docker build -f "docker/$kind.dockerfile.tmpl" .\ndone\n',
  };

  test.each([{ verbose: [] }, { verbose: ['--verbose'] }])('is said in words, with what makes it: $verbose', ({ verbose }) => {
    const { code, out, error } = dockfix(verbose, { cwd: repository(files) });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(error).toMatch(/^held back \.dockerignore:6 dockerignore \(unsafe\): \.dockerignore lets \.git through/m);
    expect(error).toMatch(/^ {2}· assumes that nothing reads \.git: scripts\/release\.sh:2: /m);
    expect(error).toMatch(/, 0 would change, 0 fixes\.\n1 unsafe fix held back \(--unsafe\)\.\n$/);
  });

  test('is in the JSON, at the file and in the sum', () => {
    const report = reportOf(dockfix(['--format', 'json'], { cwd: repository(files) }));
    expect(report.files).toMatchObject([{ path: 'Dockerfile', heldBack: [] }, { path: '.dockerignore', status: 'unchanged', changed: false, fixes: [], heldBack: [{ transform: 'dockerignore', safety: 'unsafe' }] }]);
    expect(report.summary).toMatchObject({ changed: 0, fixes: 0, heldBack: 1 });
  });

  test('is made with --unsafe', () => {
    const { out, error } = dockfix(['--unsafe'], { cwd: repository(files) });
    expect(out).toContain('+.git\n');
    expect(error).toMatch(/^would fix \.dockerignore:6 dockerignore \(unsafe\)/m);
    expect(error).not.toContain('held back');
  });
});

test('a run over many Dockerfiles says nothing but what it says of few', () => {
  const names = Array.from({ length: 120 }, (_, number) => `p${number}`).toSorted();
  const root = repository(Object.fromEntries(names.map((name) => [`${name}/Dockerfile`, 'FROM scratch\n'])));
  const { code, out, error } = dockfix(['.'], { cwd: root });
  expect({ code, out, error }).toEqual({ code: 0, out: '', error: '120 files looked at, 0 would change, 0 fixes.\n' });
});

test('a run over a long Dockerfile says nothing but what it says of a short one', () => {
  const root = repository({ Dockerfile: `FROM scratch\n${'# nothing\n'.repeat(2500)}` });
  const { code, out, error } = dockfix(['.'], { cwd: root });
  expect({ code, out, error }).toEqual({ code: 0, out: '', error: '1 file looked at, 0 would change, 0 fixes.\n' });
});

describe('the diff', () => {
  test.each([
    ['line feeds', dockerfile],
    ['CRLF', dockerfile.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${dockerfile}`],
    ['no final newline', dockerfile.trimEnd()],
    ['characters outside ASCII', dockerfile.replace('FROM', '# häuser 🏠\nFROM')],
  ])('with %s: git apply gives the same bytes as --write', (_, text) => {
    const applied = folder({ ...shop, Dockerfile: text });
    const written = folder({ ...shop, Dockerfile: text });
    const { bytes } = dockfix([], { cwd: applied });
    expect(bytes.length).toBeGreaterThan(0);
    expect(runProgram('git', ['apply', '-'], { cwd: applied, input: bytes })).toMatchObject({ code: 0, error: '' });
    dockfix(['--write'], { cwd: written });
    expect(readFileSync(join(applied, 'Dockerfile')).equals(readFileSync(join(written, 'Dockerfile')))).toBe(true);
    expect(readFileSync(join(applied, '.dockerignore')).equals(readFileSync(join(written, '.dockerignore')))).toBe(true);
    expect(read(written, 'Dockerfile')).not.toBe(text);
  });

  test('patch -p1 takes it, a created file included', () => {
    const cwd = folder({ 'my app/Dockerfile': dockerfile, 'my app/requirements.txt': 'flask\n' });
    const { out, bytes } = dockfix([], { cwd });
    expect(out).toContain('new file mode');
    expect(runProgram('patch', ['-p1', '--dry-run'], { cwd, input: bytes }).code).toBe(0);
  });

  test('paths are relative to the current directory, also below the root of a repository', () => {
    const root = repository({ 'a/b/Dockerfile': dockerfile, 'a/b/requirements.txt': 'flask\n', 'a/b/c.py': '' });
    const cwd = join(root, 'a');
    const { bytes, out } = dockfix([], { cwd });
    expect(out).toContain('--- a/b/Dockerfile');
    expect(runProgram('patch', ['-p1', '--dry-run'], { cwd, input: bytes }).code).toBe(0);
    expect(runProgram('git', ['apply'], { cwd, input: bytes }).code).toBe(0);
    expect(read(root, 'a/b/Dockerfile')).toBe(repaired);
    expect(read(root, 'a/b/.dockerignore')).toMatch(/^# /);
  });

  test('files that change together have one place where the diff is to be applied', () => {
    const root = repository({ 'docker/Dockerfile': dockerfile, 'requirements.txt': 'flask\n', 'app.py': '', 'compose.yaml': 'services:\n  x:\n    build:\n      context: .\n      dockerfile: docker/Dockerfile\n' });
    const { bytes, out, error } = dockfix([], { cwd: join(root, 'docker') });
    expect(out).toContain('--- a/docker/Dockerfile');
    expect(out).toContain('+++ b/.dockerignore');
    expect(error).toContain(`git -C ${root} apply`);
    expect(runProgram('patch', ['-p1', '--dry-run'], { cwd: root, input: bytes }).code).toBe(0);
    expect(runProgram('git', ['-C', root, 'apply'], { cwd: root, input: bytes }).code).toBe(0);
    expect(read(root, 'docker/Dockerfile')).toBe(repaired);
    expect(read(root, '.dockerignore')).toMatch(/^# /);
  });

  test('files outside the current directory are relative to their root, and it is said where to apply', () => {
    const root = repository({ 'x/Dockerfile': dockerfile, 'x/requirements.txt': 'flask\n', 'x/.dockerignore': '.git\n', 'y/z': '' });
    const cwd = join(root, 'y');
    const { bytes, out, error } = dockfix(['../x', ...split], { cwd });
    expect(out).toContain('--- a/x/Dockerfile');
    expect(error).toContain(`git -C ${root} apply`);
    expect(runProgram('git', ['-C', root, 'apply'], { cwd, input: bytes }).code).toBe(0);
    expect(read(root, 'x/Dockerfile')).toBe(repaired);
    expect(reportOf(dockfix(['../x', ...split, '--format', 'json'], { cwd })).files[0]?.path).toBe('../x/Dockerfile');
  });

  test('a link inside the root stays, and the diff names its target', () => {
    const cwd = folder({ ...shop, Dockerfile: '-> docker/prod', 'docker/prod': dockerfile });
    const { out } = dockfix(split, { cwd });
    expect(out).toContain('--- a/docker/prod');
    dockfix(['--write', ...split], { cwd });
    expect(lstatSync(join(cwd, 'Dockerfile')).isSymbolicLink()).toBe(true);
    expect(read(cwd, 'docker/prod')).toBe(repaired);
  });
});

describe('options', () => {
  test.each([
    [['--dryrun'], 'unknown option --dryrun (did you mean --dry-run?)'],
    [['--wirte', '.'], 'did you mean --write?'],
    [['--frobnicate'], 'unknown option --frobnicate\n'],
    [['-x'], 'unknown option -x\n'],
    [['--only', 'split'], 'there is no transform split; there are'],
    [['--skip', 'split-cpy'], 'did you mean split-copy?'],
    [['--option', 'split-copy'], 'write transform.key=value'],
    [['--option', 'nothing.key=1'], 'there is no transform nothing'],
    [['--option', 'alpine-to-slim.whn=always'], "alpine-to-slim has no option 'whn'; it has: when (reason, always)\n"],
    [['--option', 'alpine-to-slim.when=always', '--option', 'wheel-packages.mount=maybe'], "wheel-packages.mount cannot be 'maybe'; it can be: always, never\n"],
    [['explain', '--option', 'split-copy.x=1'], "split-copy has no option 'x'; it has none\n"],
    [['--only'], '--only needs a value'],
    [['--format', 'xml'], '--format: "xml" is not one of "text", "json"'],
    [['--color', 'blue'], '--color'],
    [['--write', '--check'], '--write and --check exclude each other'],
    [['--write', '--dry-run'], 'exclude each other'],
    [['-', 'Dockerfile'], 'cannot be combined'],
    [['-', '--write'], 'cannot be written to'],
    [['--stdin-filename', 'x'], 'needs `-`'],
    [['--only', ''], '--only needs a value'],
    [['--only', ','], '--only needs a value'],
    [['--only', 'split-copy', '--skip', 'split-copy'], 'leave no transform'],
    [['explain', '--write'], 'unknown option --write: it belongs to dockfix and dockfix verify\n'],
    [['--commits', '3'], 'unknown option --commits: it belongs to dockfix impact and dockfix pr\n'],
    [['--changed', 'app.py'], 'unknown option --changed: it belongs to dockfix explain\n'],
  ])('%j is refused with exit code 2', (args, message) => {
    const result = dockfix(args, { cwd: folder(project) });
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.error).toContain(message);
  });

  test('a bad option is JSON where JSON was asked for', () => {
    const result = dockfix(['--format', 'json', '--nope'], { cwd: folder({}) });
    expect(result.code).toBe(2);
    expect(reportOf(result).errors).toMatchObject([{ code: 'bad-option' }]);
  });

  test('--only and --skip', () => {
    const cwd = folder({ Dockerfile: dockerfile, 'requirements.txt': 'flask\n' });
    const transforms = (args: readonly string[]): string[] => reportOf(dockfix(['--format=json', ...args], { cwd })).files.flatMap((file) => file.fixes.map((fix) => fix.transform));
    expect(transforms([]).toSorted()).toEqual(['dockerignore', 'split-copy']);
    expect(transforms(['--only', 'split-copy'])).toEqual(['split-copy']);
    expect(transforms(['--only=split-copy,dockerignore']).toSorted()).toEqual(['dockerignore', 'split-copy']);
    expect(transforms(['--skip', 'split-copy'])).toEqual(['dockerignore']);
  });

  test('colours only on a terminal, or with --color always', () => {
    const cwd = folder(project);
    const escape = '\u001B[';
    const plain = dockfix([], { cwd, env: { FORCE_COLOR: '1' } });
    expect(plain.out + plain.error).not.toContain(escape);
    const coloured = dockfix(['--color', 'always'], { cwd, env: { NO_COLOR: '1' } });
    expect(coloured.out).toContain(escape);
    expect(coloured.error).toContain(escape);
    // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character.
    expect(coloured.out.replaceAll(/\u001B\[\d+m/g, '')).toBe(plain.out);
  });

  test('nothing of a repository steers the terminal', () => {
    const name = 'a\u001b]0;x\u0007\nb';
    const cwd = folder({ [`${name}/Dockerfile`]: dockerfile.replace('RUN', 'RUN echo "\u001b[2J" && ./x\u009b1m\rRUN; true\nRUN'), [`${name}/requirements.txt`]: 'flask\n', [`${name}/broken.Dockerfile`]: 'FROM \u001b[2J\nNOPE \u001b[2J\n' });
    for (const words of [['--verbose'], ['--write'], ['--jobs', '1', '.'], ['explain']]) {
      const { out, error } = dockfix([...words, '--color', 'always'], { cwd });
      // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character.
      expect((out + error).replaceAll(/\u001B\[\d+m/g, '')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      expect(out + error).toContain(String.raw`a\u001b]0;x\u0007\nb`);
    }
  });

  test('on a terminal there are colours, unless NO_COLOR is set', () => {
    const cwd = folder(project);
    const onTerminal = (env: Record<string, string>): string => runProgram('script', ['-qec', `${process.execPath} ${program}`, '/dev/null'], { cwd, env: { TERM: 'xterm', ...env } }).out;
    expect(onTerminal({})).toContain('\u001B[');
    expect(onTerminal({ NO_COLOR: '1' })).not.toContain('\u001B[');
    expect(onTerminal({ TERM: 'dumb' })).not.toContain('\u001B[');
  });

  test('a current directory that is gone is no bug', () => {
    const { code, error } = runProgram('sh', ['-c', 'mkdir gone && cd gone && rmdir ../gone && "$0" "$1" .', process.execPath, program], { cwd: folder({}) });
    expect({ code, error }).toEqual({ code: 2, error: 'dockfix: the current directory is gone, or may not be read\nTry dockfix --help.\n' });
  });

  test('nothing of a repository steers a terminal that gets no colours', () => {
    const cwd = folder({ ...project, Dockerfile: `# \u001b]0;x\u0007\n${dockerfile}` });
    const { out } = runProgram('script', ['-qec', `${process.execPath} ${program}`, '/dev/null'], { cwd, env: { TERM: 'xterm', NO_COLOR: '1' } });
    expect(out).toContain(String.raw`# \x1b]0;x\x07`);
    expect(dockfix([], { cwd }).out).toContain('# \u001b]0;x\u0007\n');
  });

  test('what only some projects need is loaded for them alone', () => {
    const loadedFor = (files: Record<string, string>): readonly string[] => {
      const cwd = folder(files);
      const launch = `const { compiled, run, running } = require(${JSON.stringify(program)}); process.argv.splice(1, process.argv.length, 'dockfix'); run('cli.cjs', compiled('cli.cjs')); process.on('exit', () => require('node:fs').writeFileSync('loaded', [...running.keys()].join('\\n')));`;
      expect(runProgram(process.execPath, ['-e', launch], { cwd }).code).toBe(0);
      // What several parts share has no name of its own.
      return read(cwd, 'loaded').split('\n').flatMap((name) => /^(?!cli|main-|chunk-)(.*?)(?:-[A-Z0-9]{8})?\.cjs$/.exec(name)?.[1] ?? []);
    };
    expect(loadedFor(project)).toEqual([]);
    expect(loadedFor({ ...project, 'compose.yaml': 'services: { web: { build: . } }\n' })).toEqual(['discover-compose', 'yaml']);
    expect(loadedFor({ ...project, Dockerfile: dockerfile.replace(/^FROM .*/, 'FROM python:3.12-alpine') })).toEqual(['alpine-to-slim-decide']);
  });

  test('nobody reading standard output is no failure', () => {
    const cwd = folder({});
    for (let index = 0; index < 60; index += 1) {
      mkdirSync(join(cwd, `p${index}`));
      writeFileSync(join(cwd, `p${index}`, 'Dockerfile'), dockerfile);
      writeFileSync(join(cwd, `p${index}`, 'requirements.txt'), 'flask\n');
    }
    const result = runProgram('bash', ['-c', `set -o pipefail; "${process.execPath}" "${program}" 2>err | head -c 10`], { cwd });
    expect(result.code).toBe(0);
    expect(read(cwd, 'err')).not.toContain('EPIPE');
  });

  test('nobody reading standard error is none, either', () => {
    const cwd = folder(project);
    const result = runProgram('bash', ['-c', `{ "${process.execPath}" "${program}" --verbose; echo "code $?" >&3; } 3>code 2> >(exec true)`], { cwd });
    expect(result.out).toBe(dockfix([], { cwd }).out);
    expect(read(cwd, 'code')).toBe('code 0\n');
  });

  // Long enough for every pipe to be full in between.
  const long = `FROM python:3.12-slim\n${'# a comment — of many\n'.repeat(40_000)}`;

  test('a slow reader gets everything, also from a pipe that does not wait for it', () => {
    const cwd = folder({ long });
    // Node.js sets a pipe so and, killed, does not set it back.
    const noWaiting = `"${process.execPath}" -e 'process.stdout.write(""); process.kill(process.pid, "SIGKILL")'`;
    const slowly = `"${process.execPath}" -e 'setTimeout(() => process.stdin.pipe(process.stdout), 300)'`;
    const result = runProgram('bash', ['-c', `{ ${noWaiting}; "${process.execPath}" "${program}" - --only split-copy < long 2>&1; echo "code $?"; } 2>/dev/null | ${slowly}`], { cwd });
    expect(result.out.startsWith(long)).toBe(true);
    expect(result.out.slice(long.length)).toMatch(/^[^\n]*\n?code 0\n$/);
  });

  test.runIf(existsSync('/dev/full'))('a full disk is said, and an error', () => {
    const cwd = folder(project);
    for (const args of ['', '--format json', 'explain', '--help', '--version']) {
      const result = runProgram('bash', ['-c', `"${process.execPath}" "${program}" ${args} > /dev/full`], { cwd });
      expect(result.code).toBe(2);
      expect(result.error.split('\n').filter((line) => line.startsWith('dockfix:'))).toEqual(['dockfix: standard output cannot be written: ENOSPC: no space left on device, write']);
    }
  });
});

describe('the JSON', () => {
  test('says the same for a dry run, a check and a write', () => {
    const run = (mode: string): Report => reportOf(dockfix([mode, '--format', 'json'], { cwd: folder({ Dockerfile: dockerfile, 'requirements.txt': 'flask\n' }) }));
    const dry = run('--dry-run');
    expect(run('--check')).toEqual(dry);
    expect(run('--write')).toEqual(dry);
    expect(statuses(dry)).toEqual(['Dockerfile changed', '.dockerignore created']);
    expect(dry.files.every((file) => file.changed && file.diff !== undefined && file.context === '.')).toBe(true);
    expect(dry.summary).toMatchObject({ files: 2, changed: 2, skipped: 0, failed: 0, fixes: 2 });
    expect(Object.keys(dry)).toEqual(['version', 'files', 'errors', 'summary']);
  });

  test('the diffs in it are those of the text', () => {
    const cwd = folder(project);
    const { files } = reportOf(dockfix(['--format', 'json'], { cwd }));
    expect(files.map((file) => file.diff ?? '').join('')).toBe(dockfix([], { cwd }).out);
  });

  test('the schema knows every refusal reason', () => {
    const listed = JSON.stringify(schema);
    for (const reason of Object.keys(refusalReasons)) expect(listed).toContain(`"${reason}"`);
  });

  test('the validator finds faults', () => {
    const { out } = dockfix(['--format', 'json'], { cwd: folder(project) });
    for (const [from, to] of [['"version": 1', '"version": 2'], ['"status": "changed"', '"status": "new"'], ['"line": 4', '"line": 0'], ['"errors": []', '"mistakes": []'], ['"changed": true', '"changed": "yes"']] as const) {
      expect(out).toContain(from);
      expect(validate(schema, JSON.parse(out.replace(from, to)))).not.toEqual([]);
    }
  });
});

describe('what cannot be handled', () => {
  const inputs: readonly (readonly [code: string, content: string | Uint8Array, line: number | undefined])[] = [
    ['template', 'FROM {{ base }}\n', 1],
    ['template', 'FROM a\n{% if x %}\nRUN b\n{% endif %}\n', 2],
    ['binary', new Uint8Array([70, 82, 79, 77, 0, 1, 2]), undefined],
    ['not-utf8', new Uint8Array([70, 82, 79, 77, 32, 0xe4, 10]), undefined],
    ['too-large', `FROM a\n${'# padding\n'.repeat(550_000)}`, undefined],
    ['syntax', 'FROM a\n\nNONSENSE here\n', 3],
    ['windows', 'FROM alpine\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\n', 2],
  ];

  test.each(inputs)('%s: an error for a named file, skipped for one that was found; the others are done', (code, content, line) => {
    const cwd = folder({ ...project, 'bad/Dockerfile': content });
    const found = dockfix(['.', '--write', '--format', 'json'], { cwd });
    expect(found.code).toBe(0);
    const report = reportOf(found);
    expect(statuses(report)).toContain('bad/Dockerfile skipped');
    expect(report.files.find((file) => file.status === 'skipped')?.message).toBeTruthy();
    expect(report).toMatchObject({ errors: [], summary: { skipped: 1, failed: 0 } });
    expect(found.error).toContain('skipped bad/Dockerfile: ');
    expect(read(cwd, 'Dockerfile')).toBe(repaired);

    writeFileSync(join(cwd, 'Dockerfile'), dockerfile);
    const named = dockfix(['bad/Dockerfile', 'Dockerfile', '--write', '--format', 'json'], { cwd });
    expect(named.code).toBe(2);
    expect(reportOf(named).errors).toMatchObject([{ path: 'bad/Dockerfile', code, ...(line === undefined ? {} : { line }) }]);
    expect(statuses(reportOf(named))).toContain('bad/Dockerfile failed');
    expect(named.error).toContain(line === undefined ? 'error bad/Dockerfile: ' : `error bad/Dockerfile:${line}: `);
    expect(read(cwd, 'Dockerfile')).toBe(repaired);
    expect(readFileSync(join(cwd, 'bad/Dockerfile')).equals(Buffer.from(content))).toBe(true);
  });

  test('quoted braces are no template', () => {
    const cwd = folder({ ...shop, Dockerfile: dockerfile.replace('CMD', `RUN docker inspect -f '{{.State}}' x || true\nCMD`) });
    const result = dockfix(['Dockerfile', '--format', 'json'], { cwd });
    expect(result.code).toBe(0);
    expect(reportOf(result).errors).toEqual([]);
  });

  test.each([
    ['a path that does not exist', ['nowhere'], 'not-found'],
    ['a build context that does not exist', ['Dockerfile', '--context', 'nowhere'], 'not-found'],
    ['a build context outside the root', ['sub', '--context', '/usr'], 'bad-option'],
  ])('%s is an error', (_, args, code) => {
    const cwd = folder({ ...project, 'sub/Dockerfile': 'FROM a\n' });
    const result = dockfix([...args, '--format', 'json'], { cwd });
    expect(result.code).toBe(2);
    expect(reportOf(result).errors).toMatchObject([{ code }]);
  });

  test('a pipe is not waited for', () => {
    const cwd = folder(project);
    expect(runProgram('mkfifo', ['Dockerfile.pipe'], { cwd }).code).toBe(0);
    expect(dockfix(['Dockerfile.pipe'], { cwd })).toMatchObject({ code: 2 });
    expect(dockfix(['.'], { cwd }).code).toBe(0);
  });

  test('a path that does not exist does not keep the others from being done', () => {
    const cwd = folder(project);
    const result = dockfix(['nowhere', 'Dockerfile', '--write', ...split], { cwd });
    expect(result.code).toBe(2);
    expect(result.error).toContain('error nowhere: ');
    expect(read(cwd, 'Dockerfile')).toBe(repaired);
  });

  test('a Dockerfile whose manifest is nowhere is left alone; one whose manifest lies further up has its context there', () => {
    const dockerfile = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r needs.txt\n';
    const cwd = folder({ 'a/Dockerfile': dockerfile, 'a/x.py': '', 'b/docker/Dockerfile': dockerfile, 'b/needs.txt': 'flask==3.0.0\n', '.git/HEAD': 'ref: refs/heads/main\n' });
    const { files } = reportOf(dockfix(['--format', 'json', '--only', 'split-copy'], { cwd }));
    expect(files).toMatchObject([
      { path: 'a/Dockerfile', context: null, refusals: [{ reason: 'context-unknown', line: 4, message: expect.stringContaining('needs.txt is in no directory') }] },
      { path: 'b/docker/Dockerfile', context: 'b', status: 'changed' },
    ]);
  });

  test('a Dockerfile whose sources are nowhere is left alone', () => {
    const cwd = folder({ Dockerfile: 'FROM python:3.12\nCOPY nowhere.txt /\nCOPY . /app\nRUN pip install -r /app/requirements.txt\n' });
    const result = dockfix(['Dockerfile', '--format', 'json'], { cwd });
    expect(result.code).toBe(0);
    expect(reportOf(result).files).toMatchObject([{ status: 'unchanged', context: null, refusals: [{ reason: 'context-unknown', transform: 'dockfix' }] }]);
  });
});

describe('which files', () => {
  test('a directory is searched; what git ignores, templates and documentation are not', () => {
    const cwd = repository({
      '.gitignore': 'ignored/\n',
      'a/Dockerfile': 'FROM a\n',
      'b/prod.dockerfile': 'FROM a\n',
      'c/Containerfile.dev': 'FROM a\n',
      'd/Dockerfile.j2': 'FROM {{ x }}\n',
      'e/Dockerfile.md': '# FROM\n',
      'f/Dockerfile.dockerignore': '*\n',
      'node_modules/x/Dockerfile': 'FROM a\n',
      'venv/Dockerfile': 'FROM a\n',
      'x/.venv/Dockerfile': 'FROM a\n',
      'environment/pyvenv.cfg': '',
      'environment/Dockerfile': 'FROM a\n',
      'image/build-me': 'FROM a\n',
      'compose.yaml': 'services:\n  x:\n    build:\n      context: .\n      dockerfile: image/build-me\n',
    });
    mkdirSync(join(cwd, 'ignored'));
    writeFileSync(join(cwd, 'ignored/Dockerfile'), 'FROM a\n');
    expect(reportOf(dockfix(['--format', 'json'], { cwd })).files.map(({ path }) => path)).toEqual(['a/Dockerfile', 'b/prod.dockerfile', 'c/Containerfile.dev', 'image/build-me']);
  });

  test('a file that is meant more than once is done once', () => {
    const cwd = folder(project);
    expect(statuses(reportOf(dockfix(['.', 'Dockerfile', './Dockerfile', cwd, '--format', 'json', ...split], { cwd })))).toEqual(['Dockerfile changed']);
  });

  test('any name will do for a named file', () => {
    const cwd = folder({ ...shop, 'build-me.txt': dockerfile });
    expect(statuses(reportOf(dockfix(['build-me.txt', '--format', 'json', ...split], { cwd })))).toEqual(['build-me.txt changed']);
  });

  test('a file name may begin with a dash', () => {
    const cwd = folder({ ...shop, '-x': dockerfile });
    expect(statuses(reportOf(dockfix(['--format', 'json', ...split, '--', '-x'], { cwd })))).toEqual(['-x changed']);
  });

  test('compose says which context a Dockerfile has', () => {
    const cwd = repository({ 'docker/Dockerfile': dockerfile, 'svc/requirements.txt': 'flask\n', 'svc/app.py': '', 'svc/.dockerignore': '.git\n', 'compose.yaml': 'services:\n  x:\n    build:\n      context: svc\n      dockerfile: ../docker/Dockerfile\n' });
    expect(reportOf(dockfix(['docker/Dockerfile', '--format', 'json', ...split], { cwd })).files).toMatchObject([{ path: 'docker/Dockerfile', status: 'changed', context: 'svc' }]);
  });

  test('the context is guessed: the nearest directory with all that is copied and all that is installed', () => {
    const sources = repository({ 'docker/Dockerfile': dockerfile.replace('COPY . .', 'COPY src .\nCOPY requirements.txt .\nCOPY . .'), 'requirements.txt': 'flask\n', 'src/a.py': '' });
    expect(reportOf(dockfix(['--format', 'json'], { cwd: sources })).files[0]?.context).toBe('.');
    const manifests = repository({ 'docker/Dockerfile': dockerfile, 'requirements.txt': 'flask\n', 'app.py': '' });
    expect(reportOf(dockfix(['--format', 'json'], { cwd: manifests })).files[0]?.context).toBe('.');
  });

  test('--context says it where nothing else does', () => {
    const cwd = folder({ 'docker/Dockerfile': dockerfile, 'app/requirements.txt': 'flask\n', 'app/.dockerignore': '.git\n' });
    expect(reportOf(dockfix(['docker/Dockerfile', '--context', 'app', '--format', 'json', ...split], { cwd })).files).toMatchObject([{ status: 'changed', context: 'app' }]);
    expect(reportOf(dockfix(['docker', '--context', '.', '--format', 'json', ...split], { cwd })).files[0]?.context).toBe('.');
  });

  test('Dockerfiles that were not meant are left alone, but what they need is not hidden', () => {
    const files = { 'app.py': '', 'requirements.txt': 'flask\n', Dockerfile: dockerfile, 'Dockerfile.logs': 'FROM alpine\nCOPY debug.log /\nRUN cat /debug.log\n', 'debug.log': 'x' };
    const cwd = repository(files);
    const result = dockfix(['Dockerfile', '--write'], { cwd });
    expect(result.code).toBe(0);
    expect(read(cwd, 'Dockerfile.logs')).toBe(files['Dockerfile.logs']);
    expect(read(cwd, '.dockerignore')).not.toContain('*.log');
  });
});

describe('standard input', () => {
  test('prints the rewritten Dockerfile', () => {
    const cwd = folder(shop);
    const result = dockfix(['-', ...split], { cwd, input: dockerfile });
    expect(result).toMatchObject({ code: 0, out: repaired });
    expect(result.error).toContain('split-copy');
  });

  test('keeps bytes: byte order mark, CRLF, no final newline', () => {
    const cwd = folder(shop);
    const input = Buffer.from(`\uFEFF${dockerfile.replaceAll('\n', '\r\n').trimEnd()}`);
    const { bytes } = dockfix(['-', ...split], { cwd, input });
    expect(bytes.toString()).toBe(`\uFEFF${repaired.replaceAll('\n', '\r\n').trimEnd()}`);
  });

  test('the build context in the JSON is relative to the current directory', () => {
    const files = { 'svc/requirements.txt': 'flask\n', 'svc/app.py': '' };
    const contextOf = (cwd: string, args: readonly string[]): unknown => reportOf(dockfix(['-', '--format', 'json', ...split, ...args], { cwd, input: dockerfile })).files[0]?.context;
    const cwd = repository(files);
    expect(contextOf(join(cwd, 'svc'), [])).toBe('.');
    expect(contextOf(cwd, ['--stdin-filename', 'svc/Dockerfile'])).toBe('svc');
  });

  test('--stdin-filename and --context place it', () => {
    const cwd = folder({ 'svc/requirements.txt': 'flask\n', 'svc/.dockerignore': '.git\n', 'docker/x': '' });
    expect(dockfix(['-', ...split, '--stdin-filename', 'svc/Dockerfile'], { cwd, input: dockerfile }).out).toBe(repaired);
    expect(dockfix(['-', ...split, '--stdin-filename', 'docker/Dockerfile', '--context', 'svc'], { cwd, input: dockerfile }).out).toBe(repaired);
    expect(dockfix(['-', ...split, '--stdin-filename', 'docker/Dockerfile', '--context', 'docker'], { cwd, input: dockerfile }).out).toBe(dockerfile);
  });

  test('a fix that needs another file is refused', () => {
    const cwd = folder({ 'requirements.txt': 'flask\n' });
    const result = dockfix(['-', '--format', 'json'], { cwd, input: dockerfile });
    const [file] = reportOf(result).files;
    expect(file?.refusals).toMatchObject([{ reason: 'needs-another-file', transform: 'dockerignore' }]);
    expect(reportOf(result).files).toHaveLength(1);
    expect(() => statSync(join(cwd, '.dockerignore'))).toThrow('ENOENT');
  });

  test('what cannot be handled is printed as it came, with exit code 2', () => {
    const cwd = folder({});
    for (const input of [Buffer.from([0x46, 0, 1]), Buffer.from([0x46, 0xe4, 0x0a]), Buffer.from('FROM {{ x }}\n'), Buffer.from('NONSENSE\n')]) {
      const result = dockfix(['-'], { cwd, input });
      expect(result.code).toBe(2);
      expect(result.bytes.equals(input)).toBe(true);
      expect(result.error).toContain('error Dockerfile');
    }
  });

  test('--check', () => {
    const cwd = folder(shop);
    expect(dockfix(['-', '--check', ...split], { cwd, input: dockerfile }).code).toBe(1);
    expect(dockfix(['-', '--check', ...split], { cwd, input: repaired }).code).toBe(0);
  });

  test('a Dockerfile whose context is not known comes back unchanged', () => {
    const input = 'FROM a\nCOPY nowhere /\n';
    expect(dockfix(['-'], { cwd: folder({}), input })).toMatchObject({ code: 0, out: input });
  });
});

describe('writing', () => {
  test('keeps the mode', () => {
    const cwd = folder(project);
    chmodSync(join(cwd, 'Dockerfile'), 0o640);
    dockfix(['--write', ...split], { cwd });
    expect(statSync(join(cwd, 'Dockerfile')).mode & 0o777).toBe(0o640);
  });

  test.each([
    ['a hard link', 'hard-link', (cwd: string) => linkSync(join(cwd, 'Dockerfile'), join(cwd, 'other'))],
    ['a read-only file', 'read-only', (cwd: string) => chmodSync(join(cwd, 'Dockerfile'), 0o444)],
  ])('%s is said, not written', (_, code, prepare) => {
    const cwd = folder({ ...project, 'p/Dockerfile': dockerfile, 'p/requirements.txt': 'flask\n', 'p/.dockerignore': '.git\n' });
    prepare(cwd);
    const result = dockfix(['--write', '--format', 'json', ...split], { cwd });
    expect(result.code).toBe(2);
    expect(reportOf(result).errors).toMatchObject([{ path: 'Dockerfile', code }]);
    expect(statuses(reportOf(result))).toEqual(expect.arrayContaining(['Dockerfile failed', 'p/Dockerfile changed']));
    expect(read(cwd, 'Dockerfile')).toBe(dockerfile);
    expect(read(cwd, 'p/Dockerfile')).toBe(repaired);
  });

  test('a link that leads out of the root is not followed', () => {
    const outside = folder({ Dockerfile: dockerfile });
    const cwd = repository({ ...shop, Dockerfile: `-> ${outside}/Dockerfile` });
    const found = dockfix(['--write', '--format', 'json'], { cwd });
    expect(found.code).toBe(0);
    const named = dockfix(['--write', '--format', 'json', 'Dockerfile'], { cwd });
    expect(named.code).toBe(2);
    expect(reportOf(named).errors).toMatchObject([{ code: 'outside-root' }]);
    expect(read(outside, 'Dockerfile')).toBe(dockerfile);
  });

  test('a Dockerfile that cannot be written does not keep another one of the same context from being done', () => {
    const cwd = folder({ ...project, 'Dockerfile.dev': dockerfile, '.dockerignore': '# mine\n' });
    chmodSync(join(cwd, 'Dockerfile'), 0o444);
    const result = dockfix(['--write', '--format', 'json'], { cwd });
    expect(result.code).toBe(2);
    expect(statuses(reportOf(result))).toEqual(['Dockerfile failed', 'Dockerfile.dev changed', '.dockerignore changed']);
    expect([read(cwd, 'Dockerfile'), read(cwd, 'Dockerfile.dev')]).toEqual([dockerfile, repaired]);
    expect(read(cwd, '.dockerignore')).not.toBe('# mine\n');
  });

  test('if a Dockerfile cannot be written, what was written for it is put back', () => {
    const ignore = '# mine\n';
    const cwd = folder({ ...project, '.dockerignore': ignore });
    const all = reportOf(dockfix(['--format', 'json'], { cwd }));
    expect(statuses(all)).toEqual(['Dockerfile changed', '.dockerignore changed']);
    chmodSync(join(cwd, 'Dockerfile'), 0o444);
    const result = dockfix(['--write', '--format', 'json'], { cwd });
    expect(result.code).toBe(2);
    expect(statuses(reportOf(result))).toEqual(['Dockerfile failed', '.dockerignore failed']);
    expect(read(cwd, '.dockerignore')).toBe(ignore);
  });
});

describe('explain', () => {
  test('prints the steps and the sentence, before and after', () => {
    const result = dockfix(['explain'], { cwd: folder(project) });
    expect(result).toMatchObject({ code: 0, error: '' });
    expect(result.out).toContain('Step 4 `RUN pip install -r requirements.txt` (line 4) runs again whenever any of 4 files changes, because `COPY . .` (line 3) comes before it.');
    expect(result.out).toContain('After dockfix:');
  });

  test('--changed, relative to the current directory', () => {
    const root = repository({ 'svc/Dockerfile': dockerfile, 'svc/requirements.txt': 'flask\n', 'svc/src/app.py': '', 'svc/.dockerignore': '.git\n' });
    const reruns = (cwd: string, args: readonly string[]): string[] => {
      const parsed = JSON.parse(dockfix(['explain', ...args, '--format', 'json'], { cwd }).out) as { dockerfiles: { path: string; before: { steps: { instruction: string; reruns: boolean }[] }; after: { steps: { instruction: string; reruns: boolean }[] } }[] };
      return (parsed.dockerfiles[0]?.after.steps ?? []).filter((step) => step.reruns).map((step) => step.instruction);
    };
    expect(reruns(join(root, 'svc'), ['--changed', 'src/app.py'])).toEqual(['COPY . .']);
    expect(reruns(root, ['svc', '--changed', 'svc/src'])).toEqual(['COPY . .']);
    expect(reruns(root, ['svc', '--changed', 'svc/requirements.txt', 'svc/src/app.py'])).toEqual(['COPY requirements.txt ./', 'RUN pip install -r requirements.txt', 'COPY . .']);
  });

  test('the JSON has the documented shape', () => {
    const parsed: unknown = JSON.parse(dockfix(['explain', '--format', 'json', '.'], { cwd: folder(project) }).out);
    expect(parsed).toMatchObject({ dockerfiles: [{ path: 'Dockerfile', before: { steps: [{ line: 1, kind: 'from', reads: [], exposedTo: [] }, {}, { reads: ['.'] }, { kind: 'install', reads: ['requirements.txt'], exposedTo: ['.'] }] } }] });
  });

  test('where no Dockerfile is, that is said', () => {
    const result = dockfix(['explain'], { cwd: folder({ 'README.md': '' }) });
    expect(result).toMatchObject({ code: 0, out: '' });
    expect(result.error).toContain('No Dockerfile found.');
  });

  test.each(['explain', 'impact', 'verify'])('./%s is a path, and not the command', (name) => {
    const root = folder({ [`${name}/Dockerfile`]: dockerfile, [`${name}/requirements.txt`]: 'flask\n', 'other/Dockerfile': dockerfile });
    expect(statuses(reportOf(dockfix([...split, '--format', 'json', `./${name}`], { cwd: root })))).toEqual([`${name}/Dockerfile changed`]);
  });

  test('what cannot be explained is an error', () => {
    expect(dockfix(['explain', 'nowhere'], { cwd: folder({}) }).code).toBe(2);
    expect(dockfix(['explain', 'Dockerfile'], { cwd: folder({ Dockerfile: 'FROM {{ x }}\n' }) })).toMatchObject({ code: 2, out: '' });
  });
});
