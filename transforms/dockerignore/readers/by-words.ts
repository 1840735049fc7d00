/** Runs that say with their own words that they look at something. */
import { resolvePath } from '../../../src/build/places.ts';
import type { Interest } from '../known-programs.ts';
import type { Run } from '../runs.ts';
import type { Answer, Setting } from './setting.ts';
import { thing } from './setting.ts';

/** A run whose words name it, or pack the directory that holds it. */
export function readByItsWords(run: Run, setting: Setting): Answer {
  const { program, where } = run;
  if (namesIt(run, setting.interest)) return { kind: 'reads', because: `${where} names ${thing(setting.interest)}` };
  const packed = program === null ? null : packedDirectory(run, setting);
  return packed === null ? null : { kind: 'reads', because: `${where} packs ${packed} with all that lies in it` };
}

function namesIt({ program, args }: Run, interest: Interest): boolean {
  if (program === 'rm' || program === 'find') return false;
  return args.some((arg, index) => arg !== null && namedBy[interest].test(arg) && !/^--exclude|^-x$/.test(arg) && !/^--exclude$|^-x$/.test(args[index - 1] ?? ''));
}

const namedBy: Readonly<Record<Interest, RegExp>> = {
  git: /(?:^|[\s'"/(=])\.git(?:$|[\s'"/)])/,
  environment: /(?:^|[\s'"/(=])\.env(?:$|[\s'").])|env[-_]file/,
  image: /(?:^|[\s'"/(=])(?:Dockerfile|\.dockerignore|(?:docker-)?compose[\w.-]*\.ya?ml)(?:$|[\s'").])/,
};

/** `tar czf source.tgz .`: the directory that holds it, or one above. */
function packedDirectory({ program, args, cwd }: Run, { arrival, interest }: Setting): string | null {
  if (interest === 'image' || cwd === null) return null;
  const words = args.filter((arg) => arg !== null);
  const packs = program === 'zip' ? words.some((word) => /^-\w*r/.test(word)) : program === 'tar' && words.some((word, index) => word === '--create' || (index === 0 ? /^-?[a-zA-Z]*c/.test(word) : /^-[a-zA-Z]*c/.test(word)));
  if (!packs || words.some((word) => /^(?:--exclude|-x$)/.test(word))) return null;
  const at = words.indexOf('-C');
  const from = at < 0 ? cwd : resolvePath(cwd, words[at + 1] ?? '.');
  const directories = words.slice(1).filter((word, index) => !word.startsWith('-') && index + 1 !== at + 1).map((word) => resolvePath(from, word));
  return directories.find((directory) => arrival.places.some((place) => directory === '/' || place === directory || place.startsWith(`${directory}/`))) ?? null;
}
