/**
 * Small projects for what BuildKit's cache does after a change. They install nothing, so that a build takes a moment;
 * each has the same files. `EDITED` stands for what a change of the Dockerfile changes.
 */
import { lines } from './project.ts';

export interface CachedProject {
  readonly name: string;
  readonly dockerfile: string;
  readonly ignore: string;
  /** What the model cannot tell: after which change which step takes what a command made anew, the same as before. */
  readonly open: readonly string[];
}

/** The files of each project, beside its Dockerfile and ignore file. `notes.log` is the one that most ignore files hide. */
export const projectFiles = {
  'requirements.txt': 'flask==3.0.0\n',
  'lock.txt': 'flask==3.0.0 --hash=sha256:0\n',
  'src/app.py': 'print("app")\n',
  'src/util.py': 'print("util")\n',
  'web/index.html': '<p>Hello</p>\n',
  'web/style.css': 'p { color: red }\n',
  'README.md': '# A project\n',
  'notes.log': 'a note\n',
} as const;

const base = 'FROM python:3.11-slim';
const manifests = 'COPY requirements.txt lock.txt ./';
const install = 'RUN cat requirements.txt lock.txt > /installed';
const edited = 'ENV EDITED=0';
const ignoringLogs = '*.log\nDockerfile\n.dockerignore\n';

function project(name: string, body: readonly string[], { ignore = ignoringLogs, open = [] }: Partial<Pick<CachedProject, 'ignore' | 'open'>> = {}): CachedProject {
  return { name, dockerfile: lines(...body), ignore, open };
}

const plain: readonly CachedProject[] = [
  // Of ten steps and more BuildKit writes the first ones with a space: `[ 2/12]`.
  project('plain-twelve-steps', [base, 'WORKDIR /app', manifests, install, ...['a', 'b', 'c', 'd', 'e'].map((name) => `RUN echo ${name} > /${name}`), 'COPY . .', edited, 'RUN ls > /listed', 'RUN ls src > /source']),
  project('plain-all-first', [base, 'WORKDIR /app', 'COPY . .', install, edited, 'RUN ls /app > /listed']),
  project('plain-manifests-first', [base, 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN ls /app > /listed']),
  project('plain-edit-before-all', [base, edited, 'WORKDIR /app', manifests, install, 'COPY . .']),
  project('plain-edit-between', [base, 'WORKDIR /app', manifests, edited, install, 'COPY . .', 'RUN ls /app > /listed']),
  project('plain-directory', [base, 'WORKDIR /app', manifests, install, 'COPY src src', edited, 'RUN ls /app > /listed']),
  project('plain-directory-with-slashes', [base, 'WORKDIR /app', manifests, install, 'COPY ./src/ /app/src/', edited, 'RUN ls /app > /listed']),
  project('plain-one-file', [base, 'WORKDIR /app', 'COPY requirements.txt .', 'RUN cat requirements.txt > /installed', 'COPY src/app.py .', edited, 'RUN ls /app > /listed']),
  project('plain-two-directories', [base, 'WORKDIR /app', 'COPY web web', 'RUN ls web > /web', 'COPY src src', edited, 'RUN ls src > /listed']),
  project('plain-several-sources', [base, 'WORKDIR /app', 'COPY src web /app/all/', 'RUN ls all > /listed', edited, manifests, install]),
  project('plain-glob', [base, 'WORKDIR /app', 'COPY *.txt ./', install, 'COPY src/*.py ./src/', edited, 'RUN ls src > /listed']),
  project('plain-glob-of-one', [base, 'WORKDIR /app', 'COPY requirement?.txt ./', 'RUN cat requirements.txt > /installed', 'COPY . .', edited, 'RUN ls > /listed']),
  project('plain-add', [base, 'WORKDIR /app', 'ADD requirements.txt lock.txt ./', install, 'ADD . /app', edited, 'RUN ls > /listed']),
  project('plain-owner-and-mode', [base, 'WORKDIR /app', 'COPY --chown=1000:1000 --chmod=640 requirements.txt lock.txt ./', install, 'COPY --chown=1000:1000 . .', edited, 'RUN ls > /listed']),
  project('plain-link', [base, 'WORKDIR /app', 'COPY --link requirements.txt lock.txt ./', install, edited, 'RUN ls > /listed']),
  project('plain-users', [base, 'WORKDIR /app', 'RUN useradd app', manifests, install, 'USER app', 'COPY . .', edited, 'RUN ls > /tmp/listed']),
  project('plain-labels-between', [base, 'WORKDIR /app', 'LABEL a=b', manifests, 'EXPOSE 80', install, 'LABEL c=d', 'COPY . .', edited, 'STOPSIGNAL SIGINT', 'RUN ls > /listed']),
  project('plain-shell', [base, 'SHELL ["/bin/bash", "-euc"]', 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN ls > /listed']),
  project('plain-exec-form', [base, 'WORKDIR /app', manifests, 'RUN ["cp", "requirements.txt", "/installed"]', 'COPY . .', edited, 'RUN ["touch", "/listed"]']),
  project('plain-workdirs', [base, 'WORKDIR /a', 'WORKDIR b', 'WORKDIR ../c', manifests, install, 'WORKDIR /app', 'COPY . .', edited, 'RUN ls > /listed']),
  project('plain-continued', [base, 'WORKDIR /app', manifests, 'RUN cat requirements.txt \\', '      lock.txt \\', '      > /installed', 'COPY . .', edited, 'RUN ls \\', '  > /listed']),
];

/** The names of files, and what no other run has in its cache. */
const listing = 'RUN ls src > /listed && cat README.md >> /listed';

/** Changes that have the names of the files listed again, which are the same. */
function listedAgain(line: number): readonly string[] {
  return ['source', 'manifest', 'lock', 'a mode'].map((change) => `${change}: line ${line} \`COPY --from=build /listed /listed\``);
}

const stages: readonly CachedProject[] = [
  project('stages-copied-file', [`${base} AS build`, 'WORKDIR /app', manifests, install, base, 'COPY --from=build /installed /installed', edited, 'RUN cat /installed']),
  project('stages-copied-source', [`${base} AS build`, 'WORKDIR /app', 'COPY . .', listing, base, edited, 'COPY --from=build /listed /listed', 'RUN cat /listed'], { open: listedAgain(7) }),
  project('stages-on-copied-source', [`${base} AS build`, 'WORKDIR /app', 'COPY . .', listing, `${base} AS next`, 'COPY --from=build /listed /listed', 'RUN cat /listed', 'FROM next', edited, 'RUN wc /listed'], { open: listedAgain(6) }),
  project('stages-edit-in-the-first', [`${base} AS build`, edited, 'WORKDIR /app', manifests, install, base, 'COPY --from=build /installed /installed', 'COPY src /app', 'RUN cat /installed'], { open: ['the Dockerfile: line 7 `COPY --from=build /installed /installed`'] }),
  project('stages-by-number', [base, 'WORKDIR /app', manifests, install, base, edited, 'COPY --from=0 /installed /installed', 'RUN cat /installed']),
  project('stages-one-on-the-other', [`${base} AS common`, 'WORKDIR /app', manifests, install, 'FROM common', 'COPY . .', edited, 'RUN ls > /listed']),
  project('stages-three-in-a-row', [`${base} AS one`, 'WORKDIR /app', manifests, 'FROM one AS two', install, edited, 'FROM two', 'COPY . .', 'RUN ls > /listed']),
  project('stages-two-on-one', [`${base} AS common`, 'WORKDIR /app', manifests, install, 'FROM common AS docs', 'COPY README.md .', 'RUN cat README.md > /docs', 'FROM common', 'COPY --from=docs /docs /docs', edited, 'COPY src src', 'RUN ls > /listed']),
  project('stages-unused-one', [`${base} AS unused`, 'COPY . /unused', 'RUN ls /unused', base, 'WORKDIR /app', manifests, install, edited, 'COPY . .', 'RUN ls > /listed']),
  project('stages-front-end', [`${base} AS web`, 'WORKDIR /web', 'COPY web .', 'RUN cat index.html style.css > /bundle', base, 'WORKDIR /app', manifests, install, 'COPY . .', 'COPY --from=web /bundle static/', edited, 'RUN ls > /listed']),
  project('stages-diamond', [`${base} AS a`, 'COPY requirements.txt /r', `${base} AS b`, 'COPY lock.txt /l', base, 'COPY --from=a /r /r', 'COPY --from=b /l /l', edited, 'COPY src /src', 'RUN cat /r /l > /installed']),
  project('stages-whole-context-narrowed', [`${base} AS context`, 'COPY . /context', base, 'COPY --from=context /context/requirements.txt /', edited, 'RUN cat /requirements.txt > /installed']),
  project('stages-named-in-capitals', [`${base} AS Build`, 'COPY requirements.txt /r', base, 'COPY --from=BUILD /r /r', edited, 'RUN cat /r > /installed']),
];

const heredocs: readonly CachedProject[] = [
  project('heredoc-run', [base, 'WORKDIR /app', manifests, 'RUN <<EOF', 'set -e', 'cat requirements.txt lock.txt > /installed', 'EOF', 'COPY . .', edited, 'RUN ls > /listed']),
  project('heredoc-after-all', [base, 'WORKDIR /app', 'COPY . .', edited, 'RUN <<-EOF', '\tcat requirements.txt > /installed', '\tls > /listed', 'EOF']),
  project('heredoc-copied', [base, 'WORKDIR /app', 'COPY <<EOF /app/settings.ini', '[settings]', 'a=b', 'EOF', manifests, install, edited, 'COPY . .', 'RUN ls > /listed']),
  project('heredoc-copied-beside-files', [base, 'WORKDIR /app', manifests, 'COPY <<A <<B ./', 'one', 'A', 'two', 'B', install, edited, 'COPY src src', 'RUN ls > /listed']),
  project('heredoc-with-interpreter', [base, 'WORKDIR /app', manifests, 'RUN <<EOF', '#!/usr/bin/env python3', 'open("/installed", "w").write("x")', 'EOF', 'COPY . .', edited, 'RUN ls > /listed']),
  project('heredoc-standard-input', [base, 'WORKDIR /app', 'RUN cat <<EOF > /settings', 'a=b', 'EOF', manifests, install, edited, 'COPY . .', 'RUN ls > /listed']),
];

const args: readonly CachedProject[] = [
  project('arg-default', [base, 'ARG VERSION=1', 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN echo $VERSION > /version']),
  project('arg-global', ['ARG PYTHON=3.11', 'FROM python:${PYTHON}-slim', 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN ls > /listed']),
  project('arg-names-a-file', [base, 'ARG REQS=requirements.txt', 'WORKDIR /app', 'COPY ${REQS} ./', 'RUN cat $REQS > /installed', 'COPY . .', edited, 'RUN ls > /listed']),
  project('arg-names-a-directory', [base, 'ARG DIR=src', 'WORKDIR /app', manifests, install, 'COPY $DIR ./code', edited, 'RUN ls code > /listed']),
  project('arg-and-env', [base, 'ARG VERSION=1', 'ENV VERSION=${VERSION}-final', 'WORKDIR /app/$VERSION', manifests, install, edited, 'COPY . .', 'RUN ls > /listed']),
  project('arg-without-value', [base, 'ARG TOKEN', 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN echo "$TOKEN" > /token']),
  project('arg-declared-late', [base, 'WORKDIR /app', manifests, install, 'ARG VERSION=1', 'COPY . .', edited, 'RUN echo $VERSION > /version']),
  project('arg-of-the-platform', [base, 'ARG TARGETARCH', 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN echo $TARGETARCH > /arch']),
];

const binds: readonly CachedProject[] = [
  project('bind-all', [base, 'RUN --mount=type=bind,target=/context ls /context/src > /listed', edited, 'COPY requirements.txt /', 'RUN cat /requirements.txt > /installed']),
  project('bind-manifest', [base, 'RUN --mount=type=bind,source=requirements.txt,target=/requirements.txt cat /requirements.txt > /installed', 'COPY . /app', edited, 'RUN ls /app > /listed']),
  project('bind-directory', [base, 'RUN --mount=type=bind,source=src,target=/src ls /src > /listed', edited, manifests.replace('./', '/'), 'RUN cat /requirements.txt /lock.txt > /installed']),
  project('bind-two', [base, 'RUN --mount=type=bind,source=requirements.txt,target=/r --mount=type=bind,source=lock.txt,target=/l cat /r /l > /installed', 'COPY src /src', edited, 'RUN ls /src > /listed']),
  project('bind-from-a-stage', [`${base} AS build`, 'COPY requirements.txt /r', 'RUN cat /r > /built', base, 'RUN --mount=type=bind,from=build,source=/built,target=/built cat /built > /installed', edited, 'COPY . /app']),
  project('bind-cache-beside', [base, 'RUN --mount=type=cache,target=/root/.cache --mount=type=bind,source=requirements.txt,target=/r cat /r > /installed', 'COPY . /app', edited, 'RUN ls /app > /listed']),
  project('bind-writable', [base, 'RUN --mount=type=bind,source=src,target=/src,rw touch /src/new && ls /src > /listed', edited, 'COPY lock.txt /', 'RUN cat /lock.txt > /installed']),
  project('bind-tmpfs', [base, 'RUN --mount=type=tmpfs,target=/scratch touch /scratch/x', 'COPY requirements.txt /', edited, 'RUN cat /requirements.txt > /installed', 'COPY src /src']),
];

const ignored: readonly CachedProject[] = [
  project('ignore-nothing', [base, 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN ls > /listed'], { ignore: '' }),
  project('ignore-only-logs', [base, 'WORKDIR /app', 'COPY . .', install, edited, 'RUN ls > /listed'], { ignore: '*.log\n' }),
  project('ignore-directory', [base, 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN ls > /listed'], { ignore: 'src\n*.log\n' }),
  project('ignore-all-but', [base, 'WORKDIR /app', 'COPY . .', install, edited, 'RUN ls > /listed'], { ignore: '*\n!requirements.txt\n!lock.txt\n!src\n' }),
  project('ignore-brought-back', [base, 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN ls > /listed'], { ignore: '**/*.py\n!src/util.py\n*.log\nDockerfile\n' }),
  project('ignore-double-star', [base, 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN ls > /listed'], { ignore: '**/*.log\n**/util.py\nDockerfile*\n' }),
  project('ignore-comment-and-slash', [base, 'WORKDIR /app', manifests, install, 'COPY . .', edited, 'RUN ls > /listed'], { ignore: '# a comment\n/notes.log\n/web/\nDockerfile\n' }),
  project('ignore-in-a-copied-directory', [base, 'WORKDIR /app', manifests, install, 'COPY src src', edited, 'RUN ls src > /listed'], { ignore: 'src/util.py\n*.log\n' }),
];

export const cachedProjects: readonly CachedProject[] = [...plain, ...stages, ...heredocs, ...args, ...binds, ...ignored];
