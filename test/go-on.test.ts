import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { digest } from '../src/build/tree-digest.ts';
import type { SymbolicBuild } from '../src/build/symbolic-build.ts';
import { symbolicBuild } from '../src/build/symbolic-build.ts';
import { createValues } from '../src/build/values.ts';
import type { Instruction } from '../src/dockerfile/scan.ts';
import { rescan, scan } from '../src/dockerfile/scan.ts';
import { model } from '../src/dockerfile/stages.ts';
import { openContext } from '../src/context/context.ts';
import { memoryTree } from '../src/context/memory.ts';
import { openProject, withEdits } from '../src/plan/project.ts';
import type { Build } from '../src/types.ts';
import { readAttack } from './support/attack.ts';

/** What a change leaves as it was is not read, nor worked out, again: it must be what it would be. */

const attacks = 'fixtures/_attacks';
const texts = readdirSync(attacks).filter((name) => name.endsWith('.txt')).map((name) => readAttack(readFileSync(join(attacks, name), 'utf8')).before).filter((text) => (text.match(/^FROM /gm) ?? []).length > 1);

/** Arguments, cache mounts and names lead from one stage to others that do not start from it. */
const own = `ARG VERSION=3.12
FROM python:\${VERSION}-slim AS base
ARG FILE=requirements.txt OTHER=plain.cfg
COPY . .
COPY conf /conf/
RUN --mount=type=cache,target=/cache pip install --cache-dir /cache -r \${FILE} && cp /etc/os-release /cache/

FROM python:\${VERSION}-slim AS other
RUN --mount=type=cache,target=/cache touch /cache/b && ls /cache > /list
COPY --from=base /usr/local /usr/local
ENV A=1

FROM base AS test
ARG FILE=dev.txt
RUN --mount=type=cache,target=/cache cp -r /cache /kept && rm -rf /cache/b && pip install -r \${FILE}
ONBUILD COPY . .
FROM test
# A comment.
RUN <<EOF
set -e
mkdir /x
EOF
COPY --from=other /list /list
COPY --from=0 /usr/local/bin /tools
COPY --from=later /a /a
ARG OTHER
RUN pip install -r /conf/\${OTHER}
FROM other AS later
RUN echo 1 \\
  # Inside.
  > /a
`;

/** Stages that do not use the one before, or only its image, go on as they were where that is the same. */
const apart = `FROM python:3.12-slim AS a
ENV A=1 B=2
COPY . .
RUN pip install -r requirements.txt
FROM a AS b
ARG FILE=dev.txt
COPY conf /conf/
RUN --mount=type=bind,target=/src (cd /src && ls) > /list; pip install -r \${FILE} \\
  # Inside.
  && cat <<EOF > /x
$A
EOF
FROM python:3.12-slim AS c
WORKDIR /app
COPY --chown=1000:1000 requirements.txt app.py ./
RUN for i in 1 2; do pip install -r requirements.txt || true; done
USER app
CMD ["python", "app.py"]
FROM b
COPY --from=c /app /app
RUN if [ -e /x ]; then echo "$B" >> /x; fi
`;

/** In one stage: the commands before a change are not worked out again, but what they leave is there. */
const single = `FROM python:3.12-slim
RUN useradd app && mkdir -p /data && chown app /data
ENV A=1
USER app
WORKDIR /data
RUN touch a && cp a c && rm -f /etc/pip.conf
COPY requirements.txt dev.txt ./
RUN pip install -r requirements.txt && rm requirements.txt
RUN pip-compile --output-file out.txt dev.txt
ARG FILE=out.txt
RUN ["pip", "install", "-r", "out.txt"]
RUN --network=none pip install -r $FILE
RUN ./configure
RUN mkdir -p x/y && sed -i s/a/b/ out.txt
COPY . .
RUN pip install -r out.txt
`;

const build: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };
const files = { 'requirements.txt': 'flask==3.0.0\n', 'dev.txt': '-r requirements.txt\npytest\n', 'conf/plain.cfg': 'flask\n', 'app.py': '' };

/** Each instruction left out, written twice, and with one in front of it; a name that comes again; all at once. */
function changesOf(text: string): readonly string[] {
  const around = ({ leadingComments, span }: Instruction): readonly string[] => {
    const start = leadingComments.start;
    const end = Math.min(text.length, span.end + 1);
    const own = text.slice(start, end);
    return [text.slice(0, start) + text.slice(end), text.slice(0, end) + own + text.slice(end), `${text.slice(0, start)}RUN touch /new\n${text.slice(start)}`];
  };
  return [...scan(text).instructions.flatMap(around), text.replace(/\n+$/, ''), `${text} \\\n  --more`, `${text}\nFROM scratch AS base\n`, `# escape=\`\n${text}`, `ARG X=1\n${text}`];
}

function summary({ stages, outputs }: SymbolicBuild): unknown {
  return {
    outputs,
    stages: stages.map(({ stage, steps, chain, reference, state }) => ({
      index: stage.index, name: stage.name, chain, reference, tree: digest(state.tree, '/'), config: state.config, args: state.args, exposures: state.exposures.items, names: state.argsInKey.items, key: state.key,
      steps: steps.map(({ instruction, line, kind, reads, exposures, argsInKey, run, risks, shipments, mounted, key }) => ({
        start: instruction.span.start, line, kind, reads, exposures, argsInKey, risks, shipments, mounted, key,
        commands: run?.commands.map(({ call, step, effects, opaque, dependenciesOnly, cwd }) => ({ call, step, opaque, dependenciesOnly, cwd, tokens: effects.map(({ token }) => token) })), script: run?.script, written: run?.written, rest: run?.rest,
      })),
    })),
  };
}

describe('a Dockerfile that was changed', () => {
  test('is read from the first difference on', () => {
    for (const text of [own, ...texts]) for (const change of changesOf(text)) expect(rescan(change, scan(text))).toEqual(scan(change));
    for (const end of ['RUN b \\\n', 'RUN b', 'RUN <<E\nb\n', '# b']) expect(rescan(`FROM a\n${end}  c\n`, scan(`FROM a\n${end}`))).toEqual(scan(`FROM a\n${end}  c\n`));
  });

  test('what stands below the last difference is moved', () => {
    const before = scan('FROM a\nRUN b\n# c\nCMD ["d"]\nENTRYPOINT ["e"]\n');
    const after = rescan('FROM a\n\nRUN bb \\\n  b\n# c\nCMD ["d"]\nENTRYPOINT ["e"]\n', before);
    expect(after).toEqual(scan(after.text));
    for (const index of [2, 3]) expect(after.instructions[index]?.json).toBe(before.instructions[index]?.json);
    // Nothing of the other text comes again, whose end would lie one character before a line.
    expect(rescan('FROM b\nRUN c d\n', scan('FROM a\n'))).toEqual(scan('FROM b\nRUN c d\n'));
    const inside = rescan('FROM a\nRUN b <<E\n# c\nCMD ["d"]\nE\nENTRYPOINT ["e"]\n', before);
    expect(inside.instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'RUN', 'ENTRYPOINT']);
  });

  test.each([own, apart, single, ...texts.filter((text) => /--from|--mount/.test(text)).slice(0, 10)].map((text) => [text]))('is built from the first stage on that is another one: %j', (text) => {
    const changes = changesOf(text);
    for (const options of [{}, { args: 'symbols' }] as const) {
      for (const change of changes) {
        const values = createValues();
        const context = openContext(memoryTree({ ...files, Dockerfile: text }), '', null);
        const before = symbolicBuild(model(scan(text)), build, context, values, options);
        const twice = [change, text].reduce((last, next) => symbolicBuild(model(rescan(next, last.model.scanned), last.model), build, context, values, options, last), before);
        const once = symbolicBuild(model(rescan(change, before.model.scanned), before.model), build, context, values, options, before);
        expect(summary(once)).toEqual(summary(symbolicBuild(model(scan(change)), build, context, values, options)));
        expect(summary(twice)).toEqual(summary(symbolicBuild(model(scan(text)), build, context, values, options)));
      }
    }
  });
});

describe('a view after edits', () => {
  const dockerfile = 'FROM python:3.12 AS a\nCOPY . .\nFROM python:3.12\nCOPY . .\nRUN pip install -r Dockerfile\n';
  const open = (ignoreFile: string) => openProject({ tree: memoryTree({ ...files, Dockerfile: dockerfile, [ignoreFile]: '.git\n' }), builds: [build], settings: new Map() });
  const at = (offset: number, file: string) => [{ file, span: { start: offset, end: offset }, text: file === 'Dockerfile' ? 'RUN touch /b\n' : 'app.py\n' }];

  test('keeps the stages before the edit', () => {
    const view = open('.dockerignore');
    const before = view.dockerfiles[0]?.builds[0]?.symbolic.stages;
    const after = withEdits(view, at(dockerfile.lastIndexOf('RUN'), 'Dockerfile')).dockerfiles[0]?.builds[0]?.symbolic.stages;
    expect(after?.map((stage, index) => stage === before?.[index])).toEqual([true, false]);
  });

  test('keeps the RUNs before the edit in its stage', () => {
    const view = openProject({ tree: memoryTree({ ...files, Dockerfile: single }), builds: [build], settings: new Map() });
    const before = view.dockerfiles[0]?.builds[0]?.symbolic.stages[0]?.steps;
    const after = withEdits(view, at(single.indexOf('RUN mkdir'), 'Dockerfile')).dockerfiles[0]?.builds[0]?.symbolic.stages[0]?.steps;
    expect(after?.filter((step) => before?.includes(step)).map(({ line }) => line)).toEqual([2, 6, 8, 9, 11]);
  });

  test('keeps what stages below the edit make, at their new place', () => {
    const text = 'FROM a AS b\nCOPY . .\nFROM python:3.12 AS c\nRUN pip install flask && touch /x\nFROM b\nENV A=1\n';
    const view = openProject({ tree: memoryTree({ ...files, Dockerfile: text }), builds: [build], settings: new Map() });
    const before = view.dockerfiles[0]?.builds[0]?.symbolic.stages;
    for (const [offset, added, kept] of [[12, 'COPY app.py ./\n', [false, true, true]], [12, 'RUN touch /b\n', [false, true, false]], [0, '# A comment.\n', [true, true, true]], [0, 'ARG X=1\n', [false, false, false]]] as const) {
      const after = withEdits(view, [{ file: 'Dockerfile', span: { start: offset, end: offset }, text: added }]).dockerfiles[0]?.builds[0]?.symbolic.stages;
      expect(after?.map(({ state }, index) => state.tree === before?.[index]?.state.tree)).toEqual(kept);
      const call = after?.[1]?.steps[1]?.run?.commands[1]?.call;
      expect([call?.program, call?.span.start]).toEqual(['touch', `${text.slice(0, offset)}${added}${text.slice(offset)}`.indexOf('touch /x')]);
    }
  });

  test('has a context of its own where the ignore file is another one', () => {
    const view = open('.dockerignore');
    const [before] = view.dockerfiles[0]?.builds ?? [];
    const [after] = withEdits(view, at(5, '.dockerignore')).dockerfiles[0]?.builds ?? [];
    expect([before?.context.has('app.py'), after?.context.has('app.py'), after?.symbolic.stages[0] === before?.symbolic.stages[0]]).toEqual(['yes', 'no', false]);
  });

  test('no result rests on what a Dockerfile says', () => {
    const [first] = open('.dockerignore').dockerfiles[0]?.builds ?? [];
    expect([first?.context.has('Dockerfile'), first?.context.read('Dockerfile')]).toEqual(['yes', undefined]);
  });
});
