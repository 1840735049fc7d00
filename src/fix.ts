import type { Build, Path, Tree, UnreadUser } from './types.ts';
import type { PlanOptions, Plan } from './plan/plan.ts';
import { faultInSettings } from './plan/options.ts';
import { plan } from './plan/plan.ts';
import type { Project } from './plan/project.ts';
import { isInside } from './plan/project.ts';
import type { Transform } from './plan/transform.ts';

/**
 * The pure core: a project in, a plan out. Nothing is read but the tree given, nothing is written. Throws a RangeError if
 * the project's settings have an option or a value that one of the transforms does not have.
 */
export function fix(project: Project, transforms: readonly Transform[], options: PlanOptions = { unsafe: false }): Plan {
  const fault = faultInSettings(project.settings, transforms);
  if (fault !== null) throw new RangeError(fault);
  return plan(project, transforms, options);
}

/**
 * Puts builds together that must stay right together: those of one Dockerfile, of one context, or (contexts within one
 * another share ignore files only if they are equal) of one ignore file.
 */
export function projectsOf(tree: Tree, builds: readonly Build[], settings: ReadonlyMap<string, string> = new Map(), others: OtherBuilds = () => [], unread: readonly UnreadUser[] = []): readonly Project[] {
  const groupOf = new Map<string, { builds: Build[] }>();
  for (const build of builds) {
    const keys = [`dockerfile ${build.dockerfile}`, `context ${build.context}`];
    const [first, ...others] = new Set(keys.flatMap((key) => groupOf.get(key) ?? []));
    const group = first ?? { builds: [] };
    for (const other of others) {
      group.builds.push(...other.builds);
      for (const [key, value] of groupOf) if (value === other) groupOf.set(key, group);
    }
    group.builds.push(build);
    for (const key of keys) groupOf.set(key, group);
  }
  return [...new Set(groupOf.values())].map((group) => ({ tree, builds: group.builds, settings, neighbours: () => neighboursOf(group.builds, builds, others), unread: unreadOf(group.builds, unread) }));
}

/** Those whose context is one of these builds', or may be. */
function unreadOf(builds: readonly Build[], unread: readonly UnreadUser[]): readonly UnreadUser[] {
  return unread.filter((user) => user.context === null || builds.some(({ context }) => context === user.context));
}

/** Builds that are in no project, with contexts within the given ones or around them. */
export type OtherBuilds = (contexts: readonly Path[]) => readonly Build[];

function neighboursOf(own: readonly Build[], builds: readonly Build[], others: OtherBuilds): readonly Build[] {
  const contexts = [...new Set(own.map(({ context }) => context))];
  const dockerfiles = new Set(own.map(({ dockerfile }) => dockerfile));
  const near = builds.filter(({ context }) => contexts.some((one) => isInside(one, context) || isInside(context, one)));
  return [...near, ...others(contexts)].filter(({ dockerfile }) => !dockerfiles.has(dockerfile));
}

/** Dockerfiles of a project, in the order in which its builds name them. */
export function dockerfilesOf(project: Project): readonly Path[] {
  return [...new Set(project.builds.map((build) => build.dockerfile))];
}
