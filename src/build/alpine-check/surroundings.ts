/** What of the rewritten stages is written for Alpine still: settings, scripts, owners, the shell. */
import type { Parsed } from '../../dockerfile/parse.ts';
import { parse } from '../../dockerfile/parse.ts';
import type { Instruction } from '../../dockerfile/scan.ts';
import { contextOf, scriptsOf } from '../modulo/runtime.ts';
import type { StageResult, SymbolicBuild } from '../symbolic-build.ts';
import type { Accounts } from './accounts.ts';
import { lacksGroup, lacksUser } from './accounts.ts';
import { isOffered } from './offers.ts';
import { lacking, textOf } from './rewritten.ts';
import { alpinesPlace, givenToSh, missingProgram, notForDash } from './shell-text.ts';

/** Words of a command line by which the two systems call one thing. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['/sbin/tini', '/usr/bin/tini'],
  ['/sbin/tini-static', '/usr/bin/tini-static'],
  ['/sbin/su-exec', '/usr/sbin/gosu'],
  ['su-exec', 'gosu'],
  ['/bin/ash', '/bin/sh'],
  ['ash', 'sh'],
  ['/sbin/nologin', '/usr/sbin/nologin'],
]);

/** A command line as Debian has to have it: each word by itself. */
export function onDebian(text: string): string {
  return text.replaceAll(/[\w./-]+/g, (word) => renamed.get(word) ?? word);
}

const running = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/** The text of CMD, ENTRYPOINT or HEALTHCHECK; exec form as words. */
function commandOf(parsed: Parsed): string | null {
  if (parsed.keyword !== 'CMD' && parsed.keyword !== 'ENTRYPOINT' && parsed.keyword !== 'HEALTHCHECK') return null;
  if (parsed.command === null) return null;
  return parsed.command.form === 'exec' ? parsed.command.argv.map((word) => (/[\s;&|]/.test(word) ? `'${word}'` : word)).join(' ') : parsed.command.text;
}

/** The first thing of a rewritten stage that Debian would not do; null if there is none. */
export function writtenForAlpine(build: SymbolicBuild, member: StageResult, accounts: Accounts, installed: ReadonlySet<string>, suite: string | null): string | null {
  if (/arm\/v6/.test(member.stage.from.platform ?? '')) return 'Debian’s images are not made for arm/v6';
  const has = (program: string): boolean => suite === null || isOffered(`bin:${program}`, [...installed], suite);
  for (const instruction of member.stage.instructions) {
    const wrong = ofInstruction(build, instruction, accounts, has);
    if (wrong !== null) return `${wrong} (line ${instruction.lines.start})`;
  }
  return shellTooSmall(build, member) ?? ofScripts(build, member, has);
}

function ofInstruction(build: SymbolicBuild, instruction: Instruction, accounts: Accounts, has: (program: string) => boolean): string | null {
  const { keyword } = instruction;
  const parsed = parse(instruction, build.model.scanned);
  const text = textOf(instruction);
  if (keyword === 'ONBUILD') return 'ONBUILD runs in another build, which may count on Alpine';
  if (keyword === 'RUN' || keyword === 'ENV' || keyword === 'SHELL' || running.has(keyword)) {
    const place = alpinesPlace(text);
    if (place !== null) return `${keyword} names \`${place}\`, which is Alpine’s`;
  }
  if (keyword === 'RUN' && /\/etc\/localtime/.test(text) && !/ln\s+-[a-eg-zA-Z]*f\w*\s+\S+\s+\/etc\/localtime/.test(text)) return 'RUN writes /etc/localtime, which is a link in Debian';
  const command = commandOf(parsed);
  const script = keyword === 'COPY' ? instruction.heredocs.find(({ content }) => /^\s*#!.*\ba?sh\b/.test(content))?.content : undefined;
  const missing = missingProgram(command ?? (script === undefined ? '' : withoutShebang(script)), has);
  if (missing !== null) return lacking(missing);
  return ofOwners(parsed, keyword === 'RUN' ? text : '', accounts);
}

/** Names and numbers of owners that Debian lacks, or gives to somebody else. */
function ofOwners(parsed: Parsed, run: string, accounts: Accounts): string | null {
  const specs: string[] = [];
  if (parsed.keyword === 'USER') specs.push(parsed.user);
  if ((parsed.keyword === 'COPY' || parsed.keyword === 'ADD') && parsed.chown !== null) specs.push(parsed.chown);
  for (const match of run.matchAll(/(?:^|[\s;&|(])(chown|chgrp)\s((?:-\S+\s+)*)["']?([\w.:-]+)/g)) specs.push(match[1] === 'chgrp' ? `:${match[3] ?? ''}` : (match[3] ?? ''));
  for (const spec of specs) {
    const [user = '', group = ''] = spec.split(':');
    if (lacksUser(user, accounts)) return `Debian has no user ${user}`;
    if (lacksGroup(group, accounts)) return `Debian has no group ${group}`;
    // A system account gets its number from above on Debian, from below on Alpine.
    const number = [user, group].find((one) => /^[1-9]\d{1,2}$/.test(one) && !accounts.numbers.has(one));
    if (number !== undefined && accounts.users.size + accounts.groups.size > 0) return `the number ${number} may be one that Alpine gave, and Debian gives another`;
  }
  return null;
}

/** Shell text that goes to dash, and that dash does not take. */
function shellTooSmall(build: SymbolicBuild, member: StageResult): string | null {
  let shell = '/bin/sh';
  for (const instruction of member.chain.flatMap((index) => build.stages[index]?.stage.instructions ?? [])) {
    const { keyword, json } = instruction;
    if (keyword === 'SHELL') shell = json?.[0] ?? '';
    if (keyword === 'SHELL' && !/(?:^|\/)bash$/.test(shell) && json?.includes('pipefail')) return 'dash has no `pipefail`';
    const own = member.stage.instructions.includes(instruction);
    if (!own || (keyword !== 'RUN' && !running.has(keyword))) continue;
    const text = keyword === 'RUN' && json === null ? textOf(instruction) : (commandOf(parse(instruction, build.model.scanned)) ?? (json ?? []).map((word) => (/[\s;&|]/.test(word) ? `'${word}'` : word)).join(' '));
    const forSh = json === null && !/(?:^|\/)bash$/.test(shell) ? [text] : givenToSh(text);
    const found = forSh.map(notForDash).find((what) => what !== null);
    if (found !== undefined) return `\`${keyword}\` (line ${instruction.lines.start}) has ${found ?? ''}, which dash does not take as ash does`;
  }
  return null;
}

function shebangOf(text: string): string {
  return /^\uFEFF?#![^\r\n]*/.exec(text)?.[0] ?? '';
}

function withoutShebang(text: string): string {
  return text.slice(shebangOf(text).length);
}

function ofScripts(build: SymbolicBuild, member: StageResult, has: (program: string) => boolean): string | null {
  const { scripts, unseen } = scriptsOf(build, member);
  if (unseen[0] !== undefined) return `${unseen[0]} is run, but it is not a file of the build context that dockfix can read`;
  for (const { file, text, givenToShell } of scripts) {
    const body = withoutShebang(text);
    const isBash = /\bbash\b/.test(shebangOf(text)) && !givenToShell;
    const option = /pipefail/.test(shebangOf(text)) && !isBash ? '`pipefail`' : null;
    const found = (isBash ? givenToSh(body) : [body]).map(notForDash).find((what) => what !== null) ?? option;
    if (found !== null) return `${file} is run by sh, and has ${found}, which dash does not take as ash does`;
    const missing = missingProgram(body, has);
    if (missing !== null) return `${file} runs \`${missing}\`: ${lacking(missing)}`;
    const place = alpinesPlace(text);
    if (place !== null) return `${file} names \`${place}\`, which is Alpine’s`;
  }
  return null;
}

/** Is a script of a stage that moves to Debian the same but for what Debian calls otherwise? */
function isTheSameScript(then: string, now: string): boolean {
  const lines = withoutShebang(then).split('\n');
  const others = withoutShebang(now).split('\n');
  if (lines.length !== others.length || !lines.every((line, index) => others[index] === line || others[index] === onDebian(line))) return false;
  const shell = (name: string): string => shebangOf(then).replace(/^(\uFEFF?#!\s*(?:\/usr\/bin\/env\s+|\/bin\/))a?sh\b/, `$1${name}`);
  // Bash takes the place of ash only where dash would not do.
  const needsBash = notForDash(withoutShebang(then)) !== null || /pipefail/.test(shebangOf(then));
  return [shebangOf(then), shell(needsBash ? 'bash' : 'sh')].includes(shebangOf(now));
}

/** A script that would not be what it has to be; null if there is none. */
export function scriptsDiffer(before: SymbolicBuild, after: SymbolicBuild, affected: ReadonlySet<number>): string | null {
  const then = contextOf(before);
  const now = contextOf(after);
  if (then === null || now === null) return null;
  for (const stage of before.stages) {
    const moves = affected.has(stage.stage.index);
    // A stage that is no image somebody uses only hands on what its copies name.
    const isImage = moves || before.outputs.includes(stage.stage.index);
    for (const { file } of scriptsOf(before, stage, isImage ? 'run or named by a copy' : 'run').scripts) {
      const text = then.read(file);
      const other = now.read(file);
      if (text === other) continue;
      if (text === undefined || other === undefined || (moves && !isTheSameScript(text, other))) return `${file} would not be what Debian needs`;
      if (!moves) return `${file} is run by a stage that stays as it is`;
    }
  }
  return null;
}
