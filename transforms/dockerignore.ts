import type { IgnoreMatcher } from '../src/ignore/patterns.ts';
import { matchesPattern, parseIgnore } from '../src/ignore/patterns.ts';
import { flatMap } from '../src/lists.ts';
import type { BuildView, DockerfileView, ProjectView } from '../src/plan/project.ts';
import type { Decline, Match } from '../src/plan/transform.ts';
import { decline, defineTransform } from '../src/plan/transform.ts';
import type { Fix, Path } from '../src/types.ts';
import { appended } from '../src/edit/ignore-lines.ts';
import { whyNeeded } from './dockerignore/needs.ts';
import type { Answer } from './dockerignore/readers/setting.ts';
import { situationOf } from './dockerignore/situation.ts';
import { whoReads } from './dockerignore/who-reads.ts';
import type { Candidate } from './dockerignore/patterns.ts';
import { candidatesFor } from './dockerignore/patterns.ts';
import type { Survey } from './dockerignore/survey.ts';
import { hiddenBy, isCopied, join, nameOf, parentOf, survey, wideSources } from './dockerignore/survey.ts';
import { page } from './dockerignore/page.ts';

/** A context of which whole directories are copied or bound, and an ignore file that lets through what no image needs. */
interface UnfilteredContext extends Match {
  readonly decisions: readonly (Fix | Decline)[];
}

export const dockerignore = defineTransform<UnfilteredContext>({
  id: 'dockerignore',
  title: 'Keep out of the build context what the image does not need',
  why: 'Without an ignore file each build sends .git, virtual environments and caches, and every commit makes `COPY . .` run again.',
  mustGain: false,
  matchesApart: true,
  page,
  *match(project) {
    for (const group of groupsOf(project)) {
      const [first] = group.members;
      if (first === undefined || isVendored(group.ignoreFile)) continue;
      for (const decisions of decide(project, group)) yield { dockerfile: first.view.path, line: first.line, endLine: first.endLine, decisions };
    }
  },
  decide: (match) => match.decisions,
});

/** A build that brings whole directories of its context into the image, and the first line that does. */
interface Member {
  readonly view: DockerfileView;
  readonly build: BuildView;
  readonly copied: readonly Path[];
  readonly line: number;
  readonly endLine: number;
}

/** The builds that one ignore file serves, or would serve if it existed. */
interface Group {
  readonly ignoreFile: Path;
  readonly exists: boolean;
  readonly members: readonly Member[];
}

function groupsOf(project: ProjectView): readonly Group[] {
  const groups = new Map<Path, { ignoreFile: Path; exists: boolean; members: Member[] }>();
  for (const view of project.dockerfiles) {
    for (const build of view.builds) {
      const sources = wideSources(build);
      const [first] = sources;
      if (first === undefined) continue;
      const ignoreFile = build.ignoreFile ?? join(build.build.context, '.dockerignore');
      const group = groups.get(ignoreFile) ?? { ignoreFile, exists: build.ignoreFile !== null, members: [] };
      group.members.push({ view, build, copied: sources.map((source) => source.path), line: first.line, endLine: first.endLine });
      groups.set(ignoreFile, group);
    }
  }
  return [...groups.values()];
}

/** Other people's projects, of which a copy lies in this one. */
function isVendored(path: Path): boolean {
  return /(?:^|\/)(?:vendor|vendored|third[_-]?party|external|externals|node_modules|bower_components|site-packages)\//.test(path);
}

/** Proposals, the best first, and what is kept although it weighs much; nothing if nothing is missing. */
function decide(project: ProjectView, group: Group): readonly (readonly (Fix | Decline)[])[] {
  const { ignoreFile } = group;
  const text = group.exists ? project.tree.read(ignoreFile) : null;
  if (text === undefined) return [[decline('unsupported', `${ignoreFile} cannot be read as text`)]];
  const parsed = parseIgnore(text ?? '');
  if (parsed.kind === 'error') return [[decline('broken-today', `${ignoreFile}:${parsed.line}: ${parsed.message}; no build with this ignore file works`, 'warning')]];
  const { matcher } = parsed;
  const surveys = surveysOf(project, group);
  // Every build that reads this ignore file counts, also one that copies single files.
  const served = flatMap(project.dockerfiles, (view) => view.builds).filter((build) => (build.ignoreFile ?? join(build.build.context, '.dockerignore')) === ignoreFile);
  const situation = situationOf(project, served, surveys);
  const candidates = merged(surveys.map((one) => candidatesFor(one, situation.texts)));
  const lacking = candidates.filter((candidate) => isMissing(candidate, matcher, text !== null) && isEffective(candidate, text ?? ''));
  if (!lacking.some(isMajor)) return [];
  const containerIgnore = join(parentOf(ignoreFile), '.containerignore');
  if (text === null && project.tree.kind(containerIgnore) !== 'absent') return [[decline('unsupported', `${containerIgnore} is there, which BuildKit does not read: whether both builders shall have an ignore file is not for dockfix to say`)]];

  const readers = whoReads(situation);
  const answers = new Map(lacking.map((candidate) => [candidate, whyNeeded(candidate, situation, readers)]));
  const shown = lacking.filter((candidate) => answers.get(candidate) === null);
  const doubtful = lacking.filter((candidate) => answers.get(candidate)?.kind === 'unknown');
  const safe = shown.some(isMajor) ? [fixOf(group, text, shown, surveys, matcher)] : [];
  const unsafe = doubtful.some(isMajor) ? [withAssumption(fixOf(group, text, lacking.filter((one) => shown.includes(one) || doubtful.includes(one)), surveys, matcher), doubtful, answers)] : [];
  const kept = lacking.find((candidate) => isMajor(candidate) && answers.get(candidate)?.kind === 'reads');
  const declined = kept === undefined ? [] : [decline('never-hides-needed', `kept ${kept.pattern} in the context (${ignoreFile}): ${answers.get(kept)?.because ?? ''}`)];
  return [[...unsafe, ...safe], declined].filter((decisions) => decisions.length > 0);
}

function isMajor(candidate: Candidate): boolean {
  return candidate.weight === 'major';
}

/** What was not understood is named, and a person may say that it does not matter. */
function withAssumption(fix: Fix, doubtful: readonly Candidate[], answers: ReadonlyMap<Candidate, Answer>): Fix {
  const [first] = doubtful.filter(isMajor);
  const because = (first && answers.get(first)?.because) ?? '';
  const patterns = doubtful.map(({ pattern }) => pattern);
  return { ...fix, claims: [...fix.claims, { kind: 'assumes', assumption: { kind: 'nothing-reads', patterns, because } }] };
}

function fixOf(group: Group, text: string | null, missing: readonly Candidate[], surveys: readonly Survey[], matcher: IgnoreMatcher): Fix {
  const { ignoreFile, members } = group;
  const patterns = missing.map((candidate) => candidate.pattern);
  const newline = members.some(({ view }) => view.text.includes('\r\n')) ? '\r\n' : '\n';
  const message = `${text === null ? `there is no ignore file: ${ignoreFile} is created` : additions(ignoreFile, missing, matcher)}${noLongerShipped(patterns, surveys)}${copiesItself(ignoreFile, text, patterns, surveys)}`;
  return { kind: 'fix', message, claims: [{ kind: 'hidden-from-context', paths: patterns }], edits: [appended(ignoreFile, text, patterns, newline)] };
}

function additions(ignoreFile: Path, missing: readonly Candidate[], matcher: IgnoreMatcher): string {
  const major = missing.filter((candidate) => candidate.weight === 'major').map((candidate) => candidate.pattern);
  const anchored = matcher.patterns.find((existing) => !existing.negated && major.some((pattern) => pattern === `**/${existing.pattern}`));
  const hint = anchored === undefined ? '' : ` (\`${anchored.text}\`, line ${anchored.line}, matches only at the top of the context)`;
  return `${ignoreFile} lets ${listed(major)} through${hint}`;
}

/** What is sent today, from here or from a fresh clone, and will not be then: it was in the image. */
function noLongerShipped(patterns: readonly string[], surveys: readonly Survey[]): string {
  const git = patterns.includes('.git') && surveys.some((one) => isCopied(one, '.git')) ? ['.git'] : [];
  const files = flatMap(surveys, (one) => flatMap(patterns, (pattern) => hiddenBy(one, pattern))).filter((path) => path !== '.git');
  const all = [...new Set([...git, ...files])];
  return all.length === 0 ? '' : `; the image no longer holds ${listed(all)}`;
}

/** A new file that is not hidden is itself in the context. */
function copiesItself(ignoreFile: Path, text: string | null, patterns: readonly string[], surveys: readonly Survey[]): string {
  const name = nameOf(ignoreFile);
  return text === null && !patterns.includes(name) && surveys.some((one) => isCopied(one, name)) ? `; the image gets ${name}` : '';
}

function listed(items: readonly string[]): string {
  const shown = items.length > 5 ? [...items.slice(0, 4), `${items.length - 4} more`] : items;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** One survey a context: several may share a Dockerfile's own ignore file. */
function surveysOf(project: ProjectView, group: Group): readonly Survey[] {
  const byContext = new Map<Path, Member[]>();
  for (const member of group.members) byContext.set(member.build.build.context, [...(byContext.get(member.build.build.context) ?? []), member]);
  return flatMap([...byContext.values()], (members) => {
    const [first] = members;
    return first === undefined ? [] : [survey(project.tree, first.build.context, flatMap(members, (member) => member.copied))];
  });
}

/** The candidates of several contexts, each pattern once. */
function merged(lists: readonly (readonly Candidate[])[]): readonly Candidate[] {
  const byPattern = new Map<string, Candidate>();
  for (const candidate of flatMap(lists, (list) => list)) {
    const known = byPattern.get(candidate.pattern);
    byPattern.set(candidate.pattern, known === undefined ? candidate : { ...known, kind: known.kind === 'cache' ? candidate.kind : known.kind, probes: [...known.probes, ...candidate.probes], isJunk: (path) => known.isJunk(path) && candidate.isJunk(path) });
  }
  return [...byPattern.values()];
}

function isMissing(candidate: Candidate, matcher: IgnoreMatcher, written: boolean): boolean {
  if (candidate.probes.every((probe) => matcher.excludes(probe))) return false;
  if (!written) return true;
  if (candidate.weight === 'new') return false;
  if (candidate.insteadOf.some((path) => matcher.excludes(path))) return false;
  return !speaksOf(matcher, candidate) && !bringsBack(matcher, candidate);
}

/** Would every builder hide it, with the pattern at the end? After `!` rules BuildKit does not always. */
function isEffective({ pattern, probes }: Candidate, text: string): boolean {
  const parsed = parseIgnore(`${text}\n${pattern}\n`);
  if (parsed.kind === 'error') return false;
  const { excludes, disputed } = parsed.matcher;
  return probes.slice(0, mostProbes).some((probe) => excludes(probe) && !disputed(probe, 'file'));
}

/** Has somebody already written rules for parts of it (`.git/objects`, `!.git/HEAD`)? They know what they want. */
function speaksOf(matcher: IgnoreMatcher, { pattern, kind }: Candidate): boolean {
  if (kind !== 'git') return false;
  return matcher.patterns.some((existing) => {
    const written = existing.pattern.replace(/^\*\*\//, '');
    return written.startsWith(`${pattern}/`) || (existing.negated && written === pattern);
  });
}

/**
 * Does a `!` rule bring back what the pattern would hide? What is added comes last and would win. A rule that brings
 * back a directory above (`!app` in an allow-list) speaks of what is in the directory in general, and does not count.
 */
function bringsBack(matcher: IgnoreMatcher, { pattern, probes }: Candidate): boolean {
  const negated = matcher.patterns.filter((existing) => existing.negated).map((existing) => existing.pattern);
  if (negated.length === 0) return false;
  if (negated.some((existing) => matchesPattern(pattern, existing) ?? true)) return true;
  const broughtBack = parseIgnore(negated.join('\n'));
  if (broughtBack.kind === 'error') return true;
  const { excludes: isNamed } = broughtBack.matcher;
  return probes.slice(0, mostProbes).some((probe) => rootsIn(probe, pattern).some((path) => isNamed(path) && !isNamed(parentOf(path))));
}

/** Enough to see what the rules do; a project may have thousands of directories with byte code. */
const mostProbes = 50;

/** The hidden path and those between it and the probe. */
function rootsIn(probe: Path, pattern: string): readonly Path[] {
  const paths: Path[] = [];
  for (let path = probe; path !== '' && matchesPattern(pattern, path) === true; path = parentOf(path)) paths.push(path);
  return paths;
}
