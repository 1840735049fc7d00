import type { ExplainedBuild, ExplainedPart, ExplainedStep } from '../explain.ts';
import type { Path } from '../types.ts';
import type { Findings } from './findings.ts';
import { findingLines, findingsReport } from './findings.ts';
import type { Colors } from './terminal.ts';
import { printable } from './words.ts';

/** What `explain --format json` prints. Paths are relative to the current directory. */
export interface ExplainReport {
  readonly dockerfiles: readonly ExplainedReport[];
}

export interface ExplainedReport extends Findings {
  readonly path: Path;
  readonly context: Path;
  readonly before: { readonly steps: readonly StepReport[] };
  readonly after: { readonly steps: readonly StepReport[] };
}

export interface StepReport {
  readonly line: number;
  readonly instruction: string;
  readonly kind: ExplainedStep['kind'];
  /** Relative to the context: a folder ends with a slash, `.` is all of it. */
  readonly reads: readonly string[];
  readonly exposedTo: readonly string[];
  /** The installs of a RUN that run again for files which only the rest of it reads. */
  readonly parts?: readonly ExplainedPart[];
  /** Why nobody can say what of the context the step needs; left out where that is known. */
  readonly cannotJudge?: string;
  /** Only with `--changed`. */
  readonly reruns?: boolean;
}

/** An explained build whose paths are relative to the current directory. */
export type PlacedBuild = Omit<ExplainedBuild, 'plan'>;

export function explainReport(builds: readonly PlacedBuild[]): ExplainReport {
  const dockerfiles = builds.map((build): ExplainedReport => {
    const { path, context, before, after } = build;
    return { path, context, before: { steps: before.map(stepReport) }, after: { steps: after.map(stepReport) }, ...findingsReport(build) };
  });
  return { dockerfiles };
}

function stepReport(step: ExplainedStep): StepReport {
  const { line, instruction, kind, reads, exposedTo, parts, reruns } = step;
  const doubt = doubtText(step);
  return { line, instruction, kind, reads, exposedTo, ...(parts.length > 0 ? { parts } : {}), ...(doubt === null ? {} : { cannotJudge: doubt }), ...(reruns === null ? {} : { reruns }) };
}

/** The same for people. `changed`: the files of `--changed`, as they were written. */
export function explainText(builds: readonly PlacedBuild[], changed: readonly string[] | null, colors: Colors): string {
  return builds.map((build) => `${buildLines(build, changed, colors).join('\n')}\n`).join('\n');
}

function buildLines(build: PlacedBuild, changed: readonly string[] | null, colors: Colors): string[] {
  const { before, after, changed: isChanged } = build;
  const lines = [`${colors.bold(printable(build.path))} (build context ${build.context === '' ? '.' : printable(build.context)})`, '', 'Before dockfix:', ...stepTable(before, colors), ...verdictLines(before, changed)];
  if (!isChanged) lines.push('', 'dockfix changes nothing here.');
  else lines.push('', 'After dockfix:', ...stepTable(after, colors), ...verdictLines(after, changed));
  const findings = findingLines(findingsReport(build));
  return findings.length === 0 ? lines : [...lines, '', ...findings];
}

const widest = 70;

function stepTable(steps: readonly ExplainedStep[], colors: Colors): string[] {
  const digits = String(steps.length).length;
  const lineDigits = String(Math.max(0, ...steps.map((step) => step.line))).length;
  const texts = steps.map((step) => shorten(step.instruction, widest));
  const width = Math.max(0, ...texts.map((text) => text.length));
  return steps.map((step, index) => {
    const notes = notesOn(step, colors);
    const text = texts[index] ?? '';
    const place = `  ${String(step.number).padStart(digits)}  ${colors.dim(`line ${String(step.line).padStart(lineDigits)}`)}  `;
    return notes === '' ? `${place}${text}` : `${place}${text.padEnd(width)}  ${notes}`;
  });
}

function notesOn(step: ExplainedStep, colors: Colors): string {
  const notes: string[] = [];
  if (step.reruns !== null) notes.push(step.reruns ? colors.yellow('runs again') : colors.green('cached'));
  if (step.opaque !== null) notes.push(`may read everything (${printable(step.opaque)})`);
  else if (step.reads.length > 0) notes.push(`reads ${listed(step.reads)}`);
  if (step.exposure) notes.push(colors.red(`${step.parts.length > 0 ? 'in part ' : ''}exposed to ${listed(step.exposedTo)}`));
  return notes.join('; ');
}

/** Steps that take time: a COPY or WORKDIR that runs again for nothing costs next to nothing. */
const cheap: ReadonlySet<ExplainedStep['kind']> = new Set(['from', 'copy', 'workdir', 'config', 'observe']);

function verdictLines(steps: readonly ExplainedStep[], changed: readonly string[] | null): string[] {
  const lines = steps.filter((step) => !cheap.has(step.kind)).flatMap((step) => [...sentence(step), ...doubtLine(step)]);
  if (lines.length === 0) lines.push('  No step runs again for a file that it does not read.');
  if (changed !== null) lines.push(`  After a change of ${listed(changed)}, ${steps.filter((step) => step.reruns).length} of ${steps.length} steps run again.`);
  return lines;
}

function sentence(step: ExplainedStep): readonly string[] {
  const { exposure } = step;
  if (!exposure) return [];
  const files = exposure.files === 1 ? 'a file that it does not read changes' : `any of ${exposure.files} files changes`;
  const because = exposure.line === step.line ? 'because it mounts them' : `because \`${shorten(exposure.instruction, widest)}\` (line ${exposure.line}) comes before it`;
  return [`  Step ${step.number} \`${shorten(step.instruction, widest)}\` (line ${step.line}) runs again whenever ${files}, ${because}${partsText(step)}.`];
}

/** What is not known: that a step runs again for nothing can be said of no step that may need all there is. */
function doubtLine({ doubt, line, instruction }: ExplainedStep): readonly string[] {
  const text = doubtText({ doubt, line, instruction });
  return text === null ? [] : [`  Cannot judge: ${text}.`];
}

function doubtText({ doubt, line, instruction }: Pick<ExplainedStep, 'doubt' | 'line' | 'instruction'>): string | null {
  if (doubt === null) return null;
  const unknown = `line ${doubt.line} \`${shorten(doubt.command, widest)}\``;
  if (doubt.line === line) return `${unknown} may read everything`;
  return `line ${line} \`${shorten(instruction, widest)}\` may use what ${unknown} makes, and that may read everything`;
}

function partsText({ parts }: ExplainedStep): string {
  const byReads = new Map<string, string[]>();
  for (const { command, reads } of parts) {
    const what = reads.length === 0 ? 'none of them' : `only ${listed(reads)}`;
    byReads.set(what, [...(byReads.get(what) ?? []), `\`${shorten(command, widest)}\``]);
  }
  const texts = [...byReads].map(([what, commands]) => `${listed(commands)} ${commands.length === 1 ? 'reads' : 'read'} ${what}`);
  return texts.length === 0 ? '' : `, although ${texts.join(', ')}`;
}

function listed(written: readonly string[]): string {
  const most = 4;
  const names = written.map(printable);
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}

function shorten(written: string, width: number): string {
  const text = printable(written);
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
