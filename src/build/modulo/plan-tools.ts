/** Scripts that a container runs, and programs of BusyBox that Debian lacks. */
import { inOrder } from '../../dockerfile/in-order.ts';
import { parse } from '../../dockerfile/parse.ts';
import type { Instruction } from '../../dockerfile/scan.ts';
import type { Path } from '../../types.ts';
import type { StageResult, SymbolicBuild } from '../symbolic-build.ts';
import type { Obstacle } from './alpine-run.ts';
import { alpineOnlyPrograms, packageOfProgram } from './packages.ts';
import { alpinesPython, python2 } from './plan-stage.ts';
import type { RuntimeScript } from './runtime.ts';
import { commandOf, scriptOnDebian, scriptsOf } from './runtime.ts';
import { baseName, dashObstacle, otherForm, programsIn, programsOf } from './shell.ts';
import type { SlimBase } from './slim-base.ts';

/** The scripts of the build context that run in the containers of the stages, by stage, and the new texts of those that have to change. */
export function runtimeScripts(build: SymbolicBuild, members: readonly StageResult[], obstacles: Obstacle[]): { readonly all: ReadonlyMap<number, readonly RuntimeScript[]>; readonly changed: ReadonlyMap<Path, string> } {
  const all = new Map<number, readonly RuntimeScript[]>();
  const changed = new Map<Path, string>();
  for (const member of members) {
    const { scripts, unseen } = scriptsOf(build, member);
    all.set(member.stage.index, scripts);
    for (const path of unseen) obstacles.push({ reason: 'unsupported', message: `${path} is run, but it is not a file of the build context that dockfix can read` });
    for (const script of scripts) {
      const text = scriptOnDebian(script.text);
      const shell = /^\uFEFF?#![^\r\n]*\bbash\b/.test(text);
      const obstacle = shell && !script.givenToShell ? null : dashObstacle(withoutShebang(text));
      if (obstacle !== null && !/^\uFEFF?#![^\r\n]*\bbash\b/.test(script.text)) obstacles.push({ reason: 'ambiguous-shell', message: `${script.file} is run by sh, and has ${obstacle}, which dash does not take as ash does` });
      for (const program of programsIn(withoutShebang(text))) {
        const name = baseName(program);
        if (alpineOnlyPrograms.has(name) || ['adduser', 'addgroup', 'deluser', 'delgroup'].includes(name)) obstacles.push({ reason: 'unsupported', message: `${script.file} runs \`${name}\`, which Debian’s slim image has not, or has with other options` });
      }
      const form = otherForm(text);
      if (form !== null) obstacles.push({ reason: 'unsupported', message: `${script.file} has ${form}, which Debian’s program takes otherwise` });
      if (alpinesPython.test(script.text)) obstacles.push({ reason: 'unsupported', message: `${script.file} names Alpine’s own Python` });
      if (text !== script.text) changed.set(script.file, text);
    }
  }
  return { all, changed };
}

function withoutShebang(text: string): string {
  return text.replace(/^\uFEFF?#![^\r\n]*/, '');
}

/** Programs that run in a container: of CMD, ENTRYPOINT and HEALTHCHECK, and of the scripts that they run. */
export function runtimePrograms(build: SymbolicBuild, member: StageResult, scripts: ReadonlyMap<number, readonly RuntimeScript[]>): readonly string[] {
  const instructions = member.chain.flatMap((index) => build.stages[index]?.stage.instructions ?? []);
  const commands = instructions.flatMap((instruction) => {
    const command = commandOf(parse(instruction, build.model.scanned));
    if (command === null) return [];
    return typeof command === 'string' ? [...programsIn(command)] : programsOfArgv(command);
  });
  return [...commands, ...(scripts.get(member.stage.index) ?? []).flatMap((script) => [...programsIn(withoutShebang(script.text))])];
}

export function programsOfArgv(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((word) => /^-\w*c$/.test(word));
  const inline = at > 0 && /(?:^|\/)(?:ba|da|a)?sh$/.test(argv[at - 1] ?? '') ? (argv[at + 1] ?? '') : '';
  return [...programsOf(argv), ...programsIn(inline)];
}

interface NeededTool {
  readonly program: string;
  readonly name: string;
  /** Only a RUN calls it. */
  readonly whenBuilt: boolean;
}

/** Programs that BusyBox brought and the slim image lacks, with the packages that have them. `atRunTime`: what runs in its containers. */
export function toolsOf(member: StageResult, slim: SlimBase, atRunTime: readonly string[], obstacles: Obstacle[]): readonly NeededTool[] {
  const inRuns = member.stage.instructions.filter((instruction) => instruction.keyword === 'RUN').flatMap((instruction) => {
    const text = textOf(instruction);
    const programs = instruction.json === null ? [...programsIn(text)] : [...programsOfArgv(instruction.json)];
    if (/(?:^|[\s;&|(])tar\s+-{0,2}\w*J|\.tar\.xz\b/.test(text) || inOrder(text, tarCommand, /--xz/)) programs.push('xz');
    if (/(?:^|[\s;&|(])tar\s+-?[a-ik-z]*j[a-z]*\s/.test(text) || inOrder(text, tarCommand, /--bzip2/)) programs.push('bzip2');
    return programs;
  });
  const hasPython2 = 'kind' in slim && slim.minor.startsWith('2.');
  const needed = new Map<string, NeededTool>();
  for (const [programs, whenBuilt] of [[inRuns, true], [atRunTime, false]] as const) {
    for (const program of programs) {
      const name = baseName(program);
      const found = packageOfProgram.get(name);
      if (found !== undefined) needed.set(name, { program: name, name: found, whenBuilt });
      if (python2.test(name) && !hasPython2) obstacles.push({ reason: 'unsupported', message: `\`${name}\` is Alpine’s own Python` });
      if (name !== 'apk' && alpineOnlyPrograms.has(name)) obstacles.push({ reason: 'unsupported', message: `\`${name}\` is a program of BusyBox or Alpine that Debian has in no such form` });
    }
  }
  return [...needed.values()];
}

const tarCommand = /(?:^|[\s(])tar\s/;

/** What a RUN says, here-documents included. */
export function textOf(instruction: Instruction): string {
  return [instruction.text, ...instruction.heredocs.map((heredoc) => heredoc.content)].join('\n');
}
