import { memoryTree } from '../../src/context/memory.ts';
import { buildsOf } from '../../src/builds.ts';
import { declaredBuilds } from '../../src/discover/builds.ts';
import { discoverableIn, discoveredKind } from '../../src/discover/files.ts';
import { scan } from '../../src/dockerfile/scan.ts';
import { fix, projectsOf } from '../../src/fix.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Transform } from '../../src/plan/transform.ts';
import type { Path } from '../../src/types.ts';

export interface FixtureRun {
  readonly plans: readonly Plan[];
  readonly changes: ReadonlyMap<Path, string>;
}

/** Settings that a case gives in lines such as `option: wheel-packages.mount=never` and `untracked: .venv/x`. */
export interface CaseSettings {
  readonly options: ReadonlyMap<string, string>;
  readonly untracked: readonly Path[];
  /** Files that are in UTF-16 in the repository; in the fixture they are not. */
  readonly utf16: readonly Path[];
  /** Symbolic links: `link: frontend/shared -> ../shared`. */
  readonly links?: Readonly<Record<Path, string>>;
  /** Whether unsafe fixes are made, as with `--unsafe`: `unsafe: yes`. */
  readonly unsafe?: boolean;
}

/** Runs transforms over the files of a case, as a repository of its own. */
export async function runFixture(files: Readonly<Record<Path, string>>, transforms: readonly Transform[], settings: CaseSettings): Promise<FixtureRun> {
  const tree = memoryTree(files, { untracked: settings.untracked, utf16: settings.utf16, links: settings.links ?? {} });
  const paths = discoverableIn(tree);
  const declared = await declaredBuilds(tree, paths);
  const dockerfiles = paths.filter((path) => discoveredKind(path) === 'dockerfile');
  const builds = dockerfiles.flatMap((path) => {
    const found = buildsOf(tree, path, scan(tree.read(path) ?? ''), { declared: declared.builds, context: null });
    if ('kind' in found) throw new Error(found.message);
    return found;
  });
  const plans = projectsOf(tree, builds, settings.options, () => [], declared.unread).map((project) => fix(project, transforms, { unsafe: settings.unsafe ?? false }));
  return { plans, changes: new Map(plans.flatMap((plan) => [...plan.changes])) };
}

/** The findings as lines, in the order of files and lines. */
export function findingsOf(run: FixtureRun): readonly string[] {
  return run.plans.flatMap((plan) => [
    ...plan.fixes.map((one) => `- fixed ${one.transform} ${one.safety} ${one.dockerfile}:${one.line} ${one.message}`),
    ...plan.heldBack.map((one) => `- held back ${one.transform} ${one.dockerfile}:${one.line} ${one.message}`),
    ...plan.refusals.map((one) => `- ${one.level === 'info' ? 'noted' : one.level === 'warning' ? 'warned' : 'refused'} ${one.transform} ${one.reason} ${one.dockerfile}:${one.line} ${one.message}`),
  ]);
}

/** The prose of a case, its settings, and its findings. */
export function splitCase(text: string): { readonly head: string; readonly findings: readonly string[]; readonly settings: CaseSettings } {
  const lines = text.replace(/\n+$/, '').split('\n');
  const findings = lines.filter((line) => /^- (?:fixed|held back|refused|warned|noted) /.test(line));
  const head = lines.filter((line) => !findings.includes(line)).join('\n').trimEnd();
  const values = (name: string): readonly string[] => lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2).trim()] : []));
  const options = new Map(values('option').map((option): [string, string] => [option.slice(0, option.indexOf('=')), option.slice(option.indexOf('=') + 1)]));
  return { head: `${head}\n`, findings, settings: { options, untracked: values('untracked'), utf16: values('utf16'), links: Object.fromEntries(values('link').map((link) => link.split(' -> ', 2))), unsafe: values('unsafe').includes('yes') } };
}
