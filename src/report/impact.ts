import type { NoHistory } from '../impact/history.ts';
import type { MeasuredChange, Measurements } from '../impact/measured.ts';
import { saving } from '../impact/measured.ts';
import type { PartReruns, Replayed, Reruns } from '../impact/replay.ts';
import { inShort } from '../edit/lines.ts';
import type { Path } from '../types.ts';
import { findingLines } from './findings.ts';
import type { FixReport, RefusalReport, RunError } from './report.ts';
import type { Colors } from './terminal.ts';
import { count, printable } from './words.ts';

/** What `impact --format json` prints (impact.schema.json describes it). Paths are relative to the current directory. */
export interface ImpactReport {
  readonly version: 1;
  readonly dockerfiles: readonly DockerfileImpact[];
  readonly unreplayed: readonly Unreplayed[];
  readonly errors: readonly RunError[];
}

/** One Dockerfile with one build context. */
export interface DockerfileImpact extends Replayed {
  readonly path: Path;
  readonly context: Path;
  /** When the oldest and the newest of the commits were committed. */
  readonly oldest: string;
  readonly newest: string;
  /** Only where it is known how long an install takes. */
  readonly savedSeconds?: number;
  /** Only with `--measured`, where something was. */
  readonly measured?: MeasuredChange;
  /** Does dockfix change the Dockerfile or its ignore file? */
  readonly changed: boolean;
  readonly fixes: readonly FixReport[];
  readonly refusals: readonly RefusalReport[];
  readonly heldBack: readonly FixReport[];
}

/** A repository, or a folder outside any. */
export interface Unreplayed {
  readonly path: Path;
  readonly reason: NoHistory['kind'];
  readonly message: string;
}

const causesInJson = 50;
const causesInText = 10;

/** How long installs take, if that is known: by what somebody says, or as it was measured. */
export interface TimeOfInstalls {
  readonly installSeconds: number | null;
  readonly measured: Measurements | null;
}

export function impactReport(dockerfiles: readonly DockerfileImpact[], unreplayed: readonly Unreplayed[], errors: readonly RunError[], time: TimeOfInstalls): ImpactReport {
  const reported = dockerfiles.map((one) => {
    const saved = savedSeconds(one, time);
    const measured = measuredFor(one, time);
    return { ...one, causes: one.causes.slice(0, causesInJson), ...(saved === null ? {} : { savedSeconds: saved }), ...(measured === null ? {} : { measured }) };
  });
  return { version: 1, dockerfiles: reported, unreplayed, errors };
}

function measuredFor({ path, context }: DockerfileImpact, { measured }: TimeOfInstalls): MeasuredChange | null {
  return measured?.(path, context) ?? null;
}

/** For each commit that runs installs again before and not after. */
function savedSeconds(impact: DockerfileImpact, time: TimeOfInstalls): number | null {
  const measured = measuredFor(impact, time);
  const seconds = measured === null ? time.installSeconds : saving(measured);
  return seconds === null ? null : Math.round((impact.before.installReruns - impact.after.installReruns) * seconds * 100) / 100;
}

/** The same for people. */
export function impactText(dockerfiles: readonly DockerfileImpact[], time: TimeOfInstalls, colors: Colors): string {
  return dockerfiles.map((one) => `${impactLines(one, time, colors).join('\n')}\n`).join('\n');
}

/** Do dockfix's changes make a difference to what was replayed? Else the numbers are the same twice. */
export function helps({ before, after }: DockerfileImpact): boolean {
  return before.installReruns !== after.installReruns || before.installRuns !== after.installRuns || before.stepReruns !== after.stepReruns;
}

function impactLines(impact: DockerfileImpact, time: TimeOfInstalls, colors: Colors): readonly string[] {
  const { path, context, commits, oldest, newest } = impact;
  return [
    `${colors.bold(printable(path))} (build context ${printable(context)}), ${count(commits, 'commit')} from ${oldest.slice(0, 10)} to ${newest.slice(0, 10)}`,
    ...part([colors.bold(verdict(impact))]),
    ...part(chart(impact, colors)),
    ...part([...notes(impact), ...timeLines(impact, time)]),
    ...part(causeLines(impact, colors)),
    ...part(partLines(impact)),
    ...part(whatChanges(impact)),
  ];
}

/** An empty line before lines, if there are any. */
function part(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

/** `now`: how the changes are called. Where as many commits run an install as before, the installs are counted. */
export function verdict(impact: DockerfileImpact, now = "with dockfix's changes"): string {
  const { commits, before, after } = impact;
  if (before.installs === 0) return 'No step is a dependency install that dockfix knows; all steps are counted.';
  const isSame = before.installReruns === after.installReruns;
  if (isSame && before.installRuns !== after.installRuns) return `${count(before.installRuns, 'dependency install')} ran again in the last ${count(commits, 'commit')}; ${now} ${after.installRuns}.`;
  const what = before.installs === 1 ? 'reinstalled all dependencies' : `ran at least one of ${before.installs} dependency installs again`;
  return `${before.installReruns} of the last ${count(commits, 'commit')} ${what}${isSame ? '' : `; ${now} ${after.installReruns}`}.`;
}

function notes(impact: DockerfileImpact): readonly string[] {
  const { recipeCommits, before } = impact;
  const lines: string[] = [];
  if (before.onlyForGit > 0) lines.push(`  .git is in the build context, and every commit changes it: without it ${before.installReruns - before.onlyForGit} of these commits would have run an install.`);
  const forArguments = before.onlyForArguments ?? 0;
  if (forArguments > 0) lines.push(`  The build passes an argument that is another one for each commit: without it ${before.installReruns - forArguments} of these commits would have run an install.`);
  if (recipeCommits > 0) lines.push(`  ${count(recipeCommits, 'commit')} changed the Dockerfile or its ignore file: all steps count as run again${helps(impact) ? ', before and after' : ''}.`);
  return lines;
}

function timeLines(impact: DockerfileImpact, time: TimeOfInstalls): readonly string[] {
  const { before, after } = impact;
  const [saved, measured] = [savedSeconds(impact, time), measuredFor(impact, time)];
  if (saved === null || before.installs === 0) return [];
  if (measured !== null) {
    const commits = count(before.installReruns - after.installReruns, 'commit');
    return [`  Measured: a build after a change of ${printable(measured.file)} took ${duration(measured.before)}, and with dockfix's changes ${duration(measured.after)}. For the ${commits} that no longer run an install that is ${duration(saved)}.`];
  }
  const seconds = time.installSeconds ?? 0;
  const now = helps(impact) ? `; with dockfix's changes ${duration(after.installReruns * seconds)}, so ${duration(saved)} are saved` : '';
  return [`  At ${duration(seconds)} an install that is ${duration(before.installReruns * seconds)}${now}.`];
}

// --------------------------------------------------------------------------------------------------------------- chart

const barWidth = 40;

function chart(impact: DockerfileImpact, colors: Colors): readonly string[] {
  const { commits, before, after } = impact;
  const most = (of: (counts: Reruns) => number): number => Math.max(of(before), of(after));
  const digits = String(Math.max(commits, most(({ installRuns }) => installRuns), most(({ stepReruns }) => stepReruns))).length;
  const row = (title: string, side: string, color: Colors['red'], value: number, whole: number): string => {
    const length = value === 0 ? 0 : Math.max(1, Math.round((value / whole) * barWidth));
    return `  ${title.padEnd(21)}  ${side}  ${String(value).padStart(digits)}  ${color('#'.repeat(length))}`.trimEnd();
  };
  const rows = (title: string, of: (counts: Reruns) => number, whole: number): readonly string[] => [
    row(title, 'before', colors.red, of(before), whole),
    ...(helps(impact) ? [row('', 'after ', colors.green, of(after), whole)] : []),
  ];
  const installs = ({ installReruns }: Reruns): number => installReruns;
  const runs = ({ installRuns }: Reruns): number => installRuns;
  const steps = ({ stepReruns }: Reruns): number => stepReruns;
  return [
    ...(before.installs === 0 ? [] : rows('commits with installs', installs, commits)),
    ...(before.installs < 2 ? [] : rows('installs run again', runs, most(runs))),
    ...rows('steps run again', steps, most(steps)),
  ];
}

function causeLines(impact: DockerfileImpact, colors: Colors): readonly string[] {
  const { causes, before } = impact;
  if (causes.length === 0) return [];
  const shown = causes.slice(0, causesInText);
  const digits = String(shown[0]?.reruns ?? 0).length;
  const more = causes.length > shown.length ? [`  ${' '.repeat(digits)}  and ${count(causes.length - shown.length, 'other file')}`] : [];
  const lines = shown.map(({ file, reruns, rerunsAfter }) => {
    const still = helps(impact) && rerunsAfter > 0 ? colors.dim('  (also after)') : '';
    return `  ${String(reruns).padStart(digits)}  ${printable(file)}${still}`;
  });
  return [`  Files that ran ${before.installs === 0 ? 'a step' : 'an install'} again, by number of commits:`, ...lines, ...more];
}

/** Steps that ran for changes of what they do not read. */
function partLines({ partBuilds }: DockerfileImpact): readonly string[] {
  return partBuilds
    .filter(({ reruns, needed }) => reruns > needed)
    .map(({ line, instruction, reads, unless, supposedIn, reruns, needed, rerunsAfter }) => {
      const now = rerunsAfter < reruns ? `; with dockfix's changes ${rerunsAfter}` : '';
      return `  Line ${line}, \`${inShort(printable(instruction))}\`, needs only ${reads.map(printable).join(', ')}${supposition(supposedIn)}${condition(unless)}: ${count(reruns, 'commit')} ran it again, ${needed} of them with a change there${now}.`;
    });
}

/** What is supposed of the step itself, where dockfix does not know what it reads. */
function supposition(supposedIn: Path | undefined): string {
  return supposedIn === undefined ? '' : ` if it reads nothing outside ${printable(supposedIn)}, which dockfix does not know`;
}

/** What is supposed of steps that dockfix does not understand. */
function condition(unless: readonly PartReruns['unless'][number][]): string {
  const [first, ...others] = unless;
  if (!first) return '';
  const step = `\`${inShort(printable(first.instruction))}\` (line ${first.line})`;
  return `, unless it uses something that ${step}${others.length === 0 ? ' makes' : ` and ${count(others.length, 'other step')} make`} of other files`;
}

/** What dockfix does, how safe it is, and what it leaves alone. */
function whatChanges(impact: DockerfileImpact): readonly string[] {
  const { changed } = impact;
  return [
    ...(changed ? [] : ['  dockfix changes nothing here.']),
    ...(changed && !helps(impact) ? ["  dockfix's changes make no difference to these commits."] : []),
    ...findingLines(impact),
  ];
}

// --------------------------------------------------------------------------------------------------------------- words

/** Seconds in words: `90 s`, `12 min`, `4 h 31 min`. */
export function duration(seconds: number): string {
  const sign = seconds < 0 ? '-' : '';
  const all = Math.abs(seconds);
  if (all < 120) return `${sign}${Math.round(all * 10) / 10} s`;
  const minutes = Math.round(all / 60);
  if (minutes < 60) return `${sign}${minutes} min`;
  return `${sign}${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}
