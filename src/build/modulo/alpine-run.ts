import { parse } from '../../dockerfile/parse.ts';
import type { Instruction, ScannedDockerfile } from '../../dockerfile/scan.ts';
import type { Command, Script, ShellBody, ShellNode, Step, Word } from '../../dockerfile/shell.ts';
import { inShort } from '../../edit/lines.ts';
import type { RefusalReason } from '../../types.ts';
import { shellBodyOf } from '../../dockerfile/run-body.ts';
import type { Account } from './users.ts';
import { busyBoxPrograms, readBusyBox } from './users.ts';
import { commandWords, wordText } from './words.ts';

/** Something that Debian would not do, with the reason for the report. */
export interface Obstacle {
  readonly reason: RefusalReason;
  readonly message: string;
}

/** What one command of a RUN does to an Alpine system. */
export type AlpineAction =
  | { readonly kind: 'install'; readonly packages: readonly { readonly name: string; readonly word: Word }[]; readonly virtual: string | null }
  | { readonly kind: 'remove'; readonly names: readonly string[] }
  | { readonly kind: 'update' }
  | { readonly kind: 'upgrade' }
  /** Indices of the words that name apk's cache; `all` if there are no others. */
  | { readonly kind: 'clean'; readonly operands: readonly number[]; readonly all: boolean }
  | { readonly kind: 'account'; readonly account: Account; readonly variables: readonly string[] };

export interface AlpineStep {
  readonly step: Step;
  readonly command: Command;
  readonly action: AlpineAction;
}

/** A RUN as far as it speaks to Alpine. */
export interface AlpineRun {
  readonly instruction: Instruction;
  readonly script: Script;
  readonly steps: readonly AlpineStep[];
  readonly obstacles: readonly Obstacle[];
}

const alpineWord = /(?:^|[\s;&|(`"'/])(?:apk|adduser|addgroup|deluser|delgroup)(?=[\s;&|)"'`]|$)/;

/** Reads a RUN; null if nothing in it is Alpine's own. */
export function readAlpineRun(scanned: ScannedDockerfile, instruction: Instruction): AlpineRun | null {
  const text = [instruction.text, ...instruction.heredocs.map((heredoc) => heredoc.content)].join('\n');
  if (!alpineWord.test(text) && !/\/var\/cache\/apk|\/etc\/apk/.test(text)) return null;
  const nothing: Script = { steps: [], span: instruction.bodySpan };
  const refuse = (reason: RefusalReason, message: string): AlpineRun => ({ instruction, script: nothing, steps: [], obstacles: [{ reason, message }] });
  const where = `(line ${instruction.lines.start})`;
  if (instruction.json !== null) return refuse('unsupported', `a RUN in exec form installs packages ${where}`);
  const parsed = parse(instruction, scanned);
  if (parsed.keyword === 'RUN' && parsed.mounts.some((mount) => /\/apk(?:\/|$)/.test(mount.target ?? ''))) return refuse('unsupported', `a mount holds the cache of apk ${where}`);
  const body: ShellBody = shellBodyOf(scanned, instruction);
  if (body.kind === 'opaque') return refuse('ambiguous-shell', `${body.because} ${where}`);
  const steps: AlpineStep[] = [];
  const obstacles: Obstacle[] = [];
  for (const step of body.script.steps) {
    const read = readStep(step);
    if (read === null) continue;
    if ('reason' in read) obstacles.push({ reason: read.reason, message: `${read.message} ${where}` });
    else steps.push(read);
  }
  return { instruction, script: body.script, steps, obstacles };
}

function readStep(step: Step): AlpineStep | Obstacle | null {
  const { node } = step;
  if (node.kind !== 'command') return hasAlpineCommand(node) ? { reason: 'ambiguous-shell', message: `packages or users are made within a construct (${node.kind}) that dockfix does not follow` } : null;
  const [first] = node.words;
  const program = first === undefined ? null : (wordText(first)?.text ?? null);
  if (program === null) return null;
  const name = program.replace(/^\/(?:usr\/)?s?bin\//, '');
  if (name === 'rm') return readClean(step, node);
  if (name !== 'apk' && !busyBoxPrograms.has(name)) return mentionsApk(node) ? { reason: 'unsupported', message: `\`${inShort(node.words.map((word) => word.raw).join(' '))}\` is about apk` } : null;
  const words = commandWords(node);
  if (words === null) return { reason: 'unresolved-variable', message: `\`${inShort(node.words.map((word) => word.raw).join(' '))}\` has words whose value is not known` };
  if (name === 'apk') return readApk(step, node);
  const account = readBusyBox(name, words.slice(1).map((word) => word.text));
  if (account.kind === 'refused') return { reason: 'unsupported', message: account.message };
  return { step, command: node, action: { kind: 'account', account, variables: words.flatMap((word) => word.variables) } };
}

function hasAlpineCommand(node: ShellNode): boolean {
  switch (node.kind) {
    case 'command': {
      const [first] = node.words;
      const name = first === undefined ? '' : (wordText(first)?.text ?? '').replace(/^\/(?:usr\/)?s?bin\//, '');
      return name === 'apk' || busyBoxPrograms.has(name) || mentionsApk(node);
    }
    case 'pipeline':
      return node.commands.some(hasAlpineCommand);
    case 'or':
      return node.nodes.some(hasAlpineCommand);
    case 'negated':
      return hasAlpineCommand(node.body);
    case 'group':
    case 'background':
      return node.body.steps.some((step) => hasAlpineCommand(step.node));
    case 'conditional':
    case 'loop':
      return node.nested.some((script) => script.steps.some((step) => hasAlpineCommand(step.node)));
    case 'test':
      return false;
    case 'opaque':
      return true;
  }
}

function mentionsApk(command: Command): boolean {
  const texts = [...command.words.map((word) => word.raw), ...command.assignments.map(({ value }) => value.raw), ...command.redirects.map((redirect) => redirect.target?.raw ?? '')];
  return texts.some((text) => /\/etc\/apk|\/var\/cache\/apk|(?:^|[\s(`"'])apk\s/.test(text));
}

const cache = /^\/var\/cache\/apk(?:\/\*?)?$|^\/var\/cache\/apk\/\*\*?$|^\/etc\/apk\/cache(?:\/\*?)?$|^\/var\/lib\/apk(?:\/\*?)?$|^\/lib\/apk\/db(?:\/\*?)?$/;

function readClean(step: Step, command: Command): AlpineStep | null {
  const operands = command.words.flatMap((word, index) => (index > 0 && !word.raw.startsWith('-') && cache.test(word.raw.replaceAll(/["']/g, '')) ? [index] : []));
  if (operands.length === 0) return null;
  const all = command.words.every((word, index) => index === 0 || word.raw.startsWith('-') || operands.includes(index));
  return { step, command, action: { kind: 'clean', operands, all } };
}

const plainFlags = new Set('-q --quiet -v --verbose -U --update-cache --update --no-cache --no-progress --progress --purge -u --upgrade -l --latest --wait -f --force --force-refresh --no-interactive --rdepends -r --force-broken-world --force-old-apk --force-overwrite'.split(' '));

/** apk-tools 2.14: `apk [options] add|del|update|upgrade [options] [packages]`. */
function readApk(step: Step, command: Command): AlpineStep | Obstacle {
  const written = inShort(command.words.map((word) => word.raw).join(' '));
  const refuse = (because: string, reason: RefusalReason = 'unsupported'): Obstacle => ({ reason, message: `\`${written}\`: ${because}` });
  let verb: string | null = null;
  let virtual: string | null = null;
  const packages: { name: string; word: Word }[] = [];
  for (let index = 1; index < command.words.length; index += 1) {
    const word = command.words[index];
    const known = word === undefined ? null : wordText(word);
    if (word === undefined || known === null || known.variables.length > 0) return refuse('its packages depend on a variable', 'unresolved-variable');
    const { text } = known;
    const named = /^(?:-t|--virtual)(?:=(.*))?$/.exec(text);
    if (named) {
      virtual = named[1] ?? null;
      const value = command.words[index + 1];
      if (virtual === null) {
        virtual = value === undefined ? null : (wordText(value)?.text ?? null);
        index += 1;
      }
      if (virtual === null) return refuse('the name of its virtual package is not known');
    } else if (/^-[a-zA-Z]{2,}$/.test(text) && text.slice(1).split('').every((letter) => plainFlags.has(`-${letter}`))) continue;
    else if (plainFlags.has(text)) continue;
    else if (text.startsWith('-')) return refuse(`\`${text}\` takes packages from elsewhere, or installs them otherwise`);
    else if (verb === null) verb = text;
    else packages.push({ name: text, word });
  }
  switch (verb) {
    case 'update':
      return { step, command, action: { kind: 'update' } };
    case 'upgrade':
      return { step, command, action: { kind: 'upgrade' } };
    case 'add': {
      const odd = packages.map(({ name }) => name).find((name) => !/^[a-z0-9][\w.+-]*$/i.test(name) || name.endsWith('.apk'));
      if (odd === undefined) return { step, command, action: { kind: 'install', packages, virtual } };
      if (/[=<>~]/.test(odd)) return refuse(`\`${odd}\` pins a version of Alpine’s, which Debian has not`, 'unmapped-package');
      return refuse(`\`${odd}\` comes from another repository, or a file`, 'unmapped-package');
    }
    case 'del':
      return { step, command, action: { kind: 'remove', names: packages.map(({ name }) => name) } };
    case 'cache':
      return { step, command, action: { kind: 'clean', operands: [], all: true } };
    default:
      return refuse('dockfix does not know it');
  }
}
