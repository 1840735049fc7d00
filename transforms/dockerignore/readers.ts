/** Does something that runs look at what a pattern would hide? What is not known is not taken for a no. */
import type { Arrival } from './arrivals.ts';
import type { Interest } from './known-programs.ts';
import { bundlers, interestsOf } from './known-programs.ts';
import { readByItsWords } from './readers/by-words.ts';
import { unknownPlugin } from './readers/bundlers.ts';
import { clonedIn } from './readers/git.ts';
import { judgeOf } from './readers/programs.ts';
import { isOfTheProject, scriptAnswer, scriptOf } from './readers/scripts.ts';
import type { Answer, Setting } from './readers/setting.ts';
import { thing } from './readers/setting.ts';
import { unwrapped } from './readers/wrappers.ts';
import type { Piece, Run } from './runs.ts';
import { piecesOf } from './runs.ts';
import type { Survey } from './survey.ts';

/** The first run of a stage, or of its image, that looks at something by itself or may do so. */
export function readerIn(arrival: Arrival, survey: Survey, interest: Interest): Answer {
  const pieces = piecesOf(arrival);
  const setting: Setting = { arrival, cloned: clonedIn(pieces), survey, interest, seen: new Set(), follow: (found) => firstOf(found, setting) };
  return setting.follow(pieces);
}

function firstOf(pieces: readonly Piece[], setting: Setting): Answer {
  let unknown: Answer = null;
  for (const piece of pieces) {
    const answer = judge(piece, setting);
    if (answer?.kind === 'reads') return answer;
    unknown ??= answer;
  }
  return unknown;
}

function judge(piece: Piece, setting: Setting): Answer {
  if (piece.kind === 'unread') return { kind: 'unknown', because: `${piece.where}: ${piece.because}` };
  // https://pipenv.pypa.io/en/latest/shell.html: `pipenv run` and `pipenv shell` load it.
  if (setting.interest === 'environment' && piece.program === 'pipenv' && piece.args.some((arg) => arg === 'run' || arg === 'shell')) return { kind: 'reads', because: `${piece.where} runs \`pipenv run\`, which reads .env` };
  const inner = unwrapped(piece, setting.survey);
  if (inner !== null) return inner === piece ? null : judge(inner, setting);
  const said = readByItsWords(piece, setting);
  if (said !== null) return said;
  const { program, programPath, where } = piece;
  // `exec "$@"` of an entry point runs the CMD, which is judged itself.
  if (program === null) return isAllArguments(piece) ? null : { kind: 'unknown', because: `${where} runs a program that only the build or the container knows` };
  if (program === '') return null;
  const special = judgeOf(program);
  if (special) return special(piece, setting);
  const file = scriptOf(piece, setting.survey);
  if (file !== undefined) return scriptAnswer(file, setting);
  if (programPath !== null && !/(?:^|\/)s?bin\/[^/]+$|\/node_modules\/\.bin\//.test(programPath)) {
    // What the image starts from its own directory was made by the build, from sources that are searched.
    return piece.atStart ? null : { kind: 'unknown', because: `${where} runs \`${programPath}\`, which is not in the context` };
  }
  const interests = interestsOf(program) ?? (isOfTheProject(program, setting) ? [] : undefined);
  if (interests === undefined) return { kind: 'unknown', because: `${where} runs \`${program}\`, of which dockfix does not know whether it reads ${thing(setting.interest)}` };
  if (interests.includes(setting.interest)) return { kind: 'reads', because: `${where} runs \`${program}\`, which reads ${thing(setting.interest)}` };
  return bundlers.has(program) && setting.interest === 'git' ? unknownPlugin(piece, setting) : null;
}

function isAllArguments({ args }: Run): boolean {
  return args.length === 0;
}
