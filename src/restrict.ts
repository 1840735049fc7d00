import { dockerfilesOf } from './fix.ts';
import type { MeantProject } from './open.ts';
import type { Transform } from './plan/transform.ts';
import { decline } from './plan/transform.ts';
import type { Decline } from './plan/transform.ts';
import type { Fix, Path } from './types.ts';

/** The transforms that the repository wants, for the Dockerfiles of a project that were meant; most often that is all of them. */
export function forMeant({ project, meant, wants }: MeantProject, transforms: readonly Transform[]): readonly Transform[] {
  const wanted = transforms.filter(({ id }) => wants(id));
  return meant.length === dockerfilesOf(project).length ? wanted : onlyFor(new Set(meant), wanted);
}

/**
 * The transforms for these Dockerfiles only. Others are in a project for what their builds need, not to be changed: a fix
 * that needs a change of one is turned down.
 */
export function onlyFor(dockerfiles: Pick<ReadonlySet<Path>, 'has'>, transforms: readonly Transform[]): readonly Transform[] {
  return transforms.map((transform) => ({
    ...transform,
    *match(view) {
      for (const match of transform.match(view)) if (dockerfiles.has(match.dockerfile)) yield match;
    },
    *decide(match, view) {
      const others = new Set(view.dockerfiles.map(({ path }) => path).filter((path) => !dockerfiles.has(path)));
      for (const answer of transform.decide(match, view)) yield withoutEdits(answer, others);
    },
  }));
}

function withoutEdits(answer: Fix | Decline, others: ReadonlySet<Path>): Fix | Decline {
  const other = answer.kind === 'fix' ? answer.edits.find(({ file }) => others.has(file)) : undefined;
  return other === undefined ? answer : decline('needs-another-file', `the fix changes ${other.file}, too, which was not asked about`);
}

/** The transforms for a file from standard input, which carries no other: a fix that needs one is turned down. */
export function changingOnly(path: Path, transforms: readonly Transform[]): readonly Transform[] {
  const carried = (answer: Fix | Decline): Fix | Decline => {
    const other = answer.kind === 'fix' ? answer.edits.find((edit) => edit.file !== path) : undefined;
    return other === undefined ? answer : decline('needs-another-file', `the fix changes ${other.file}, too`);
  };
  return transforms.map((transform) => ({
    ...transform,
    *decide(match, view) {
      for (const answer of transform.decide(match, view)) yield carried(answer);
    },
  }));
}
