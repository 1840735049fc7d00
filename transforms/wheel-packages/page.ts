import type { TransformPage } from '../../src/plan/transform.ts';

export const page: TransformPage = {
  does: `
A stage that copies a whole \`site-packages\` directory from a builder loses the console scripts of the packages, and breaks
when the path changes with the next Python. Instead the builder makes wheels of the same requirements in one call, and the
stage installs them with \`--no-index --find-links\`. The wheels are reached by a bind mount and leave no layer; where
mounts are known to be unavailable (kaniko, \`DOCKER_BUILDKIT=0\`) they are copied. For poetry, pipenv and uv the closure
is exported from the lock file. What the builder copied after its installs goes where nothing takes it from there.`,
  safety: `
The verification works out of which installs the copied packages consist, and which requirements the wheels are made of
and installed from: they must be the same, by the same Python, under the same settings. Everything else of the image is
compared exactly. A wheel may ask for a repository, which pip would clone whatever \`--no-index\` says, so the wheels are
named by file, with \`--no-deps\`, unless all come from pip's own index. A tool of the builder is left out only where
nothing may call it in the image: no command of the Dockerfile, of compose, a Procfile, Kubernetes or a development
container, no recipe that goes into the container, and no file that is copied there.`,
  claims: ['installed-from-wheels', 'scripts-added', 'wheels-in-layer', 'tool-left-out'],
  refuses: ['broken-today', 'built-by-hand', 'base-unknown', 'file-changes-manifest', 'local-dependency', 'manifest-missing', 'no-lock', 'opaque-command', 'ambiguous-shell', 'user-cannot-write', 'unsupported'],
  example: 'fixes-site-packages-only',
};
