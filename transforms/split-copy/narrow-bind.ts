import { isWithin, readable, relativeTo, resolvePath } from '../../src/build/places.ts';
import type { ContextRead } from '../../src/build/runner.ts';
import type { StepRecord } from '../../src/build/symbolic-build.ts';
import type { ParsedMount } from '../../src/dockerfile/mount.ts';
import { parse } from '../../src/dockerfile/parse.ts';
import type { ScannedDockerfile } from '../../src/dockerfile/scan.ts';
import type { Edit, Path } from '../../src/types.ts';

/**
 * `RUN --mount=type=bind,target=. pip install -r requirements.txt` runs again whenever any file changes: the whole
 * context is part of its cache key. Each file that it reads gets a mount of its own instead. Empty if there is no such
 * mount, or if the command needs more than single files.
 */
export function narrowBind(scanned: ScannedDockerfile, file: Path, step: StepRecord, reads: readonly ContextRead[]): readonly Edit[] {
  const parsed = parse(step.instruction, scanned);
  if (parsed.keyword !== 'RUN') return [];
  const edits: Edit[] = [];
  for (const mount of parsed.mounts) {
    if (mount.type !== 'bind' || mount.from !== null || mount.target === null) continue;
    const target = resolvePath(step.cwd, mount.target);
    const below = reads.filter((read) => isWithin(read.at, target));
    if (below.some((read) => read.deep) || !bindsDirectory(step, mount)) continue;
    const text = below.map((read) => mountText(mount, read, step.cwd)).join(' ');
    if (text !== '') edits.push({ file, span: mount.span, text });
  }
  return edits;
}

function bindsDirectory(step: StepRecord, mount: ParsedMount): boolean {
  const source = resolvePath('/', mount.source ?? '.').slice(1);
  return step.mounted.some((mounted) => mounted.deep && mounted.path === source);
}

function mountText(mount: ParsedMount, read: ContextRead, cwd: Path): string {
  const target = isWithin(read.at, cwd) ? relativeTo(read.at, cwd) : read.at;
  const access = mount.readonly ? '' : ',rw';
  return `--mount=type=bind,source=${readable(read.path)},target=${readable(target)}${access}`;
}
