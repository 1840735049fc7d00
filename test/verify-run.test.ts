/** What `verify` says of hidden files and of commands that are run in both images: the parts that need no engine. */
import { describe, expect, test } from 'vitest';

import type { JudgedDifference } from '../src/verify/expected.ts';
import { hiddenFiles, topmostHidden } from '../src/verify/hidden.ts';
import type { Image, ImageConfig, ImageFile } from '../src/verify/image.ts';
import { filesToSearch, mentionsIn } from '../src/verify/mentions.ts';
import type { CommandRun } from '../src/verify/outputs.ts';
import { compareRuns } from '../src/verify/outputs.ts';
import { wordsOf } from '../src/verify/run-commands.ts';
import { contentHash } from '../src/verify/tar.ts';

const config: ImageConfig = { platform: 'linux/amd64', env: new Map(), user: '', workdir: '/app', cmd: null, entrypoint: null, labels: new Map(), ports: [], volumes: [], stopsignal: '', shell: null, healthcheck: '', onbuild: [] };

function image(files: Readonly<Record<string, string | null>>, settings: Partial<ImageConfig> = {}): Image {
  const entries = Object.entries(files).map(([path, text]): readonly [string, ImageFile] => [path, { path, type: text === null ? 'dir' : 'file', mode: 0o644, uid: 0, gid: 0, hash: text ?? '', size: text?.length ?? 0 }]);
  return { files: new Map(entries), config: { ...config, ...settings } };
}

function gone(...paths: readonly string[]): readonly JudgedDifference[] {
  return paths.map((path) => ({ path, what: 'missing', before: '', after: '', expected: true, because: 'hidden-from-context' }));
}

describe('what is gone', () => {
  const before = image({ '/app/.git': null, '/app/.git/HEAD': 'abc', '/app/.git/refs': null, '/app/.git/refs/x': 'y', '/app/Dockerfile': 'FROM', '/app/a.log': 'long', '/app/empty': null });
  const all = gone('/app/.git', '/app/.git/HEAD', '/app/.git/refs', '/app/.git/refs/x', '/app/Dockerfile', '/app/empty');

  test('is summed up by the highest directory that is gone, or that of the file', () => {
    expect(hiddenFiles(all, before)).toEqual({ files: 3, bytes: 8, directories: [{ path: '/app/.git', files: 2, bytes: 4 }, { path: '/app', files: 1, bytes: 4 }] });
    expect(topmostHidden(all)).toEqual(['/app/.git', '/app/Dockerfile', '/app/empty']);
  });
  test('is only what a claim hides', () => {
    expect(hiddenFiles([{ path: '/app/a.log', what: 'missing', before: '', after: '', expected: false, because: null }], before).files).toBe(0);
  });
});

describe('who names what is gone', () => {
  const found = (texts: Readonly<Record<string, string>>, paths: readonly string[], others: readonly string[] = [], settings: Partial<ImageConfig> = {}): readonly string[] => {
    const { files } = image(Object.fromEntries(others.map((path) => [path, ''])));
    const contents = new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
    return mentionsIn({ ...config, ...settings }, contents, paths, files).map(({ file, line, names, package: of }) => `${of === null ? '' : `${of}: `}${file}${line === null ? '' : `:${line}`} ${names}`);
  };

  test.each([
    ["x\nfs.readFileSync('.git/HEAD')", '.git', '2 .git'],
    ["os.path.join(root, '.git', 'HEAD')", '.git', '1 .git'],
    ['\n\n. ./.env', '.env', '3 .env'],
    ["require('dotenv').config()", '.env', '1 dotenv'],
    ['process.loadEnvFile()', '.env.local', '1 loadEnvFile'],
    ["open('docs/a.txt')", 'docs', '1 docs'],
    ['COPY "Dockerfile"', 'Dockerfile', '1 Dockerfile'],
    ['require("./node_modules/x")', 'node_modules', '1 node_modules'],
  ])('%j names %s', (text, name, expected) => expect(found({ '/app/a': text }, [`/app/${name}`])).toEqual([`/app/a:${expected}`]));

  test.each([
    ['https://example.org/a/b.git', '.git'],
    ['.gitignore and .github', '.git'],
    ['process.env.PORT; import.meta.env; a?.env; f().env', '.env'],
    ['cp .env.example x', '.env'],
    ['read the docs', 'docs'],
    ['git describe', '.git'],
    ['\u0000.git', '.git'],
  ])('%j does not name %s', (text, name) => expect(found({ '/app/a': text }, [`/app/${name}`])).toEqual([]));

  test('where the image has git, also who calls it', () => {
    const texts = { '/app/a.py': "check_output(['git', 'describe'])", '/app/b.js': "execSync('git rev-parse HEAD')", '/app/c.txt': 'done with git. widget x' };
    expect(found(texts, ['/app/.git'], ['/usr/bin/git'])).toEqual(['/app/a.py:1 git', '/app/b.js:1 git rev-parse']);
    expect(found(texts, ['/app/.git'])).toEqual([]);
  });
  test('the configuration, then own files, then each package once', () => {
    const texts = { '/app/node_modules/dotenv/a.js': '".env"', '/app/node_modules/dotenv/b.js': '".env"', '/app/x.js': '".env"' };
    expect(found(texts, ['/app/.env'], [], { cmd: ['sh', '-c', '. ./.env; run'] })).toEqual(['cmd .env', '/app/x.js:1 .env', 'dotenv: /app/node_modules/dotenv/a.js:1 .env']);
  });
  test('is looked for in files of the project and in packages, not in prose, ignore files and what the base brings', () => {
    const files = ['/app/a.py', '/app/README.md', '/app/.gitignore', '/srv/sent', '/etc/passwd', '/entry.sh', '/usr/local/lib/python3.11/site-packages/sentry_sdk/utils.py', '/usr/local/lib/python3.11/site-packages/pip/vcs.py', '/usr/local/lib/node_modules/npm/a.js'];
    const one = image(Object.fromEntries(files.map((path) => [path, 'x'])), { entrypoint: ['/entry.sh'] });
    expect([...filesToSearch(one, (path) => path === '/srv/sent').files.keys()]).toEqual(['/app/a.py', '/srv/sent', '/entry.sh', '/usr/local/lib/python3.11/site-packages/sentry_sdk/utils.py']);
    expect(filesToSearch(image({ '/app/large': 'x'.repeat(2 ** 20 + 1) }), () => false)).toMatchObject({ left: 1 });
  });
});

describe('two runs of a command', () => {
  const run = (stdout: string, exitCode: number | null = 0, stderr = ''): CommandRun => ({ exitCode, stdout: output(stdout), stderr: output(stderr) });
  const output = (text: string): CommandRun['stdout'] => ({ text, hash: contentHash(Buffer.from(text, 'latin1')) });

  test('are the same byte for byte', () => {
    expect(compareRuns(run('a\n'), run('a\n'), run('a\n'))).toEqual({ same: true, repeatable: true, diff: '' });
    expect(compareRuns(run('a\nv1\n'), run('a\nv1\n'), run('a\nunknown\n'))).toMatchObject({ same: false, repeatable: true, diff: expect.stringContaining('-v1\n+unknown\n') as string });
    expect(compareRuns(run('a'), run('a'), run('a\n')).same).toBe(false);
    expect(compareRuns(run('', 0, 'a'), run('', 0, 'a'), run('', 0, 'b')).same).toBe(false);
    expect(compareRuns(run('\xff'), run('\xff'), run('\xfe'))).toMatchObject({ same: false, diff: 'stdout differs in bytes that are no text, or after its first megabyte\n' });
  });
  test('that end in another way differ, those that fail in the same way do not', () => {
    expect(compareRuns(run('a'), run('a'), run('a', 1)).same).toBe(false);
    expect(compareRuns(run('a'), run('a'), run('a', null)).same).toBe(false);
    expect(compareRuns(run('a', 1), run('a', 1), run('a', 1)).same).toBe(true);
  });
  test('what differs between two runs of the original is left out, word by word', () => {
    const printed = (time: string, version: string): CommandRun => run(`${time} started version=${version}\nready\n`);
    expect(compareRuns(printed('12:00:01.1', 'v1'), printed('12:00:02.7', 'v1'), printed('12:01:00.0', 'v1'))).toEqual({ same: true, repeatable: false, diff: '' });
    const other = compareRuns(printed('12:00:01.1', 'v1'), printed('12:00:02.7', 'v1'), printed('12:01:00.0', 'none'));
    expect(other).toMatchObject({ same: false, repeatable: false });
    expect(other.diff).not.toMatch(/^[-+]ready/m);
  });
  test('of a number of lines that changes, the lines count that both have', () => {
    const [first, second] = [run('a\ntick 1\nb\n'), run('a\ntick 1\ntick 2\nb\n')];
    expect(compareRuns(first, second, run('a\ntick 1\ntick 2\ntick 3\nb\n')).same).toBe(true);
    expect(compareRuns(first, second, run('tick 1\ntick 2\nb\n'))).toMatchObject({ same: false, diff: expect.stringContaining('-a\n') as string });
  });
});

test('without a shell the words of a command count, and what needs a shell is not tried', () => {
  expect(wordsOf(`/app/run --name 'a b' "c d" e'f'`)).toEqual(['/app/run', '--name', 'a b', 'c d', 'ef']);
  for (const command of ['a | b', 'a > b', 'echo $A', 'a; b', '`a`', 'a "$B"', 'ls *']) expect(() => wordsOf(command), command).toThrow('has no shell');
});
