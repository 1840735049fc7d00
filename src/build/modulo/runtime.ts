import { parse } from '../../dockerfile/parse.ts';
import type { Parsed } from '../../dockerfile/parse.ts';
import type { Instruction } from '../../dockerfile/scan.ts';
import type { BuildContext, Path } from '../../types.ts';
import { baseName as lastSegment, isWithin, join, relativeTo, resolvePath } from '../places.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../symbolic-build.ts';
import { dashObstacle } from './shell.ts';

/** What runs in a container of an image: programs by the paths that Alpine has them at, and by those that Debian does. */
const moved: readonly (readonly [pattern: RegExp, to: string])[] = [
  [/(?<![\w./-])\/sbin\/tini(-static)?(?![\w./-])/g, '/usr/bin/tini$1'],
  [/(?<![\w./-])\/sbin\/su-exec(?![\w./-])/g, '/usr/sbin/gosu'],
  [/(?<![\w./-])su-exec(?![\w./-])/g, 'gosu'],
  [/(?<![\w./-])\/bin\/ash(?![\w./-])/g, '/bin/sh'],
  [/(?<![\w./-])ash(?=\s+(?:-\w+\s+)?[\w./"'$-])/g, 'sh'],
  [/(?<![\w./-])\/sbin\/nologin(?![\w./-])/g, '/usr/sbin/nologin'],
];

/** A command line (of CMD, ENTRYPOINT, HEALTHCHECK, in either form, or of a script) with programs where Debian has them. */
export function commandOnDebian(text: string): string {
  // In exec form `ash` is a word by itself.
  const words = text.replaceAll(/"ash"/g, '"sh"');
  return moved.reduce((result, [pattern, to]) => result.replaceAll(pattern, to), words);
}

/** A script that the image runs, for Debian: what it calls, and the shell that it names. */
export function scriptOnDebian(text: string): string {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const body = text.slice(bom.length);
  const shebang = /^#![^\r\n]*/.exec(body)?.[0] ?? '';
  return bom + shebangOnDebian(shebang, body.slice(shebang.length)) + commandLines(body.slice(shebang.length));
}

/** Comments stay as they are. */
function commandLines(text: string): string {
  return text.split('\n').map((line) => (/^\s*#/.test(line) ? line : commandOnDebian(line))).join('\n');
}

function shebangOnDebian(shebang: string, rest: string): string {
  const match = /^(#!\s*)(\/usr\/bin\/env\s+|\/bin\/)(sh|ash)\b(.*)$/.exec(shebang);
  if (!match) return shebang;
  const [, start = '', path = '', name = '', options = ''] = match;
  const needsBash = dashObstacle(rest) !== null || /pipefail/.test(options);
  return `${start}${path}${needsBash ? 'bash' : name === 'ash' ? 'sh' : name}${options}`;
}

/** Is it a script for a shell of the kind that Alpine's /bin/sh is? */
export function isShellScript(text: string): boolean {
  const shebang = /^\uFEFF?#!([^\r\n]*)/.exec(text)?.[1];
  return shebang === undefined ? false : /(?:^|[\s/])(?:sh|ash|dash|bash)(?:\s|$)/.test(shebang.trim());
}

/** A script of the build context that runs in the image. */
export interface RuntimeScript {
  /** In the build context. */
  readonly file: Path;
  readonly text: string;
  /** It is given to `sh` by name, so that its first line does not count. */
  readonly givenToShell: boolean;
}

/** The command of CMD, ENTRYPOINT and HEALTHCHECK: words in exec form, else text. */
export function commandOf(parsed: Parsed): readonly string[] | string | null {
  if (parsed.keyword !== 'CMD' && parsed.keyword !== 'ENTRYPOINT' && parsed.keyword !== 'HEALTHCHECK') return null;
  if (parsed.command === null) return null;
  return parsed.command.form === 'exec' ? parsed.command.argv : parsed.command.text;
}

const settings = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'RUN']);

/**
 * Scripts that a stage's RUN, CMD, ENTRYPOINT and HEALTHCHECK name, those that a COPY names (a compose file or a cluster
 * may run them), and those that these name in turn.
 */
export function scriptsOf(build: SymbolicBuild, stage: StageResult, which: 'run or named by a copy' | 'run' = 'run or named by a copy'): { readonly scripts: readonly RuntimeScript[]; readonly unseen: readonly string[] } {
  const steps = stage.chain.flatMap((index) => build.stages[index]?.steps ?? []);
  const copies = copiesOf(steps);
  const looked = new Set<string>();
  const found = new Map<Path, RuntimeScript>();
  const unseen = new Set<string>();
  const pending = steps.flatMap((step) => (settings.has(step.instruction.keyword) ? [{ words: wordsOf(step.instruction, build), cwd: step.cwd }] : []));
  const named = steps.flatMap((step) => (step.copy?.contextSources.length ? step.copy.items.filter((item) => !item.directory).map((item) => ({ words: [item.target], cwd: step.cwd })) : []));
  if (which === 'run or named by a copy') pending.push(...named);
  for (let next = pending.pop(); next && found.size < 50; next = pending.pop()) {
    const { words, cwd } = next;
    for (const [at, word] of words.entries()) {
      if (!/^[\w./-]*\w$/.test(word) || word.startsWith('-')) continue;
      const byName = /^(?:.*\/)?a?sh$/.test(words[at - 1] ?? '');
      const key = `${cwd} ${word} ${byName}`;
      if (looked.has(key)) continue;
      looked.add(key);
      const file = fileOf(build, copies, word, cwd);
      if (file === null) {
        if (word.endsWith('.sh') && word.startsWith('/')) unseen.add(word);
        continue;
      }
      const text = stage.state.context.files.read(file);
      if (text === undefined || !(isShellScript(text) || file.endsWith('.sh'))) continue;
      const known = found.get(file);
      const givenToShell = byName || known?.givenToShell === true || !text.replace(/^\uFEFF/, '').startsWith('#!');
      found.set(file, { file, text, givenToShell });
      if (known === undefined) pending.push({ words: text.split(/[\s"';|&()]+/), cwd });
    }
  }
  return { scripts: [...found.values()], unseen: [...unseen] };
}

function wordsOf(instruction: Instruction, build: SymbolicBuild): readonly string[] {
  const parsed = parse(instruction, build.model.scanned);
  const command = commandOf(parsed) ?? instruction.json ?? [instruction.text, ...instruction.heredocs.map((heredoc) => heredoc.content)].join('\n');
  const texts = typeof command === 'string' ? [command] : command;
  return texts.flatMap((text) => text.split(/[\s"';|&()]+/)).filter((word) => word !== '');
}

const pathDirectories = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/'];

/** The file of the context that a COPY put where the word leads; null if none is known. */
function fileOf(build: SymbolicBuild, copies: readonly StepRecord[], word: string, cwd: Path): Path | null {
  const paths = word.includes('/') ? [resolvePath(cwd, word)] : [resolvePath(cwd, word), ...pathDirectories.map((directory) => join(directory, word))];
  for (const path of paths) {
    const file = copiedTo(build, copies, path, 4);
    if (file !== null) return file;
  }
  return null;
}

/** The last first: it wins. */
function copiesOf(steps: readonly StepRecord[]): readonly StepRecord[] {
  return steps.filter((step) => step.copy !== null).toReversed();
}

function copiedTo(build: SymbolicBuild, copies: readonly StepRecord[], path: Path, depth: number): Path | null {
  for (const step of copies) {
    for (const item of step.copy?.items ?? []) {
      if (item.directory ? !isWithin(path, item.target) : item.target !== path) continue;
      const source = item.directory ? join(item.source, relativeTo(path, item.target)) : item.source;
      const files = contextOf(build);
      if (step.copy?.contextSources.length) {
        if (files !== null && files.kind(source) === 'file') return source;
        continue;
      }
      const from = stageCopied(build, step);
      if (from === null || depth === 0) continue;
      const absolute = resolvePath('/', source);
      const file = copiedTo(build, from, absolute, depth - 1) ?? copiedTo(build, from, join(absolute, lastSegment(path)), depth - 1);
      if (file !== null) return file;
    }
  }
  return null;
}

export function contextOf(build: SymbolicBuild): BuildContext | null {
  return build.stages[0]?.state.context.files ?? null;
}

/** The steps of the stage that a COPY --from takes from. */
function stageCopied(build: SymbolicBuild, step: StepRecord): readonly StepRecord[] | null {
  const parsed = parse(step.instruction, build.model.scanned);
  if (parsed.keyword !== 'COPY' || parsed.from === null) return null;
  const { from } = parsed;
  const stage = build.stages.find(({ stage: one }) => one.name === from.toLowerCase() || String(one.index) === from);
  return stage ? copiesOf(stage.chain.flatMap((index) => build.stages[index]?.steps ?? [])) : null;
}
