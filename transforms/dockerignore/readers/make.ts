import { readMakefile, recipesOf } from '../makefile.ts';
import type { Run } from '../runs.ts';
import { piecesAt } from '../runs.ts';
import { nameOf } from '../survey.ts';
import type { Answer, Setting } from './setting.ts';

/** What the targets run, in whichever Makefile has them. */
export function makeTargets(run: Run, setting: Setting): Answer {
  const { args, where } = run;
  const targets = args.filter((arg) => arg === null || (!arg.startsWith('-') && !arg.includes('=')));
  if (targets.includes(null)) return { kind: 'unknown', because: `${where} runs a target of make that is not known before` };
  const makefiles = setting.survey.files.filter((path) => /^(?:GNU)?[Mm]akefile$/.test(nameOf(path)));
  if (makefiles.length === 0) return { kind: 'unknown', because: `${where} runs \`make\`, and no Makefile is in the context` };
  const wanted = targets.filter((target) => target !== null);
  let found = false;
  for (const path of makefiles) {
    const recipes = recipesOf(readMakefile(setting.survey.read(path) ?? ''), wanted);
    if (recipes.kind === 'no-target') continue;
    if (recipes.kind === 'unread') return { kind: 'unknown', because: `${where} runs \`make\`; ${path}:${recipes.line}: ${recipes.because}` };
    found = true;
    const id = `${path} ${wanted.join(' ')}`;
    if (setting.seen.has(id)) continue;
    setting.seen.add(id);
    const answer = setting.follow(recipes.lines.flatMap(({ text, line }) => piecesAt(text, `${path}:${line}`)));
    if (answer !== null) return answer;
  }
  return found ? null : { kind: 'unknown', because: `${where} runs \`make ${wanted.join(' ')}\`, and no Makefile in the context has that target` };
}
