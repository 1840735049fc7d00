import type { Path } from '../../src/types.ts';

/** The file system of the concrete builds. Nodes are never changed, only replaced. */
export interface Node {
  readonly kind: 'file' | 'directory';
  readonly content: string;
  /** `uid:gid` */
  readonly owner: string;
  readonly mode: number;
}

export type FileSystem = Map<Path, Node>;

export interface Who {
  readonly uid: number;
  readonly gid: number;
}

/** A step failed, as it would in Docker. */
export class ConcreteFailure extends Error {}

export function ownerText({ uid, gid }: Who): string {
  return `${uid}:${gid}`;
}

export function parentOf(path: Path): Path {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

export function nameOf(path: Path): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function resolve(directory: Path, word: string): Path {
  const segments: string[] = [];
  for (const segment of (word.startsWith('/') ? word : `${directory}/${word}`).split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

export function isDirectory(files: FileSystem, path: Path): boolean {
  return files.get(path)?.kind === 'directory';
}

/** The path itself and all below it, sorted, so that directories come before what is in them. */
export function pathsBelow(files: FileSystem, path: Path): readonly Path[] {
  const prefix = path === '/' ? '/' : `${path}/`;
  return [...files.keys()].filter((one) => one === path || one.startsWith(prefix)).toSorted();
}

/** Makes what is missing, 0755; the builder does this with all rights. Fails where a file is in the way. */
export function makeDirectories(files: FileSystem, path: Path, who: Who): void {
  const old = files.get(path);
  if (old?.kind === 'directory') return;
  if (old) throw new ConcreteFailure(`${path} is not a directory`);
  makeDirectories(files, parentOf(path), who);
  files.set(path, { kind: 'directory', content: '', owner: ownerText(who), mode: 0o755 });
}

export function createFile(files: FileSystem, path: Path, content: string, who: Who, mode = 0o644): void {
  files.set(path, { kind: 'file', content, owner: ownerText(who), mode });
}

// -------------------------------------------------------------------------------------------------------------- rights

/** May the user do this (4 read, 2 write, 1 enter) to the node itself? */
export function mayDo(node: Node, who: Who, bit: number): boolean {
  if (who.uid === 0) return bit !== 1 || node.kind === 'directory' || (node.mode & 0o111) !== 0;
  const [uid, gid] = node.owner.split(':').map(Number);
  const shift = uid === who.uid ? 6 : gid === who.gid ? 3 : 0;
  return ((node.mode >> shift) & bit) !== 0;
}

/** May the user come as far as the directory that holds the path? */
export function mayReach(files: FileSystem, path: Path, who: Who): boolean {
  for (let at = parentOf(path); ; at = parentOf(at)) {
    const node = files.get(at);
    if (!node || node.kind !== 'directory' || !mayDo(node, who, 1)) return false;
    if (at === '/') return true;
  }
}

/** May the user make or remove an entry there? */
export function mayChangeEntry(files: FileSystem, path: Path, who: Who): boolean {
  const parent = files.get(parentOf(path));
  if (!parent || parent.kind !== 'directory' || !mayReach(files, path, who) || !mayDo(parent, who, 2) || !mayDo(parent, who, 1)) return false;
  const old = files.get(path);
  if ((parent.mode & 0o1000) === 0 || !old || who.uid === 0) return true;
  return [old, parent].some((node) => Number(node.owner.split(':')[0]) === who.uid);
}

// ------------------------------------------------------------------------------------------------------------ accounts

export interface Account extends Who {
  readonly name: string;
  readonly home: Path;
}

/** /etc/passwd holds `name:uid:gid:home` lines here. */
function accounts(files: FileSystem): readonly Account[] {
  const lines = (files.get('/etc/passwd')?.content ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [name = '', uid, gid, home = '/'] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid), home };
  });
}

/** An account by its name or number; the group of the same name goes with it. */
export function whoIs(files: FileSystem, user: string): Account | undefined {
  return accounts(files).find(({ name, uid }) => (/^\d+$/.test(user) ? uid === Number(user) : name === (user === '' ? 'root' : user)));
}

/** False if there is one of that name. Numbers count up from 1000, as in Debian's login.defs. */
export function addAccount(files: FileSystem, name: string, home: Path): boolean {
  const known = accounts(files);
  if (known.some((account) => account.name === name)) return false;
  const uid = Math.max(999, ...known.map((account) => account.uid).filter((one) => one < 60_000)) + 1;
  const old = files.get('/etc/passwd');
  if (!old) return false;
  files.set('/etc/passwd', { ...old, content: `${old.content}${name}:${uid}:${uid}:${home}\n` });
  return true;
}
