import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';

import type { ExecutedEffect } from '../src/build/runner.ts';
import { symbolicBuild } from '../src/build/symbolic-build.ts';
import type { Token, Values } from '../src/build/values.ts';
import { createValues } from '../src/build/values.ts';
import { openContext } from '../src/context/context.ts';
import { memoryTree } from '../src/context/memory.ts';
import { scan } from '../src/dockerfile/scan.ts';
import { model } from '../src/dockerfile/stages.ts';
import type { Build } from '../src/types.ts';

/** What one install was told serves the next one, as long as it would be told the same. */

const build: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };
const files = { 'pip.conf': '[global]\nconstraint = /app/c.txt\n', 'c.txt': 'six\n', 'moves.conf': '[global]\ntarget = /t\n', 'data/x': '' };

const installs = ['pip install a', 'pip install b==1', 'pip install c', 'python3 -m pip install d'].map((command) => `RUN ${command}\n`).join('');

/** What a token is made of, in few words: the same in any `Values`. */
function told(values: Values, token: Token, known: Map<Token, string>): string {
  const before = known.get(token);
  if (before !== undefined) return before;
  const { operation, operands } = values.made(token);
  const whole = `${operation}(${operands.map((operand) => (typeof operand === 'string' ? JSON.stringify(operand) : told(values, operand, known))).join(',')})`;
  const text = whole.length < 80 ? whole : `${operation} ${createHash('sha256').update(whole).digest('hex').slice(0, 16)}`;
  known.set(token, text);
  return text;
}

/** What all RUNs do, and why they are not understood. Where files count as changed nothing is kept. */
function runs(lines: string, isKept: boolean): readonly { readonly around: readonly unknown[]; readonly own: readonly unknown[] }[] {
  const values = createValues();
  const context = openContext(memoryTree(files), '', null, () => false);
  const text = `FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n${lines}`;
  const { stages } = symbolicBuild(model(scan(text)), build, context, values, isKept ? {} : { changed: new Set(['is-not-there']) });
  const known = new Map<Token, string>();
  return stages.flatMap(({ steps }) => steps.map((step) => {
    const commands = step.run?.commands ?? [];
    const effects = commands.flatMap((command): readonly ExecutedEffect[] => command.effects);
    const words = commands.flatMap(({ call, step: own }) => [call?.span, ...(call?.args.map(({ span }) => span) ?? []), own?.span].map((span) => span && text.slice(span.start, span.end)));
    const left = step.shipments.map((shipment) => ('token' in shipment ? { ...shipment, token: told(values, shipment.token, known) } : shipment));
    const around = [step.kind, step.reads, step.risks, step.run?.written, told(values, step.key, known), words, left];
    return { around, own: [step.opaque, ...effects.map(({ effect, token, reads, changed }) => ({ does: effect.does, places: effect.reads, writes: effect.writes, reads, changed, token: told(values, token, known) }))] };
  }));
}

const changes = [
  'RUN apt-get update && apt-get install -y gcc',
  'RUN pip install --target /usr/lib/more x',
  'RUN pip install --prefix /usr/include/more x',
  'COPY pip.conf /etc/pip.conf',
  'COPY moves.conf /etc/pip.conf',
  'RUN cp data/x /usr/lib/x.so',
  'RUN touch /usr/bin/gcc',
  'RUN rm /usr/bin/gcc',
  'RUN mkdir -p /usr/local/include/x && chmod 700 /usr/local/include',
  'COPY data /usr/local/bin',
  'COPY data /usr/local/bin/pip',
  'ENV PIP_INDEX_URL=https://example.org/simple',
  'ENV PIP_CONSTRAINT=c.txt',
  'ENV PYTHONPATH=/more',
  'ENV PYTHONPATH=/more\nRUN pip install --target /more y',
  'ENV CC=/opt/cc',
  'ENV HOME=/app',
  'ENV PATH=/opt/venv/bin:$PATH\nRUN python -m venv /opt/venv',
  'USER 1000',
  'RUN useradd app\nUSER app',
  'WORKDIR /',
  'RUN ./configure',
  'VOLUME /usr/lib',
  'RUN echo six > c.txt',
  'SHELL ["/bin/bash", "-c"]',
];

describe('an install after others is what it is where nothing is kept', () => {
  test.each(['', ...changes])('%s', (change) => {
    const lines = `${installs}${change}\n${installs}RUN pip install -r c.txt z==1\n`;
    expect(runs(lines, true)).toEqual(runs(lines, false));
  });
});

test('most of the changes make another install of the one that follows', () => {
  const last = (change: string): string => JSON.stringify(runs(`${installs}${change}\nRUN pip install -r c.txt z==1\n`, true).at(-1)?.own);
  const without = last('');
  expect(changes.filter((change) => last(change) === without)).toEqual(['COPY data /usr/local/bin']);
});
