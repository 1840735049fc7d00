/** Random Python projects with pip: stages, copies, users, links, chains, here-documents, mounts, in any order. */
import type { BuildProject, BuildProjectFile } from '../projects/project.ts';
import { lines } from '../projects/project.ts';
import type { Dice } from './dice.ts';
import { diceOf } from './dice.ts';

const packages = ['xmltodict', 'six', 'click', 'itsdangerous', 'pygments', 'idna', 'python-dotenv', 'blinker', 'certifi'] as const;

export function randomPipProject(seed: number): BuildProject {
  const dice = diceOf(seed);
  const files = filesOf(dice, seed);
  const scene: Scene = {
    ...dice,
    manifests: Object.keys(files).filter((path) => /requirements.*\.txt$/.test(path)) as [string, ...string[]],
    hasConstraints: 'constraints.txt' in files,
    home: dice.pick(['/app', '/srv/app', '/opt/x', '/home/app/code']),
  };
  const text = dockerfile(scene).join(dice.chance(0.06) ? '\r\n' : '\n') + (dice.chance(0.8) ? '\n' : '');
  return {
    name: `pip-${seed}`,
    outcome: 'rewritten',
    installsAgain: true,
    // The base image has a /wheels of its own, in which its packages are.
    settings: { 'wheel-packages.directory': '/opt/wheels' },
    files: { ...files, Dockerfile: text },
    changes: [dice.pick(['app.py', 'src/main.py', 'data/a.txt', 'requirements.txt'])],
  };
}

interface Scene extends Dice {
  readonly manifests: readonly [string, ...string[]];
  readonly hasConstraints: boolean;
  /** Where most of it goes. */
  readonly home: string;
}

// ------------------------------------------------------------------------------------------------------------ the files

function filesOf(dice: Dice, seed: number): Record<string, BuildProjectFile> {
  const { pick, chance } = dice;
  const requirements = (most: number, ...first: readonly string[]): string =>
    lines(`# ${seed}`, ...first, ...new Set(Array.from({ length: 1 + dice.number(most) }, () => pick(packages))));
  return {
    'requirements.txt': requirements(2),
    'app.py': `print("${seed}")\n`,
    'src/main.py': `x = "${seed}"\n`,
    'src/util.py': 'y = 1\n',
    'scripts/run.sh': { text: '#!/bin/sh\nexec python app.py\n', mode: 0o755 },
    'scripts/tree.py': 'import os, sys\nfor folder, _, files in sorted(os.walk(".")):\n    for name in sorted(files):\n        print(os.path.join(folder, name))\n',
    'data/a.txt': 'a\n',
    'data/deep/b.txt': 'b\n',
    'README.md': '# hi\n',
    ...(chance(0.4) ? { 'requirements/base.txt': requirements(1), 'requirements/dev.txt': requirements(1, `-r ${pick(['base.txt', '../requirements.txt'])}`) } : {}),
    ...(chance(0.3) ? { 'constraints.txt': lines(`# ${seed}`, 'six<2') } : {}),
    ...(chance(0.3) ? { 'link.txt': { link: pick(['app.py', 'requirements.txt', 'data/a.txt', 'nowhere']) } } : {}),
    ...(chance(0.2) ? { latest: { link: pick(['data', 'src', 'requirements']) } } : {}),
    ...(chance(0.3) ? { 'src/requirements.txt': requirements(2) } : {}),
    // It hides the Dockerfile and itself from the start: a listing that the build makes would show the difference.
    '.dockerignore': lines(
      ...pick([['*.md'], ['data'], ['**/__pycache__', '.venv'], ['*', '!*.txt', '!*.py', '!src', '!scripts'], ['README.md', '!README.md'], ['scripts/*.py'], []]),
      '.git',
      'Dockerfile',
      '.dockerignore',
    ),
  };
}

// ------------------------------------------------------------------------------------------------------- the Dockerfile

function dockerfile(scene: Scene): readonly string[] {
  const stages = scene.chance(0.35) ? 2 : scene.chance(0.1) ? 3 : 1;
  const all = Array.from({ length: stages }, (_, index) => stage(scene, index, index === stages - 1));
  return [...all.flat(), ...scene.pick([['CMD ["python", "app.py"]'], ['ENTRYPOINT ["python"]'], ['CMD python app.py'], []])];
}

function stage(scene: Scene, index: number, isLast: boolean): readonly string[] {
  const { pick, chance, number, home } = scene;
  const base = index > 0 && chance(0.3) ? `stage${number(index)}` : 'python:3.11-slim';
  const hasUser = chance(0.2);
  const owner = hasUser ? 'app' : '1000';
  const steps: string[] = [`${pick(['FROM', 'FROM', 'FROM', 'from'])} ${base}${isLast ? '' : ` AS stage${index}`}`];
  if (chance(0.3)) steps.push(setting(scene));
  if (hasUser) steps.push(pick(['RUN useradd -m app', 'RUN groupadd -r app && useradd -r -g app app', 'RUN adduser --disabled-password --gecos "" app']));
  if (chance(0.25)) steps.push(`RUN mkdir -p ${home}${pick(['', '/data'])}`);
  if (chance(0.85)) steps.push(`WORKDIR ${home}`);
  steps.push(wideCopy(scene, owner));
  const body = 2 + number(6);
  for (let at = 0; at < body; at += 1) steps.push(step(scene, index, hasUser, owner));
  steps.splice(steps.length - number(3), 0, install(scene, owner));
  if (index > 0 && chance(0.5)) steps.splice(steps.length - number(2), 0, `COPY --from=stage0 ${pick([`${home} ${home}`, sitePackages, sitePackages])}`);
  if (chance(0.3)) steps.push(`RUN ${command(scene, owner)}`);
  return steps;
}

const sitePackages = '/usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages';

function setting({ pick }: Scene): string {
  return pick([
    'ENV PYTHONUNBUFFERED=1', 'ENV A=1 B=2', 'LABEL a=b', 'ARG VERSION=1', 'ENV PIP_NO_CACHE_DIR=1', 'ARG DEBIAN_FRONTEND=noninteractive',
    'SHELL ["/bin/bash", "-c"]', 'SHELL ["/bin/bash", "-o", "pipefail", "-euc"]', 'ENV PATH="/venv/bin:$PATH"', 'ENV PYTHONDONTWRITEBYTECODE=1', 'ENV HOME=/root',
    'ARG REQS=requirements.txt', 'ENV PYTHONPATH=/app/src', 'ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore', 'ENV PIP_TARGET=/deps', 'ENV PYTHONUSERBASE=/opt/user',
  ]);
}

function step(scene: Scene, stageIndex: number, hasUser: boolean, owner: string): string {
  const { number, pick, chance, home } = scene;
  const kind = number(100);
  if (kind < 18) return install(scene, owner);
  if (kind < 36) return copy(scene, owner);
  if (kind < 44) return manifestCopy(scene, owner);
  if (kind < 52 && stageIndex > 0) {
    const copied = pick([`${home} ${home}`, `${home} ${home}`, sitePackages, sitePackages, '/usr/local/bin /usr/local/bin', '/usr/local/bin /usr/local/bin', '/venv* /venv/', '/root/ /root/', `${home}/src ./src`]);
    return `COPY --from=stage${number(stageIndex)} ${flags(scene, owner)}${copied}`;
  }
  if (kind < 58 && hasUser) return `USER ${pick(['app', 'root', '1000', 'app:app'])}`;
  if (kind < 75) return `RUN ${command(scene, owner)}`;
  if (kind < 82) return `RUN ${command(scene, owner)} && ${command(scene, owner)}`;
  if (kind < 86) return pick([`RUN if [ -f app.py ]; then ${command(scene, owner)}; fi`, 'RUN for f in a b; do touch $f; done', `RUN (${command(scene, owner)}) || true`]);
  if (chance(0.3)) return setting(scene);
  return pick(['ENV MODE=x', 'LABEL x=y', 'EXPOSE 80', `WORKDIR ${pick([home, home, home, 'src', '/tmp', '..'])}`, 'ARG GIT_SHA=abc', 'ENV SHA=$GIT_SHA', 'VOLUME /data', 'STOPSIGNAL SIGINT', '# a comment', '', 'HEALTHCHECK NONE']);
}

function flags({ chance }: Scene, owner: string): string {
  return `${chance(0.15) ? `--chown=${owner}:${owner} ` : ''}${chance(0.08) ? '--chmod=755 ' : ''}${chance(0.05) ? '--link ' : ''}`;
}

function wideCopy(scene: Scene, owner: string): string {
  return scene.chance(0.8) ? `${scene.pick(['COPY', 'COPY', 'ADD', 'copy'])} ${flags(scene, owner)}. ${directory(scene)}` : copy(scene, owner);
}

function directory({ pick, home }: Scene): string {
  return pick(['.', './', home, `${home}/`]);
}

function copy(scene: Scene, owner: string): string {
  const to = directory(scene);
  const sources = scene.pick([
    `. ${to}`, `. ${to}`, `. ${to}`, `./ ${to}`, `src/ ${to}`, 'src ./src', 'requirements.txt app.py ./', 'data ./data', 'scripts /usr/local/bin/', '*.txt ./', '*.py *.txt ./',
    'src/*.py ./lib/', '["src", "./src"]', 'scripts/run.sh /run.sh', 'l*.txt app.py /tmp/', 'app.py main.py',
  ]);
  return `${scene.pick(['COPY', 'COPY', 'COPY', 'ADD', 'copy'])} ${flags(scene, owner)}${sources}`;
}

function manifestCopy(scene: Scene, owner: string): string {
  const manifest = scene.pick(scene.manifests);
  return `COPY ${flags(scene, owner)}${manifest} ${scene.pick(['.', './', '/tmp/', manifest, '/tmp/req.txt'])}`;
}

function install(scene: Scene, owner: string): string {
  const { pick, chance, home, manifests, hasConstraints } = scene;
  const manifest = pick(manifests);
  const path = pick([manifest, manifest, manifest, manifest, manifest, `${home}/${manifest}`, `${home}/${manifest}`, `./${manifest}`]);
  const options = pick(['', '', '', '--no-cache-dir ', '--upgrade ', '--user ', '--no-deps ', '--no-compile ', '--target=/deps ', '--prefix=/install ', '-q ']);
  const pip = `${pick(['pip', 'pip', 'pip3', 'python -m pip'])} install ${options}-r ${path}${hasConstraints && chance(0.2) ? ' -c constraints.txt' : ''}`;
  const other = command(scene, owner);
  return pick([
    `RUN ${pip}`, `RUN ${pip}`, `RUN ${pip}`, `RUN ${pip} && ${other}`, `RUN ${other} && ${pip}`, `RUN ${other} \\\n    && ${pip} \\\n    && ${command(scene, owner)}`,
    `RUN cd ${home} && pip install -r ${manifest}`, `RUN python -m venv /venv && /venv/bin/pip install -r ${path}`, `RUN pip install ${pick(packages)}`,
    `RUN --mount=type=bind,source=${manifest},target=/tmp/r.txt pip install -r /tmp/r.txt`, `RUN --mount=type=cache,target=/root/.cache/pip ${pip}`,
    `RUN --mount=type=bind,target=/mnt pip install -r /mnt/${manifest}`, `RUN <<EOF\nset -e\n${pip}\n${other}\nEOF`, `RUN set -ex; ${pip}; ${other}`,
    `RUN sed -i 's/^six$/six<2/' ${manifest} && ${pip}`, `RUN ["pip", "install", "-r", "${path}"]`, 'RUN pip install -r ${REQS:-requirements.txt}', `RUN pip install --upgrade pip && ${pip}`,
    `RUN pip wheel -w /w -r ${path} && pip install --no-index --find-links=/w -r ${path}`, `RUN ${pip} ; ${other}`, `RUN ${pip} | tee /log`,
  ]);
}

/** A command that is no install: some write beside the source, some over it, some look at what is there. */
function command({ pick }: Scene, owner: string): string {
  return pick([
    'mkdir -p data/x', 'touch made', 'chmod +x scripts/run.sh', 'chmod -R a+rX .', 'ln -s app.py main.py', 'ln -sf src lib', 'mv src source', 'cp -r src copy', 'cp app.py /tmp/', 'rm -rf data', 'rm -f README.md',
    'echo hi > note', 'echo x >> app.py', 'sed -i s/1/2/ src/util.py', `chown -R ${owner} .`, 'ls > listing', 'ls -la ..', 'python scripts/tree.py > /tree', 'python scripts/tree.py', 'find . -name "*.md" -delete',
    'cat requirements.txt', 'test -f app.py', 'mkdir -p /var/log/app && chmod 777 /var/log/app', 'rm -rf ~/.cache', 'python -c "print(1)"', 'pip list > /pip.txt', 'python -m compileall -q src', 'stat -c %U%a app.py > /stat || true',
    'true', 'cp requirements.txt /req', 'export X=1', 'umask 027', '(cd src && ls)', 'pip freeze', 'id > /who', 'env | sort > /env', 'install -d -m 700 secret', 'touch requirements.txt', 'mkdir logs && chmod 700 logs',
    'ln -s /app /current', 'echo six >> requirements.txt', 'chmod 600 requirements.txt', 'chgrp -R 0 . && chmod -R g=u .', 'python -c "import click"', 'rm -rf /usr/local/lib/python3.11/test', 'pip cache purge || true',
    'find / -name six.py > /found', 'cp -a . /backup', 'tar -cf - src | tar -xf - -C /tmp', 'pip uninstall -y six || true', 'pip check || true', 'echo "[global]" > /etc/pip.conf',
  ]);
}
