import type { DebianPlan } from '../../src/build/modulo/plan.ts';
import { commandOnDebian } from '../../src/build/modulo/runtime.ts';
import type { StageResult, SymbolicBuild } from '../../src/build/symbolic-build.ts';
import type { Instruction, ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import { blockOf, keywordLike, lineEndAt, lineStartAt } from '../../src/edit/lines.ts';
import type { Edit, Path } from '../../src/types.ts';
import { cleanCommand, installCommand } from './packages.ts';

/** CMD, ENTRYPOINT, HEALTHCHECK with programs where Debian has them. */
export function settingEdits(file: Path, scanned: ScannedDockerfile, stage: StageResult): readonly Edit[] {
  return stage.stage.instructions.flatMap((instruction) => {
    if (!['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(instruction.keyword)) return [];
    const text = scanned.text.slice(instruction.bodySpan.start, instruction.bodySpan.end);
    const rewritten = commandOnDebian(text);
    return rewritten === text ? [] : [{ file, span: instruction.bodySpan, text: rewritten }];
  });
}

/** bash as the shell where dash would not take what is written; BusyBox's ash by its name in Debian elsewhere. */
export function shellEdits(file: Path, build: SymbolicBuild, stage: StageResult, plan: DebianPlan): readonly Edit[] {
  const { scanned } = build.model;
  const needsBash = stage.chain.some((index) => plan.needsBash.has(index));
  const settings = stage.stage.instructions.filter((instruction) => instruction.keyword === 'SHELL');
  const edits = settings.flatMap((instruction) => renamedShell(file, scanned, instruction, needsBash));
  const isSet = settings.length > 0 || stage.chain.slice(0, -1).some((index) => plan.needsBash.has(index));
  if (!plan.needsBash.has(stage.stage.index) || isSet) return edits;
  const [anchor] = stage.stage.instructions.filter((instruction) => ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(instruction.keyword) && instruction.json === null);
  const line = `${keywordLike(scanned, stage.stage.fromInstruction, 'SHELL')} ["/bin/bash", "-c"]${scanned.newline}`;
  return [insertedBefore(file, scanned, anchor, stage, line)];
}

function renamedShell(file: Path, scanned: ScannedDockerfile, instruction: Instruction, needsBash: boolean): readonly Edit[] {
  const text = scanned.text.slice(instruction.bodySpan.start, instruction.bodySpan.end);
  const rewritten = text.replace(/"(\/bin\/)?(?:ash|sh)"/, (all, path: string | undefined) => (needsBash ? `"${path ?? ''}bash"` : all.replace('ash', 'sh')));
  return rewritten === text ? [] : [{ file, span: instruction.bodySpan, text: rewritten }];
}

/** A RUN of its own for programs that BusyBox brought, where the stage installs nothing else. */
export function toolRun(file: Path, scanned: ScannedDockerfile, stage: StageResult, names: readonly string[]): Edit {
  const anchor = stage.stage.instructions.find((instruction) => ['RUN', 'COPY', 'ADD', 'WORKDIR', 'USER', 'SHELL', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(instruction.keyword));
  const { newline, escape } = scanned;
  const line = `${keywordLike(scanned, stage.stage.fromInstruction, 'RUN')} apt-get update ${escape}${newline}    && ${installCommand} ${names.join(' ')} ${escape}${newline}    && ${cleanCommand}${newline}`;
  return insertedBefore(file, scanned, anchor, stage, line);
}

/** Before an instruction and its comments; at the stage's end where there is none. */
function insertedBefore(file: Path, scanned: ScannedDockerfile, anchor: Instruction | undefined, stage: StageResult, line: string): Edit {
  const { text } = scanned;
  const start = anchor ? lineStartAt(text, blockOf(anchor).start) : lineEndAt(text, stage.stage.fromInstruction.span.end);
  const isUnfinished = !anchor && text[start - 1] !== '\n';
  const isSpaced = anchor !== undefined && /\n[ \t]*\r?\n$/.test(text.slice(0, start));
  return { file, span: { start, end: start }, text: (isUnfinished ? scanned.newline : '') + line + (isSpaced ? scanned.newline : '') };
}
