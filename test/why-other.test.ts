import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { openProject, withEdits } from '../src/plan/project.ts';
import { verifyFix } from '../src/plan/verify.ts';
import type { Build } from '../src/types.ts';

const files = {
  'requirements.txt': 'flask==3.0.0\n',
  'package.json': '{"name":"shop","scripts":{"build":"node build.js"}}',
  'build.js': '',
  'src/index.js': '',
  'app.py': '',
  'settings/app.conf': '',
  'extra/one.txt': '',
};
const build: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };

/** Why a rewrite does not give the same image. */
function why(before: readonly string[], after: readonly string[], links: Readonly<Record<string, string>> = {}): string {
  const dockerfile = `${before.join('\n')}\n`;
  const view = openProject({ tree: memoryTree({ ...files, Dockerfile: dockerfile }, { links }), builds: [build], settings: new Map() });
  const edit = { file: 'Dockerfile', span: { start: 0, end: dockerfile.length }, text: `${after.join('\n')}\n` };
  const verification = verifyFix(view, withEdits(view, [edit]), { kind: 'fix', message: '', claims: [], edits: [edit] }, false);
  return verification.ok ? 'the same' : verification.message;
}

describe('the input comes before the output', () => {
  const python = ['FROM python:3.11-slim', 'WORKDIR /app'];
  const node = ['FROM node:20-slim', 'WORKDIR /app'];

  test('a file that is copied later', () => {
    const [copy, install] = ['COPY . .', 'RUN pip install -r requirements.txt'];
    expect(why([...python, copy, install], [...python, install, copy])).toContain('line 4 `pip install -r requirements.txt` reads requirements.txt, and would run before line 3 `COPY . .`, which brings it; so dockfix cannot show that the Python packages in /usr/local would be as');
  });

  test('a file that a narrow copy leaves out', () => {
    expect(why([...node, 'COPY . .', 'RUN npm run build'], [...node, 'COPY package.json build.js ./', 'RUN npm run build', 'COPY . .'])).toContain('line 4 `npm run build` may read app.py, and would run before line 3 `COPY . .`, which brings it; so');
  });

  test('a variable of ENV', () => {
    const [variable, install] = ['ENV PIP_INDEX_URL=https://pypi.example.com/simple', 'RUN pip install flask==3.0.0'];
    expect(why([...python, variable, install], [...python, install, variable])).toContain('line 4 `pip install flask==3.0.0` uses the variable PIP_INDEX_URL, which would have another value than today (line 3 `ENV PIP_INDEX_URL=https://pypi.example.com/simple`); so');
  });

  test('an ARG of which a step that is not understood may make use', () => {
    expect(why([...node, 'COPY . .', 'ARG MODE=production', 'RUN npm run build'], [...node, 'COPY . .', 'RUN npm run build', 'ARG MODE=production'])).toContain('line 5 `npm run build` may use the variable MODE, which would have another value than today (line 4 `ARG MODE=production`); so');
  });

  test('a file that an earlier RUN wrote', () => {
    const [write, install] = ['RUN echo flask==3.0.0 > /tmp/list.txt', 'RUN pip install -r /tmp/list.txt'];
    expect(why([...python, write, install], [...python, install, write])).toContain('line 4 `pip install -r /tmp/list.txt` uses what line 3 `echo flask==3.0.0 > /tmp/list.txt` does, and would run before it; so');
  });

  test('what a step did that is not understood', () => {
    expect(why([...python, 'RUN ./configure', 'RUN pip install flask==3.0.0'], [...python, 'RUN pip install flask==3.0.0', 'RUN ./configure'])).toContain('line 3 `./configure` would run after line 4 `pip install flask==3.0.0`, which is not so today, and may use what that changes; so');
  });

  test('a COPY --from: the input of the builder', () => {
    const last = ['FROM python:3.11-slim', 'COPY --from=builder /out /out'];
    const [from, workdir] = ['FROM python:3.11-slim AS builder', 'WORKDIR /app'];
    expect(why([from, workdir, 'COPY . .', 'RUN cp settings/app.conf /out', ...last], [from, workdir, 'RUN cp settings/app.conf /out', 'COPY . .', ...last])).toContain('line 4 `cp settings/app.conf /out` reads settings/app.conf, and would run before line 3 `COPY . .`, which brings it; so dockfix cannot show that /out would be as after `COPY --from=builder /out /out` (line 6)');
  });

  test('a program that a COPY --from brings', () => {
    const tool = ['FROM golang:1.22 AS tool', 'RUN go install example.com/tool@v1.0.0', 'FROM python:3.11-slim', 'WORKDIR /app', 'COPY . .'];
    const [copy, run] = ['COPY --from=tool /go/bin/tool /usr/local/bin/tool', 'RUN tool settings'];
    expect(why([...tool, copy, run], [...tool, run, copy])).toContain('line 7 `tool settings` may use what line 2 `go install example.com/tool@v1.0.0` does, and would run before line 6 `COPY --from=tool /go/bin/tool /usr/local/bin/tool`, which brings it; so');
  });

  test('a file too many', () => {
    const [copy, run] = ['COPY extra extra', 'RUN cp -r /app /saved'];
    expect(why([...python, 'COPY app.py .', run, copy], [...python, 'COPY app.py .', copy, run])).toContain('line 4 `cp -r /app /saved` reads the files that are there, and extra/one.txt would be among them, which line 5 `COPY extra extra` brings only after it today; so');
  });

  test('a symbolic link', () => {
    const [copy, run] = ['COPY settings settings', 'RUN cp settings/current /etc/app.conf'];
    expect(why([...python, copy, run], [...python, run, copy], { 'settings/current': 'app.conf' })).toContain('line 4 `cp settings/current /etc/app.conf` reads settings/current, and would run before line 3 `COPY settings settings`, which brings it; so');
  });

  test('below a VOLUME', () => {
    const [copy, run] = ['COPY . /data', 'RUN pip install -r /data/requirements.txt'];
    expect(why([...python, 'VOLUME /data', copy, run], [...python, 'VOLUME /data', run, copy])).toContain('line 5 `pip install -r /data/requirements.txt` reads requirements.txt, and would run before line 4 `COPY . /data`, which brings it; so');
  });

  test('a VOLUME that the source would come after', () => {
    const [copy, volume, install, made] = ['COPY . .', 'VOLUME /app/src', 'RUN pip install flask==3.0.0', 'RUN npm run build'];
    expect(why([...python, copy, volume, install, made], [...python, volume, install, copy, made])).toContain('line 6 `npm run build` may use what is there after line 3 `COPY . .` and line 4 `VOLUME /app/src`, which would come in the other order; so');
  });

  test('the first of several commands, each of which reads what the one before made', () => {
    const runs = ['RUN cp settings/app.conf /one', 'RUN cp /one /two', 'RUN cp /two /three'];
    expect(why([...python, 'COPY . .', ...runs], [...python, ...runs, 'COPY . .'])).toContain('line 4 `cp settings/app.conf /one` reads settings/app.conf, and would run before line 3 `COPY . .`, which brings it; so dockfix cannot show that /one would be as');
  });

  test('two instructions that write the same file', () => {
    const [copy, run] = ['COPY app.py /srv/app.py', 'RUN curl -fsSL https://example.com/app.py -o /srv/app.py'];
    expect(why([...python, copy, run], [...python, run, copy])).toContain('line 3 `COPY app.py /srv/app.py` and line 4 `RUN curl -fsSL https://example.com/app.py -o /srv/app.py` may both write /srv/app.py, and would come in the other order; so');
  });

  test('another user', () => {
    expect(why([...python, 'COPY . .', 'RUN useradd app', 'USER app', 'RUN cp app.py /tmp/one'], [...python, 'COPY . .', 'RUN useradd app', 'RUN cp app.py /tmp/one', 'USER app'])).toContain('line 6 `cp app.py /tmp/one` runs as USER app, and would run as root; so');
  });
});
