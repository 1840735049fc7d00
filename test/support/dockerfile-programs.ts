import type { Path } from '../../src/types.ts';
import { buildConcretely } from './concrete-build.ts';
import type { ContextFile } from './concrete-build.ts';
import { Unsupported } from './concrete-shell.ts';

/** Random projects with a Dockerfile and rewrites of it, for comparing the symbolic build with the concrete one. */

/** A stream of choices; what reads past its end gets zeros, so that a shorter stream is a simpler case. */
export interface Choices {
  /** A number from 0 to `below` - 1. */
  readonly number: (below: number) => number;
}

export function choicesOf(stream: readonly number[]): Choices {
  let at = 0;
  return {
    number: (below) => {
      const value = stream[at] ?? 0;
      at += 1;
      return value % below;
    },
  };
}

export interface ProjectCase {
  /** All files on the disk, Dockerfile and ignore file apart. */
  readonly files: ReadonlyMap<Path, ContextFile>;
  readonly untracked: readonly Path[];
  readonly ignored: readonly Path[];
  readonly before: string;
  readonly rewrites: readonly string[];
}

/** Left behind by tools, so that each may be in somebody's context though it is on no disk here. */
const leftovers: ReadonlyMap<Path, ContextFile> = new Map([
  ['.venv/pyvenv.cfg', { content: 'home = /usr/bin', mode: 0o644 }],
  ['.venv/bin/pip', { content: 'pip of .venv', mode: 0o755 }],
  ['.venv/lib/python3.11/site-packages/beta-1.dist-info/METADATA', { content: 'beta 1', mode: 0o644 }],
  ['src/__pycache__/main.pyc', { content: 'bytes', mode: 0o600 }],
]);

/** The contexts that a build of the project may be given: each file that git does not hold is there or not. */
export function contextsOf(project: ProjectCase): readonly ReadonlyMap<Path, ContextFile>[] {
  const isIgnored = (path: Path): boolean => project.ignored.some((one) => path === one || path.startsWith(`${one}/`));
  const sure = [...project.files].filter(([path]) => !isIgnored(path) && !project.untracked.includes(path));
  const groups = [...project.untracked.map((path) => [path]), [...leftovers.keys()].slice(0, 3), [...leftovers.keys()].slice(3)];
  const maybe = groups.map((paths) => paths.filter((path) => !isIgnored(path))).filter((paths) => paths.length > 0);
  const made: Map<Path, ContextFile>[] = [];
  for (let bits = 0; bits < 2 ** maybe.length; bits += 1) {
    const context = new Map<Path, ContextFile>([...sure, ['Dockerfile', { content: '', mode: 0o644 }], ['.dockerignore', { content: '', mode: 0o644 }]]);
    for (const [index, paths] of maybe.entries()) {
      for (const path of (bits >> index) % 2 === 1 ? paths : []) {
        const file = project.files.get(path) ?? leftovers.get(path);
        if (file) context.set(path, file);
      }
    }
    made.push(context);
  }
  return made;
}

/** Values for the build arguments that the programs declare. */
export const argValues: readonly ReadonlyMap<string, string>[] = [
  new Map(),
  new Map([['REQS', 'base.txt'], ['DIR', '/srv'], ['VERSION', '2']]),
  new Map([['REQS', 'conf/dev.txt'], ['DIR', 'src'], ['VERSION', '1']]),
];

export function caseFrom(choices: Choices, rewrites: number): ProjectCase {
  const { files, untracked, ignored } = project(choices);
  const draft: ProjectCase = { files, untracked, ignored, before: '', rewrites: [] };
  const written = program(choices);
  const before = withoutFailures(written, contextsOf(draft)[0] ?? new Map());
  const made: string[] = [];
  for (let index = 0; index < rewrites; index += 1) {
    let lines: readonly string[] = before;
    const edits = 1 + pick(choices, [0, 0, 0, 1, 1, 2]);
    for (let edit = 0; edit < edits; edit += 1) lines = mutate(choices, lines);
    made.push(textOf(lines));
  }
  return { ...draft, before: textOf(before), rewrites: made };
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

/** The lines less those that fail when all before them has run. */
function withoutFailures(lines: readonly string[], context: ReadonlyMap<Path, ContextFile>): readonly string[] {
  let left = lines;
  for (let round = 0; round < lines.length; round += 1) {
    try {
      const built = buildConcretely(textOf(left), { context, args: new Map() });
      if (built.ok) return left;
      left = left.filter((_line, index) => index !== built.line - 1);
    } catch (error) {
      if (error instanceof Unsupported) return left;
      throw error;
    }
  }
  return left;
}

// ------------------------------------------------------------------------------------------------------------ projects

const contents: readonly (readonly [Path, readonly string[], number])[] = [
  ['requirements.txt', ['alpha==1\nbeta==1', 'gamma\ndelta==2', '-r base.txt\nalpha', '-c constraints.txt\nbeta', 'delta==${DELTA}', 'beta'], 0o644],
  ['base.txt', ['beta==2', 'delta', 'gamma==1\nbeta'], 0o644],
  ['constraints.txt', ['beta==2\nalpha==1', 'beta==1'], 0o600],
  ['app.py', ['print(1)'], 0o644],
  ['run.sh', ['run'], 0o755],
  ['src/main.py', ['main'], 0o644],
  ['src/lib/util.py', ['util'], 0o640],
  ['conf/prod.py', ['prod'], 0o644],
  ['conf/dev.txt', ['-r ../requirements.txt\ndelta', 'delta==1'], 0o644],
  ['pip.conf', ['[global]\nindex-url = https://mirror', '[global]\nconstraint = /app/constraints.txt'], 0o644],
];

function project(choices: Choices): Pick<ProjectCase, 'files' | 'untracked' | 'ignored'> {
  const files = new Map<Path, ContextFile>();
  const untracked: Path[] = [];
  const ignored: Path[] = [];
  for (const [path, texts, mode] of contents) {
    const content = pick(choices, texts);
    const status = choices.number(20);
    if (status === 19) continue;
    files.set(path, { content, mode });
    if (status >= 17 && untracked.length < 2) untracked.push(path);
    else if (status === 16) ignored.push(path);
  }
  if (choices.number(3) === 1) ignored.push('.venv');
  return { files, untracked, ignored };
}

function pick<Value>(choices: Choices, values: readonly [Value, ...Value[]] | readonly Value[]): Value {
  const value = values[choices.number(values.length)];
  if (value === undefined) throw new RangeError('nothing to choose from');
  return value;
}

// ------------------------------------------------------------------------------------------------------------ programs

function program(choices: Choices): readonly string[] {
  const stages = pick(choices, [1, 1, 1, 2, 2, 3]);
  const lines: string[] = [];
  if (choices.number(8) === 7) lines.push('ARG REQS=requirements.txt');
  for (let stage = 0; stage < stages; stage += 1) {
    const base = stage > 0 && choices.number(3) === 2 ? `s${choices.number(stage)}` : 'python:3.11-slim';
    lines.push(`FROM ${base} AS s${stage}`);
    const count = 3 + choices.number(stages === 1 ? 11 : 6);
    const installs = choices.number(4) !== 3;
    const written: string[] = [];
    for (let index = 0; index < count; index += 1) written.push(instruction(choices, stage));
    if (installs) skeleton(choices, written);
    lines.push(...written);
  }
  return lines;
}

/** What most Dockerfiles have: a directory, the source, an install. */
function skeleton(choices: Choices, lines: string[]): void {
  const at = choices.number(lines.length + 1);
  lines.splice(at, 0, installLine(choices));
  const copy = choices.number(at + 1);
  lines.splice(copy, 0, pick(choices, ['COPY . .', 'COPY . /app', 'COPY --chown=1000 . .', 'COPY . ./', 'COPY src /app']));
  lines.splice(choices.number(copy + 1), 0, 'WORKDIR /app');
}

function instruction(choices: Choices, stage: number): string {
  const kind = choices.number(20);
  if (kind < 5) return copyLine(choices, stage);
  if (kind < 13) return runLine(choices);
  if (kind === 13) return `WORKDIR ${pick(choices, ['/app', '/srv', 'src', '/opt/x', '${DIR}', '/app/conf', '/tmp/w', '/'])}`;
  if (kind === 14) return `USER ${pick(choices, ['app', 'root', '1000', 'nobody', 'app:app', 'other', '1000:1000'])}`;
  if (kind === 15 || kind === 16) return `ENV ${pick(choices, environment)}`;
  if (kind === 17) return `ARG ${pick(choices, ['REQS=requirements.txt', 'DIR=/app', 'VERSION=1', 'VERSION', 'REQS', 'CFLAGS=-O1'])}`;
  if (kind === 18) return installLine(choices);
  return pick(choices, ['LABEL a=b', 'CMD ["python", "app.py"]', 'RUN useradd -m app', 'RUN useradd other', 'LABEL v=${VERSION}']);
}

const environment: readonly string[] = [
  'FOO=x', 'PATH=/opt/venv/bin:$PATH', 'PATH=/app/.venv/bin:$PATH', 'PIP_CONSTRAINT=/app/constraints.txt', 'PIP_INDEX_URL=https://other', 'CFLAGS=-O2',
  'PIP_TARGET=/opt/target', 'DELTA=1', 'DIR=/srv', 'PIP_CONFIG_FILE=/app/pip.conf', 'HOME=/app', 'PIP_USER=1', 'FOO=$FOO:y', 'VERSION=2', 'REQS=base.txt', 'A=1 B=$A',
];

function copyLine(choices: Choices, stage: number): string {
  if (stage > 0 && choices.number(3) === 2) {
    const name = `s${choices.number(stage)}`;
    const flags = pick(choices, ['', '', '', '--chown=1000 ']);
    return `COPY --from=${name} ${flags}${pick(choices, fromStage)}`;
  }
  const flags = pick(choices, ['', '', '', '', '', '--chown=1000 ', '--chown=app ', '--chown=app:app ', '--chmod=755 ', '--chown=1000:1000 ', '--chown=root ', '--chmod=600 ']);
  return `COPY ${flags}${pick(choices, copies)}`;
}

const fromStage: readonly string[] = [
  '/app /app', '/opt/venv /opt/venv', '/usr/local/lib/python3.11/site-packages /usr/local/lib/python3.11/site-packages', '/app/requirements.txt ./', '/app/requirements.txt /app/requirements.txt',
  '/app/src /app/src', '/srv /srv', '/app .', '/opt /opt', '/app/app.py /app/main.py', '/usr/local/bin /usr/local/bin', '/app/conf/dev.txt /srv/', '/opt/target /opt/target', '/app/run.sh /app/app.py /data/',
];

const copies: readonly string[] = [
  '. .', '. /app', 'requirements.txt ./', 'requirements.txt base.txt ./', 'requirements.txt constraints.txt base.txt /app/', 'src ./src', 'src /app/src', 'src/ .', 'conf /app/conf', 'app.py /app/', 'app.py app.py',
  'run.sh /app/run.sh', 'run.sh /usr/local/bin/', '*.txt ./', 'pip.conf /etc/pip.conf', 'pip.conf /root/.pip/pip.conf', 'conf/dev.txt conf/dev.txt', '${REQS} ./', '${REQS} /app/requirements.txt', 'src ${DIR}', 'base.txt requirements.txt',
  'requirements.txt /app/src/', 'constraints.txt /app/', 'src/lib /app/lib', 'requirements.txt /tmp/r.txt', 'base.txt /app/base.txt', 'src/main.py /app/app.py', 'conf conf', '. /srv', 'conf/prod.py src/',
];

function installLine(choices: Choices): string {
  return `RUN ${installCommand(choices)}`;
}

function installCommand(choices: Choices): string {
  return pick(choices, [
    'pip install -r requirements.txt', 'pip install --no-cache-dir -r requirements.txt', 'pip install -r requirements.txt', 'pip install -r requirements.txt && pip install delta==1', 'pip install -r /app/requirements.txt', 'pip install -r conf/dev.txt',
    'python -m pip install -r base.txt', 'pip install beta==1', 'pip install -r ${REQS}', 'pip install beta==${VERSION}', 'pip install -r requirements.txt -c constraints.txt', 'pip install --user -r base.txt', 'pip install --target /opt/target -r requirements.txt',
    'python -m venv /opt/venv', 'python -m venv /opt/venv && /opt/venv/bin/pip install -r requirements.txt', 'cd /app && pip install -r requirements.txt', 'PIP_INDEX_URL=https://third pip install alpha', 'pip install gamma', '/opt/venv/bin/pip install beta', 'pip install -r /tmp/r.txt',
    'apt-get update && apt-get install -y gcc', 'apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*', 'apt-get update', 'apt-get install -y gcc', 'python -m venv /app/.venv', 'pip install alpha==2',
  ]);
}

function runLine(choices: Choices): string {
  const count = pick(choices, [1, 1, 1, 2, 2, 3]);
  let script = fileCommand(choices);
  for (let index = 1; index < count; index += 1) script += `${pick(choices, [' && ', ' && ', ' && ', ' ; ', ' || '])}${choices.number(8) === 7 ? installCommand(choices) : fileCommand(choices)}`;
  return `RUN ${choices.number(15) === 14 ? 'set -e ; ' : ''}${script}`;
}

const somewhere: readonly string[] = [
  '.', '/app', '/app/src', '/srv/x', 'requirements.txt', 'app.py', 'src/main.py', 'conf', '/app/out', 'out', '/opt/x', '/data', 'conf/prod.py', 'run.sh', '/app/requirements.txt', 'src', 'base.txt', '/tmp/t', '/app/app.py', '/opt/venv', 'logs', '/etc/pip.conf', '/home/app', '${DIR}', '/usr/local/bin', 'out.txt', '/app/conf',
];

function fileCommand(choices: Choices): string {
  const path = (): string => pick(choices, somewhere);
  switch (choices.number(22)) {
    case 0:
    case 1:
      return `mkdir -p ${path()}`;
    case 2:
      return `mkdir ${path()}`;
    case 3:
    case 4:
      return `rm -rf ${pick(choices, ['src', '/app/src', 'out', '/srv/x', 'requirements.txt', '/app/app.py', '/var/lib/apt/lists/*', '/root/.cache/pip', 'conf', '/tmp/t', 'base.txt', '*.txt', '/opt/venv', 'src/*'])}`;
    case 5:
      return `rm ${path()}`;
    case 6:
    case 7:
      return `mv ${path()} ${path()}`;
    case 8:
    case 9:
      return `cp ${path()} ${path()}`;
    case 10:
      return `cp -r ${path()} ${path()}`;
    case 11:
      return `cp -a ${path()} ${path()}`;
    case 12:
    case 13:
      return `chmod ${pick(choices, ['-R ', '', ''])}${pick(choices, ['755', '700', '+x', 'a+rX', 'go-rwx', 'u+x', '644', 'o-w'])} ${path()}`;
    case 14:
    case 15:
      return `chown ${pick(choices, ['-R ', '-R ', ''])}${pick(choices, ['app', 'app:app', '1000', '1000:1000', 'root', ':1000', 'app:', 'other'])} ${path()}`;
    case 16:
      return `sed -i s/${pick(choices, ['alpha/beta', 'main/x', '==1/==2', 'a/b'])}/ ${path()}`;
    case 17:
      return `touch ${path()}`;
    case 18:
      return `echo ${pick(choices, ['hi', 'beta==2', '$FOO', 'gamma', '$HOME'])} ${pick(choices, ['>', '>>'])} ${path()}`;
    case 19:
      return `cat ${path()} ${pick(choices, ['', '> out.txt', '> /tmp/t'])}`.trim();
    case 20:
      return pick(choices, ['ls', 'true', 'test -f app.py', 'test -d /app/src', 'export FOO=z', 'cd /app', 'cd src', 'pip list', 'useradd -m app', 'useradd other', 'ls /app/src', 'echo done', 'false', 'cd', 'ls > out']);
    default:
      return `mkdir -p ${pick(choices, ['logs', '/app/out', '/data/x', '/app'])}`;
  }
}

// ------------------------------------------------------------------------------------------------------------ rewrites

/** The lines of one stage, without its FROM: first and behind the last. */
function bounds(lines: readonly string[], choices: Choices): readonly [number, number] {
  const starts = lines.flatMap((line, index) => (line.startsWith('FROM ') ? [index] : []));
  const start = pick(choices, starts);
  const next = starts.find((one) => one > start) ?? lines.length;
  return [start + 1, next];
}

function replaced(lines: readonly string[], at: number, remove: number, ...insert: readonly string[]): readonly string[] {
  return lines.toSpliced(at, remove, ...insert);
}

function mutate(choices: Choices, lines: readonly string[]): readonly string[] {
  const [first, end] = bounds(lines, choices);
  if (end - first < 1) return lines;
  const at = first + choices.number(end - first);
  const line = lines[at] ?? '';
  const where = first + choices.number(end - first + 1);
  switch (choices.number(20)) {
    case 0:
    case 1:
      return at + 1 < end ? replaced(lines, at, 2, lines[at + 1] ?? '', line) : lines;
    case 2:
    case 3:
      return moved(lines, at, where);
    case 4:
    case 5:
    case 6:
      return split(choices, lines, first, end);
    case 7: {
      const cut = / (&&|;) /.exec(line);
      if (!line.startsWith('RUN ') || !cut) return cutSomewhere(choices, lines, first, end);
      return replaced(lines, at, 1, line.slice(0, cut.index), `RUN ${line.slice(cut.index + cut[0].length)}`);
    }
    case 8: {
      const pair = lines.findIndex((one, index) => index >= at && index + 1 < end && one.startsWith('RUN ') && lines[index + 1]?.startsWith('RUN '));
      if (pair < 0) return lines;
      return replaced(lines, pair, 2, `${lines[pair]}${pick(choices, [' && ', ' && ', ' ; '])}${lines[pair + 1]?.slice(4)}`);
    }
    case 9: {
      if (!line.startsWith('COPY ')) return moved(lines, at, where);
      const bare = line.replace(/ --ch\w+=\S+/, '');
      return replaced(lines, at, 1, bare.replace('COPY ', `COPY ${pick(choices, ['', '--chown=1000 ', '--chown=app ', '--chown=1000:1000 ', '--chown=0:0 ', '--chmod=755 '])}`));
    }
    case 10:
      return replaced(lines, at, 1);
    case 11:
      return replaced(lines, where, 0, line);
    case 12: {
      if (!line.startsWith('COPY ') || line.includes('--from')) return replaced(lines, at, 0, line);
      return replaced(lines, at, 1, `COPY ${pick(choices, copies)}`);
    }
    case 13: {
      const settings = lines.flatMap((one, index) => (index >= first && index < end && /^(?:ENV|USER|WORKDIR|ARG|LABEL) /.test(one) ? [index] : []));
      return settings.length === 0 ? moved(lines, at, where) : moved(lines, pick(choices, settings), where);
    }
    case 14:
      return replaced(lines, where, 0, pick(choices, ['RUN ls', 'RUN echo hi', `RUN cat ${pick(choices, somewhere)}`, `RUN test -f ${pick(choices, somewhere)}`, `RUN ls ${pick(choices, somewhere)}`]));
    case 15: {
      const stage = lines.slice(0, first).filter((one) => one.startsWith('FROM ')).length - 1;
      return replaced(lines, where, 0, instruction(choices, Math.max(0, stage)));
    }
    case 16: {
      const user = pick(choices, ['root', 'app', '1000']);
      const back = lines.slice(first, at).findLast((one) => one.startsWith('USER ')) ?? 'USER root';
      return replaced(lines, at, 1, `USER ${user}`, line, back);
    }
    case 17: {
      const back = lines.slice(first, at).findLast((one) => one.startsWith('WORKDIR ')) ?? 'WORKDIR /';
      return replaced(lines, at, 1, `WORKDIR ${pick(choices, ['/app', '/srv', '/app/src'])}`, line, back);
    }
    case 18:
      return respelled(choices, lines, at);
    default: {
      const run = lines.findIndex((one, index) => index >= at && index < end && one.startsWith('RUN '));
      return run < 0 ? lines : moved(lines, run, first + choices.number(run - first + 1));
    }
  }
}

function moved(lines: readonly string[], from: number, to: number): readonly string[] {
  const line = lines[from];
  if (line === undefined) return lines;
  return lines.toSpliced(from, 1).toSpliced(to > from ? to - 1 : to, 0, line);
}

function cutSomewhere(choices: Choices, lines: readonly string[], first: number, end: number): readonly string[] {
  const runs = lines.flatMap((line, index) => (index >= first && index < end && line.startsWith('RUN ') && / (?:&&|;) /.test(line) ? [index] : []));
  if (runs.length === 0) return lines;
  const at = pick(choices, runs);
  const line = lines[at] ?? '';
  const cut = / (?:&&|;) /.exec(line);
  return cut ? replaced(lines, at, 1, line.slice(0, cut.index), `RUN ${line.slice(cut.index + cut[0].length)}`) : lines;
}

/** What split-copy does: an install goes above a copy, and what it reads goes above it. */
function split(choices: Choices, lines: readonly string[], first: number, end: number): readonly string[] {
  const runs = lines.flatMap((line, index) => (index >= first && index < end && /^RUN .*(?:pip install|apt-get|mkdir|venv)/.test(line) ? [index] : []));
  if (runs.length === 0) return lines;
  const run = pick(choices, runs);
  const copiesAbove = lines.flatMap((line, index) => (index >= first && index < run && /^COPY (?!--from)/.test(line) ? [index] : []));
  if (copiesAbove.length === 0) return moved(lines, run, first + choices.number(run - first + 1));
  const at = pick(choices, copiesAbove);
  const copy = /^COPY ((?:--\S+ )*)(\S+) (\S+)$/.exec(lines[at] ?? '');
  const manifests = pick(choices, ['requirements.txt', 'requirements.txt', 'requirements.txt base.txt', 'requirements.txt constraints.txt', 'requirements.txt base.txt constraints.txt', 'base.txt', '']);
  const narrow = copy && manifests !== '' ? [`COPY ${pick(choices, [copy[1] ?? '', copy[1] ?? '', ''])}${manifests} ${copy[2] === '.' ? `${copy[3]}/` : './'}`] : [];
  return lines.toSpliced(run, 1).toSpliced(at, 0, ...narrow, lines[run] ?? '');
}

/** The same place by another word. */
function respelled(choices: Choices, lines: readonly string[], at: number): readonly string[] {
  const line = lines[at] ?? '';
  const [from, to] = pick(choices, [['/app/', './'], [' .', ' /app'], ['./', '/app/'], ['requirements.txt', '/app/requirements.txt'], ['pip ', 'python -m pip '], ['RUN ', 'RUN cd /app && '], ['-r ', '--no-cache-dir -r '], ['&&', ';'], [';', '&&'], ['>>', '>']] as const);
  return line.includes(from) ? replaced(lines, at, 1, line.replace(from, to)) : lines;
}
