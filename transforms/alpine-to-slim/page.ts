import type { TransformPage } from '../../src/plan/transform.ts';

export const page: TransformPage = {
  does: `
\`python:3.12-alpine\` becomes \`python:3.12-slim\`, with its packages, users and scripts. It acts only where there is a
reason, by the lock file or by a table of wheels:

- A package that is installed (by a lock, requirements, the manifest, or the command line) has a wheel for glibc and none
  for musl, so that Alpine compiles it.
- Compilers are installed, and with them a package that has a wheel for glibc, also where the table knows one for musl: it
  knows one version and one architecture, and somebody saw it compile. Where a lock says that this very version has a
  wheel for musl, nothing is compiled, and there is no reason.
- Something made for glibc is copied to Alpine.

Compilers by themselves are no reason, nor are packages that have no wheel at all (psycopg2, uwsgi): slim would compile
them as well. Packages that neither a lock nor the table knows are no reason, and do not hold the fix back. The compilers
stay in the stages that had them, for what a package requires in turn is not seen without a lock; where everything that is
named has a wheel on slim, the message says that they may go.

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
along.

**What runs in the image is looked at**, not the Dockerfile alone: the scripts, sources and settings that it gets, and in
the repository compose files, manifests of clusters, Procfile, and what makefiles, scripts and workflows run in a
container. A program that BusyBox has and slim lacks (\`wget\`, \`nc\`, \`ping\`, \`ps\`) is installed with the package that has
it. Where Debian has none (\`crond\` with its tables, \`/bin/ash\` in a source file), or a path is Alpine's
(\`/etc/ssl/cert.pem\`, \`/usr/lib/libgdal.so\`), or a program or wheel is made for musl, the fix is refused.`,
  safety: `
The claims say which images, packages and commands correspond; the verification checks them against its tables and
compares everything else exactly. The image is another one (that is the point): read the diff once.

**On by default, but held back wherever something is not known.** Another distribution is another C library, another shell
and other programs; most Dockerfiles that install compilers only to get a package installed use nothing of that, and all
of what they run can be read. So a fix is made where everything that is seen to run has its counterpart. It is held back
(\`--unsafe\` makes it, and the message says what is not known) where a source starts a program whose name is not written
there, or loads a library by its name; where a script that nothing is seen to run needs what slim lacks; where a program
comes from an image that is not known, or lies in the context without a text; where a path of the system is one of which
nobody knows whether Debian has it; where the version counts (\`postgresql-client\`, \`imagemagick\`; \`cargo\` where something is
still compiled). Taken for granted is that installed packages start no program of BusyBox's that the project itself does
not name.`,
  claims: ['base-changed', 'packages-translated', 'user-command-translated', 'assumes'],
  refuses: ['ambiguous-shell', 'base-unknown', 'onbuild', 'tag-missing', 'unmapped-package', 'unresolved-variable', 'not-needed', 'unsupported'],
  example: 'fixes-compilers-on-one-line',
};
