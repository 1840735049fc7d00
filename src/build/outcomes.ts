/** What a command does with its redirections and substitutions, and what makes it one that is not understood. */
import type { Call, Effect, ImageView, Outcome, Write } from '../commands/command.ts';
import { file, knownEffects, opaque } from '../commands/command.ts';
import type { Redirect } from '../dockerfile/shell.ts';
import { flatMap } from '../lists.ts';
import type { Path } from '../types.ts';
import { lookUp } from './image-tree.ts';
import { configuresInstallers, ledAway, withSettings } from './leading-settings.ts';
import { contextFileOf } from './tree-rules.ts';
import type { Place } from './places.ts';
import { anchorOf, isRegion, isSymbolic, parentOf, readable } from './places.ts';
import type { Runner } from './runner.ts';
import type { StageState } from './state.ts';
import { expandWord, joinedText } from './words.ts';

/** A tool may pass over a word whose value is not known; what the word's substitution runs is done all the same. */
export function understood({ unread, state }: Runner, outcome: Outcome): Outcome {
  const because = unread[0] ?? reasonAgainst(state, knownEffects(outcome));
  if (outcome.kind === 'opaque') return because === null ? outcome : opaque(outcome.because);
  if (because !== null) return opaque(because);
  return outcome.effects.some(configuresInstallers) ? { ...outcome, effects: outcome.effects.map(withSettings) } : outcome;
}

/** Effects that reach further than they say: through a link, or because settings lead them elsewhere. */
export function reasonAgainst(state: StageState, list: readonly Effect[]): string | null {
  for (const effect of list) {
    const { writes } = effect;
    const led = ledAway(state, effect);
    if (led !== null) return led;
    const link = writes.find(({ how, place }) => (!['remove', 'link', 'make-directory'].includes(how) && isLink(state, place.path)) || isBelowLink(state, place.path));
    if (link) return `what is written to ${readable(anchorOf(link.place.path))} goes where that link leads`;
  }
  return null;
}

/** Is there a link, made by a command or brought by a COPY of its directory? */
function isLink({ tree, values, context }: StageState, path: Path): boolean {
  if (isRegion(path)) return false;
  const { data } = lookUp(tree, path);
  const origin = contextFileOf(values, data);
  if (origin === undefined || isSymbolic(origin)) return values.made(data).operation === 'link';
  const kind = context.files.kind(origin);
  tree.asked?.others.push({ question: 'kind', path: origin, answer: kind });
  return kind === 'link';
}

/** A region lies in its directory, so that counts, too. */
function isBelowLink(state: StageState, path: Path): boolean {
  for (let at = isRegion(path) ? anchorOf(path) : parentOf(path); at !== '/' && at !== ''; at = parentOf(at)) if (isLink(state, at)) return true;
  return false;
}

/** A command whose failure is passed over may have done its work or not: what it writes counts as changed. */
export function ignoring(ignored: boolean, effect: Effect): Effect {
  if (!ignored) return effect;
  const writes = effect.writes.map((written): Write => (isRegion(written.place.path) ? written : { ...written, how: 'edit' }));
  const old = writes.filter(({ place }) => !isRegion(place.path)).map(({ place }) => place);
  return { ...effect, does: `ignoring failure: ${effect.does}`, reads: [...effect.reads, ...old], writes };
}

/** The outcome with what redirections and here-documents read and write. */
export function redirected(runner: Runner, outcome: Outcome, call: Call, redirects: readonly Redirect[], view: ImageView): Outcome {
  if (outcome.kind === 'opaque') return outcome;
  const reads: Place[] = [];
  const writes: Write[] = [];
  let input = '';
  for (const redirect of redirects) {
    if (redirect.heredoc !== null) {
      const body = expandWord(runner, redirect.heredoc, false);
      if (body.some((piece) => !piece.known)) return opaque('a here-document with substitutions');
      input += joinedText(body);
      continue;
    }
    if (redirect.target === null) continue;
    if (redirect.operator === '>&' || redirect.operator === '<&') {
      // In bash `>& FILE` writes a file.
      if (!/^(?:\d+-?|-)$/.test(redirect.target.raw)) return opaque(`a redirection to ${redirect.target.raw}`);
      continue;
    }
    const [target, ...more] = expandWord(runner, redirect.target);
    if (!target?.known || target.glob || more.length > 0) return opaque(`a redirection to ${redirect.target.raw}`);
    if (redirect.operator === '<<<') {
      input += target.text;
      continue;
    }
    const path = view.resolve(target.text);
    if (path === '/dev/null' || path === '/dev/stderr' || path === '/dev/stdout') continue;
    if (redirect.operator === '<') reads.push(file(path));
    else writes.push({ place: file(path), how: redirect.operator === '>>' || redirect.operator === '<>' ? 'edit' : 'set' });
  }
  if (reads.length === 0 && writes.length === 0 && input === '') return outcome;
  const read = flatMap(outcome.effects, (effect) => effect.reads);
  const written = [call.program, ...call.args.map((arg) => arg.text)].join(' ');
  // What is printed may depend on more than the words: `pwd > f`.
  const more = flatMap(outcome.effects, (effect) => (effect.does === written ? [] : [`\n${effect.does}`])).join('');
  const does = `${written} with ${redirects.map((redirect) => redirect.operator).join(' ')} ${input}${more}`;
  const selfContained = outcome.effects.some((effect) => effect.selfContained);
  const env = [...new Set(flatMap(outcome.effects, (effect) => effect.env))];
  const result: Effect = { does, kind: 'files', reads: [...read, ...reads], env, writes, anyUser: false, selfContained };
  // What the command gets decides what it does itself as well: `tee f < g`.
  const fed = outcome.effects.map((effect): Effect => ({ ...effect, does: input === '' ? effect.does : `${effect.does} << ${input}`, reads: [...effect.reads, ...reads] }));
  const { kind, ...rest } = outcome;
  return { kind, ...rest, effects: [...fed, result] };
}
