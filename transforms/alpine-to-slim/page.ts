import type { TransformPage } from '../../src/plan/transform.ts';

export const page: TransformPage = {
  does: `
\`python:3.12-alpine\` becomes \`python:3.12-slim\`, with its packages, users and scripts. It acts where there is a reason:
compilers are installed by apk, a required package has no wheel for musl, or artefacts for glibc are copied to Alpine.

- \`apk add\` becomes \`apt-get install\`, package by package from a table that is checked against Debian's package lists;
  virtual build packages become a purge in the same RUN.
- \`adduser\` and \`addgroup\` of BusyBox become \`useradd\` and \`groupadd\`.
- \`/sbin/tini\` and \`su-exec\` become \`/usr/bin/tini\` and \`gosu\`, in ENTRYPOINT and in scripts that the context holds.
  Images that share such a script change together, in one fix, or not at all.
- What dash does not understand gets \`SHELL ["/bin/bash", "-c"]\`, or is refused.

**Every stage that shares compiled artefacts changes.** A slim builder with an Alpine final stage is broken for compiled
packages: manylinux wheels are rejected on musl, and a wheel that is built locally for glibc is *accepted* there and then
fails at import. Only where nothing compiled crosses may the final stage stay: what the context brought, or packages of a
lock (uv, poetry, pdm, pipenv, pylock) that has nothing but wheels for every platform, with a project whose build back
end only packs Python. A virtual environment may cross with them, for its \`bin/python\` is a link to where both images
have the same Python. What ties the stages all the same: an environment made with copies, settings that forbid wheels,
directories of the image's own Python, and a Python that uv may have brought, where the directory that it lies in comes
along.`,
  safety: `
The claims say which images, packages and commands correspond; the verification checks them against its tables and
compares everything else exactly. The image is another one (that is the point): read the diff once.`,
  claims: ['base-changed', 'packages-translated', 'user-command-translated'],
  refuses: ['ambiguous-shell', 'base-unknown', 'onbuild', 'tag-missing', 'unmapped-package', 'unresolved-variable', 'not-needed', 'unsupported'],
  example: 'fixes-compilers-on-one-line',
};
