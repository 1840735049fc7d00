import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeFileAtomically } from '../src/write.ts';

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof fs>();
  return {
    ...actual,
    renameSync: vi.fn<typeof fs.renameSync>(actual.renameSync),
    linkSync: vi.fn<typeof fs.linkSync>(actual.linkSync),
    fsyncSync: vi.fn<typeof fs.fsyncSync>(actual.fsyncSync),
  };
});

let folder = '';
let root = '';
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'dockfix-write-'));
  root = join(folder, 'root');
  fs.mkdirSync(root);
});

/** Whatever a test does, no temporary file may be left. */
afterEach(() => {
  vi.clearAllMocks();
  const left = fs.readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('.tmp'));
  fs.rmSync(folder, { recursive: true });
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
});

function inRoot(name: string, text: string | Buffer = 'old\n', mode = 0o644): string {
  const path = join(root, name);
  fs.writeFileSync(path, text);
  fs.chmodSync(path, mode);
  return path;
}

const textOf = (path: string): string => fs.readFileSync(path, 'utf8');
const modeOf = (path: string): number => fs.statSync(path).mode & 0o7777;
const failure = (code: string): Error => Object.assign(new Error(code), { code });
const written = { kind: 'written' };
const refused = (code: string): object => ({ kind: 'refused', code, message: expect.stringMatching(/./) });
const replace = (path: string, before = 'old\n', after = 'new\n'): object => writeFileAtomically(path, root, after, { text: before });
const create = (path: string): object => writeFileAtomically(path, root, 'new\n', { text: null });

describe('what a run that was killed has left in the directory', () => {
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  const leftOver = (id: number): string => join(root, `.dockfix-${id}-3b241101-e2bb-4255-8caf-4136c566a962.tmp`);

  test('is removed, also a second name of the file', () => {
    const path = inRoot('file');
    fs.linkSync(path, leftOver(ended));
    expect(replace(path)).toEqual(written);
    fs.writeFileSync(leftOver(ended), 'half');
    expect(create(join(root, 'new'))).toEqual(written);
    expect(fs.readdirSync(root).toSorted()).toEqual(['file', 'new']);
  });

  test('stays while it still runs, and what has no such name', () => {
    const others = [leftOver(process.ppid), leftOver(process.pid), join(root, `.dockfix-${ended}-notes.tmp`)];
    for (const other of others) fs.writeFileSync(other, '');
    expect(replace(inRoot('file'))).toEqual(written);
    for (const other of others) fs.unlinkSync(other);
  });
});

describe('an existing file', () => {
  test('is replaced and keeps its mode, with its set-user-id bit', () => {
    for (const mode of [0o644, 0o755, 0o600, 0o4755, 0o666]) {
      const path = inRoot(`file-${mode}`, 'old\n', mode);
      expect(replace(path)).toEqual(written);
      expect([textOf(path), modeOf(path)]).toEqual(['new\n', mode]);
    }
  });

  test.runIf(process.getuid?.() === 0)('keeps its owner where the system lets us', () => {
    const path = inRoot('file');
    fs.chownSync(path, 1234, 2345);
    expect(replace(path)).toEqual(written);
    expect([fs.statSync(path).uid, fs.statSync(path).gid]).toEqual([1234, 2345]);
  });

  test('is compared and written with its byte order mark, its line endings and its missing last line feed', () => {
    const path = inRoot('file', '\uFEFFa\r\nb');
    expect(replace(path, 'a\r\nb')).toEqual(refused('changed-meanwhile'));
    expect(replace(path, '\uFEFFa\nb')).toEqual(refused('changed-meanwhile'));
    expect(replace(path, '\uFEFFa\r\nb', '\uFEFFc\r\nb')).toEqual(written);
    expect(fs.readFileSync(path)).toEqual(Buffer.from('\uFEFFc\r\nb'));
  });

  test('that is not UTF-8 is never what was read', () => {
    const bytes = Buffer.from([0x61, 0xff, 0x0a]);
    const path = inRoot('file', bytes);
    expect(replace(path, bytes.toString('utf8'))).toEqual(refused('changed-meanwhile'));
    expect(fs.readFileSync(path)).toEqual(bytes);
  });

  test('that changed, or is gone, is left alone', () => {
    const path = inRoot('file', 'somebody else\n');
    expect(replace(path)).toEqual(refused('changed-meanwhile'));
    expect(textOf(path)).toBe('somebody else\n');
    fs.unlinkSync(path);
    expect(replace(path)).toEqual(refused('changed-meanwhile'));
    expect(fs.existsSync(path)).toBe(false);
  });

  test('that changes while the new text is being written is left alone', () => {
    const path = inRoot('file');
    vi.mocked(fs.fsyncSync).mockImplementationOnce(() => fs.writeFileSync(path, 'somebody else\n'));
    expect(replace(path)).toEqual(refused('changed-meanwhile'));
    expect(textOf(path)).toBe('somebody else\n');
  });

  test('with a second name is left alone', () => {
    const path = inRoot('file');
    fs.linkSync(path, join(root, 'second'));
    expect(replace(path)).toEqual(refused('hard-link'));
    expect([textOf(path), fs.statSync(path).nlink]).toEqual(['old\n', 2]);
  });

  test('that is read-only is left alone, also by root', () => {
    const path = inRoot('file', 'old\n', 0o444);
    expect(replace(path)).toEqual(refused('read-only'));
    expect(textOf(path)).toBe('old\n');
  });

  test('keeps its text if the disk fails', () => {
    const path = inRoot('file');
    for (const [fail, code] of [['EIO', 'failed'], ['ENOSPC', 'failed'], ['EROFS', 'read-only'], ['EACCES', 'read-only']] as const) {
      vi.mocked(fs.renameSync).mockImplementationOnce(() => {
        throw failure(fail);
      });
      expect(replace(path)).toEqual(refused(code));
      vi.mocked(fs.fsyncSync).mockImplementationOnce(() => {
        throw failure(fail);
      });
      expect(replace(path)).toEqual(refused(code));
    }
    expect(textOf(path)).toBe('old\n');
  });

  test('that is a directory, or has none, is an error and not an exception', () => {
    fs.mkdirSync(join(root, 'directory'));
    expect(replace(join(root, 'directory'))).toEqual(refused('failed'));
    expect(replace(join(root, 'no', 'such', 'file'))).toEqual(refused('changed-meanwhile'));
    expect(replace(join(inRoot('plain'), 'file'))).toMatchObject({ kind: 'refused' });
    expect(replace(`${root}/a\0b`)).toEqual(refused('failed'));
    expect(writeFileAtomically(inRoot('x'), join(folder, 'no-root'), 'new\n', { text: 'old\n' })).toEqual(refused('failed'));
  });
});

describe('a symbolic link', () => {
  test('stays, and its target inside the root is written', () => {
    const path = inRoot('file', 'old\n', 0o755);
    const link = join(root, 'link');
    fs.symlinkSync('file', link);
    expect(replace(link)).toEqual(written);
    expect([fs.readlinkSync(link), textOf(path), modeOf(path)]).toEqual(['file', 'new\n', 0o755]);
  });

  test('out of the root is not followed: of a file, of a directory, through another link', () => {
    const outside = join(folder, 'root-beside');
    fs.mkdirSync(outside);
    fs.writeFileSync(join(outside, 'file'), 'old\n');
    fs.symlinkSync('../root-beside/file', join(root, 'link'));
    fs.symlinkSync('link', join(root, 'link-to-link'));
    fs.symlinkSync(outside, join(root, 'directory'));
    for (const name of ['link', 'link-to-link', 'directory/file', '../root-beside/file']) expect(replace(join(root, name))).toEqual(refused('outside-root'));
    expect(create(join(root, 'directory', 'new'))).toEqual(refused('outside-root'));
    expect(create(join(root, '..', 'new'))).toEqual(refused('outside-root'));
    expect([fs.readdirSync(outside), textOf(join(outside, 'file'))]).toEqual([['file'], 'old\n']);
  });

  test('above the root does not make everything lie outside', () => {
    inRoot('file');
    fs.symlinkSync(root, join(folder, 'alias'));
    expect(writeFileAtomically(join(folder, 'alias', 'file'), root, 'new\n', { text: 'old\n' })).toEqual(written);
    expect(writeFileAtomically(join(root, 'file'), join(folder, 'alias'), 'newer\n', { text: 'new\n' })).toEqual(written);
  });

  test('that leads in a circle is an error and not an exception', () => {
    fs.symlinkSync('circle', join(root, 'circle'));
    expect(replace(join(root, 'circle'))).toEqual(refused('failed'));
  });
});

describe('a new file', () => {
  const umask = process.umask();
  afterEach(() => process.umask(umask));

  test('gets mode 0644, less the umask', () => {
    for (const [mask, mode] of [[0o022, 0o644], [0o000, 0o644], [0o077, 0o600], [0o027, 0o640]] as const) {
      process.umask(mask);
      const path = join(root, `new-${mask}`);
      expect(create(path)).toEqual(written);
      expect([textOf(path), modeOf(path), fs.statSync(path).nlink]).toEqual(['new\n', mode, 1]);
    }
  });

  test('never takes the place of an existing one, of a directory, or of a dangling link', () => {
    fs.mkdirSync(join(root, 'directory'));
    fs.symlinkSync('nowhere', join(root, 'link'));
    for (const path of [inRoot('file'), join(root, 'directory'), join(root, 'link')]) expect(create(path)).toEqual(refused('exists'));
    expect(textOf(join(root, 'file'))).toBe('old\n');
    expect(fs.existsSync(join(root, 'nowhere'))).toBe(false);
  });

  test('never takes the place of one that was made meanwhile', () => {
    const path = join(root, 'file');
    vi.mocked(fs.fsyncSync).mockImplementationOnce(() => fs.writeFileSync(path, 'somebody else\n'));
    expect(create(path)).toEqual(refused('exists'));
    expect(textOf(path)).toBe('somebody else\n');
  });

  test('is made without hard links, where the file system has none', () => {
    const withoutLinks = (): never => {
      throw failure('EPERM');
    };
    vi.mocked(fs.linkSync).mockImplementationOnce(withoutLinks);
    expect(create(join(root, 'file'))).toEqual(written);
    expect([textOf(join(root, 'file')), modeOf(join(root, 'file'))]).toEqual(['new\n', 0o644 & ~umask]);
  });

  test('in a missing directory is an error and not an exception', () => {
    expect(create(join(root, 'no', 'file'))).toEqual(refused('failed'));
  });
});
