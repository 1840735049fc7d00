/**
 * Settings that commands wrote and that lead somebody to other files of the image: what reads them may depend on any file,
 * and write anywhere. They are regions, so they come with whatever starts from the image.
 */
import type { Effect } from '../commands/command.ts';
import { file } from '../commands/command.ts';
import type { Path } from '../types.ts';
import { lookUp, namesIn } from './image-tree.ts';
import { join, leadingSettings } from './places.ts';
import type { StageState } from './state.ts';

/** Why who reads them is not understood. */
const reasons: ReadonlyMap<Path, string> = new Map([
  [leadingSettings.installers, 'configuration that a command wrote names files of the image'],
  [leadingSettings.npm, 'settings that a command wrote lead to other files'],
  [leadingSettings.yarn, 'settings that a command wrote lead to other files'],
  [leadingSettings.go, '`go env -w` says where go looks and writes'],
  [leadingSettings.git, 'git config names files, or programs'],
  [leadingSettings.bundler, 'what `bundle config` wrote leads Bundler to other files'],
]);

/** Why an effect is not understood: it reads such settings; null if it reads none. */
export function ledAway(state: StageState, { reads }: Effect): string | null {
  for (const { path } of reads) {
    const because = reasons.get(path);
    if (because !== undefined && isWritten(state, path)) return because;
  }
  return null;
}

/** The settings that have been written. */
export function writtenSettings(state: StageState): readonly Path[] {
  return namesIn(state.tree, '/etc').map((name) => join('/etc', name)).filter((path) => isLeading(path) && isWritten(state, path));
}

/** Was it written by its own name? A change of all of /etc is none. */
function isWritten({ tree, values }: StageState, region: Path): boolean {
  return ['effect', 'opaque'].includes(values.made(lookUp(tree, region).data).operation);
}

export function isLeading(path: Path): boolean {
  return reasons.has(path);
}

/** An effect with what it writes of such settings. */
export function withSettings(effect: Effect): Effect {
  return configuresInstallers(effect) ? { ...effect, writes: [...effect.writes, { place: file(leadingSettings.installers), how: 'set' }] } : effect;
}

/** Does it write a configuration of package managers that names files of the image? */
export function configuresInstallers({ does, writes }: Effect): boolean {
  return writes.some(({ how, only, place }) => only === undefined && (how === 'set' || how === 'edit') && isConfiguration(place.path)) && namesLocalFiles(does);
}

/** Where package managers are told what else to read. */
function isConfiguration(path: Path): boolean {
  return /^\/etc\/(?:apt\/|ld\.so\.conf)|\/(?:pip\.conf|uv\.toml|\.pydistutils\.cfg|\.?condarc|\.mambarc)$|\/condarc\.d\//.test(path);
}

/** A path as an option's value or a word of its own, other than of keys and certificates that every install counts. */
function namesLocalFiles(text: string): boolean {
  return /(?:^|[\s=:'"[,])(?:(?:file|copy):|\.{0,2}\/(?!\/|etc\/|usr\/share\/keyrings\/|dev\/))/.test(text);
}
