/** git itself. */
import type { Path } from '../../../src/types.ts';
import type { Piece, Run } from '../runs.ts';
import type { Answer, Setting } from './setting.ts';

/** Directories of the image that hold repositories of their own. */
export function clonedIn(pieces: readonly Piece[]): ReadonlySet<Path> {
  return new Set(pieces.flatMap((piece) => (piece.kind === 'run' && piece.program === 'git' ? clonedBy(piece) : [])));
}

/** A repository of its own has what `git clone` made; another command asks that of the project. */
export function gitCommand(run: Run, { interest, cloned }: Setting): Answer {
  if (interest !== 'git' || needsNoRepository(run.args)) return null;
  const at = run.args.indexOf('-C');
  const directory = at < 0 ? run.cwd : (run.args[at + 1] ?? null);
  if (directory !== null && [...cloned].some((one) => directory === one || directory.startsWith(`${one}/`))) return null;
  return { kind: 'reads', because: `${run.where} runs \`git ${run.args.find((arg, index) => arg !== null && !arg.startsWith('-') && (at < 0 || index !== at + 1)) ?? ''}\`` };
}

/** Where `git clone` puts a repository. */
function clonedBy({ args, cwd }: Run): readonly Path[] {
  const words = args.filter((arg) => arg !== null);
  if (!words.includes('clone')) return [];
  const [address, directory] = words.slice(words.indexOf('clone') + 1).filter((word, index, all) => !word.startsWith('-') && !/^(?:-b|--branch|--depth|-o|--origin|-c|--config|--filter|--reference|-j|--jobs)$/.test(all[index - 1] ?? ''));
  const name = directory ?? /([^/:]+?)(?:\.git)?\/?$/.exec(address ?? '')?.[1];
  if (name === undefined || name === '.') return [];
  return name.startsWith('/') ? [name.replace(/\/$/, '')] : cwd === null ? [] : [`${cwd === '/' ? '' : cwd}/${name.replace(/^\.\//, '').replace(/\/$/, '')}`];
}

/** They look at no repository, or make one of their own: git(1). */
function needsNoRepository(args: readonly (string | null)[]): boolean {
  const [first, ...rest] = args.filter((arg) => arg !== null);
  if (first === undefined) return false;
  if (/^(?:clone|ls-remote|--version|version|help|--help|credential-cache|credential-store)$/.test(first)) return true;
  if (first === 'lfs') return rest[0] === 'install';
  return first === 'config' && rest.some((arg) => arg === '--global' || arg === '--system') && !rest.includes('safe.directory');
}
