import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryTree } from '../src/context/memory.ts';
import { openContext } from '../src/context/context.ts';
import { fix } from '../src/fix.ts';
import { parseIgnore } from '../src/ignore/patterns.ts';
import type { Plan } from '../src/plan/plan.ts';
import { openProject, withEdits } from '../src/plan/project.ts';
import { verifyFix } from '../src/plan/verify.ts';
import type { Build, Fix, Path } from '../src/types.ts';
import { appended, heading } from '../src/edit/ignore-lines.ts';
import { dockerignore } from '../transforms/dockerignore.ts';

type Files = Readonly<Record<Path, string>>;

function build(dockerfile = 'Dockerfile', context = ''): Build {
  return { dockerfile, context, outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };
}

function planOf(files: Files, builds: readonly Build[] = [build()], untracked: readonly Path[] = []): Plan {
  return fix({ tree: memoryTree(files, { untracked }), builds, settings: new Map() }, [dockerignore]);
}

function patternsIn(plan: Plan, file = '.dockerignore'): readonly string[] {
  return (plan.changes.get(file) ?? '').split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
}

const requirements = { 'requirements.txt': 'flask\n', 'app.py': 'import flask\n' };
const image = (...lines: readonly string[]): string => ['FROM python:3.12', 'WORKDIR /app', ...lines, ''].join('\n');
const project = (...lines: readonly string[]): Files => ({ Dockerfile: image(...lines), ...requirements });

describe('git', () => {
  const asks = [
    'RUN git describe --tags > version',
    'RUN git -C /app rev-parse HEAD',
    'RUN cp .git/HEAD version',
    'RUN tar czf source.tgz .git app.py',
    'RUN pre-commit install-hooks',
    'RUN <<EOF\nset -e\ngit log -1 > log.txt\nEOF',
    'RUN ["git", "status"]',
    'CMD git rev-parse HEAD && python app.py',
    // In a repository that is there `git init` makes no other.
    'RUN git init . && git describe --always',
    'RUN git config --global safe.directory /app',
  ];
  test.each(asks)('%s keeps .git', (line) => {
    // A command in exec form has no white space between its words.
    const plan = planOf(project('COPY . .', 'RUN pip install -r requirements.txt', line));
    expect(patternsIn(plan)).not.toContain('.git');
    expect(plan.refusals.map((one) => one.reason)).toEqual(['never-hides-needed']);
  });

  test.each([
    'RUN python -m setuptools_scm > version',
    'RUN hatch version',
    'RUN apt-get install -y git',
    'RUN stamp-it',
    'RUN make',
    'RUN ./tools/unknown.sh',
    'RUN eval "$STEPS"',
    'ONBUILD RUN git rev-parse HEAD',
    'CMD ["stamped-server"]',
  ])('%s is not known not to ask', (line) => {
    const plan = planOf(project('COPY . .', 'RUN pip install -r requirements.txt', line));
    expect(patternsIn(plan)).not.toContain('.git');
    expect(plan.heldBack.flatMap((fix) => fix.claims).filter(({ kind }) => kind === 'assumes')).toMatchObject([{ assumption: { kind: 'nothing-reads', patterns: ['.git'] } }]);
  });

  const doesNotAsk = [
    'RUN git clone https://example.org/x.git /x && cd /x && git checkout v1',
    'RUN pip install git+https://example.org/x.git@v1',
    'RUN rm -rf .git .github',
    'RUN cp .gitignore .github/x y',
    'RUN tar --exclude .git -czf x.tgz .',
    'LABEL org.opencontainers.image.source=https://example.org/x.git',
  ];
  test.each(doesNotAsk)('%s does not', (line) => {
    expect(patternsIn(planOf(project('COPY . .', line)))).toContain('.git');
  });

  test.each([
    ['setup.cfg', '[versioneer]\nVCS = git\n'],
    ['setup.py', 'from setuptools import setup\nsetup(setup_requires=["pbr"], pbr=True)\n'],
    ['pyproject.toml', '[build-system]\nrequires = ["poetry-core", "poetry-dynamic-versioning"]\n\n[tool.poetry-dynamic-versioning]\nenable = true\n'],
    ['pyproject.toml', '[build-system]\nrequires = ["pdm-backend"]\n\n[tool.pdm.version]\nsource = "scm"\n'],
    ['mkdocs.yml', 'plugins:\n  - git-revision-date-localized\n'],
    ['shop.gemspec', 'Gem::Specification.new { |s| s.files = `git ls-files`.split }\n'],
    ['Directory.Build.props', '<PackageReference Include="Nerdbank.GitVersioning" />'],
  ])('%s can ask git', (name, text) => {
    expect(patternsIn(planOf({ ...project('COPY . .'), [name]: text }))).not.toContain('.git');
  });

  test('a program that asks git may read the directory itself, also where no git is installed', () => {
    const files: Files = { ...project('COPY . .'), 'app.py': 'subprocess.run(["git", "rev-parse", "HEAD"])\n' };
    expect(patternsIn(planOf(files))).not.toContain('.git');
    const slim = { ...files, Dockerfile: image('COPY . .').replace('python:3.12', 'python:3.12-slim') };
    expect(patternsIn(planOf(slim))).not.toContain('.git');
  });

  test('an address that ends in .git before an assignment is no command', () => {
    const files = { ...project('COPY . .'), 'app.py': 'url = "https://example.org/x.git"\nbranch = "main"\n' };
    expect(patternsIn(planOf(files))).toContain('.git');
  });

  test('a package.json script that the image runs may ask git, another one may not matter', () => {
    const scripts = (build: string): Files => ({
      Dockerfile: 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n',
      'package.json': JSON.stringify({ scripts: { build, release: 'git describe' } }),
    });
    expect(patternsIn(planOf(scripts('git rev-parse HEAD > version')))).not.toContain('.git');
    expect(patternsIn(planOf(scripts('tsc')))).toContain('.git');
  });

  test('scripts that call each other are read once', () => {
    const files = { ...project('COPY . .', 'RUN sh a.sh'), 'a.sh': 'sh b.sh\n', 'b.sh': 'sh a.sh\ngit rev-parse HEAD\n' };
    expect(patternsIn(planOf(files))).not.toContain('.git');
  });
});

describe('what is named stays', () => {
  test.each([
    ['COPY docker-compose.yml /srv/', 'docker-compose.yml'],
    ['ADD --chown=1:1 docker-compose.yml /srv/', 'docker-compose.yml'],
    ['COPY Dockerfile* /srv/', 'Dockerfile'],
    ['RUN --mount=type=bind,source=Dockerfile,target=/d cat /d', 'Dockerfile'],
    ['RUN --mount=type=bind,source=Dockerfile,target=/d make check', 'Dockerfile'],
    ['COPY .env /srv/', '**/.env'],
    ['COPY venv/ /opt/venv/', '**/venv'],
  ])('%s', (line, pattern) => {
    const files = { ...project('COPY . .', line), 'docker-compose.yml': 'services: {}\n', '.env.example': 'A=\n', 'venv/pyvenv.cfg': '' };
    const plan = planOf(files, [build()], ['venv']);
    expect(plan.changes.size).toBe(1);
    expect(patternsIn(plan)).not.toContain(pattern);
  });

  test.each([
    ['README and licence named in pyproject.toml', { 'pyproject.toml': '[project]\nname = "x"\nversion = "1"\nreadme = "docker-compose.yml"\n' }],
    ['a file that setup.py opens', { 'setup.py': 'from setuptools import setup\nsetup(long_description=open("docker-compose.yml").read())\n' }],
    ['MANIFEST.in', { 'MANIFEST.in': 'include docker-compose.yml LICENSE\n' }],
    ['a program', { 'app.py': 'open("docker-compose.yml")\n' }],
  ])('in %s', (_name, files) => {
    const plan = planOf({ ...project('COPY . .', 'RUN pip install .'), 'docker-compose.yml': 'services: {}\n', ...files });
    expect(patternsIn(plan)).toContain('.git');
    expect(patternsIn(plan)).not.toContain('docker-compose.yml');
  });

  test('by another Dockerfile of the same context', () => {
    const files = { ...project('COPY . .'), 'ops.Dockerfile': 'FROM alpine\nCOPY .git /git\nCOPY Dockerfile /\n' };
    const plan = planOf(files, [build(), build('ops.Dockerfile')]);
    expect(patternsIn(plan)).not.toContain('.git');
    expect(patternsIn(plan)).not.toContain('Dockerfile*');
  });

  test.each(['load_dotenv()', 'Config(".env")', 'env.read_env()', 'model_config = SettingsConfigDict(env_file=".env")'])('.env for %s', (code) => {
    const files = { ...project('COPY . .'), 'app.py': `${code}\n`, '.gitignore': '.env\n' };
    expect(patternsIn(planOf(files))).not.toContain('**/.env');
    expect(patternsIn(planOf({ ...files, 'app.py': 'pass\n' }))).toContain('**/.env');
  });
});

describe('what a rule brings back stays', () => {
  test.each([
    ['**/__pycache__', '!**/__pycache__'],
    ['**/__pycache__', '!app/__pycache__'],
    ['**/__pycache__', '!**/*.pyc'],
    ['.git', '!.git'],
    ['.git', '!.git/HEAD'],
    ['.git', '.git/objects'],
    ['**/venv', '!tests/venv/'],
    ['**/venv', '!/tests/venv/keep.txt'],
  ])('%s is not added after %s', (pattern, rule) => {
    const files = { ...project('COPY . .'), '.dockerignore': `docs\n${rule}\n` };
    expect(patternsIn(planOf(files))).not.toContain(pattern);
    expect(patternsIn(planOf({ ...files, '.dockerignore': 'docs\n!docs/README.md\n' }))).toContain(pattern);
  });

  test('a directory that an allow-list opens is open for its code', () => {
    const files = { ...project('COPY . .'), 'app/x.py': '', '.dockerignore': '*\n!app\n' };
    expect(patternsIn(planOf(files))).toEqual(['*', '!app', '**/__pycache__', '**/*.pyc']);
  });
});

describe('the verifier stops a fix that hides too much, whoever proposes it', () => {
  const files = { ...project('COPY requirements.txt .', 'RUN pip install -r requirements.txt', 'COPY secrets.json .', 'COPY . .'), '.dockerignore': '.git\n' };
  const verdict = (text: string, paths: readonly string[]): string => {
    const view = openProject({ tree: memoryTree(files), builds: [build()], settings: new Map() });
    const edits = [{ file: '.dockerignore', span: { start: 0, end: 5 }, text }] as const;
    const proposal: Fix = { kind: 'fix', message: '', claims: [{ kind: 'hidden-from-context', paths }], edits };
    const result = verifyFix(view, withEdits(view, edits), proposal, false);
    return result.ok ? 'ok' : result.reason;
  };

  test('junk', () => expect(verdict('.git\n.venv\n', ['.venv'])).toBe('ok'));
  test('a manifest', () => expect(verdict('.git\n*.txt\n', ['*.txt'])).toBe('never-hides-needed'));
  test('a source that is not on this disk', () => expect(verdict('.git\n*.json\n', ['*.json'])).toBe('never-hides-needed'));
  test('a pattern that no claim names', () => expect(verdict('.git\n.venv\nnotes\n', ['.venv'])).toBe('differs'));
  test('a rule that is lost', () => expect(verdict('.venv\n', ['.venv'])).toBe('differs'));
});

describe('text', () => {
  const added = (text: string): string => text + appended('.dockerignore', text, ['a', 'b'], '\n').text;
  test.each([
    ['', `${heading}\na\nb\n`],
    ['x', `x\n\n${heading}\na\nb\n`],
    ['x\n', `x\n\n${heading}\na\nb\n`],
    ['x\n\n', `x\n\n${heading}\na\nb\n`],
    ['x\r\n', `x\r\n\r\n${heading}\r\na\r\nb\r\n`],
    ['x\r\n  \r\n', `x\r\n  \r\n${heading}\r\na\r\nb\r\n`],
    ['\uFEFF', `\uFEFF${heading}\na\nb\n`],
    [`x\n\n${heading}\ny\n`, `x\n\n${heading}\ny\na\nb\n`],
    [`${heading}\ny`, `${heading}\ny\na\nb\n`],
    [`${heading}\ny\n\n# other\nz\n`, `${heading}\ny\n\n# other\nz\n\n${heading}\na\nb\n`],
  ])('%j', (text, expected) => expect(added(text)).toBe(expected));
});

describe('which file', () => {
  test('the one of the Dockerfile, never a new one that would hide the other', () => {
    const files = { ...project('COPY . .'), 'web.Dockerfile': image('COPY . .'), 'web.Dockerfile.dockerignore': '.git\n**/__pycache__\nvenv\n' };
    const plan = planOf(files, [build(), build('web.Dockerfile')]);
    expect([...plan.changes.keys()]).toEqual(['.dockerignore']);
  });

  test('one that cannot be read is left alone', () => {
    const tree = memoryTree({ ...project('COPY . .'), '.dockerignore': '' });
    const unreadable = { ...tree, read: (path: Path) => (path === '.dockerignore' ? undefined : tree.read(path)) };
    const plan = fix({ tree: unreadable, builds: [build()], settings: new Map() }, [dockerignore]);
    expect(plan.refusals.map((one) => one.reason)).toEqual(['unsupported']);
  });

  test.each(['COPY . .', 'COPY ./ /app', 'ADD . /app', 'COPY * ./', 'COPY ["." , "/app/"]', 'COPY --link --chown=1:1 . .', 'RUN --mount=type=bind,target=/src ls /src', 'ARG DIR=.\nCOPY $DIR .'])('%s brings the whole context', (line) => {
    expect(patternsIn(planOf(project(line)))).toContain('**/__pycache__');
    expect(planOf(project(line)).fixes[0]?.message).toContain('no longer holds .git');
  });

  test.each(['COPY app.py .', 'COPY *.py ./', 'COPY --from=python:3.11 / /x', 'ADD https://example.org/x.tar /x', 'RUN --mount=type=cache,target=/root/.cache pip install flask', 'COPY <<EOF /x\n.\nEOF'])('%s does not', (line) => {
    expect(planOf(project(line)).changes.size).toBe(0);
  });
});

describe('any ignore file', () => {
  const name = fc.constantFrom('app', 'src', 'venv', '.venv', '.git', '__pycache__', 'node_modules', 'tests', '.env', 'x.py', 'x.pyc', 'requirements.txt', '*', '**', '*.py');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const line = fc.oneof(path, path.map((one) => `!${one}`), path.map((one) => `/${one}/`), fc.constantFrom('', '# comment', '  '));
  const ignoreFile = fc.tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), fc.boolean()).map(([lines, newline, final]) => lines.join(newline) + (final ? newline : ''));
  const tracked: Files = {
    ...project('COPY . .', 'COPY tests/data.env /data'),
    'src/x.py': '', 'src/app/x.py': '', 'venv/x.py': '', 'app/venv/x.py': '', 'tests/x.py': '', 'app/__pycache__/x.pyc': '', 'app/x.py': '', '.env': 'A=1',
  };

  test('keeps what git holds, brings nothing back, and is done after one run', () => {
    fc.assert(
      fc.property(ignoreFile, (text) => {
        const files = { ...tracked, '.dockerignore': text };
        const plan = planOf(files);
        const after = plan.changes.get('.dockerignore');
        if (after === undefined) return;
        expect(after.startsWith(text)).toBe(true);
        const then = new Set(openContext(memoryTree(files), '', text).files());
        const now = new Set(openContext(memoryTree(files), '', after).files());
        expect([...now].filter((one) => !then.has(one))).toEqual([]);
        expect([...then].filter((one) => !now.has(one) && !one.includes('__pycache__'))).toEqual([]);
        expect(planOf({ ...files, '.dockerignore': after }).changes.size).toBe(0);
        const before = parseIgnore(text);
        const named = before.kind === 'ok' ? before.matcher.patterns.filter((rule) => rule.negated).map((rule) => rule.pattern) : [];
        expect(named.filter((one) => then.has(one) && !now.has(one))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

test('ten thousand rules and files are no matter', () => {
  const rules = Array.from({ length: 10_000 }, (_, index) => `${index % 3 === 0 ? '!' : ''}dir${index}/file`).join('\n');
  const sources = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`pkg${index}/module.py`, 'x = 1\n']));
  const plan = planOf({ ...project('COPY . .'), ...sources, '.dockerignore': rules });
  expect(patternsIn(plan)).toContain('.git');
});
