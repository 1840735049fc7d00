import type { TransformPage } from '../../src/plan/transform.ts';

export const page: TransformPage = {
  does: `
An install that runs again whenever any file of the source changes gets its manifests in a COPY of their own, and the
copy of the source moves below it. What stands between and needs the source moves with it, in its order, under the USER
and WORKDIR that it had; a RUN that does several things is cut where the source is first needed. OS packages and other
installs that need nothing of the context go above the copy without a COPY of their own.

Known are pip, pip-tools, poetry, pipenv, uv, pdm, conda, mamba and micromamba; npm, yarn, pnpm and bun; go (\`go mod download\`);
composer; Bundler (\`bundle install\`) and gem.

Where the install also installs the project itself (\`poetry install\`, \`uv sync\`, \`pdm install\`), or runs its
scripts (\`composer install\`), the dependencies are installed first by the manager's own options for it, and the original
command runs unchanged after the source is there.

Packages that another stage has installed (an environment, \`node_modules\`) are copied above the source, too, where they do
not come from it.

A lock file that lies beside a copied manifest joins its COPY. A build argument that changes with each build goes below
the install.`,
  safety: `
The image is the same: the same files with the same owners and modes, the same configuration, and no layer holds
anything that no layer held. Each command runs with the inputs with which the original ran it. What cannot be shown to
be so is refused: commands that dockfix does not know between the copy and the install, manifests that the build makes or
changes, files that may lie in somebody's checkout and would then win over what was installed.`,
  claims: ['lock-now-honoured', 'lock-kept', 'install-scripts-trusted', 'assumes'],
  refuses: [
    'ambiguous-shell', 'broken-today', 'dynamic-metadata', 'file-changes-manifest', 'hidden-from-context', 'local-dependency', 'lock-changed-by-command',
    'manifest-missing', 'may-be-in-context', 'no-gain', 'no-lock', 'not-needed', 'opaque-command', 'output-stage', 'reads-source',
    'changes-shipped-files', 'unresolved-variable', 'unsupported',
  ],
  example: 'fixes-pip-after-source',
};
