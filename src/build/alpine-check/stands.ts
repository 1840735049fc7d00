/** What commands of either system count as. */
import { systemEffect } from '../../commands/apt.ts';
import type { Effect, ImageView, Write } from '../../commands/command.ts';
import { everythingBelow, file } from '../../commands/command.ts';
import { edits, fileEffect } from '../../commands/operands.ts';
import type { Command } from '../../dockerfile/shell.ts';
import { accountsRegion, osRegion, symbol } from '../places.ts';
import type { Stand } from '../runner.ts';
import { commandWords } from '../modulo/words.ts';
import type { Outcome } from './accounts.ts';
import { outcomeText } from './accounts.ts';

function installEffect(names: readonly string[], view: ImageView): Effect {
  return systemEffect(`packages ${names.join(' ')}`, view, 'os-packages', [], [{ place: file(osRegion), how: 'add' }]);
}

function purgeEffect(names: readonly string[], view: ImageView): Effect {
  return systemEffect(`purged ${names.join(' ')}`, view, 'os-packages', [], [edits(osRegion, false)]);
}

const defaults = ['/etc/login.defs', '/etc/default/useradd', '/etc/adduser.conf'].map(file);

function accountEffect(account: Outcome, variables: readonly string[], view: ImageView): Effect {
  const home = account.kind === 'user' && account.homeMade ? view.resolve(expanded(account.home, view)) : null;
  const reads = [file(osRegion), ...defaults, ...(home === null ? [] : [file(home), everythingBelow('/etc/skel')])];
  const makes: readonly Write[] = home === null || view.presence(home) === 'yes' ? [] : [{ place: file(home), how: 'make-directory' }, edits(home, true, 'owner'), edits(home, false, 'mode')];
  const effect = fileEffect(outcomeText(account), view, { kind: 'users', reads, writes: [edits(accountsRegion, false), ...makes] });
  return { ...effect, env: [...effect.env, ...variables] };
}

function expanded(text: string, view: ImageView): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_all, name: string) => view.variable(name) ?? symbol(name));
}

/** A command that leaves nothing which counts. */
export const nothing: Stand = { text: '', parts: () => [] };

/** Which packages count when two systems are compared. */
export interface Counting {
  /** Not where the slim image has it, nor where BusyBox has its program. */
  readonly installed: (name: string) => boolean;
  /** Not where Alpine keeps its programs with BusyBox, so that Debian may keep them. */
  readonly purged: (name: string) => boolean;
}

/** Packages of the system, by the names that Debian has for them. */
export function standForInstall(all: readonly string[], { installed }: Counting): Stand {
  const names = [...new Set(all)].filter(installed).toSorted();
  return names.length === 0 ? nothing : { text: `install ${names.join(' ')}`, parts: (view) => [installEffect(names, view)] };
}

/** The same packages taken away again. */
export function standForPurge(all: readonly string[], { purged }: Counting): Stand {
  const names = [...new Set(all)].filter(purged).toSorted();
  return names.length === 0 ? nothing : { text: `purge ${names.join(' ')}`, parts: (view) => [purgeEffect(names, view)] };
}

/** BusyBox gives a home that exists already to its new user; useradd leaves it as it is. */
export function standForAccount(account: Outcome, variables: readonly string[], takesHome: boolean): Stand {
  return {
    text: outcomeText(account),
    parts: (view) => {
      const effect = accountEffect(account, variables, view);
      if (!takesHome || account.kind !== 'user' || !account.homeMade || view.presence(view.resolve(expanded(account.home, view))) !== 'yes') return [effect];
      return [effect, ['chown', `${account.name}:${account.group === 'own' ? account.name : account.group.named}`, account.home]];
    },
  };
}

/** The same command with fewer operands. */
export function standForRest(command: Command, dropped: readonly number[]): Stand | null {
  const words = commandWords({ ...command, words: command.words.filter((_word, index) => !dropped.includes(index)) });
  const raw = command.words.flatMap((word, index) => (dropped.includes(index) ? [] : [word.raw]));
  if (words === null && raw.some((word) => /[$`"']/.test(word))) return null;
  return { text: raw.join(' '), parts: () => [raw.map((word) => word.replaceAll(/["']/g, ''))] };
}
