import { matchesPattern, parseIgnore } from '../src/ignore/patterns.ts';
import type { IgnoreMatcher } from '../src/ignore/patterns.ts';
import type { BuildView, DockerfileView, ProjectView } from '../src/plan/project.ts';
import type { Match } from '../src/plan/transform.ts';
import { decline, defineTransform } from '../src/plan/transform.ts';
import type { BuildContext, Path, Tree } from '../src/types.ts';
import { patternsFor } from './dockerignore/patterns.ts';
import type { Candidate } from './dockerignore/patterns.ts';
import { needsOf } from './dockerignore/needs.ts';

/** A context that is copied or bound as a whole, and whose ignore file lacks something. */
interface UnfilteredContext extends Match {
  /** The ignore file in force, or the one to create. */
  readonly ignoreFile: Path;
  readonly text: string | null;
  readonly missing: readonly Candidate[];
}

const heading = '# Not needed in the image';

export const dockerignore = defineTransform<UnfilteredContext>({
  id: 'dockerignore',
  title: 'Keep out of the build context what the image does not need',
  why: 'Without an ignore file each build sends .git, virtual environments and caches, and every commit makes `COPY . .` run again.',
  mustGain: false,
  *match(project) {
    const seen = new Set<Path>();
    for (const view of project.dockerfiles) {
      for (const build of view.builds) {
        const wide = wideCopy(build);
        if (!wide) continue;
        const ignoreFile = build.ignoreFile ?? join(build.build.context, '.dockerignore');
        if (seen.has(ignoreFile)) continue;
        seen.add(ignoreFile);
        const text = build.ignoreFile === null ? null : (project.tree.read(build.ignoreFile) ?? null);
        if (build.ignoreFile !== null && text === null) continue;
        const missing = missingPatterns(project, view, build, text);
        if (missing.length === 0) continue;
        yield { dockerfile: view.path, line: wide.line, endLine: wide.line, ignoreFile, text, missing };
      }
    }
  },
  decide(match) {
    const parsed = parseIgnore(match.text ?? '');
    if (parsed.kind === 'error') return [decline('unsupported', `${match.ignoreFile}:${parsed.line} is not a valid ignore file: ${parsed.message}`)];
    const patterns = match.missing.map((candidate) => candidate.pattern);
    const text = match.text ?? '';
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    const lead = text === '' ? '' : text.endsWith('\n') ? newline : newline + newline;
    const added = `${lead}${[heading, ...patterns].join(newline)}${newline}`;
    const span = { start: text.length, end: text.length };
    const message = match.text === null ? `there is no ignore file: ${match.ignoreFile} is created` : `${match.ignoreFile} gets ${patterns.length} more ${patterns.length === 1 ? 'pattern' : 'patterns'}`;
    return [{ kind: 'fix', message, claims: [{ kind: 'hidden-from-context', paths: patterns }], edits: [{ file: match.ignoreFile, span, text: added }] }];
  },
});

function join(directory: Path, name: string): Path {
  return directory === '' ? name : `${directory}/${name}`;
}

/** The first step that copies or binds a directory of the context. */
function wideCopy(build: BuildView): { line: number } | undefined {
  for (const stage of build.symbolic.stages) {
    for (const step of stage.steps) {
      const own = step.exposures.find((exposure) => exposure.line === step.line && exposure.deep);
      if (own && (step.copy === null || step.copy.contextSources.length > 0)) return { line: step.line };
    }
  }
  return undefined;
}

function missingPatterns(project: ProjectView, view: DockerfileView, build: BuildView, text: string | null): readonly Candidate[] {
  const parsed = parseIgnore(text ?? '');
  if (parsed.kind === 'error') return text === null ? [] : [];
  const { matcher } = parsed;
  const { context } = build;
  const needs = needsOf(project, build.build.context);
  const isNew = text === null;
  const allowList = matcher.patterns[0] !== undefined && /^\/?\*{1,2}(?:\/\*{1,2})?$/.test(matcher.patterns[0].text);
  return patternsFor(context, view).filter((candidate) => {
    if (!isNew && (!candidate.essential || candidate.insteadOf.some((other) => matcher.excludes(other)))) return false;
    if (allowList && !candidate.insideAllowed) return false;
    if (candidate.probes.every((probe) => matcher.excludes(probe))) return false;
    if (needs.some((need) => need.keeps(candidate.pattern))) return false;
    if (bringsBack(matcher, candidate.pattern)) return false;
    return candidate.junk || !hidesTracked(project.tree, context, candidate.pattern);
  });
}

/** Does an existing `!` rule bring back what the pattern would hide? Appended lines come last and would win. */
function bringsBack(matcher: IgnoreMatcher, pattern: string): boolean {
  return matcher.patterns.some((existing) => existing.negated && (matchesPattern(pattern, existing.text.replace(/^!\s*/, '').replace(/^\/+/, '').replace(/\/+$/, '')) ?? true));
}

/** Files in git are part of the project: a pattern that is not certainly about junk must not hide one. */
function hidesTracked(tree: Tree, context: BuildContext, pattern: string): boolean {
  for (const path of context.files()) {
    if (matchesPattern(pattern, path) && tree.tracked(join(context.root, path))) return true;
  }
  return false;
}
