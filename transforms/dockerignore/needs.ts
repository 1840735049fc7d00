import { flatMap } from '../../src/lists.ts';
import { readPyproject } from '../../src/manifests/pyproject.ts';
import { setupPyHints } from '../../src/manifests/setup-py.ts';
import { matchesPattern } from '../../src/ignore/patterns.ts';
import type { BuildView } from '../../src/plan/project.ts';
import type { Path } from '../../src/types.ts';
import { usesHostEnvironment, usesHostOutput, usesHostPackages } from './host-copies.ts';
import type { Candidate } from './patterns.ts';
import type { Answer } from './readers/setting.ts';
import type { Situation } from './situation.ts';
import { hiddenBy, nameOf } from './survey.ts';
import type { WhoReads } from './who-reads.ts';
import { mentioned } from './who-reads.ts';
import { namesPath } from './named-path.ts';

/**
 * Why the pattern cannot be shown to hide nothing that somebody needs; null if it is shown. `reads`: somebody needs it.
 * `unknown`: something was not understood, which a person may know to be harmless.
 */
export function whyNeeded(candidate: Candidate, situation: Situation, readers: WhoReads): Answer {
  const reads = namedByStep(candidate, situation) ?? heldByGit(candidate, situation, readers) ?? namedByManifest(candidate, situation) ?? namedByCommand(candidate, situation);
  if (reads !== null) return { kind: 'reads', because: reads };
  const answer = neededByKind(candidate, situation, readers);
  if (answer !== null || candidate.kind === 'cache') return answer;
  const [unread] = situation.unread;
  return unread === undefined ? null : { kind: 'unknown', because: `${unread.file}:${unread.line}: ${unread.because}` };
}

/** A COPY or ADD source, a bind mount or a file that an install reads, whether or not it is on this disk. */
function namedByStep({ pattern, kind }: Candidate, { builds }: Situation): string | null {
  // `python -m venv .venv` looks at a `.venv` that a COPY may have brought from somebody's disk; nobody counts on that one.
  const isMadeThere = (build: BuildView, path: Path): boolean => !/^(?:git|image|environment)$/.test(kind) && build.context.has(path) !== 'yes';
  const isHidden = (path: Path): boolean => path !== '' && matchesPattern(pattern, path) === true;
  for (const build of builds) {
    for (const stage of build.symbolic.stages) {
      for (const step of stage.steps) {
        const named = step.copy?.contextSources ?? step.mounted;
        const reads = step.opaque === null && step.copy === null ? step.reads : [];
        if (named.length === 0 && reads.length === 0) continue;
        const read = named.find(({ path }) => isHidden(path)) ?? reads.find(({ path }) => isHidden(path) && !isMadeThere(build, path));
        if (read) return `line ${step.line} of ${build.build.dockerfile} reads ${read.path}`;
      }
    }
  }
  return null;
}

/** Files in git are part of the project, unless they are of a kind that no project needs. */
function heldByGit({ pattern, isJunk, kind }: Candidate, { surveys }: Situation, readers: WhoReads): string | null {
  const held = flatMap(surveys, (survey) => hiddenBy(survey, pattern).filter(survey.tracked));
  const needed = held.find((path) => !isJunk(path));
  if (needed !== undefined) return `git holds ${needed}`;
  // Where git is asked for the version, a file that is missing makes the checkout look changed, and the version with it.
  const [junk] = held;
  if (junk === undefined || readers.git()?.kind !== 'reads') return null;
  return kind === 'image' ? 'git would take it for deleted' : `git holds ${junk}`;
}

/** README, licence, files that setup.py opens, package data: they become part of the metadata or the package. */
function namedByManifest({ pattern }: Candidate, { manifests }: Situation): string | null {
  for (const [path, text] of manifests) {
    const named = filesNamedIn(path, text).find((file) => matchesPattern(pattern, file) === true);
    if (named !== undefined) return `${path} names ${named}`;
  }
  return null;
}

function filesNamedIn(path: Path, text: string): readonly string[] {
  switch (nameOf(path)) {
    case 'pyproject.toml': {
      const parsed = readPyproject(text);
      if (parsed.kind === 'error') return [];
      const { readme, licenseFiles, metadataFiles, poetry } = parsed.project;
      return [...readme, ...licenseFiles, ...metadataFiles, ...(poetry?.include ?? [])];
    }
    case 'setup.py':
    case 'setup.cfg':
      return setupPyHints(text).readsFiles;
    case 'MANIFEST.in':
      return flatMap([...text.matchAll(/^[ \t]*include[ \t]+(.*)$/gm)], (match) => (match[1] ?? '').trim().split(/\s+/));
    default:
      return [];
  }
}

function neededByKind(candidate: Candidate, situation: Situation, readers: WhoReads): Answer {
  switch (candidate.kind) {
    case 'git':
      return readers.git();
    case 'environment':
      return readers.environment();
    case 'packages':
      return usesHostPackages(candidate, situation);
    case 'output':
      return usesHostOutput(candidate, situation);
    case 'virtual-environment':
      return usesHostEnvironment(candidate, situation);
    case 'image':
      return readers.image() ?? mentioned(situation, candidate.probes.map(nameOf));
    case 'cache':
    case 'other':
      return null;
  }
}

/** Does an instruction name what would be hidden? What the image makes anew under the same name is not what the host has. */
function namedByCommand({ pattern, kind }: Candidate, { instructions }: Situation): string | null {
  if (kind === 'git' || kind === 'packages' || kind === 'output' || kind === 'virtual-environment') return null;
  const name = pattern.replace(/^\*\*\//, '');
  if (/[*?[]/.test(name)) return null;
  const instruction = instructions.find(({ text }) => text.includes(name) && namesPath(withoutRemoved(text), name));
  return instruction ? `${instruction.where} names it` : null;
}

/** What of a command may name a file that it needs: not what it removes or leaves out. */
function withoutRemoved(command: string): string {
  return command.replaceAll(/\brm\s+[^\n;&|]*|\bfind\s+[^\n;&|]*|--(?:exclude|ignore)\S*(?:\s+\S+)?/g, '');
}
