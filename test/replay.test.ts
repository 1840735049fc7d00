import { assert, array, nat, property } from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { buildsOf } from '../src/builds.ts';
import { openContext } from '../src/context/context.ts';
import { memoryTree } from '../src/context/memory.ts';
import { declaredBuilds } from '../src/discover/builds.ts';
import { discoverableIn, discoveredKind } from '../src/discover/files.ts';
import { scan } from '../src/dockerfile/scan.ts';
import type { BuildInProject, ComparedBuild } from '../src/explain.ts';
import { comparedBuilds, rebuild } from '../src/explain.ts';
import { projectsOf } from '../src/fix.ts';
import type { History } from '../src/impact/history.ts';
import type { Replayed } from '../src/impact/replay.ts';
import { replay, rerunsOfFile } from '../src/impact/replay.ts';
import type { Build, Path, Tree } from '../src/types.ts';
import { dockerignore } from '../transforms/dockerignore.ts';
import { splitCopy } from '../transforms/split-copy.ts';
import type { Transform } from '../src/plan/transform.ts';
import { transforms } from '../transforms/index.ts';
import { caseFrom, choicesOf } from './support/dockerfile-programs.ts';
import { readFolder } from './support/fixture.ts';
import { copyByChange } from '../transforms/copy-by-change.ts';
import { splitCase } from './support/run-fixture.ts';

const fixtures = join(import.meta.dirname, '../fixtures');

async function comparedIn(tree: Tree, list: readonly Transform[]): Promise<readonly ComparedBuild[]> {
  const paths = discoverableIn(tree);
  const { builds: declared } = await declaredBuilds(tree, paths);
  const builds = paths.filter((path) => discoveredKind(path) === 'dockerfile').flatMap((path) => {
    const found = buildsOf(tree, path, scan(tree.read(path) ?? ''), { declared, context: null });
    return 'kind' in found ? [] : found;
  });
  return projectsOf(tree, builds).flatMap((project) => comparedBuilds(project, list, { unsafe: false }));
}

/** For each of the steps that BuildKit counts, as explain.ts says it and as the replay does: do these files run it again? */
function rebuiltSteps(side: BuildInProject, changed: readonly Path[]): readonly boolean[] {
  const rebuilt = rebuild(side, new Set(changed));
  return side.build.symbolic.stages.flatMap(({ steps }, stage) => steps.flatMap((step, index) => (step.cacheable ? [rebuilt.stages[stage]?.steps[index]?.key !== step.key] : [])));
}

function replayedSteps(side: BuildInProject, ofFile: ReturnType<typeof rerunsOfFile>, changed: readonly Path[]): readonly boolean[] {
  const reruns = changed.flatMap((path) => ofFile(path) ?? []);
  const count = side.build.symbolic.stages.length;
  return side.build.symbolic.stages.flatMap(({ steps }, stage) => {
    const from = Math.min(steps.length, ...reruns.filter((_, index) => index % count === stage));
    return steps.flatMap((step, index) => (step.cacheable ? [index >= from] : []));
  });
}

function filesOf(tree: Tree): readonly Path[] {
  return [...openContext(tree, '', null).files()];
}

/** How many steps run again, all in all, so that a test can tell that some did. */
function expectAgreement(side: BuildInProject, changes: readonly (readonly Path[])[], name: string): number {
  // A build fails if a file that it names is hidden: nothing runs again then.
  const broken = new Set(side.build.symbolic.stages.flatMap(({ steps }) => steps.flatMap(({ risks }) => risks)));
  const ofFile = rerunsOfFile(side);
  const reruns = changes.filter((changed) => changed.every((path) => !broken.has(`missing: ${path}`))).map((changed) => {
    const steps = rebuiltSteps(side, changed);
    expect(replayedSteps(side, ofFile, changed), `${name}: ${changed.join(', ')}`).toEqual(steps);
    return steps.filter(Boolean).length;
  });
  return reruns.reduce((sum, count) => sum + count, 0);
}

describe('what a changed file runs again is what a build with that file changed would', () => {
  const cases = readdirSync(fixtures).flatMap((transform) => readdirSync(join(fixtures, transform)).map((name) => join(fixtures, transform, name))).filter((path) => existsSync(join(path, 'before')));

  test('in the fixtures', async () => {
    let reruns = 0;
    for (const path of cases) {
      const { settings } = splitCase(readFileSync(join(path, 'case.md'), 'utf8'));
      const before = readFolder(join(path, 'before'));
      const after = existsSync(join(path, 'after')) ? [{ ...before, ...readFolder(join(path, 'after')) }] : [];
      for (const files of [before, ...after]) {
        const tree = memoryTree(files, { untracked: settings.untracked });
        for (const { before: side } of await comparedIn(tree, [])) reruns += expectAgreement(side, filesOf(tree).map((file) => [file]), path);
      }
    }
    expect(reruns).toBeGreaterThan(1000);
  });

  test('in random Dockerfiles', () => {
    const build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' } as const;
    const random = array(nat(9999), { minLength: 300, maxLength: 300 }).map((stream) => caseFrom(choicesOf(stream), 0));
    assert(
      property(random, ({ files, untracked, ignored, before }) => {
        const ignore = ignored.length === 0 ? {} : { '.dockerignore': `${ignored.join('\n')}\n` };
        const tree = memoryTree({ ...Object.fromEntries([...files].map(([path, { content }]) => [path, content])), ...ignore, Dockerfile: before }, { untracked });
        for (const { before: side } of comparedBuilds({ tree, builds: [build], settings: new Map() }, [], { unsafe: false })) {
          const files = filesOf(tree);
          expectAgreement(side, files.flatMap((file, index) => [[file], [file, files[index + 1] ?? file]]), before);
        }
      }),
      { seed: 11, numRuns: 40 },
    );
  });
});

const guess: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };

function historyOf(commits: readonly (readonly Path[])[]): History {
  const changes = [...new Set(commits.flat())].map((path) => ({ path, commits: [...commits.keys()].filter((commit) => commits[commit]?.includes(path)) }));
  return { kind: 'history', times: commits.map(() => 0), changes, end: null };
}

function replayed(files: Readonly<Record<Path, string>>, commits: readonly (readonly Path[])[], list: readonly Transform[] = [splitCopy], builds: readonly Build[] = [guess], unsafe = false): Replayed {
  const [compared] = comparedBuilds({ tree: memoryTree(files), builds, settings: new Map() }, list, { unsafe });
  if (!compared) throw new Error('no build');
  return replay(compared, historyOf(commits));
}

/** Of each of these files: would a commit of it alone have run an install again, before and after? */
function installReruns(files: Readonly<Record<Path, string>>, paths: readonly Path[], list: readonly Transform[] = [splitCopy], builds: readonly Build[] = [guess]): readonly string[] {
  return paths.filter((path) => replayed(files, [[path]], list, builds).before.installReruns > 0);
}

const lines = (...list: readonly string[]): string => `${list.join('\n')}\n`;
const source = { 'requirements.txt': 'flask==3.0.3\n', 'app.py': '1', 'src/a.py': '1' };
const wide = lines('FROM python:3.12-slim', 'WORKDIR /app', 'COPY . .', 'RUN pip install -r requirements.txt', 'CMD ["python", "app.py"]');

describe('builds of a part', () => {
  const files = {
    'frontend/package.json': '{}',
    'frontend/src/main.js': '1;',
    'app/main.py': '1',
    'requirements.txt': 'flask==3.0.3\n',
    '.dockerignore': '**/node_modules\nfrontend/dist\nfrontend/build\n',
    Dockerfile: lines('FROM node:20-slim', 'WORKDIR /app', 'COPY requirements.txt .', 'COPY . .', 'RUN cd frontend && npm ci && npm run build'),
  };
  const commits = [['app/main.py'], ['app/main.py', 'frontend/src/main.js'], ['frontend/gone.js'], ['requirements.txt'], ['Dockerfile'], ['frontend/dist/main.js'], ['app/main.py']];

  test('ran again for changes elsewhere', () => {
    const [one, ...others] = replayed(files, commits, [copyByChange]).partBuilds;
    expect(others).toEqual([]);
    expect(one).toEqual({ line: 5, instruction: 'RUN cd frontend && npm ci && npm run build', reads: ['frontend/'], unless: [], supposedIn: 'frontend/', reruns: 6, needed: 4, rerunsAfter: 6 });
  });

  test('run again less often with the folder copied first', () => {
    expect(replayed(files, commits, [copyByChange], [guess], true).partBuilds).toMatchObject([{ reruns: 6, needed: 4, rerunsAfter: 3 }]);
  });

  test('are none where something says that they need more', () => {
    const inherits = { ...files, 'frontend/src/main.js': "import '../../app/a.js';" };
    expect(replayed(inherits, commits, [copyByChange]).partBuilds).toEqual([]);
    const doesMore = { ...files, Dockerfile: files.Dockerfile.replace('npm run build', 'npm run build && cd .. && ./collect.sh') };
    expect(replayed(doesMore, commits, [copyByChange]).partBuilds).toEqual([]);
  });

  test('need what comes before the copy in the stage that has it', () => {
    const inBase = { ...files, Dockerfile: files.Dockerfile.replace('FROM node:20-slim', 'FROM node:20-slim AS base').replace('RUN', 'FROM base\nRUN') };
    expect(replayed(inBase, commits, [copyByChange]).partBuilds).toMatchObject([{ reruns: 6, needed: 4 }]);
  });

  /** What each needs, what that supposes, and how many of these commits ran it again and had to. */
  const needs = (steps: readonly string[], changes: readonly (readonly Path[])[] = [['app/main.py'], ['frontend/src/main.js'], ['shared/a.js'], ['api/a.proto']], more: Readonly<Record<Path, string>> = {}): readonly string[] => {
    const project = { ...files, 'shared/a.js': '1', 'admin/package.json': '{}', 'api/a.proto': 'syntax = "proto3";\n', 'generate.sh': '1', ...more, Dockerfile: lines('FROM node:20-slim AS base', 'WORKDIR /app', ...steps) };
    return replayed(project, changes, [copyByChange]).partBuilds.map(({ line, reads, unless, reruns, needed }) => `${line}: ${reads.join(' ')}${unless.map((step) => ` unless ${step.line} ${step.instruction}`).join('')}, ${needed} of ${reruns}`);
  };

  test('behind a step that is not understood need no more unless they use what that makes', () => {
    expect(needs(['COPY . .', 'RUN ./generate.sh', 'WORKDIR frontend', 'RUN npm run build'])).toEqual(['6: frontend/ unless 4 RUN ./generate.sh, 1 of 4']);
    expect(needs(['COPY . .', 'RUN ./generate.sh', 'RUN ./generate.sh  again', 'RUN protoc -Iapi --python_out=. api/a.proto'])).toEqual(['6: api/a.proto unless 4 RUN ./generate.sh unless 5 RUN ./generate.sh again, 1 of 4']);
    expect(needs(['COPY . .', 'RUN --mount=type=cache,target=/app/frontend/x ./generate.sh', 'RUN cd frontend && npm run build'])).toEqual(['5: frontend/ unless 4 RUN --mount=type=cache,target=/app/frontend/x ./generate.sh, 1 of 4']);
    expect(needs(['COPY . .', 'RUN ./generate.sh', 'FROM base', 'RUN cd frontend && npm run build'])).toEqual(['6: frontend/ unless 4 RUN ./generate.sh, 1 of 4']);
    expect(needs(['RUN ./generate.sh', 'COPY . .', 'RUN cd frontend && npm run build'])).toEqual(['5: frontend/, 1 of 4']);
    const more = { 'frontend/src/main.js': "import '../../app/a.js';" };
    expect(needs(['COPY . .', 'RUN ./generate.sh', 'RUN cd frontend && npm run build'], undefined, more)).toEqual([]);
  });

  test('behind a build of another folder need no more; of those in one folder the first is named', () => {
    expect(needs(['COPY . .', 'RUN cd frontend && npm run build', 'RUN cd admin && npm run lint', 'RUN cd admin && npm run build'])).toEqual(['4: frontend/, 1 of 4', '5: admin/, 0 of 4']);
    const outside = 'RUN cd frontend && npm run build && cd .. && ./generate.sh';
    expect(needs(['COPY . .', outside, 'RUN cd admin && npm run build', 'RUN cd frontend && npm run test'])).toEqual([`5: admin/ unless 4 ${outside}, 0 of 4`, `6: frontend/ unless 4 ${outside}, 1 of 4`]);
  });

  test('need what is put into the folder, from wherever it comes', () => {
    const build = 'RUN cd frontend && npm run build';
    expect(needs(['COPY . .', 'RUN cp shared/a.js frontend/src/', build])).toEqual(['5: frontend/ shared/a.js, 2 of 4']);
    expect(needs(['COPY . .', 'RUN useradd app && chown -R app /app', 'USER app', build])).toEqual(['6: frontend/, 1 of 4']);
    expect(needs(['COPY . .', `RUN --mount=type=bind,source=shared,target=/shared ${build.slice(4)}`])).toEqual(['4: shared/ frontend/, 2 of 4']);
    const stage = (copies: string): readonly string[] => [copies, 'RUN ./generate.sh > made.js', 'FROM node:20-slim', 'WORKDIR /app', 'COPY . .', 'COPY --from=base /app/made.js frontend/src/', build];
    expect(needs(stage('COPY shared generate.sh ./'))).toEqual(['9: shared/ frontend/ generate.sh, 2 of 4']);
    // The other stage may make it of anything.
    expect(needs(stage('COPY . .'))).toEqual(['9: /, 4 of 4']);
  });

  test('are not looked for behind very many steps that are not understood', () => {
    const steps = (count: number): readonly string[] => ['COPY . .', ...Array.from({ length: count }, () => 'RUN ./generate.sh'), 'RUN cd frontend && npm run build'];
    expect([19, 20].map((count) => needs(steps(count)).length)).toEqual([1, 0]);
  });

  test('are none where only the folder is copied before', () => {
    const alone = { ...files, Dockerfile: files.Dockerfile.replace('COPY . .', 'COPY frontend ./frontend/') };
    expect(replayed(alone, commits, [copyByChange]).partBuilds).toEqual([]);
  });
});

describe('commits are counted', () => {
  test('before and after', () => {
    const result = replayed({ ...source, Dockerfile: wide }, [['app.py', 'src/a.py'], ['requirements.txt'], [], ['app.py']]);
    expect(result).toEqual({
      commits: 4,
      recipeCommits: 0,
      before: { installs: 1, installReruns: 3, installRuns: 3, onlyForGit: 0, stepReruns: 6 },
      after: { installs: 1, installReruns: 1, installRuns: 1, onlyForGit: 0, stepReruns: 5 },
      causes: [
        { file: 'app.py', reruns: 2, rerunsAfter: 0 },
        { file: 'requirements.txt', reruns: 1, rerunsAfter: 1 },
        { file: 'src/a.py', reruns: 1, rerunsAfter: 0 },
      ],
      partBuilds: [],
    });
  });

  test('one that changes the Dockerfile runs all steps again but the base image, before and after', () => {
    const { recipeCommits, before, after, causes } = replayed({ ...source, Dockerfile: wide }, [['Dockerfile'], ['Dockerfile', 'app.py']]);
    expect({ recipeCommits, before, after }).toEqual({ recipeCommits: 2, before: { installs: 1, installReruns: 2, installRuns: 2, onlyForGit: 0, stepReruns: 6 }, after: { installs: 1, installReruns: 2, installRuns: 2, onlyForGit: 0, stepReruns: 8 } });
    expect(causes[0]).toEqual({ file: 'Dockerfile', reruns: 2, rerunsAfter: 2 });
  });

  test('the same for the ignore file, even one that only dockfix makes', () => {
    const { before, after } = replayed({ ...source, Dockerfile: wide }, [['.dockerignore']], transforms);
    expect([before.installReruns, after.installReruns]).toEqual([1, 1]);
    const narrow = lines('FROM python:3.12-slim', 'COPY requirements.txt ./', 'RUN pip install -r requirements.txt', 'COPY . .');
    expect(replayed({ ...source, Dockerfile: narrow, '.dockerignore': 'x\n' }, [['.dockerignore']]).before).toEqual({ installs: 1, installReruns: 1, installRuns: 1, onlyForGit: 0, stepReruns: 3 });
    expect(replayed({ ...source, Dockerfile: narrow, 'Dockerfile.dockerignore': 'x\n' }, [['.dockerignore']]).before).toEqual({ installs: 1, installReruns: 0, installRuns: 0, onlyForGit: 0, stepReruns: 1 });
  });

  test('what dockfix does not change is the same before and after', () => {
    const { before, after } = replayed({ ...source, Dockerfile: lines('FROM python:3.12-slim', 'COPY . /app', 'RUN ./configure', 'RUN pip install -r /app/requirements.txt') }, [['app.py'], ['requirements.txt']]);
    expect(after).toEqual(before);
    expect(before).toEqual({ installs: 1, installReruns: 2, installRuns: 2, onlyForGit: 0, stepReruns: 6 });
  });

  test('the causes are those of installs, or of all steps where none is an install', () => {
    const dockerfile = lines('FROM python:3.12-slim', 'COPY requirements.txt /r', 'COPY src /src');
    const changes = [['src/a.py'], ['src/a.py', 'app.py'], ['requirements.txt']];
    expect(replayed({ ...source, Dockerfile: dockerfile }, changes).causes).toEqual([{ file: 'src/a.py', reruns: 2, rerunsAfter: 2 }, { file: 'requirements.txt', reruns: 1, rerunsAfter: 1 }]);
    expect(replayed({ ...source, Dockerfile: dockerfile.replace('COPY src', 'RUN pip install -r /r\nCOPY src') }, changes).causes).toEqual([{ file: 'requirements.txt', reruns: 1, rerunsAfter: 1 }]);
  });

  test('a part that is copied from another stage runs nothing again for the rest of that stage', () => {
    const { before, after } = replayed(
      { ...source, Dockerfile: lines('FROM python:3.12-slim AS one', 'COPY . /src', 'RUN pip install --prefix=/packages -r /src/requirements.txt', 'FROM python:3.12-slim', 'COPY --from=one /packages /usr/local', 'COPY src /src', 'CMD ["x"]') },
      [['app.py']],
    );
    expect([before.stepReruns, after.stepReruns]).toEqual([4, 1]);
  });
});

describe('a path counts', () => {
  test('if it would have been in the context, whether or not it is there today', () => {
    const files = { ...source, Dockerfile: wide, '.dockerignore': 'docs\n*.md\n!keep.md\nkept\n!kept/x\n' };
    expect(installReruns(files, ['gone.py', 'gone/deep.py', 'docs/gone.py', 'gone.md', 'keep.md', 'kept/x', 'kept/y', 'docs/', 'kept/', 'lib/'])).toEqual(['gone.py', 'gone/deep.py', 'keep.md', 'kept/x', 'kept/', 'lib/']);
  });

  test('if a pattern of a COPY matches it', () => {
    const files = { ...source, Dockerfile: lines('FROM python:3.12-slim', 'COPY ./req*.txt other/*.in /app/', 'RUN pip install -r /app/requirements.txt', 'COPY src/*.py /app/') };
    const paths = ['requirements-gone.txt', 'gone.txt', 'other/gone.in', 'other/deep/gone.in', 'src/gone.py'];
    expect(installReruns(files, paths)).toEqual(['requirements-gone.txt', 'other/gone.in']);
    expect(replayed(files, [['src/gone.py'], ['src/gone.txt']]).before.stepReruns).toBe(1);
  });

  test('if it is a submodule of which a part is copied', () => {
    const files = { ...source, 'lib/sub/setup/x': '1', Dockerfile: lines('FROM python:3.12-slim', 'COPY requirements.txt lib/sub/setup/x /app/', 'RUN pip install -r /app/requirements.txt') };
    expect(installReruns(files, ['lib/sub/', 'lib/sub', 'lib/', 'lib/submarine/', 'libs/'])).toEqual(['lib/sub/', 'lib/']);
  });

  test('in a build context below the root only if it is there', () => {
    const files = { 'api/requirements.txt': 'flask==3.0.3\n', 'api/app.py': '1', 'api/Dockerfile': wide };
    const paths = ['api/app.py', 'api/gone.py', 'app.py', 'api-old/app.py', 'api/Dockerfile', 'Dockerfile'];
    expect(installReruns(files, paths, [], [{ ...guess, dockerfile: 'api/Dockerfile', context: 'api' }])).toEqual(['api/app.py', 'api/gone.py', 'api/Dockerfile']);
  });
});

describe('an argument that another commit changes', () => {
  const perCommit = { ...guess, perCommit: ['GIT_SHA'] };
  const counts = (dockerfile: string, builds: readonly Build[], list: readonly Transform[] = [splitCopy]): readonly unknown[] => {
    const { before, after, causes } = replayed({ ...source, Dockerfile: dockerfile }, [['docs/a'], ['requirements.txt'], ['docs/b']], list, builds);
    return [before.installReruns, before.onlyForArguments, after.installReruns, after.onlyForArguments, causes.map(({ file }) => file)];
  };
  const install = ['WORKDIR /app', 'COPY requirements.txt ./', 'RUN pip install -r requirements.txt', 'COPY src src'];

  test('runs the install again with each of them', () => {
    expect(counts(lines('FROM python:3.12-slim', 'ARG GIT_SHA', ...install), [perCommit])).toEqual([3, 2, 1, undefined, ['requirements.txt']]);
  });
  test('also from a stage that others start from', () => {
    expect(counts(lines('FROM python:3.12-slim AS base', 'ARG GIT_SHA', 'ENV GIT_SHA=$GIT_SHA', 'FROM base', ...install), [perCommit])).toEqual([3, 2, 1, undefined, ['requirements.txt']]);
  });
  test('not where it stands below, or is not passed', () => {
    expect(counts(lines('FROM python:3.12-slim', ...install, 'ARG GIT_SHA', 'RUN echo "$GIT_SHA" > /v'), [perCommit])).toEqual([1, undefined, 1, undefined, ['requirements.txt']]);
    expect(counts(lines('FROM python:3.12-slim', 'ARG GIT_SHA', ...install), [guess], [])).toEqual([1, undefined, 1, undefined, ['requirements.txt']]);
  });
  test('not where the Dockerfile has no such argument', () => {
    expect(counts(lines('FROM python:3.12-slim', ...install), [perCommit])).toEqual([1, undefined, 1, undefined, ['requirements.txt']]);
  });
});

describe('.git', () => {
  const files = { ...source, '.git/index': '', Dockerfile: wide };
  const counts = (more: Readonly<Record<Path, string>>, list: readonly Transform[] = []): readonly number[] => {
    const { before, after } = replayed({ ...files, ...more }, [['docs/a'], ['src/a.py'], []], list);
    return [before.installReruns, before.onlyForGit, after.installReruns, after.onlyForGit];
  };

  test('changes with every commit where it is in the build context', () => {
    expect(counts({ '.dockerignore': 'docs\n' })).toEqual([3, 2, 3, 2]);
    expect(replayed(files, [['src/a.py'], ['src/a.py']]).causes).toContainEqual({ file: '.git/index', reruns: 2, rerunsAfter: 0 });
  });
  test.each(['.git', '**/.git', '.git/*', '.*', '*\n!src'])('does not if %j hides it', (pattern) => {
    expect(counts({ '.dockerignore': `docs\n${pattern}\n` }).slice(0, 2)).toEqual([1, 0]);
  });
  test('is what dockfix hides', () => {
    expect(counts({}, [dockerignore])).toEqual([3, 1, 2, 0]);
  });
  test('is not in a context below the root, and nowhere if it is a file', () => {
    const below = { 'api/Dockerfile': wide, 'api/requirements.txt': 'flask==3.0.3\n', '.git/index': '' };
    expect(replayed(below, [[]], [], [{ ...guess, dockerfile: 'api/Dockerfile', context: 'api' }]).before.installReruns).toBe(0);
    expect(replayed({ ...source, '.git': 'gitdir: ../x', Dockerfile: wide }, [[]], []).before.installReruns).toBe(0);
  });
});

describe('a step counts as an install', () => {
  const project = { 'pyproject.toml': '[project]\nname = "a"\nversion = "1"\ndependencies = ["flask"]\n[build-system]\nrequires = ["setuptools"]\n', 'requirements.txt': 'flask==3.0.3\n', 'a/__init__.py': '1' };
  const installs = (...run: readonly string[]): number => replayed({ ...project, Dockerfile: lines('FROM python:3.12-slim', 'WORKDIR /app', ...run) }, []).before.installs;

  test('if it installs something for the first time', () => {
    expect(installs('COPY . .', 'RUN pip install -r requirements.txt', 'RUN pip install -r requirements.txt')).toBe(1);
    expect(installs('COPY . .', 'RUN pip install -r requirements.txt', 'RUN pip install gunicorn')).toBe(2);
    expect(installs('COPY . .', 'RUN pip list', 'RUN apt-get update && apt-get install -y gcc')).toBe(0);
  });
  test('`pip install .` if nothing has brought the dependencies', () => {
    expect(installs('COPY . .', 'RUN pip install .')).toBe(1);
    expect(installs('RUN pip install --upgrade pip', 'COPY . .', 'RUN pip install .')).toBe(2);
    expect(installs('COPY requirements.txt ./', 'RUN pip install -r requirements.txt', 'COPY . .', 'RUN pip install .')).toBe(1);
    expect(installs('COPY requirements.txt ./', 'RUN pip install -r requirements.txt', 'FROM python:3.12-slim', 'COPY . .', 'RUN pip install .')).toBe(2);
  });
  test('`pip install --no-deps .` brings none', () => {
    expect(installs('COPY . .', 'RUN pip install --no-deps .')).toBe(0);
    expect(installs('COPY . .', 'RUN pip install --no-deps -r requirements.txt')).toBe(1);
  });
  test('unless it takes wheels that are at hand', () => {
    expect(installs('COPY . .', 'RUN pip wheel -w /wheels -r requirements.txt && pip install --no-index --find-links=/wheels -r requirements.txt')).toBe(1);
  });
  test('of a stage that another one continues only once', () => {
    const twice = lines('FROM python:3.12-slim AS one', 'COPY . .', 'RUN pip install -r requirements.txt', 'FROM one', 'RUN pip install -r requirements.txt');
    expect(replayed({ ...project, Dockerfile: twice }, []).before.installs).toBe(1);
  });
  test('in a part of a RUN that is not followed', () => {
    expect(installs('COPY . .', 'RUN ./configure && pip install -r requirements.txt')).toBe(1);
    expect(installs('COPY . .', 'RUN pip install -r requirements.txt || true')).toBe(1);
    expect(installs('COPY . .', 'RUN ./configure && pip list')).toBe(0);
  });
  test('and the second half of an install that dockfix has split does not', async () => {
    const tree = memoryTree(readFolder(join(fixtures, 'split-copy/fixes-poetry-dependencies-first/before')));
    const [compared] = await comparedIn(tree, [splitCopy]);
    if (!compared) throw new Error('no build');
    const { before, after } = replay(compared, historyOf([['app.py'], ['gone/module.py']]));
    expect(compared.after).not.toBe(compared.before);
    expect([before.installReruns, after.installReruns]).toEqual([2, 0]);
  });
});
