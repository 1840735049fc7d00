import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { DockerfileImpact, ImpactReport } from '../src/report/impact.ts';
import { duration, impactReport, impactText } from '../src/report/impact.ts';
import type { Result, Surroundings } from './support/cli.ts';
import { bundleCli, folder, removeTemporaryDirectories, repository, runProgram, writeFiles } from './support/cli.ts';
import type { Schema } from './support/json-schema.ts';
import { validate } from './support/json-schema.ts';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'impact.schema.json'), 'utf8')) as Schema;

let program = '';

beforeAll(async () => {
  program = await bundleCli();
});
afterAll(removeTemporaryDirectories);

function impact(args: readonly string[], surroundings: Surroundings): Result {
  return runProgram(process.execPath, [program, 'impact', ...args], surroundings);
}

/** The JSON of a run, which has to be what the schema says. */
function jsonOf(args: readonly string[], surroundings: Surroundings): ImpactReport & { readonly code: number | null } {
  const { out, code } = impact([...args, '--format', 'json'], surroundings);
  const value = JSON.parse(out) as ImpactReport;
  expect(validate(schema, value)).toEqual([]);
  return { ...value, code };
}

function commit(root: string, files: Readonly<Record<string, string>>): void {
  writeFiles(root, files);
  for (const args of [['add', '-A'], ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'x']]) {
    const { code, error } = runProgram('git', args, { cwd: root });
    if (code !== 0) throw new Error(error);
  }
}

const dockerfile = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["python", "app.py"]\n';
const project = { Dockerfile: dockerfile, 'requirements.txt': 'flask==3.0.3\n', 'app.py': '0' };

const noTime = { installSeconds: null, measured: null };

/** Five commits: three of the source, one of the requirements, one of a file that is there no more. */
function shop(): string {
  const root = repository({ ...project, gone: '0' });
  for (const text of ['1', '2', '3']) commit(root, { 'app.py': text });
  commit(root, { 'requirements.txt': 'flask==3.0.4\n' });
  runProgram('git', ['rm', '-q', 'gone'], { cwd: root });
  commit(root, {});
  return root;
}

/** The directory, with a file more that git does not hold. */
function withFile(root: string, path: string, text: string): string {
  writeFiles(root, { [path]: text });
  return root;
}

describe('dockfix impact', () => {
  test('says how many commits ran the install again, before and after', () => {
    const { code, out, error } = impact(['--install-seconds', '3600'], { cwd: shop() });
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const today = new Date().getUTCFullYear();
    expect(out.replaceAll(new RegExp(`(?:${today}|${today - 1})-\\d\\d-\\d\\d`, 'g'), 'DAY')).toBe(
      [
        'Dockerfile (build context .), 5 commits from DAY to DAY',
        '',
        "5 of the last 5 commits reinstalled all dependencies; with dockfix's changes 1.",
        '',
        '  commits with installs  before   5  ########################################',
        '                         after    1  ########',
        '  steps run again        before  10  ########################################',
        '                         after    7  ############################',
        '',
        "  At 1 h an install that is 5 h; with dockfix's changes 1 h, so 4 h are saved.",
        '',
        '  Files that ran an install again, by number of commits:',
        '  5  .git/index',
        '  3  app.py',
        '  1  gone',
        '  1  requirements.txt  (also after)',
        '',
        '  dockerignore (equivalent): there is no ignore file: .dockerignore is created; the image no longer holds .git and Dockerfile',
        '    · no longer sent with the build context: .git, Dockerfile, .dockerignore, **/__pycache__, **/*.pyc, **/.venv, **/venv',
        '  split-copy (exact): `RUN pip install -r requirements.txt` ran again for every change of the source, because `COPY . .` (line 3) came first; it only needs requirements.txt',
        '',
      ].join('\n'),
    );
  });

  test('as JSON', () => {
    const root = shop();
    const { code, dockerfiles, unreplayed, errors } = jsonOf(['--install-seconds', '2.5'], { cwd: root });
    expect({ code, unreplayed, errors }).toEqual({ code: 0, unreplayed: [], errors: [] });
    const [{ oldest, newest, fixes, ...first } = { oldest: '', newest: '', fixes: [] }] = dockerfiles;
    expect(fixes.map(({ transform, safety, claims }) => [transform, safety, claims.length])).toEqual([['dockerignore', 'equivalent', 1], ['split-copy', 'exact', 0]]);
    expect(first).toEqual({
      path: 'Dockerfile',
      context: '.',
      commits: 5,
      recipeCommits: 0,
      before: { installs: 1, installReruns: 5, installRuns: 5, onlyForGit: 0, stepReruns: 10 },
      after: { installs: 1, installReruns: 1, installRuns: 1, onlyForGit: 0, stepReruns: 7 },
      causes: [
        { file: '.git/index', reruns: 5, rerunsAfter: 0 },
        { file: 'app.py', reruns: 3, rerunsAfter: 0 },
        { file: 'gone', reruns: 1, rerunsAfter: 0 },
        { file: 'requirements.txt', reruns: 1, rerunsAfter: 1 },
      ],
      partBuilds: [],
      changed: true,
      refusals: [],
      heldBack: [],
      savedSeconds: 10,
    });
    expect([oldest, newest]).toEqual([oldest, newest].toSorted());
  });

  test('names folders and submodules with a slash at their end', () => {
    const inner = repository({ 'lib.js': '1' });
    const root = repository({ Dockerfile: 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN ./generate.sh\nRUN cd frontend && npm run build\n', 'generate.sh': 'true', 'frontend/package.json': '{}', 'frontend/src/main.js': '1' });
    runProgram('git', ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'lib'], { cwd: root });
    commit(root, {});
    const [above] = jsonOf([], { cwd: root }).dockerfiles;
    expect(above?.partBuilds).toMatchObject([{ reads: ['frontend/'], supposedIn: 'frontend/', unless: [{ line: 4, instruction: 'RUN ./generate.sh' }] }]);
    expect(above?.causes.map(({ file }) => file)).toContain('lib/');
    const [below] = jsonOf(['../Dockerfile'], { cwd: join(root, 'frontend') }).dockerfiles;
    expect(below?.partBuilds[0]).toMatchObject({ reads: ['./'], supposedIn: './' });
  });

  test('says why dockfix changes nothing', () => {
    const root = repository({ ...project, Dockerfile: dockerfile.replace('RUN pip', 'RUN ./configure\nRUN pip'), '.dockerignore': 'Dockerfile\n.dockerignore\n**/__pycache__\n**/.venv\n**/venv\n.git\n' });
    commit(root, { 'app.py': '1' });
    const { code, out } = impact(['--only', 'split-copy'], { cwd: root });
    expect(code).toBe(0);
    expect(out).toContain('1 of the last 1 commit reinstalled all dependencies.\n');
    expect(out).toMatch(/\n\n {2}dockfix changes nothing here\.\n {2}left alone: line 5, split-copy \[[a-z-]+\]: /);
    expect(out).not.toContain('after');
  });

  test('takes the number of commits and a date', () => {
    const root = shop();
    expect(jsonOf(['--commits', '2'], { cwd: root }).dockerfiles[0]).toMatchObject({ commits: 2, before: { installReruns: 2 }, after: { installReruns: 1 } });
    expect(jsonOf(['--since', '2001-01-01'], { cwd: root }).dockerfiles[0]?.commits).toBe(5);
  });

  test('the last 200 commits, or all since a date; with one `git log`, whatever is asked of it', () => {
    const root = folder({ 'git-log': '' });
    const calls = join(root, 'git-log');
    const git = (args: readonly string[], input = ''): string => runProgram('git', args, { cwd: root, input }).out;
    const at = (day: number): number => 1_700_000_000 + day * 86_400;
    const inline = (path: string, text: string): string => `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
    const files = Object.entries({ ...project, 'api/Dockerfile': dockerfile, 'api/requirements.txt': 'flask==3.0.3\n' }).map(([path, text]) => inline(path, text)).join('');
    git(['init', '-q']);
    git(['fast-import', '--quiet'], Array.from({ length: 251 }, (_, day) => `commit refs/heads/x\ncommitter a <a@b> ${at(day)} +0000\ndata 1\nx\n${day === 0 ? files : inline('app.py', String(day))}`).join(''));
    git(['checkout', '-q', 'x']);
    const programs = folder({ git: `#!/bin/sh\ncase " $* " in *" log "*) echo run >> ${calls};; esac\nexec ${runProgram('sh', ['-c', 'command -v git'], { cwd: root }).out.trim()} "$@"\n` });
    chmodSync(join(programs, 'git'), 0o755);
    const counted = (...args: readonly string[]): readonly number[] => jsonOf(args, { cwd: root, env: { PATH: `${programs}:${process.env['PATH'] ?? ''}` } }).dockerfiles.map(({ commits }) => commits);
    expect(counted()).toEqual([200, 200]);
    expect(readFileSync(calls, 'utf8')).toBe('run\n');
    expect(counted('--since', `${at(41)}`)).toEqual([210, 210]);
    expect(counted('--since', `${at(41)}`, '--commits', '3')).toEqual([3, 3]);
    expect(counted('--commits', '900')).toEqual([250, 250]);
  });

  test('of a Dockerfile below the top, from a directory below the top', () => {
    const root = repository({ 'api/Dockerfile': dockerfile, 'api/requirements.txt': 'flask==3.0.3\n', 'api/app.py': '0', 'web/app.js': '0' });
    commit(root, { 'api/app.py': '1' });
    commit(root, { 'web/app.js': '1' });
    const [only] = jsonOf(['.'], { cwd: join(root, 'api') }).dockerfiles;
    expect(only).toMatchObject({ path: 'Dockerfile', context: '.', commits: 2, before: { installReruns: 1 }, causes: [{ file: 'app.py', reruns: 1 }] });
    const [named] = jsonOf(['api/Dockerfile', '--context', 'api'], { cwd: root }).dockerfiles;
    expect(named).toMatchObject({ path: 'api/Dockerfile', context: 'api', causes: [{ file: 'api/app.py' }] });
  });

  test('of a project that is ignored by the repository around it', () => {
    const root = repository({ '.gitignore': 'mine\n', a: '0' });
    commit(root, { a: '1' });
    writeFiles(join(root, 'mine'), project);
    expect(jsonOf(['mine'], { cwd: root }).dockerfiles).toMatchObject([{ path: 'mine/Dockerfile', commits: 1, before: { installReruns: 0, stepReruns: 0 } }]);
  });

  test('without a history there is nothing to say: exit code 2', () => {
    const root = folder(project);
    const { code, out, error } = impact([], { cwd: root });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toBe('error .: there is no history: the folder is in no git repository [no-history]\n');
    expect(jsonOf([], { cwd: root })).toMatchObject({ code: 2, dockerfiles: [], unreplayed: [{ path: '.', reason: 'no-repository' }], errors: [{ path: '.', code: 'no-history' }] });
    expect(jsonOf([], { cwd: repository(project) })).toMatchObject({ code: 2, unreplayed: [{ reason: 'no-commits' }] });
    expect(impact([], { cwd: shop(), env: { PATH: folder({}) } })).toMatchObject({ code: 2, error: 'error .: git is not installed, so the history cannot be read [no-history]\n' });
  });

  test('but with one beside it the rest is done, and it is said', () => {
    const { code, dockerfiles, unreplayed, errors } = jsonOf([shop(), folder(project)], { cwd: folder({}) });
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(dockerfiles).toHaveLength(1);
    expect(unreplayed).toMatchObject([{ reason: 'no-repository' }]);
    expect(impact([shop(), folder(project)], { cwd: folder({}) }).error).toMatch(/^note \S+: there is no history: the folder is in no git repository\n$/);
  });

  test('a shallow clone', () => {
    const origin = shop();
    const clone = (depth: string): string => {
      const root = folder({});
      runProgram('git', ['clone', '-q', '--depth', depth, `file://${origin}`, '.'], { cwd: root });
      return root;
    };
    const { code, out, error } = impact([], { cwd: clone('3') });
    expect({ code, error }).toEqual({ code: 0, error: 'note .: the clone is shallow: what is older than its 3 commits is not here (git fetch --unshallow gets it)\n' });
    expect(out).toContain('2 of the last 2 commits reinstalled');
    expect(jsonOf([], { cwd: clone('1') })).toMatchObject({ code: 2, unreplayed: [{ reason: 'shallow' }] });
  });

  test('takes the time that verify measured', () => {
    const root = shop();
    const measured = (seconds: readonly [number | null, number | null], more: object = {}): object => ({ path: 'Dockerfile', context: '.', engine: 'docker 26.1.5', touched: 'app.py', before: { warmSeconds: seconds[0] }, after: seconds[1] === null ? null : { warmSeconds: seconds[1] }, ...more });
    const report = (...dockerfiles: readonly object[]): string => JSON.stringify({ version: 1, dockerfiles, errors: [] });
    const run = (text: string): ReturnType<typeof jsonOf> => jsonOf(['--measured', 'verified.json'], { cwd: withFile(root, 'verified.json', text) });
    // Of two targets the one for which less is saved counts; what could not be measured does not.
    const verified = report(measured([100, 1]), measured([40.25, 0.75]), measured([90, null]), measured([1000, 1], { path: 'other/Dockerfile' }));
    expect(run(verified)).toMatchObject({ code: 0, dockerfiles: [{ savedSeconds: 158, measured: { file: 'app.py', before: 40.25, after: 0.75 } }] });
    expect(impact(['--measured', '-'], { cwd: root, input: verified }).out).toContain("\n  Measured: a build after a change of app.py took 40.3 s, and with dockfix's changes 0.8 s. For the 4 commits that no longer run an install that is 3 min.\n");
    const none = impact(['--measured', '-'], { cwd: root, input: report(measured([1, 1], { context: 'other' }), measured([null, 1]), measured([2, 1], { touched: null })) });
    expect(none).toMatchObject({ code: 0, error: 'note --measured: nothing of these Dockerfiles was measured (dockfix verify has to run in the same directory)\n' });
    expect(none.out).not.toContain('Measured');
    expect(run(report())).toMatchObject({ code: 0, dockerfiles: [expect.not.objectContaining({ savedSeconds: expect.anything() as unknown })] });
  });

  test.each([
    ['{', 'verified.json is not what dockfix verify --format json writes'],
    ['null', 'verified.json is not what dockfix verify --format json writes'],
    ['{"version":1,"dockerfiles":[null]}', 'verified.json is not what dockfix verify --format json writes'],
    ['{"version":1,"dockerfiles":[{"path":"Dockerfile","commits":1}],"unreplayed":[],"errors":[]}', 'verified.json is not what dockfix verify --format json writes'],
  ])('%s is no measurement', (text, message) => {
    expect(impact(['--measured', 'verified.json'], { cwd: withFile(shop(), 'verified.json', text) })).toMatchObject({ code: 2, out: '', error: `dockfix: --measured: ${message}\nTry dockfix --help.\n` });
  });

  test('where there is no Dockerfile', () => {
    expect(impact([], { cwd: repository({ a: '0' }) })).toMatchObject({ code: 0, out: '', error: 'note there is no Dockerfile to replay the history for\n' });
  });

  test.each([
    [['--commits', '0'], '--commits: "0" is not a number of commits'],
    [['--commits', '1e3'], '--commits: "1e3" is not a number of commits'],
    [['--commits', '-5'], '--commits: "-5" is not a number of commits'],
    [['--install-seconds', 'long'], '--install-seconds: "long" is not a number of seconds'],
    [['--install-seconds', '0'], '--install-seconds: "0" is not a number of seconds'],
    [['--install-seconds', '1', '--measured', 'a'], '--install-seconds and --measured: one of them, please'],
    [['--measured', 'a'], "--measured: a cannot be read: ENOENT: no such file or directory, open 'a'"],
    [['--since', ' '], '--since: the date is empty'],
    [['--since'], '--since needs a value'],
    [['--write'], 'unknown option --write: it belongs to dockfix and dockfix verify'],
  ])('%j is not understood', (args, message) => {
    const cwd = folder({});
    expect(impact(args, { cwd })).toMatchObject({ code: 2, out: '', error: `dockfix: ${message}\nTry dockfix --help.\n` });
    expect(jsonOf(args, { cwd })).toMatchObject({ code: 2, errors: [{ code: 'bad-option', message }] });
  });

  test('colours only where they are asked for', () => {
    const root = shop();
    expect(impact([], { cwd: root }).out).not.toContain('\u001B');
    expect(impact(['--color', 'always'], { cwd: root }).out).toContain('\u001B[31m####');
  });

  test('its help', () => {
    const { code, out } = impact(['--help'], { cwd: folder({}) });
    expect(code).toBe(0);
    for (const option of ['--commits', '--since', '--install-seconds', '--measured', '--only', '--unsafe', '--context', '--format']) expect(out).toContain(option);
  });
});

describe('the report', () => {
  const none = { installs: 1, installReruns: 0, installRuns: 0, onlyForGit: 0, stepReruns: 0 };
  const one: DockerfileImpact = { path: 'Dockerfile', context: '.', commits: 3, oldest: '2024-01-01T00:00:00.000Z', newest: '2024-01-02T00:00:00.000Z', recipeCommits: 0, before: none, after: none, causes: [], partBuilds: [], changed: false, fixes: [], refusals: [], heldBack: [] };
  const plain = createColors(false);

  test('holds fifty causes as JSON, and ten as text', () => {
    const causes = Array.from({ length: 60 }, (_, index) => ({ file: `f${index}`, reruns: 60 - index, rerunsAfter: 0 }));
    expect(impactReport([{ ...one, causes }], [], [], noTime).dockerfiles[0]?.causes).toEqual(causes.slice(0, 50));
    expect(impactText([{ ...one, causes }], noTime, plain)).toContain('  51  f9\n      and 50 other files\n');
  });
  test('names several installs, and says where there is none', () => {
    const several = impactText([{ ...one, commits: 9, changed: true, before: { ...none, installs: 2, installReruns: 9, installRuns: 18, stepReruns: 40 }, after: { ...none, installs: 2, installReruns: 9, installRuns: 10, stepReruns: 42 } }], noTime, plain);
    expect(several).toContain("18 dependency installs ran again in the last 9 commits; with dockfix's changes 10.");
    expect(several).toContain('  installs run again     before  18  ########################################\n                         after   10  ######################\n');
    const without = impactText([{ ...one, before: { ...none, installs: 0 }, causes: [{ file: 'a', reruns: 1, rerunsAfter: 1 }] }], { installSeconds: 90, measured: null }, plain);
    expect(without).toContain('No step is a dependency install that dockfix knows; all steps are counted.');
    expect(without).toContain('  Files that ran a step again, by number of commits:\n  1  a\n');
  });
  test('does not say the same twice where the changes make no difference', () => {
    const text = impactText([{ ...one, changed: true, recipeCommits: 1 }], { installSeconds: 90, measured: null }, plain);
    expect(text).toContain("dockfix's changes make no difference to these commits.");
    expect(text).toContain('1 commit changed the Dockerfile or its ignore file: all steps count as run again.');
    expect(text).toContain('At 90 s an install that is 0 s.');
  });
  test('says what is only because of .git', () => {
    const before = { installs: 1, installReruns: 3, installRuns: 3, onlyForGit: 2, stepReruns: 6 };
    expect(impactText([{ ...one, before }], noTime, plain)).toContain('  .git is in the build context, and every commit changes it: without it 1 of these commits would have run an install.\n');
  });
  test('names builds of a folder that ran for changes elsewhere', () => {
    const folder = { line: 5, instruction: 'RUN cd frontend && npm ci && npm run build', reads: ['frontend/'], unless: [], reruns: 6, needed: 4, rerunsAfter: 6 };
    const text = impactText([{ ...one, partBuilds: [folder, { ...folder, line: 9, needed: 6 }] }], noTime, plain);
    expect(text).toContain('  Line 5, `RUN cd frontend && npm ci && npm run build`, needs only frontend/: 6 commits ran it again, 4 of them with a change there.\n');
    expect(text).not.toContain('Line 9');
    expect(impactText([{ ...one, partBuilds: [{ ...folder, supposedIn: 'frontend/' }] }], noTime, plain)).toContain('needs only frontend/ if it reads nothing outside frontend/, which dockfix does not know: 6 commits');
    const unless = [{ line: 3, instruction: 'RUN ./configure' }, { line: 4, instruction: 'RUN ./more' }];
    expect(impactText([{ ...one, partBuilds: [{ ...folder, unless: unless.slice(0, 1) }] }], noTime, plain)).toContain('needs only frontend/, unless it uses something that `RUN ./configure` (line 3) makes of other files: 6 commits');
    expect(impactText([{ ...one, partBuilds: [{ ...folder, unless }] }], noTime, plain)).toContain('needs only frontend/, unless it uses something that `RUN ./configure` (line 3) and 1 other step make of other files: 6 commits');
    expect(impactText([{ ...one, partBuilds: [{ ...folder, rerunsAfter: 3 }] }], noTime, plain)).toContain("4 of them with a change there; with dockfix's changes 3.\n");
  });
  test('nothing in a name of a file steers the terminal', () => {
    const text = impactText([{ ...one, causes: [{ file: 'a\u001B[2Jb\u202E\nc', reruns: 1, rerunsAfter: 0 }] }], noTime, plain);
    expect(text).toContain(String.raw`  1  "a\u001b[2Jb\u202e\nc"`);
  });
  test.each([
    [0, '0 s'],
    [7.25, '7.3 s'],
    [119, '119 s'],
    [600, '10 min'],
    [3600, '1 h'],
    [16_260, '4 h 31 min'],
    [-16_260, '-4 h 31 min'],
    [400_000, '111 h 7 min'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
