import { baseName } from '../build/places.ts';
import { symbolicBuild } from '../build/symbolic-build.ts';
import { createValues } from '../build/values.ts';
import { parse } from '../dockerfile/parse.ts';
import type { DockerfileModel } from '../dockerfile/stages.ts';
import type { Build, BuildContext, Path } from '../types.ts';
import type { ContextNeeds } from './builds.ts';

/** Names of manifests without which an install fails; lock files and settings may be missing. */
const required = /\.(?:txt|in)$|^(?:pyproject\.toml|Pipfile|setup\.py)$/;

/** What a Dockerfile needs of its context, whichever directory that is: for finding the directory. */
export function contextNeeds(model: DockerfileModel): ContextNeeds {
  return { literalSources: literalSources(model), manifests: manifests(model) };
}

function literalSources(model: DockerfileModel): readonly string[] {
  const isLiteral = (source: string): boolean => !/[*?[$]/.test(source);
  return model.stages.flatMap((stage) =>
    stage.instructions.flatMap((instruction) => {
      const parsed = parse(instruction, model.scanned);
      if (parsed.keyword === 'COPY' || parsed.keyword === 'ADD') return parsed.from === null ? parsed.sources.map((source) => source.text).filter(isLiteral) : [];
      if (parsed.keyword !== 'RUN') return [];
      return parsed.mounts.flatMap((mount) => (mount.type === 'bind' && mount.from === null && mount.source !== null && isLiteral(mount.source) ? [mount.source] : []));
    }),
  );
}

/** Files that installs would read if the context held everything: a build from a context that answers yes to all. */
function manifests(model: DockerfileModel): readonly Path[] {
  const build: Build = { dockerfile: '', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };
  const { stages } = symbolicBuild(model, build, everything, createValues());
  const effects = stages.flatMap((stage) => stage.steps.flatMap((step) => step.run?.commands.flatMap((command) => command.effects) ?? []));
  const needed = effects.filter((executed) => executed.effect.kind === 'install').flatMap((executed) => {
    const names = executed.reads.filter((read) => !read.deep && required.test(baseName(read.path))).map((read) => read.path);
    // uv looks into pyproject.toml for its settings, whichever requirements it installs.
    const lists = names.filter((name) => /\.(?:txt|in)$/.test(name));
    return lists.length > 0 ? lists : names;
  });
  return [...new Set(needed)];
}

/** Anything with an ending is a file, anything else a directory. */
const everything: BuildContext = {
  root: '',
  has: () => 'yes',
  kind: (path) => (/\.\w+$|file$|lock$|-version$/i.test(baseName(path)) ? 'file' : 'directory'),
  read: () => undefined,
  list: () => [],
  files: () => [],
  executable: () => false,
};
