import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openContext } from '../src/context/context.ts';
import { diskTree, largestFile, readSource, repositoryRoot } from '../src/context/disk.ts';
import { pathsInIndex } from '../src/context/git-index.ts';
import { memoryTree } from '../src/context/memory.ts';
import { findTargets } from '../src/targets.ts';

const made: string[] = [];

afterEach(() => {
  for (const dir of made.splice(0)) fs.rmSync(dir, { recursive: true, force: true });
});

/** A new directory with these files. */
function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'dockfix-disk-')));
  made.push(dir);
  write(dir, files);
  return dir;
}

function write(dir: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    fs.writeFileSync(path.join(dir, name), content);
  }
}

function git(dir: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...identity, ...args], { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function repository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const dir = folder(files);
  git(dir, 'init', '-q');
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '--allow-empty', '-m', 'first');
  return dir;
}

/** Runs with changed environment variables. */
function withEnvironment<Value>(changes: Readonly<Record<string, string>>, run: () => Value): Value {
  const before = { ...process.env };
  Object.assign(process.env, changes);
  try {
    return run();
  } finally {
    process.env = before;
  }
}

/** A directory with a `git` that notes that it ran, and then does what git does. */
function spyingGit(): { readonly bin: string; readonly calls: () => number } {
  const bin = folder();
  const log = path.join(bin, 'log');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  fs.writeFileSync(path.join(bin, 'git'), `#!/bin/sh\necho "$@" >> '${log}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  return { bin, calls: () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n').length : 0) };
}

describe('files', () => {
  test('kinds, texts and names', () => {
    const dir = folder({ 'b/c.txt': 'text', a: '', '.hidden': 'x' });
    fs.chmodSync(path.join(dir, 'a'), 0o755);
    const tree = diskTree(dir);
    expect(['', 'a', 'b', 'b/c.txt', 'b/none', 'a/below', 'none'].map(tree.kind)).toEqual(['directory', 'file', 'directory', 'file', 'absent', 'absent', 'absent']);
    expect(tree.read('b/c.txt')).toBe('text');
    expect(tree.read('a')).toBe('');
    expect(tree.read('b')).toBeUndefined();
    expect(tree.list('')).toEqual(['.hidden', 'a', 'b']);
    expect(tree.list('a')).toEqual([]);
    expect([tree.executable('a'), tree.executable('b/c.txt'), tree.executable('b'), tree.executable('none')]).toEqual([true, false, false, false]);
  });

  test.each(['../x', 'b/../a', '/etc/passwd', './a', 'a/', 'b//c', 'a\0', 'x'.repeat(5000), 'x/'.repeat(100_000) + 'x'])('%.20j is no path', (odd) => {
    const tree = diskTree(folder({ a: 'x', 'b/c': 'x' }));
    expect([tree.kind(odd), tree.read(odd), tree.list(odd), tree.executable(odd)]).toEqual(['absent', undefined, [], false]);
  });

  test('a root that does not exist is empty', () => {
    const tree = diskTree(path.join(folder(), 'none'));
    expect([tree.kind(''), tree.kind('a'), tree.read('a'), tree.list('')]).toEqual(['absent', 'absent', undefined, []]);
  });

  test('links: followed inside the root, never out of it', () => {
    const outside = folder({ 'secret/key': 'secret' });
    const dir = folder({ 'a/b': 'text', 'c/d': 'other' });
    const link = (target: string, name: string): void => fs.symlinkSync(target, path.join(dir, name));
    link('b', 'a/file');
    link('../c', 'a/up');
    link(path.join(dir, 'a'), 'absolute');
    link('loop', 'loop');
    link('none', 'dangling');
    link(path.join(outside, 'secret'), 'out');
    link(path.join(outside, 'secret/key'), 'key');
    link('out', 'twice');
    link('..', 'parent');
    const tree = diskTree(dir);
    expect(['a/file', 'a/up', 'absolute', 'loop', 'dangling', 'out', 'key', 'twice', 'parent'].map(tree.kind)).toEqual(Array.from({ length: 9 }, () => 'link'));
    expect([tree.read('a/file'), tree.read('a/up/d'), tree.read('absolute/b'), tree.list('a/up')]).toEqual(['text', 'other', 'text', ['d']]);
    for (const inside of ['loop', 'dangling', 'out', 'out/key', 'key', 'twice/key', `parent/${path.basename(dir)}/a/b`]) expect(tree.read(inside)).toBeUndefined();
    expect([tree.kind('out/key'), tree.list('out'), tree.list('twice'), tree.list('parent')]).toEqual(['absent', [], [], []]);
  });

  test('the root itself may be reached through a link', () => {
    const dir = folder({ 'real/a': 'text' });
    fs.symlinkSync('real', path.join(dir, 'link'));
    expect(diskTree(path.join(dir, 'link')).read('a')).toBe('text');
  });

  test('pipes and names that are not UTF-8 are not there', () => {
    const dir = folder({ a: 'x', 'ok-\u{FFFD}': 'a real replacement character' });
    execFileSync('mkfifo', [path.join(dir, 'pipe')]);
    fs.writeFileSync(Buffer.concat([Buffer.from(`${dir}/bad-`), Buffer.from([0xff])]), 'x');
    const tree = diskTree(dir);
    expect(tree.list('')).toEqual(['a', 'ok-\u{FFFD}']);
    expect([tree.kind('pipe'), tree.read('pipe')]).toEqual(['absent', undefined]);
  });

  test('what is not text is not read', () => {
    const tree = diskTree(folder({ nul: 'a\0b', latin: new Uint8Array([0xe9]), large: 'x'.repeat(largestFile + 1), limit: 'x'.repeat(largestFile), bom: '\uFEFFx' }));
    expect(['nul', 'latin', 'large'].map(tree.read)).toEqual([undefined, undefined, undefined]);
    expect(tree.read('limit')?.length).toBe(largestFile);
    expect(tree.read('bom')).toBe('\uFEFFx');
  });

  test('UTF-16 is read where a byte order mark says so, and by nobody who did not ask', () => {
    const little = Buffer.from('\uFEFFflask==3\r\n', 'utf16le');
    const tree = diskTree(folder({ little, big: Buffer.from(little).swap16(), bare: Buffer.from('flask', 'utf16le'), odd: little.subarray(0, 5), lone: Buffer.from('\uFEFF\uD800', 'utf16le') }));
    expect(['little', 'big', 'bare', 'odd', 'lone', 'missing'].map((path) => tree.readUtf16?.(path))).toEqual(['flask==3\r\n', 'flask==3\r\n', undefined, undefined, undefined, undefined]);
    expect(['little', 'big'].map(tree.read)).toEqual([undefined, undefined]);
  });

  test('a tree remembers what it has read', () => {
    const dir = folder({ a: 'old' });
    const tree = diskTree(dir);
    expect(tree.read('a')).toBe('old');
    fs.writeFileSync(path.join(dir, 'a'), 'new');
    expect(tree.read('a')).toBe('old');
    expect(diskTree(dir).read('a')).toBe('new');
  });

  test('disk and memory answer alike', () => {
    const files = { a: 'x', 'b/c': 'y', 'b/d/e': 'z' };
    const links = { 'b/l': 'd', m: 'b/l', 'b/f': '../a', n: 'none' };
    const dir = folder(files);
    for (const [name, target] of Object.entries(links)) fs.symlinkSync(target, path.join(dir, name));
    const [disk, memory] = [diskTree(dir), memoryTree(files, { links })];
    for (const one of ['', 'a', 'b', 'b/c', 'b/l', 'b/l/e', 'm', 'm/e', 'm/none', 'b/f', 'b/f/x', 'n', 'n/x']) {
      expect([one, disk.kind(one), disk.read(one), disk.list(one)]).toEqual([one, memory.kind(one), memory.read(one), memory.list(one)]);
    }
  });
});

describe('readSource', () => {
  test('text comes with what a writer needs', () => {
    const dir = folder({ Dockerfile: '\uFEFFFROM x\r\n' });
    fs.symlinkSync('Dockerfile', path.join(dir, 'link'));
    fs.linkSync(path.join(dir, 'Dockerfile'), path.join(dir, 'hard'));
    const source = readSource(path.join(dir, 'link'), dir);
    const { mode, mtimeMs, size, ino } = fs.statSync(path.join(dir, 'Dockerfile'));
    expect(source).toEqual({ kind: 'text', text: '\uFEFFFROM x\r\n', stat: { mode, mtimeMs, size, ino, nlink: 2 }, realPath: path.join(dir, 'Dockerfile') });
  });

  test('why not', () => {
    const outside = folder({ x: 'x' });
    const dir = folder({ nul: '\0', latin: new Uint8Array([0x61, 0xe9]), large: 'x'.repeat(largestFile + 1), 'dir/x': '' });
    execFileSync('mkfifo', [path.join(dir, 'pipe')]);
    fs.symlinkSync(path.join(outside, 'x'), path.join(dir, 'out'));
    fs.symlinkSync('none', path.join(dir, 'dangling'));
    fs.symlinkSync('loop', path.join(dir, 'loop'));
    const code = (name: string): string => {
      const source = readSource(path.join(dir, name), dir);
      return source.kind === 'text' ? 'text' : source.code;
    };
    expect(['nul', 'latin', 'large', 'dir', 'pipe', 'out', 'dangling', 'loop', 'none', 'nul/x', 'x'.repeat(5000)].map(code)).toEqual([
      'binary', 'not-utf8', 'too-large', 'not-a-file', 'not-a-file', 'outside-root', 'missing', 'missing', 'missing', 'missing', 'missing',
    ]);
    expect(readSource(path.join(dir, 'out')).kind).toBe('text');
    expect(readSource(`${dir}/a\0`).kind).toBe('unreadable');
  });

  test('a directory that was named and may not be read is an error', async () => {
    const dir = folder({ 'locked/Dockerfile': 'FROM a\n' });
    fs.chmodSync(dir, 0o755);
    fs.chmodSync(path.join(dir, 'locked'), 0o000);
    const superuser = process.geteuid?.() === 0;
    if (superuser) process.seteuid?.(65_534);
    try {
      expect(await findTargets(dir, ['locked'], null)).toEqual({ targets: [], errors: [{ path: 'locked', code: 'unreadable', message: 'permission denied' }] });
    } finally {
      if (superuser) process.seteuid?.(0);
      fs.chmodSync(path.join(dir, 'locked'), 0o755);
    }
  });

  test('a file that may not be read', () => {
    const dir = folder({ a: 'x', 'locked/b': 'x' });
    fs.chmodSync(dir, 0o755);
    fs.chmodSync(path.join(dir, 'a'), 0o000);
    fs.chmodSync(path.join(dir, 'locked'), 0o000);
    const look = (): unknown => {
      const tree = diskTree(dir);
      return [readSource(path.join(dir, 'a')), readSource(path.join(dir, 'locked/b')), tree.read('a'), tree.list('locked'), tree.kind('locked/b')];
    };
    // The superuser may read everything, so look with other eyes.
    const superuser = process.geteuid?.() === 0;
    if (superuser) process.seteuid?.(65_534);
    try {
      const denied = { kind: 'unreadable', code: 'permission', message: 'permission denied' };
      expect(look()).toEqual([denied, denied, undefined, [], 'absent']);
    } finally {
      if (superuser) process.seteuid?.(0);
      fs.chmodSync(path.join(dir, 'locked'), 0o755);
    }
  });
});

describe('git', () => {
  test('files, and directories with files in them', () => {
    const dir = repository({ a: 'x', 'b/c': 'x', '.gitignore': 'ignored' });
    write(dir, { new: 'x', 'b/new': 'x', 'junk/x': 'x', ignored: 'x' });
    fs.rmSync(path.join(dir, 'a'));
    const tree = diskTree(dir);
    expect(['', 'a', 'b', 'b/c', 'new', 'b/new', 'junk', 'junk/x', 'ignored', '.git', 'none'].filter(tree.tracked)).toEqual(['', 'a', 'b', 'b/c']);
    const context = openContext(tree, '', null);
    expect(['b/c', 'new', 'junk', '.git', 'a', 'none'].map(context.has)).toEqual(['yes', 'maybe', 'maybe', 'maybe', 'maybe', 'no']);
  });

  test('a folder inside a repository; a staged file counts', () => {
    const dir = repository({ 'web/a': 'x', 'api/b': 'x' });
    write(dir, { 'web/staged': 'x', 'web/new': 'x' });
    git(dir, 'add', 'web/staged');
    const tree = diskTree(path.join(dir, 'web'));
    expect(['a', 'staged', 'new', 'b', 'web/a'].filter(tree.tracked)).toEqual(['a', 'staged']);
  });

  test('odd names', () => {
    const dir = repository({ 'é "q"\n\t\\x': 'x' });
    fs.writeFileSync(Buffer.concat([Buffer.from(`${dir}/bad-`), Buffer.from([0xff])]), 'x');
    git(dir, 'add', '-A');
    const tree = diskTree(dir);
    expect(tree.tracked('é "q"\n\t\\x')).toBe(true);
    expect(tree.tracked('bad-\u{FFFD}')).toBe(false);
  });

  test('outside a repository everything counts; so it does where git holds nothing', () => {
    expect(diskTree(folder({ a: 'x' })).tracked('a')).toBe(true);
    const fresh = folder({ a: 'x' });
    git(fresh, 'init', '-q');
    expect(diskTree(fresh).tracked('a')).toBe(true);
    expect(openContext(diskTree(fresh), '', null).has('none')).toBe('no');
  });

  test('without git everything counts; with a repository that git cannot read, nothing', () => {
    const dir = repository({ a: 'x' });
    write(dir, { new: 'x' });
    expect(withEnvironment({ PATH: '/nonexistent' }, () => diskTree(dir).tracked('new'))).toBe(true);
    fs.writeFileSync(path.join(dir, '.git/index'), 'broken');
    expect(diskTree(dir).tracked('a')).toBe(false);
  });

  test('what is in a submodule is held by it', () => {
    const library = repository({ 'x/y': 'x' });
    const dir = repository({ a: 'x' });
    git(dir, 'submodule', '--quiet', 'add', library, 'lib/sub');
    write(dir, { 'lib/new': 'x' });
    const tree = diskTree(dir);
    expect(['lib', 'lib/sub', 'lib/sub/x', 'lib/sub/x/y', 'lib/new', 'a/x'].filter(tree.tracked)).toEqual(['lib', 'lib/sub', 'lib/sub/x', 'lib/sub/x/y']);
    expect(openContext(tree, 'lib', null).has('sub/x')).toBe('yes');
    expect(repositoryRoot(path.join(dir, 'lib/sub/x'))).toBe(path.join(dir, 'lib/sub'));
    // Inside it, its own repository is asked.
    expect(['x/y', 'new'].filter(diskTree(path.join(dir, 'lib/sub')).tracked)).toEqual(['x/y']);
  });

  test('a repository inside another that does not hold it is untracked', () => {
    const dir = repository({ a: 'x' });
    write(dir, { 'nested/b': 'x' });
    git(path.join(dir, 'nested'), 'init', '-q');
    expect(['a', 'nested', 'nested/b'].filter(diskTree(dir).tracked)).toEqual(['a']);
  });

  test('worktrees', () => {
    const dir = repository({ a: 'x' });
    const other = path.join(folder(), 'tree');
    git(dir, 'worktree', 'add', '-q', other);
    write(other, { new: 'x' });
    expect(repositoryRoot(other)).toBe(other);
    expect(['a', 'new'].filter(diskTree(other).tracked)).toEqual(['a']);
  });

  test('asked only when it decides, and once', () => {
    const dir = repository({ a: 'x', 'b/c': 'x' });
    // A plain index is read without git.
    git(dir, 'update-index', '--index-version', '4');
    const { bin, calls } = spyingGit();
    withEnvironment({ PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` }, () => {
      const tree = diskTree(dir);
      const context = openContext(tree, '', 'b/c');
      expect([tree.kind('a'), tree.read('a'), tree.list(''), context.list(''), context.has('b/c')].length).toBe(5);
      expect(calls()).toBe(0);
      for (const one of ['a', 'b', 'b/c', 'x']) openContext(tree, '', null).has(one);
      expect(calls()).toBe(1);
      expect(diskTree(folder({ a: 'x' })).tracked('a')).toBe(true);
      expect(calls()).toBe(1);
    });
  });

  test('a small and plain index is read without git', () => {
    const { bin, calls } = spyingGit();
    const dir = repository({ 'é "q"\n\t\\x': 'x', 'web/a': 'x', 'web/c': 'x' });
    write(dir, { new: 'x', 'web/new': 'x', 'web/later': 'x' });
    const odd = fs.mkdtempSync(path.join(dir, 'odd-'));
    fs.writeFileSync(Buffer.concat([Buffer.from(`${odd}/bad-`), Buffer.from([0xff])]), 'x');
    git(dir, 'add', odd);
    // The length of such a name does not fit into the entry's flags.
    const long = `${'long/'.repeat(900)}b`;
    execFileSync('git', ['update-index', '--index-info'], { cwd: dir, input: `100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\tweb/${long}\n` });
    // An entry with extended flags makes it version 3.
    git(dir, 'add', '--intent-to-add', 'web/later');
    withEnvironment({ PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` }, () => {
      expect(['é "q"\n\t\\x', 'web', 'web/a', 'web/long', 'new', 'web/new', 'web/c'].filter(diskTree(dir).tracked)).toEqual(['é "q"\n\t\\x', 'web', 'web/a', 'web/long', 'web/c']);
      expect(['a', long, 'later', 'new', 'c'].filter(diskTree(path.join(dir, 'web')).tracked)).toEqual(['a', long, 'later', 'c']);
    });
    expect(calls()).toBe(0);
  });

  test.each([
    ['version 4', (dir: string) => git(dir, 'update-index', '--index-version', '4')],
    ['a split index', (dir: string) => git(dir, 'update-index', '--split-index')],
    ['a working tree elsewhere', (dir: string) => git(dir, 'config', 'core.worktree', dir)],
  ])('git is asked about %s', (_, change) => {
    const { bin, calls } = spyingGit();
    const dir = repository({ a: 'x' });
    write(dir, { new: 'x' });
    change(dir);
    withEnvironment({ PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` }, () => {
      expect(['a', 'new'].filter(diskTree(dir).tracked)).toEqual(['a']);
    });
    expect(calls()).toBe(1);
  });

  test('SHA-256 object names', () => {
    const dir = folder({ a: 'x', 'b/c': 'x' });
    git(dir, 'init', '-q', '--object-format=sha256');
    git(dir, 'add', '-A');
    write(dir, { new: 'x' });
    expect(['a', 'b/c', 'new'].filter(diskTree(dir).tracked)).toEqual(['a', 'b/c']);
  });

  test('a cut index is not taken for a whole one', () => {
    const dir = repository({ a: 'x', 'b/c': 'x', 'd/e/f': 'x' });
    const index = fs.readFileSync(path.join(dir, '.git/index'));
    expect(pathsInIndex(index)).toEqual(['a', 'b/c', 'd/e/f']);
    for (let length = 0; length < index.length; length += 1) expect([null, ['a', 'b/c', 'd/e/f']]).toContainEqual(pathsInIndex(index.subarray(0, length)));
    expect(pathsInIndex(index.subarray(0, index.length / 2))).toBeNull();
  });

  test('variables that a hook sets do not lead to another repository', () => {
    const other = repository({ b: 'x' });
    const dir = repository({ a: 'x' });
    const variables = { GIT_DIR: path.join(other, '.git'), GIT_WORK_TREE: other, GIT_INDEX_FILE: path.join(other, '.git/index') };
    expect(withEnvironment(variables, () => ['a', 'b'].filter(diskTree(dir).tracked))).toEqual(['a']);
  });

  test('a repository of another owner is read', () => {
    const dir = repository({ a: 'x' });
    write(dir, { new: 'x' });
    if (process.geteuid?.() === 0) execFileSync('chown', ['-R', '65534', dir]);
    expect(['a', 'new'].filter(diskTree(dir).tracked)).toEqual(['a']);
  });
});

describe('nothing of a repository is executed', () => {
  /** A program that leaves a trace when it runs. */
  function trap(dir: string): { readonly program: string; readonly sprung: () => boolean } {
    const trace = path.join(folder(), 'trace');
    const program = path.join(dir, 'trap.sh');
    fs.writeFileSync(program, `#!/bin/sh\ntouch '${trace}'\nexit 1\n`, { mode: 0o755 });
    return { program, sprung: () => fs.existsSync(trace) };
  }

  test('the file system monitor and hooks that its configuration names', () => {
    const dir = repository({ a: 'x' });
    const { program, sprung } = trap(dir);
    git(dir, 'config', 'core.fsmonitor', program);
    fs.mkdirSync(path.join(dir, '.git/hooks'), { recursive: true });
    fs.copyFileSync(program, path.join(dir, '.git/hooks/post-index-change'));
    expect(diskTree(dir).tracked('a')).toBe(true);
    expect(sprung()).toBe(false);
    // The trap works: git itself runs it.
    git(dir, 'status');
    expect(sprung()).toBe(true);
  });

  test('a command that would fetch missing objects', () => {
    const origin = repository({ 'a/b': 'x', 'c/d': 'x' });
    git(origin, 'config', 'uploadpack.allowFilter', 'true');
    const dir = path.join(folder(), 'clone');
    git(origin, 'clone', '-q', '--filter=tree:0', '--sparse', `file://${origin}`, dir);
    git(dir, 'sparse-checkout', 'set', '--cone', '--sparse-index', 'a');
    const { program, sprung } = trap(folder());
    git(dir, 'config', 'remote.origin.url', 'ssh://example.invalid/x');
    git(dir, 'config', 'core.sshCommand', program);
    // Without its trees, git must fetch to know what the folders of a sparse index hold.
    fs.rmSync(path.join(dir, '.git/objects'), { recursive: true });
    fs.mkdirSync(path.join(dir, '.git/objects/pack'), { recursive: true });
    expect(typeof diskTree(dir).tracked('a/b')).toBe('boolean');
    expect(sprung()).toBe(false);
    git(dir, 'ls-files');
    expect(sprung()).toBe(true);
  });

  test('a git of its own, first in PATH', () => {
    const dir = repository({ a: 'x' });
    const { sprung, program } = trap(dir);
    write(dir, { new: 'x' });
    fs.mkdirSync(path.join(dir, 'node_modules/.bin'), { recursive: true });
    fs.copyFileSync(program, path.join(dir, 'node_modules/.bin/git'));
    fs.copyFileSync(program, path.join(dir, 'git'));
    const PATH = [path.join(dir, 'node_modules/.bin'), '.', '', process.env['PATH'] ?? ''].join(path.delimiter);
    expect(withEnvironment({ PATH }, () => ['a', 'new'].filter(diskTree(dir).tracked))).toEqual(['a']);
    expect(sprung()).toBe(false);
  });

  test('the index is not written', () => {
    const dir = repository({ a: 'x' });
    const index = path.join(dir, '.git/index');
    fs.utimesSync(path.join(dir, 'a'), 1, 1);
    const before = [fs.readFileSync(index), fs.statSync(index).mtimeMs];
    diskTree(dir).tracked('a');
    expect([fs.readFileSync(index), fs.statSync(index).mtimeMs]).toEqual(before);
  });
});

describe('repositoryRoot', () => {
  test('the nearest folder with a .git, whatever it is', () => {
    const dir = folder({ '.git/HEAD': '', 'a/b/c': '', 'w/.git': 'gitdir: x', 'w/x/y': '' });
    expect(repositoryRoot(path.join(dir, 'a/b'))).toBe(dir);
    expect(repositoryRoot(dir)).toBe(dir);
    expect(repositoryRoot(path.join(dir, 'w/x'))).toBe(path.join(dir, 'w'));
    expect(repositoryRoot(path.join(dir, 'none/none'))).toBe(dir);
    expect(repositoryRoot(folder())).toBeNull();
  });
});

test('an index of 100,000 files', () => {
  const dir = folder();
  git(dir, 'init', '-q');
  const blob = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
  const lines = Array.from({ length: 100_000 }, (_, index) => `100644 ${blob}\td${index % 500}/e${index % 11}/f${index}\n`).join('');
  execFileSync('git', ['update-index', '--index-info'], { cwd: dir, input: lines });
  const tree = diskTree(dir);
  expect(tree.tracked('d7/e7/f7')).toBe(true);
  expect(tree.tracked('d7/e7/new')).toBe(false);
});
