import { createColors } from 'picocolors';
import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import type { ExplainedStep } from '../src/explain.ts';
import { explain } from '../src/explain.ts';
import type { Project } from '../src/plan/project.ts';
import { explainReport, explainText } from '../src/report/explain.ts';
import type { Transform } from '../src/plan/transform.ts';
import type { Build } from '../src/types.ts';
import { dockerignore } from '../transforms/dockerignore.ts';
import { splitCopy } from '../transforms/split-copy.ts';

const dockerfile = ['FROM python:3.12-slim', '', 'WORKDIR /app', '', 'COPY . .', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]', ''].join('\n');
const files = { Dockerfile: dockerfile, 'requirements.txt': 'flask==3.0.0\n', 'app.py': 'print(1)\n', 'src/a.py': '1\n', 'src/b.py': '2\n' };

function build(over: Partial<Build> = {}): Build {
  return { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess', ...over };
}

function project(more: Readonly<Record<string, string>> = {}, builds: readonly Build[] = [build()]): Project {
  return { tree: memoryTree({ ...files, ...more }), builds, settings: new Map() };
}

function explained(changed: readonly string[] | null = null, more: Readonly<Record<string, string>> = {}) {
  const [first] = explain(project(more), [splitCopy], { unsafe: false, changed: changed === null ? null : new Set(changed) });
  if (!first) throw new Error('nothing explained');
  return first;
}

const reruns = (steps: readonly ExplainedStep[]): string[] => steps.filter((step) => step.reruns).map((step) => step.instruction);

describe('the model', () => {
  test('has the steps that BuildKit counts, with what they read and are exposed to', () => {
    const { before } = explained();
    expect(before.map(({ number, line, instruction, kind, reads, exposedTo }) => ({ number, line, instruction, kind, reads, exposedTo }))).toEqual([
      { number: 1, line: 1, instruction: 'FROM python:3.12-slim', kind: 'from', reads: [], exposedTo: [] },
      { number: 2, line: 3, instruction: 'WORKDIR /app', kind: 'workdir', reads: [], exposedTo: [] },
      { number: 3, line: 5, instruction: 'COPY . .', kind: 'copy', reads: ['.'], exposedTo: [] },
      { number: 4, line: 6, instruction: 'RUN pip install -r requirements.txt', kind: 'install', reads: ['requirements.txt'], exposedTo: ['.'] },
    ]);
  });

  test('counts the files and names the step to blame', () => {
    expect(explained().before[3]?.exposure).toEqual({ files: 5, line: 5, instruction: 'COPY . .' });
  });

  test('counts no file that the ignore file hides', () => {
    expect(explained(null, { '.dockerignore': 'src\n.dockerignore\n' }).before[3]?.exposure?.files).toBe(3);
  });

  test('after dockfix nothing is exposed', () => {
    const { after } = explained();
    expect(after).toHaveLength(5);
    expect(after.filter((step) => step.exposure !== null)).toEqual([]);
  });

  test('a step that is not understood may read everything', () => {
    const { before } = explained(null, { Dockerfile: 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN ./configure\n' });
    expect(before[3]).toMatchObject({ reads: ['.'], exposedTo: [], exposure: null });
    expect(before[3]?.opaque).not.toBe(null);
  });

  test('a command reads what it changes, and what another changed before', () => {
    const text = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt app.py ./\nRUN sed -i s/a/b/ requirements.txt\nRUN cp requirements.txt r.txt\nRUN chmod +x app.py\n';
    const { before } = explained(null, { Dockerfile: text });
    expect(before.slice(3).map(({ reads, exposedTo }) => [reads, exposedTo])).toEqual([
      [['requirements.txt'], ['app.py']],
      [['requirements.txt'], ['app.py']],
      [[], ['requirements.txt', 'app.py']],
    ]);
  });

  test('an install among commands that need the source is exposed to it', () => {
    const install = 'apt-get update && apt-get install -y gcc && pip install \\\n    -r requirements.txt';
    const text = (...rest: readonly string[]): string => ['FROM python:3.12', 'WORKDIR /app', 'COPY . .', ...rest, ''].join('\n');
    const parts = [{ command: 'apt-get update', reads: [] }, { command: 'apt-get install -y gcc', reads: [] }, { command: 'pip install -r requirements.txt', reads: ['requirements.txt'] }];
    const { before, after } = explained(null, { configure: 'exit 0\n', Dockerfile: text(`RUN ${install} && ./configure`) });
    expect(before[3]).toMatchObject({ kind: 'install', reads: ['.'], exposedTo: ['.'], exposure: { files: 6, line: 3 }, parts });
    expect(after.map((step) => step.exposure)).toEqual(after.map(() => null));
    expect(after.flatMap((step) => step.parts)).toEqual([]);
    expect(explained(null, { Dockerfile: text('RUN pip install -r requirements.txt && python -m compileall -q /app') }).before[3]).toMatchObject({ reads: ['.'], exposedTo: ['.'], parts: parts.slice(2) });
    expect(explained(null, { Dockerfile: text('RUN ./configure && pip install flask') }).before[3]).toMatchObject({ reads: ['.'], exposedTo: [], exposure: null, parts: [] });
  });

  test('of a command that installs dependencies and the project, the dependencies count, and only once', () => {
    const manifest = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = []\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n';
    const lock = 'version = 1\nrequires-python = ">=3.12"\n\n[[package]]\nname = "app"\nversion = "1"\nsource = { editable = "." }\n';
    const { before, after } = explained(null, { 'pyproject.toml': manifest, 'uv.lock': lock, '.dockerignore': '.venv\n', Dockerfile: 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN uv sync --frozen\n' });
    expect(before[3]).toMatchObject({ exposedTo: ['.'], parts: [{ command: 'uv sync --frozen', reads: ['pyproject.toml', 'uv.lock'] }] });
    expect(after.map(({ instruction, parts }) => [instruction, parts.length])).toContainEqual(['RUN uv sync --frozen', 0]);
    expect(after.filter((step) => step.exposure !== null)).toEqual([]);
  });

  test('an instruction over several lines is one line', () => {
    const { before } = explained(null, { Dockerfile: 'FROM python:3.12\nCOPY . /x\nRUN echo a && \\\n    # why\n    echo   b\nRUN <<EOF\nset -e\necho c\nEOF\n' });
    expect(before.slice(2).map((step) => step.instruction)).toEqual(['RUN echo a && echo b', 'RUN <<EOF set -e; echo c']);
  });

  test('builds that differ in their context are explained one by one', () => {
    const tree = memoryTree({ Dockerfile: 'FROM a\nCOPY . /x\n', 'a/f': '', 'b/f': '' });
    const builds = [build({ context: 'a' }), build({ context: 'b' }), build({ context: 'a', outputs: ['0'] })];
    const result = explain({ tree, builds, settings: new Map() }, [], { unsafe: false, changed: null });
    expect(result.map(({ path, context }) => `${path} in ${context}`)).toEqual(['Dockerfile in a', 'Dockerfile in b']);
  });
});

describe('what is not known', () => {
  const lines = (...more: readonly string[]): string => ['FROM python:3.12-slim', 'WORKDIR /app', ...more, ''].join('\n');
  const textOf = (dockerfile: string, more: Readonly<Record<string, string>> = {}): string => explainText([explained(null, { Dockerfile: dockerfile, ...more })], null, createColors(false));
  const nothingFor = 'No step runs again for a file that it does not read.';

  test('a command that is not understood may read all that was copied', () => {
    const text = textOf(lines('COPY . .', 'RUN make build'));
    expect(text).toContain('  Cannot judge: line 4 `make build` may read everything.\n');
    expect(text).toContain('may read everything (dockfix does not know what `make` does)');
    expect(text).not.toContain(nothingFor);
  });

  test('so do a script, an exec form and a here-document', () => {
    expect(textOf(lines('COPY src src', 'RUN ./scripts/build.sh --fast'))).toContain('Cannot judge: line 4 `./scripts/build.sh` may read everything.');
    expect(textOf(lines('COPY src src', 'RUN ["make", "all"]'))).toMatch(/Cannot judge: line 4 `.*make.*` may read everything\./);
    expect(textOf(lines('COPY src src', 'RUN <<EOF', 'cd src', 'make', 'EOF'))).toContain('Cannot judge: line 4 `make` may read everything.');
  });

  test('where the context brings nothing into its key, there is nothing to judge', () => {
    const text = textOf(lines('RUN ./configure', 'COPY . .'));
    expect(text).not.toContain('Cannot judge');
    expect(text).toContain(nothingFor);
  });

  test('a step that uses what such a command made cannot be judged either', () => {
    const text = textOf(lines('COPY . .', 'RUN ./gen.sh', 'RUN pip install -r requirements.txt'));
    expect(text).toContain('Cannot judge: line 4 `./gen.sh` may read everything.');
    expect(text).toContain('Cannot judge: line 5 `RUN pip install -r requirements.txt` may use what line 4 `./gen.sh` makes, and that may read everything.');
    expect(text).not.toContain('Step 5 `RUN pip');
  });

  test('nor one that uses it across stages; what it copies of the context alone can', () => {
    const text = textOf(['FROM python:3.12-slim AS b', 'COPY src /s', 'RUN /s/make-wheels /wheels', 'FROM python:3.12-slim', 'COPY --from=b /wheels /wheels', 'RUN pip install /wheels/*.whl', ''].join('\n'));
    expect(text).toContain('Cannot judge: line 6 `RUN pip install /wheels/*.whl` may use what line 3 `/s/make-wheels /wheels` makes, and that may read everything.');
  });

  test('an install before the command in its RUN is judged', () => {
    const text = textOf(lines('COPY . .', 'RUN pip install -r requirements.txt && make'));
    expect(text).toContain('comes before it, although `pip install -r requirements.txt` reads only requirements.txt.');
    expect(text.split('After dockfix:')[0]).not.toContain('Cannot judge');
  });

  test('a mount of everything runs the step again', () => {
    const text = textOf(lines('RUN --mount=type=bind,target=. cp requirements.txt /requirements.txt'));
    expect(text).toMatch(/Step 3 .* \(line 3\) runs again whenever any of \d+ files changes, because it mounts them\./);
  });

  test('the JSON says it', () => {
    const steps = explainReport([explained(null, { Dockerfile: lines('COPY . .', 'RUN make build') })]).dockerfiles[0]?.before.steps;
    expect(steps?.map((step) => step.cannotJudge)).toEqual([undefined, undefined, undefined, 'line 4 `make build` may read everything']);
  });
});

describe('who is blamed', () => {
  const twoStages = (stage: readonly string[], last: readonly string[]): string => ['FROM python:3.12-slim AS b', 'WORKDIR /w', ...stage, 'FROM python:3.12-slim', 'WORKDIR /app', ...last, ''].join('\n');
  const cases: Readonly<Record<string, string>> = {
    'the source after a copy of wheels': twoStages(['COPY requirements.txt .', 'RUN pip wheel -w /wheels -r requirements.txt', 'COPY . .'], ['COPY --from=b /wheels /wheels', 'COPY app.py .', 'RUN pip install /wheels/*.whl']),
    'the source before a copy of wheels': twoStages(['COPY requirements.txt .', 'RUN pip wheel -w /wheels -r requirements.txt'], ['COPY src src', 'COPY --from=b /wheels /wheels', 'RUN pip install /wheels/*.whl']),
    'one file of a stage with all': twoStages(['COPY . .'], ['COPY --from=b /w/requirements.txt .', 'COPY src src', 'RUN pip install -r requirements.txt']),
    'a base stage': ['FROM python:3.12-slim AS b', 'WORKDIR /w', 'COPY src src', 'FROM b', 'COPY requirements.txt .', 'RUN pip install -r requirements.txt', ''].join('\n'),
  };

  test.each(Object.entries(cases))('a step that a change runs again, never one that it leaves cached: %s', (_, text) => {
    const wrong = ['requirements.txt', 'app.py', 'src/a.py'].flatMap((file) => {
      const { before } = explained([file], { Dockerfile: text });
      const isMet = (source: string): boolean => source === '.' || source === file || (source.endsWith('/') && file.startsWith(source));
      const exposed = before.filter(({ exposedTo }) => exposedTo.some(isMet));
      const isCached = (line: number | undefined): boolean => before.find((step) => step.line === line)?.reruns !== true;
      return exposed.filter(({ line, exposedTo, exposure }) => isCached(line) || (exposedTo.length === 1 && isCached(exposure?.line))).map(({ instruction }) => `${instruction} for ${file}`);
    });
    expect(wrong).toEqual([]);
  });

  test('what wheels were made from is no exposure of the step that installs them', () => {
    const { before } = explained(null, { Dockerfile: twoStages(['COPY requirements.txt .', 'RUN pip wheel -w /wheels -r requirements.txt'], ['COPY --from=b /wheels /wheels', 'RUN pip install /wheels/*.whl']) });
    expect(before.map(({ exposure }) => exposure)).toEqual(before.map(() => null));
  });
});

describe('what runs again', () => {
  test('for the source: everything from the wide copy on; after dockfix the install is cached', () => {
    const { before, after } = explained(['src/a.py']);
    expect(reruns(before)).toEqual(['COPY . .', 'RUN pip install -r requirements.txt']);
    expect(reruns(after)).toEqual(['COPY . .']);
  });

  test('for the requirements: the install in both', () => {
    const { before, after } = explained(['requirements.txt']);
    expect(reruns(before)).toContain('RUN pip install -r requirements.txt');
    expect(reruns(after)).toContain('RUN pip install -r requirements.txt');
  });

  test('for a file that the ignore file hides, there or not, or outside the context: nothing', () => {
    const { before } = explained(['src/a.py', 'src/deleted.py'], { '.dockerignore': 'src\n' });
    expect(reruns(before)).toEqual([]);
    const tree = memoryTree({ Dockerfile: 'FROM a\nCOPY . /x\n', 'a/f': '' });
    const [first] = explain({ tree, builds: [build({ context: 'a' })], settings: new Map() }, [], { unsafe: false, changed: new Set(['elsewhere.txt']) });
    expect(first?.before.filter((step) => step.reruns)).toEqual([]);
  });

  test('for a file that was deleted: as for one that is there', () => {
    const { before, after } = explained(['src/deleted.py']);
    expect(reruns(before)).toEqual(['COPY . .', 'RUN pip install -r requirements.txt']);
    expect(reruns(after)).toEqual(['COPY . .']);
  });

  test('a changed file reaches the stages that copy from its stage', () => {
    const text = 'FROM python:3.12 AS one\nCOPY src /s\nFROM python:3.12 AS two\nRUN echo a\nFROM python:3.12\nCOPY --from=one /s /s\nCOPY app.py /\n';
    const { before } = explained(['src/a.py'], { Dockerfile: text });
    expect(reruns(before)).toEqual(['COPY src /s', 'COPY --from=one /s /s', 'COPY app.py /']);
  });

  test('is not said without --changed', () => {
    expect(explained().before.every((step) => step.reruns === null)).toBe(true);
    expect(explainReport([explained()]).dockerfiles[0]?.before.steps[0]).not.toHaveProperty('reruns');
  });
});

describe('the text', () => {
  const text = explainText([explained(['src/a.py'])], ['src/a.py'], createColors(false));

  test('has the sentence, before and after', () => {
    expect(text).toContain('Step 4 `RUN pip install -r requirements.txt` (line 6) runs again whenever any of 5 files changes, because `COPY . .` (line 5) comes before it.');
    expect(text.split('After dockfix:')[1]).toContain('No step runs again for a file that it does not read.');
  });
  test('says what a change costs', () => {
    expect(text).toContain('After a change of src/a.py, 2 of 4 steps run again.');
    expect(text).toContain('After a change of src/a.py, 1 of 5 steps run again.');
  });
  test('says when nothing changes', () => {
    expect(explainText([explained(null, { Dockerfile: 'FROM a\nCOPY app.py /\n' })], null, createColors(false))).toContain('dockfix changes nothing here.');
  });
});

test('what is found is that of the Dockerfile, and of the ignore file that it shares', () => {
  const other = dockerfile.replace('RUN pip', 'RUN ./configure\nRUN pip');
  const two = project({ 'api.Dockerfile': dockerfile, 'web.Dockerfile': other, 'done.Dockerfile': 'FROM python:3.12-slim\nCOPY app.py /\n' }, ['api', 'web', 'done'].map((name) => build({ dockerfile: `${name}.Dockerfile` })));
  const found = (list: readonly Transform[]): readonly string[][] => explainReport(explain(two, list, { unsafe: false, changed: null })).dockerfiles.map(({ fixes, refusals }) => [...fixes.map(({ transform, safety, claims }) => `${transform} ${safety} ${claims.length}`), ...refusals.map(({ transform, reason }) => `${transform} ${reason}`)]);
  expect(found([dockerignore, splitCopy])).toEqual([['dockerignore equivalent 1', 'split-copy exact 0'], ['dockerignore equivalent 1', 'split-copy opaque-command'], ['dockerignore equivalent 1']]);
  const texts = explain(two, [splitCopy], { unsafe: false, changed: null }).map((one) => explainText([one], null, createColors(false)));
  expect(texts.map((text) => [text.includes('dockfix changes nothing here.'), text.includes('(exact)'), text.includes('left alone: ')])).toEqual([[false, true, false], [true, false, true], [true, false, false]]);
});

test('the JSON has the documented shape', () => {
  const report = explainReport([explained(['app.py'])]);
  expect(Object.keys(report)).toEqual(['dockerfiles']);
  expect(report.dockerfiles[0]?.path).toBe('Dockerfile');
  expect(report.dockerfiles[0]?.before.steps[3]).toEqual({ line: 6, instruction: 'RUN pip install -r requirements.txt', kind: 'install', reads: ['requirements.txt'], exposedTo: ['.'], reruns: true });
  expect(report.dockerfiles[0]?.after.steps.at(-1)).toMatchObject({ instruction: 'COPY . .', reruns: true });
});
