import { settingOf } from '../../src/plan/options.ts';
import type { ProjectView } from '../../src/plan/project.ts';
import type { Path } from '../../src/types.ts';
import { mount } from './options.ts';

/** Files at the root of a repository that say how its images are built. */
const buildFiles: readonly Path[] = [
  'Makefile', 'makefile', 'justfile', 'Taskfile.yml', 'skaffold.yaml', 'skaffold.yml', '.gitlab-ci.yml', '.drone.yml', '.woodpecker.yml', 'Jenkinsfile',
  'azure-pipelines.yml', 'bitbucket-pipelines.yml', 'cloudbuild.yaml', 'cloudbuild.yml', '.circleci/config.yml', '.env', 'build.sh', 'docker-build.sh',
];

/**
 * Why `RUN --mount` cannot be used in this project; null if nothing speaks against it. kaniko has no mounts, and neither
 * has the classic builder, which `DOCKER_BUILDKIT=0` asks for. `text` is the Dockerfile.
 */
export function mountsUnavailable({ project, tree }: ProjectView, text: string): string | null {
  const setting = settingOf(project.settings, 'wheel-packages', mount);
  if (setting === 'never') return 'the option wheel-packages.mount says so';
  if (setting === 'always') return null;
  const frontend = /^#\s*syntax\s*=\s*docker\/dockerfile:(1\.[01])(?:[.-]|\s*$)/im.exec(text);
  if (frontend) return `the Dockerfile frontend ${frontend[1] ?? ''} has no mounts`;
  const workflows = ['.github/workflows', '.gitea/workflows', '.forgejo/workflows'].flatMap((folder) => tree.list(folder).filter((name) => /\.ya?ml$/.test(name)).map((name) => `${folder}/${name}`));
  for (const file of [...buildFiles, ...workflows]) {
    const content = tree.read(file);
    if (content === undefined) continue;
    if (/\bkaniko\b/i.test(content)) return `${file} builds with kaniko, which has no mounts`;
    if (/\bDOCKER_BUILDKIT\s*[=:]\s*["']?0\b/.test(content)) return `${file} sets DOCKER_BUILDKIT=0, and the classic builder has no mounts`;
  }
  return null;
}
