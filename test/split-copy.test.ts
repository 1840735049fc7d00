import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { fix } from '../src/fix.ts';
import type { Plan } from '../src/plan/plan.ts';
import { splitCopy } from '../transforms/split-copy.ts';

/** What split-copy makes of a Dockerfile in a project with requirements, a Pipfile and a package of its own. */
function planned(dockerfile: string, files: Readonly<Record<string, string>> = {}, args: ReadonlyMap<string, string> = new Map(), mostWork?: number, unsafe = false): Plan {
  const tree = memoryTree({ 'requirements.txt': 'flask==3.0.0\n', 'app.py': '', 'web/__init__.py': '', ...files, Dockerfile: dockerfile });
  const build = { dockerfile: 'Dockerfile', context: '', outputs: [], args, namedContexts: [], declaredBy: 'guess' } as const;
  return fix({ tree, builds: [build], settings: new Map() }, [splitCopy], mostWork === undefined ? { unsafe } : { unsafe, mostWork });
}

function rewritten(dockerfile: string, files: Readonly<Record<string, string>> = {}): string {
  return planned(dockerfile, files).changes.get('Dockerfile') ?? dockerfile;
}

describe('arguments that change with each build', () => {
  const withArg = (arg: string): string => `FROM python:3.12-slim\nARG ${arg}\nRUN pip install flask==3.0.0\n`;
  const volatile = ['GIT_SHA', 'GIT_COMMIT', 'BUILD_DATE', 'BUILD_NUMBER', 'VERSION', 'VERSION=dev', 'APP_VERSION=0.0.0', 'COMMIT', 'COMMIT_SHA=unknown', 'REVISION', 'VCS_REF', 'GITHUB_SHA', 'GITHUB_RUN_ID', 'CI_COMMIT_SHA', 'SOURCE_COMMIT', 'RELEASE', 'git_sha'];
  const steady = ['VERSION=1.2.3', 'PYTHON_VERSION', 'POETRY_VERSION=1.8.3', 'UID', 'DEBIAN_FRONTEND=noninteractive', 'GITHUB_TOKEN', 'CI_JOB_TOKEN', 'CACHEBUST', 'BUILD_ENV=production', 'TARGETARCH', 'GIT_SHA=3f786850e387550fdab836ed7e6dc881de23001b'];

  test.each(volatile)('%s goes below the install', (arg) => {
    expect(rewritten(withArg(arg))).toBe(`FROM python:3.12-slim\nRUN pip install flask==3.0.0\nARG ${arg}\n`);
  });

  test.each(steady)('%s stays', (arg) => {
    expect(rewritten(withArg(arg))).toBe(withArg(arg));
  });

  test('a default before the first FROM counts', () => {
    const pinned = `ARG VERSION=1.2.3\nFROM python:3.12-slim\nARG VERSION\nRUN pip install flask==3.0.0\n`;
    expect(rewritten(pinned)).toBe(pinned);
  });

  test('an ENV that sets something else as well moves only if the install does not read it', () => {
    const harmless = 'FROM python:3.12-slim\nARG GIT_SHA\nENV SHA=$GIT_SHA MODE=production\nRUN pip install flask==3.0.0\n';
    expect(rewritten(harmless)).toBe('FROM python:3.12-slim\nRUN pip install flask==3.0.0\nARG GIT_SHA\nENV SHA=$GIT_SHA MODE=production\n');
    const needed = 'FROM python:3.12-slim\nARG GIT_SHA\nENV SHA=$GIT_SHA PIP_NO_BINARY=:all:\nRUN pip install flask==3.0.0\n';
    expect(rewritten(needed)).toBe(needed);
  });

  test('never past a use by the directory or the user of the install', () => {
    const used = 'FROM python:3.12-slim\nARG VERSION\nWORKDIR /srv/$VERSION\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\n';
    const plan = planned(used);
    expect(plan.changes.size).toBe(0);
    expect(plan.refusals.map(({ reason, message }) => [reason, message.includes('(line 3)')])).toContainEqual(['unresolved-variable', true]);
  });
});

describe('a lock beside its manifest', () => {
  const lock = '{"_meta": {"hash": {"sha256": "f226f2c246fa4694a5658fd6793e384e9b5ea4b2502a4da2f7d0a795e3efb63f"}, "pipfile-spec": 6, "requires": {}, "sources": []}, "default": {"flask": {"version": "==3.0.0"}}, "develop": {}}\n';
  const files = { Pipfile: '[packages]\nflask = "*"\n', 'Pipfile.lock': lock };
  const from = 'FROM python:3.12-slim\nRUN pip install pipenv\n';

  test.each([
    ['COPY Pipfile .', 'COPY Pipfile Pipfile.lock ./'],
    ['COPY ./Pipfile ./', 'COPY ./Pipfile ./Pipfile.lock ./'],
    ['COPY --chown=1000 Pipfile README.md ./', 'COPY --chown=1000 Pipfile Pipfile.lock README.md ./'],
    ['COPY Pipfile Pipfile', 'COPY Pipfile Pipfile.lock ./'],
    ['COPY Pipfile /srv/Pipfile', 'COPY Pipfile Pipfile.lock /srv/'],
    ['COPY ["Pipfile", "."]', 'COPY ["Pipfile", "Pipfile.lock", "./"]'],
    ['COPY ["Pipfile", "/srv/Pipfile"]', 'COPY ["Pipfile", "Pipfile.lock", "/srv/"]'],
    ['ADD Pipfile \\\n    ./', 'ADD Pipfile Pipfile.lock \\\n    ./'],
  ])('%j', (before, after) => {
    const plan = planned(`${from}WORKDIR /srv\n${before}\nRUN pipenv install --system\n`, files, new Map(), undefined, true);
    expect(plan.changes.get('Dockerfile')).toContain(`\n${after}\n`);
    expect(plan.fixes[0]).toMatchObject({ safety: 'unsafe', claims: [{ kind: 'lock-now-honoured', path: 'Pipfile.lock' }, { kind: 'assumes', assumption: { kind: 'lock-wanted', lock: 'Pipfile.lock' } }] });
  });

  test('every copy of the manifest gets it, so that all stages agree', () => {
    const text = `${from}WORKDIR /srv\nCOPY Pipfile ./\nRUN pipenv install --system\n\nFROM python:3.12-slim\nRUN pip install pipenv\nWORKDIR /srv\nCOPY Pipfile ./\nRUN pipenv install --system --dev\n`;
    expect(planned(text, files, new Map(), undefined, true).changes.get('Dockerfile')?.match(/COPY Pipfile Pipfile\.lock/g)).toHaveLength(2);
  });

  test('a manifest under another name is left alone', () => {
    const text = `${from}COPY Pipfile /srv/Pipfile.docker\nWORKDIR /srv\nRUN pipenv install --system\n`;
    expect(planned(text, files).fixes).toEqual([]);
  });
});

describe('what is moved', () => {
  /** Pieces of a Dockerfile; each is a whole block. */
  const piece = fc.constantFrom(
    'WORKDIR /app', 'WORKDIR /srv/app', 'ENV PYTHONUNBUFFERED=1', 'ENV PIP_NO_CACHE_DIR=1', 'ARG GIT_SHA', 'LABEL sha=$GIT_SHA', 'ENV SHA=${GIT_SHA}', 'EXPOSE 80', 'USER nobody', 'USER root',
    'COPY . .', 'COPY . /app', 'COPY web/ web/', 'COPY requirements.txt ./', 'COPY --chown=1000:1000 . /app', 'ADD . /srv/app',
    '# The application.\nCOPY . .', '# Install what it needs.\nRUN pip install -r requirements.txt', 'RUN pip install -r requirements.txt', 'RUN pip install -r /app/requirements.txt && python app.py',
    'RUN cd /app && pip install -r requirements.txt', 'RUN pip install gunicorn==22.0.0', 'RUN apt-get update && apt-get install -y git', 'RUN mkdir -p /data', 'RUN chown -R nobody /app', 'RUN rm -f requirements.txt',
    'RUN ls', 'RUN echo "$GIT_SHA" > /sha', 'RUN ./build.sh', 'RUN mv web www', 'CMD ["python", "app.py"]', '# A remark.\n', '',
  );
  const dockerfile = fc.array(piece, { minLength: 1, maxLength: 10 }).map((pieces) => `FROM python:3.12-slim\n${pieces.join('\n')}\n`);
  const lines = (text: string, pattern: RegExp): readonly string[] => text.split('\n').filter((line) => pattern.test(line)).toSorted();

  test('no comment is lost or doubled, no wide copy is lost or doubled, and a second run changes nothing', () => {
    fc.assert(
      fc.property(dockerfile, (text) => {
        const result = rewritten(text);
        expect(lines(result, /^\s*#/)).toEqual(lines(text, /^\s*#/));
        const wide = /^(?:COPY|ADD) (?:--\S+ )?(?:\.|web\/) /;
        // Of two that are the same and would follow one another, one is left.
        expect(lines(result, wide).length).toBeLessThanOrEqual(lines(text, wide).length);
        expect(lines(result, wide).length).toBeGreaterThanOrEqual(new Set(lines(text, wide)).size);
        expect(rewritten(result)).toBe(result);
      }),
      { numRuns: 300 },
    );
  });

  test('with a build that passes arguments, too', () => {
    const text = 'FROM python:3.12-slim\nARG REQS=requirements.txt\nWORKDIR /app\nCOPY . .\nRUN pip install -r $REQS\n';
    const plan = planned(text, { 'dev.txt': 'pytest\n' }, new Map([['REQS', 'dev.txt']]));
    expect(plan.changes.get('Dockerfile')).toContain('COPY ${REQS} ./\n');
  });
});

describe('large files', () => {
  test('two thousand installs after a wide copy', () => {
    const text = `FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n${'RUN ./step.sh\n'.repeat(2000)}RUN pip install -r requirements.txt\n`;
    expect(planned(text).changes.size).toBe(0);
  });

  test('two thousand arguments before an install', () => {
    const args = Array.from({ length: 2000 }, (_, index) => `ARG GIT_SHA\nARG OTHER_${index}\n`).join('');
    const plan = planned(`FROM python:3.12-slim\n${args}RUN pip install flask==3.0.0\n`);
    expect(plan.refusals.map(({ reason }) => reason)).not.toContain('too-many-rounds');
  });

  test('a file with more stages and fixes than can be verified is left alone as a whole', () => {
    const stages = Array.from({ length: 20 }, (_, index) => `FROM python:3.12-slim AS s${index}\nCOPY . .\nRUN pip install -r requirements.txt\n`).join('');
    expect(planned(stages).changes.size).toBe(1);
    const plan = planned(stages, {}, new Map(), 2_000);
    expect(plan.changes.size).toBe(0);
    expect(plan.refusals.map(({ reason }) => reason)).toEqual(['too-much-to-verify']);
  });
});
