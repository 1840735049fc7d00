/** Builds that scripts, recipes and dev containers of a project start, with Dockerfiles that no build of the project is known by. */
import { resolvePath } from '../../src/build/places.ts';
import type { BuildView } from '../../src/plan/project.ts';
import type { Path, UnreadUser } from '../../src/types.ts';
import { readJson } from './package-scripts.ts';
import type { Survey } from './survey.ts';
import { join, nameOf, parentOf } from './survey.ts';

/** They take a whole context of which only what other builds need is known. */
export function otherBuilds(survey: Survey, builds: readonly BuildView[]): readonly UnreadUser[] {
  const read = new Set(builds.map(({ build }) => build.dockerfile));
  const isUnread = (path: Path): boolean => survey.fileSet().has(path) && !read.has(join(survey.context.root, path)) && takesAll(survey.read(path) ?? '');
  return [...inCommands(survey), ...inContainers(survey)].flatMap(({ file, line, dockerfile }) => (isUnread(dockerfile) ? [{ file, line, context: survey.context.root, because: `${dockerfile} is built from this context, and is not read` }] : []));
}

/** `COPY . .`, or a mount of the context. */
function takesAll(dockerfile: string): boolean {
  return /^\s*(?:ONBUILD\s+)?(?:COPY|ADD)\s+(?!.*--from=)(?:--\S+\s+)*(?:\[\s*")?(?:\.\/?|\*)["\s,]/im.test(dockerfile) || /--mount=\S*type=bind/.test(dockerfile);
}

interface Named {
  readonly file: Path;
  readonly line: number;
  readonly dockerfile: Path;
}

/** `docker build -f images/stamp .` in a script or a recipe; paths are taken to start at the context. */
function inCommands(survey: Survey): readonly Named[] {
  return survey.files.filter((path) => /\.(?:ba|da|a|z|k)?sh$|(?:^|\/)(?:GNU)?[Mm]akefile(?:\.\w+)?$|\.mk$|(?:^|\/)\.?[Jj]ustfile$|(?:^|\/)[Tt]askfile\.ya?ml$|(?:^|\/)package\.json$/.test(path)).flatMap((file) => {
    const text = survey.read(file) ?? '';
    if (!/\b(?:docker|podman|buildah|nerdctl)\b/.test(text)) return [];
    const calls = text.matchAll(/\b(?:docker|podman|buildah|nerdctl)\s(?:[^\n;&|]|\\\n)*?\s(?:-f|--file)[\s=]+["']?([^\s"'$\\;&|]+)/g);
    return [...calls].flatMap((call) => {
      const line = text.slice(0, call.index).split('\n').length;
      const named = call[1] ?? '';
      return [resolved('', named), resolved(parentOf(file), named)].map((dockerfile) => ({ file, line, dockerfile }));
    });
  });
}

/** https://containers.dev/implementors/json_reference/#image-specific: the context starts at the directory of the file. */
function inContainers(survey: Survey): readonly Named[] {
  return survey.files.filter((path) => nameOf(path) === 'devcontainer.json' || nameOf(path) === '.devcontainer.json').flatMap((file) => {
    const json = readJson((survey.read(file) ?? '').replaceAll(/^\s*\/\/.*$/gm, '').replaceAll(/,(\s*[}\]])/g, '$1'));
    const build: Readonly<Record<string, unknown>> = typeof json['build'] === 'object' && json['build'] !== null ? { ...json['build'] } : json;
    const dockerfile = build['dockerfile'] ?? build['dockerFile'];
    const context = build['context'] ?? '.';
    if (typeof dockerfile !== 'string' || typeof context !== 'string' || resolved(parentOf(file), context) !== '') return [];
    return [{ file, line: 1, dockerfile: resolved(parentOf(file), dockerfile) }];
  });
}

function resolved(directory: Path, path: string): Path {
  return resolvePath(`/${directory}`, path).slice(1);
}
