import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { osRegion, pythonRegion, symbol, toolRegion } from '../src/build/places.ts';
import type { Effect, ImageView, Tool } from '../src/commands/command.ts';
import { grammar, readOptions } from '../src/commands/options.ts';
import { pdm } from '../src/commands/pdm.ts';
import { pipTools } from '../src/commands/pip-tools.ts';
import { pip } from '../src/commands/pip.ts';
import { pipenv } from '../src/commands/pipenv.ts';
import { poetry } from '../src/commands/poetry.ts';
import { python } from '../src/commands/python.ts';
import { uv } from '../src/commands/uv.ts';
import type { Word } from './support/image-view.ts';
import { argument, call, imageView } from './support/image-view.ts';

// ------------------------------------------------------------------------------------------------------ helpers

function effectsOf(tool: Tool, view: ImageView, ...words: readonly Word[]): readonly Effect[] {
  const outcome = tool.effects(call(...words), view);
  if (outcome.kind === 'opaque') throw new Error(`opaque: ${outcome.because}`);
  return outcome.effects;
}

function onlyEffect(tool: Tool, view: ImageView, ...words: readonly Word[]): Effect {
  const list = effectsOf(tool, view, ...words);
  expect(list).toHaveLength(1);
  const [effect] = list;
  if (!effect) throw new Error('no effect');
  return effect;
}

function reasonOf(tool: Tool, view: ImageView, ...words: readonly Word[]): string {
  const outcome = tool.effects(call(...words), view);
  expect(outcome.kind).toBe('opaque');
  return outcome.kind === 'opaque' ? outcome.because : '';
}

/** Paths read of the project's folder (and of what a test names), deep ones with a trailing `/**`. */
function read(effect: Effect, below = '/app'): readonly string[] {
  return effect.reads.filter((place) => place.path.startsWith(below)).map((place) => (place.deep ? `${place.path}/**` : place.path));
}

function written(effect: Effect): readonly string[] {
  return effect.writes.map(({ place, how }) => `${how} ${place.path}${place.deep ? '/**' : ''}`);
}

function never(): never {
  throw new Error('no such effect');
}

const inUsrLocal = `add ${pythonRegion('/usr/local')}`;

// ------------------------------------------------------------------------------------------------------ options

describe('option reader', () => {
  const install = grammar({ abbreviations: true, flags: '-q|--quiet -U|--upgrade --user', values: '-r|--requirement -t|--target', optional: '--color' });
  const readWords = (text: string) => readOptions(text.split(' ').filter((word) => word !== '').map((word) => argument(word)), install);
  const shown = (text: string) => readWords(text).options.map((option) => `${option.name}${option.value ? ` ${option.value.text}` : ''}${option.listed ? '' : '?'}`);

  it.each([
    ['-r x', ['--requirement x']],
    ['-rx', ['--requirement x']],
    ['-qr x', ['--quiet', '--requirement x']],
    ['-qUrx.txt', ['--quiet', '--upgrade', '--requirement x.txt']],
    ['--requirement=x=y', ['--requirement x=y']],
    ['--req x', ['--requirement x']],
    ['--color --quiet', ['--color', '--quiet']],
    ['--color=auto', ['--color auto']],
    ['--nonsense x', ['--nonsense?']],
    ['-qzr x', ['--quiet', '-zr?']],
    ['--u x', ['--u?']],
    ['-r', ['--requirement']],
    ['-r -', ['--requirement -']],
    ['-r -q', ['--requirement -q']],
  ])('%s', (text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it('takes everything after -- as operands, and a lone dash always', () => {
    expect(readWords('a - -q -- -r b').operands.map((operand) => operand.argument.text)).toEqual(['a', '-', '-r', 'b']);
  });

  it('accounts for every argument exactly once', () => {
    const word = fc.constantFrom('-r', '-rx', '-qU', '--requirement=1', '--quiet', '--', '-', 'x', '--what', '--what=1', '-Z', '--color', '--t');
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const { options, operands } = readOptions(words.map((text) => argument(text)), install);
        const used = new Set<number>();
        for (const { first, last } of options) for (let index = first; index <= last; index += 1) used.add(index);
        for (const { index } of operands) {
          expect(used.has(index)).toBe(false);
          used.add(index);
        }
        const separators = words.filter((text, index) => text === '--' && !used.has(index)).length;
        expect(used.size + separators).toBe(words.length);
      }),
    );
  });
});

// ---------------------------------------------------------------------------------------------------------- pip

describe('pip install -r', () => {
  const view = imageView({
    files: {
      '/app/requirements.txt': 'flask==2.0\n-r requirements/base.txt\n-c ../limits.txt\n',
      '/app/requirements/base.txt': '-r ../more.txt\nrequests==2.31\n',
      '/app/more.txt': 'click==8\n',
      '/limits.txt': 'werkzeug<3\n',
      '/app/app.py': '',
    },
  });

  it.each([
    'pip install -r requirements.txt',
    'pip install -rrequirements.txt',
    'pip install --requirement=requirements.txt',
    'pip install --requirement requirements.txt',
    'pip3 install -r ./requirements.txt',
    'pip3.11 install -r /app/requirements.txt',
    'python -m pip install -r requirements.txt',
    'pip install --no-cache-dir --no-cache -q -qq --disable-pip-version-check -r requirements.txt --progress-bar off --timeout=100',
    'pip --no-input install -r requirements.txt --root-user-action=ignore --retries 5 --cache-dir /x',
  ])('%s reads the closure and nothing else of the project', (text) => {
    const effect = onlyEffect(pip, view, text);
    expect(read(effect)).toEqual(['/app/requirements.txt', '/app/requirements/base.txt', '/app/more.txt']);
    expect(read(effect, '/limits')).toEqual(['/limits.txt']);
    expect(effect.kind).toBe('install');
    expect(effect.does).toBe('pip install --requirement <file>');
    expect(written(effect)).toEqual([inUsrLocal]);
  });

  it('reads the operating system, pip configuration and credentials', () => {
    const paths = onlyEffect(pip, view, 'pip install -r requirements.txt').reads.map((place) => place.path);
    expect(paths).toEqual(expect.arrayContaining([osRegion, '/etc/pip.conf', '/root/.config/pip/pip.conf', '/root/.pip/pip.conf', '/root/.netrc']));
  });

  it('names the variables that decide', () => {
    const { env } = onlyEffect(pip, view, 'pip install -r requirements.txt');
    expect(env).toEqual(expect.arrayContaining(['PIP_*', 'HTTPS_PROXY', 'https_proxy', 'CFLAGS', 'LC_*', 'SETUPTOOLS_*']));
    expect(env).not.toContain('PATH');
  });

  it('names variables that requirement files use', () => {
    const tokens = imageView({ files: { '/app/r.txt': 'x @ https://${TOKEN}@example.org/x.whl\n' } });
    expect(onlyEffect(pip, tokens, 'pip install -r r.txt').env).toContain('TOKEN');
  });

  it('keeps options that change the result', () => {
    const { does } = onlyEffect(pip, view, 'pip install -U --no-deps --pre --index-url https://x.org/simple -r requirements.txt --no-binary :all:');
    expect(does).toBe('pip install --upgrade --no-deps --pre --index-url https://x.org/simple --requirement <file> --no-binary :all:');
  });

  it('reads several files in order, and constraints', () => {
    const effect = onlyEffect(pip, view, 'pip install -r more.txt -r requirements/base.txt -c /limits.txt');
    expect(read(effect)).toEqual(['/app/more.txt', '/app/requirements/base.txt']);
    expect(effect.does).toBe('pip install --requirement <file> --requirement <file> --constraint <file>');
  });

  it('reads what PIP_CONSTRAINT, PIP_REQUIREMENT and PIP_CONFIG_FILE name', () => {
    const variables = { PIP_CONSTRAINT: '/app/c.txt more.txt', PIP_REQUIREMENT: 'x.txt', PIP_CONFIG_FILE: 'pip.ini' };
    const files = { '/app/r.txt': 'a\n', '/app/c.txt': 'a<2\n', '/app/more.txt': '-c deeper.txt\n', '/app/deeper.txt': 'b<1\n', '/app/x.txt': 'b\n' };
    const effect = onlyEffect(pip, imageView({ variables, files }), 'pip install -r r.txt');
    expect(read(effect).toSorted()).toEqual(['/app/c.txt', '/app/deeper.txt', '/app/more.txt', '/app/pip.ini', '/app/r.txt', '/app/x.txt']);
  });

  it('follows what a configuration file of the project names', () => {
    const files = { '/app/r.txt': 'a\n', '/app/c.txt': 'a<2\n', '/etc/pip.conf': '[install]\nconstraint = /app/c.txt\nfind-links =\n  /app/wheels\n' };
    expect(read(onlyEffect(pip, imageView({ files }), 'pip install -r r.txt')).toSorted()).toEqual(['/app/c.txt', '/app/r.txt', '/app/wheels/**']);
  });

  it('reads everything if the text of the file is not known', () => {
    expect(read(onlyEffect(pip, imageView(), 'pip install -r made.txt'))).toEqual(['/app/made.txt', '/app/**']);
    expect(read(onlyEffect(pip, imageView({ files: { '/app/r.txt': '-r gone.txt\n' } }), 'pip install -r r.txt'))).toContain('/app/**');
  });

  it('reads only the file if the command that made it writes no includes', () => {
    expect(read(onlyEffect(pip, imageView({ selfContained: ['/app/made.txt'] }), 'pip install -r made.txt'))).toEqual(['/app/made.txt']);
  });

  it('reads local wheels, archives and directories of links', () => {
    const files = { '/app/r.txt': '--find-links vendor\n./wheels/a-1-py3-none-any.whl\nb @ file:///app/dist/b-1.tar.gz\n', '/app/vendor/x.whl': '' };
    const effect = onlyEffect(pip, imageView({ files }), 'pip install -f more -r r.txt --extra-index-url file:///app/index');
    expect(read(effect).toSorted()).toEqual(['/app/dist/b-1.tar.gz', '/app/index/**', '/app/more/**', '/app/r.txt', '/app/vendor/**', '/app/wheels/a-1-py3-none-any.whl']);
    expect(effect.kind).toBe('install');
  });

  it('resolves local paths of a file against the working directory, not against the file', () => {
    const effect = onlyEffect(pip, imageView({ cwd: '/app', files: { '/app/req/r.txt': './pkg\n' } }), 'pip install -r req/r.txt');
    expect(read(effect)).toEqual(['/app/req/r.txt', '/app/pkg/**']);
    expect(effect.kind).toBe('project-install');
  });

  it('does not follow a remote file', () => {
    expect(onlyEffect(pip, view, 'pip install -r https://example.org/r.txt').does).toBe('pip install --requirement https://example.org/r.txt');
  });

  it('expands a glob only where all files of the directory are known, and only to one', () => {
    const one = { '/app/requirements/base.txt': 'a\n', '/app/requirements/notes.md': '' };
    expect(read(onlyEffect(pip, imageView({ files: one }), 'pip install -r requirements/*.txt'))).toEqual(['/app/requirements/base.txt']);
    expect(reasonOf(pip, imageView({ files: one, incomplete: ['/app/requirements'] }), 'pip install -r requirements/*.txt')).toMatch(/several files/);
    expect(reasonOf(pip, imageView({ files: { ...one, '/app/requirements/dev.txt': '' } }), 'pip install -r requirements/*.txt')).toMatch(/several files/);
  });

  it('reads one file where a build argument chooses among files without includes', () => {
    const name = `/app/${symbol('REQS')}`;
    const simple = imageView({ files: { '/app/a.txt': 'x==1\n', '/app/b.txt': 'y\n', '/app/main.py': '' } });
    expect(read(onlyEffect(pip, simple, 'pip install -r', { text: symbol('REQS') }))).toEqual([name]);
    const included = imageView({ files: { '/app/a.txt': '-r b.txt\n', '/app/b.txt': 'y\n' } });
    expect(read(onlyEffect(pip, included, 'pip install -r', { text: symbol('REQS') }))).toEqual([name, '/app/**']);
    const other = imageView({ files: { '/app/a.txt': '-r b.txt\n', '/app/req-b.txt': 'y\n' } });
    expect(read(onlyEffect(pip, other, 'pip install -r', { text: `req-${symbol('ENV')}.txt` }))).toEqual([`/app/req-${symbol('ENV')}.txt`]);
  });

  it('is opaque where a value cannot be named', () => {
    expect(reasonOf(pip, view, 'pip install -r', { text: '', known: false, raw: '$(ls *.txt)' })).toBe('an argument of pip depends on $(ls *.txt)');
    expect(reasonOf(pip, view, 'pip install', { text: symbol('PACKAGES') })).toBe('what pip installs depends on ${PACKAGES}');
  });
});

describe('pip: options that are not known', () => {
  const view = imageView({ files: { '/app/r.txt': 'a\n' } });

  it('keeps one that names no file', () => {
    expect(onlyEffect(pip, view, 'pip install --shiny -r r.txt').does).toBe('pip install --shiny --requirement <file>');
    expect(onlyEffect(pip, view, 'pip install -r r.txt --jobs=4').does).toBe('pip install --requirement <file> --jobs=4');
  });

  it.each(['pip install --shiny x -r r.txt', 'pip install --shiny=x -r r.txt', 'pip install -Zfile -r r.txt', 'pip frobnicate'])('%s is opaque', (text) => {
    expect(reasonOf(pip, view, text)).toMatch(/not known/);
  });
});

describe('pip install NAME', () => {
  it('reads no file of the project', () => {
    const effect = onlyEffect(pip, imageView(), 'pip install -U pip setuptools wheel');
    expect(effect.does).toBe('pip install --upgrade pip setuptools wheel');
    expect(effect.kind).toBe('install');
    expect(read(effect)).toEqual([]);
  });

  it.each(['uvicorn[standard]', 'django==4.*', 'gunicorn[gevent,tornado]>=20', 'poetry==1.8.3', 'torch~=2.0', 'x[a]==1.*'])('%s is a name, not a glob', (name) => {
    expect(onlyEffect(pip, imageView(), 'pip install', { text: name, glob: /[*[]/.test(name) }).does).toBe(`pip install ${name}`);
  });

  it('takes a version from a build argument', () => {
    expect(onlyEffect(pip, imageView(), 'pip install', { text: `poetry==${symbol('POETRY_VERSION')}` }).does).toContain(symbol('POETRY_VERSION'));
  });

  it('reads the whole directory of a glob', () => {
    const effect = onlyEffect(pip, imageView(), 'pip install --no-index /wheels/*.whl wheels/*');
    expect(effect.does).toBe('pip install --no-index <archives *.whl> <archives *>');
    expect(read(effect, '/wheels')).toEqual(['/wheels/**']);
    expect(read(effect)).toEqual(['/app/wheels/**']);
    expect(effect.kind).toBe('install');
    expect(reasonOf(pip, imageView(), 'pip install *')).toMatch(/may be anything/);
    expect(reasonOf(pip, imageView(), 'pip install */pkg')).toMatch(/may be anything/);
  });

  it('takes any glob below a directory for archives in it', () => {
    expect(read(onlyEffect(pip, imageView(), 'pip install /opt/wheels/pip-*'), '/opt')).toEqual(['/opt/wheels/**']);
  });

  it('reads a named wheel only', () => {
    expect(read(onlyEffect(pip, imageView(), 'pip install a.whl dist/b-1.0.tar.gz'))).toEqual(['/app/a.whl', '/app/dist/b-1.0.tar.gz']);
  });

  it('reads git configuration for a repository, and names where an editable one is checked out', () => {
    const effect = onlyEffect(pip, imageView(), 'pip install -e git+https://example.org/x.git#egg=x');
    expect(effect.reads.map((place) => place.path)).toContain('/root/.gitconfig');
    expect(effect.env).toContain('GIT_SSH*');
    expect(written(effect)).toEqual([inUsrLocal, `edit ${toolRegion('/app/src/x', 'checkout')}`]);
    expect(effect.kind).toBe('install');
  });

  it('does not take GIT_SHA for a setting of git', () => {
    const { env } = onlyEffect(pip, imageView(), 'pip install git+https://example.org/x.git');
    expect(env.some((name) => name === 'GIT_*')).toBe(false);
  });
});

describe('pip install: where to', () => {
  const files = { '/app/r.txt': 'a==1\n' };
  it.each([
    ['pip install -r r.txt', {}, ['/usr/local']],
    ['/opt/venv/bin/pip install -r r.txt', {}, ['/opt/venv']],
    ['/opt/venv/bin/python -m pip install -r r.txt', {}, ['/opt/venv']],
    ['.venv/bin/pip install -r r.txt', {}, ['/app/.venv']],
    ['pip install --user -r r.txt', {}, ['/root/.local']],
    ['pip install --user -r r.txt', { home: '/home/app', user: 'app' }, ['/home/app/.local']],
    ['pip install --user -r r.txt', { variables: { PYTHONUSERBASE: '/py' } }, ['/py']],
    ['pip install -r r.txt', { variables: { PIP_USER: '1' } }, ['/root/.local']],
    ['pip install --isolated -r r.txt', { variables: { PIP_USER: '1', PIP_TARGET: '/x' } }, ['/usr/local']],
    ['pip install -r r.txt --target lib', {}, ['/app/lib']],
    ['pip install -r r.txt -t ./lib', {}, ['/app/lib']],
    ['pip install --prefix=/install -r r.txt', {}, ['/install']],
    ['pip install --root /out -r r.txt', {}, ['/out/usr/local']],
    ['pip install -r r.txt', { variables: { PIP_TARGET: 'deps' } }, ['/app/deps']],
    ['pip install -r r.txt', { variables: { PIP_PREFIX: '/p' } }, ['/p']],
    ['pip --python /opt/venv/bin/python install -r r.txt', {}, ['/opt/venv']],
    ['pip --python .venv install -r r.txt', {}, ['/app/.venv']],
    // Another user than root may have to fall back to the home directory; in a virtual environment nobody does.
    ['pip install -r r.txt', { user: 'app', home: '/home/app' }, ['/usr/local', '/home/app/.local']],
    ['/opt/venv/bin/pip install -r r.txt', { user: 'app', home: '/home/app' }, ['/opt/venv']],
    ['pip install -r r.txt', { user: '0:0' }, ['/usr/local']],
    ['pip install -r r.txt', { user: 'root:app' }, ['/usr/local']],
    ['pip install -r r.txt', { user: 'rootless', home: '/h' }, ['/usr/local', '/h/.local']],
  ])('%s %o', (text, facts, prefixes) => {
    expect(written(onlyEffect(pip, imageView({ ...facts, files }), text))).toEqual(prefixes.map((prefix) => `add ${pythonRegion(prefix)}`));
  });
});

describe('pip install .', () => {
  const pinned = { '/app/r.txt': 'a==1\nb==2\n', '/app/setup.py': '' };

  it.each(['pip install .', 'pip install -e .', 'pip install --editable=.', 'pip install ./', 'pip install .[dev]', 'pip install file:///app', 'pip install -e .[dev,test]'])(
    '%s reads the whole project',
    (text) => {
      const effect = onlyEffect(pip, imageView(), text);
      expect(effect.kind).toBe('project-install');
      expect(read(effect)).toEqual(['/app/**']);
    },
  );

  it('keeps the absolute path and the extras, for an editable project stays where it is', () => {
    expect(onlyEffect(pip, imageView(), 'pip install -e ./pkg[x]').does).toBe('pip install --editable /app/pkg[x]');
  });

  it('is two effects beside pinned requirements', () => {
    const [dependencies, project, ...more] = effectsOf(pip, imageView({ files: pinned }), 'pip install -r r.txt -e .');
    expect(more).toEqual([]);
    expect(dependencies && read(dependencies)).toEqual(['/app/r.txt']);
    expect(dependencies?.kind).toBe('install');
    expect(dependencies).toEqual(onlyEffect(pip, imageView({ files: pinned }), 'pip install -r r.txt'));
    expect(project && read(project)).toEqual(['/app/r.txt', '/app/**']);
    expect(project?.kind).toBe('project-install');
  });

  it('is one effect beside requirements that leave the version open', () => {
    const open = imageView({ files: { '/app/r.txt': 'a>=1\n' } });
    expect(onlyEffect(pip, open, 'pip install -r r.txt -e .').kind).toBe('project-install');
    expect(onlyEffect(pip, open, 'pip install a .').kind).toBe('project-install');
  });

  it('finds projects that a requirements file names', () => {
    const effect = onlyEffect(pip, imageView({ files: { '/app/r.txt': 'a==1\n-e .\n' } }), 'pip install -r r.txt');
    expect(effect.kind).toBe('project-install');
    expect(read(effect)).toEqual(['/app/r.txt', '/app/**']);
  });
});

describe('pip install: dependencies only', () => {
  const only = (view: ImageView, ...words: readonly Word[]) => pip.dependenciesOnly?.(call(...words), view);

  it('is not needed where nothing but requirements is installed', () => {
    expect(only(imageView({ files: { '/app/r.txt': 'a\n' } }), 'pip install -r r.txt')).toBeNull();
    expect(only(imageView(), 'pip install flask')).toBeNull();
    expect(only(imageView(), 'pip list')).toBeNull();
  });

  it('leaves the local projects out', () => {
    const view = imageView({ files: { '/app/r.txt': 'a==1\n' } });
    expect(only(view, 'pip install --no-cache-dir -e . -r r.txt .')).toEqual({
      kind: 'dependencies-only',
      text: 'pip install --no-cache-dir -r r.txt',
      originalStillNeeded: true,
    });
    expect(only(view, 'python3.11 -m pip install . -r r.txt')).toMatchObject({ text: 'python3.11 -m pip install -r r.txt' });
    expect(only(view, '/opt/venv/bin/pip install --editable=. -rr.txt')).toMatchObject({ text: '/opt/venv/bin/pip install -rr.txt' });
  });

  it.each([
    ['pip install .', { '/app/setup.py': '' }, 'dynamic-metadata', 'setup.py'],
    ['pip install .', { '/app/pyproject.toml': '[project]\nname="x"\ndynamic=["dependencies"]\n' }, 'dynamic-metadata', 'dynamic'],
    ['pip install -e .', { '/app/pyproject.toml': '[project]\nname="x"\ndependencies=["a"]\n' }, 'local-dependency', '-e .'],
    ['pip install -r r.txt', { '/app/r.txt': '-e .\n' }, 'local-dependency', '/app/r.txt'],
    ['pip install -r r.txt .', { '/app/r.txt': 'a\n' }, 'local-dependency', 'one version'],
    ['pip wheel -w /wheels .', { '/app/setup.py': '' }, 'dynamic-metadata', 'pip wheel .'],
  ])('%s is refused', (text, files: Record<string, string>, reason, names) => {
    const refusal = only(imageView({ files }), text);
    expect(refusal).toMatchObject({ kind: 'refusal', reason });
    expect(refusal && 'message' in refusal ? refusal.message : '').toContain(names);
  });
});

describe('other pip commands', () => {
  it.each(['pip list', 'pip freeze', 'pip --version', 'pip show x', 'pip check', 'pip install --help', 'pip', 'pip debug --verbose', 'pip config list', 'pip cache purge', 'pip -V'])(
    '%s only looks',
    (text) => {
      const effect = onlyEffect(pip, imageView(), text);
      expect(effect.kind).toBe('observe');
      expect(effect.writes).toEqual([]);
    },
  );

  it('pip freeze reads the packages', () => {
    expect(onlyEffect(pip, imageView(), 'pip freeze').reads.map((place) => place.path)).toContain(pythonRegion('/usr/local'));
  });

  it('pip wheel and pip download write a directory', () => {
    const view = imageView({ files: { '/app/r.txt': 'a==1\n' } });
    const wheel = onlyEffect(pip, view, 'pip wheel --no-cache-dir --no-deps --wheel-dir /wheels -r r.txt');
    expect(written(wheel)).toEqual(['edit /wheels/**']);
    expect(wheel.does).toBe('pip wheel --no-deps --requirement <file>');
    expect(read(wheel)).toEqual(['/app/r.txt']);
    expect(written(onlyEffect(pip, view, 'pip wheel -r r.txt'))).toEqual(['edit /app/**']);
    expect(written(onlyEffect(pip, view, 'pip download -d pkgs -r r.txt'))).toEqual(['edit /app/pkgs/**']);
  });

  it('pip uninstall edits', () => {
    const effect = onlyEffect(pip, imageView(), 'pip uninstall -y setuptools');
    expect(written(effect)).toEqual([`edit ${pythonRegion('/usr/local')}`]);
    expect(effect.does).toBe('pip uninstall setuptools');
  });

  it.each([
    ['pip config set global.index-url https://x', {}, ['/root/.config/pip/pip.conf']],
    ['pip config --global set global.index-url https://x', {}, ['/etc/pip.conf']],
    ['pip config --site set a.b c', {}, ['/usr/local/pip.conf']],
    ['pip config set a.b c', { unknown: ['/usr/local/pip.conf'] }, ['/usr/local/pip.conf', '/root/.config/pip/pip.conf']],
    ['/opt/venv/bin/pip config set a.b c', { files: { '/opt/venv/pip.conf': '' } }, ['/opt/venv/pip.conf']],
    ['pip config set a.b c', { variables: { XDG_CONFIG_HOME: '/xdg' } }, ['/xdg/pip/pip.conf']],
  ])('%s', (text, facts, paths) => {
    const effect = onlyEffect(pip, imageView(facts), text);
    expect(effect.writes.filter((one) => one.how === 'edit').map((one) => one.place.path)).toEqual(paths);
    expect(effect.kind).toBe('files');
  });

  it('writes reports and logs', () => {
    expect(written(onlyEffect(pip, imageView(), 'pip install a --log /var/log/pip.log --report r.json'))).toEqual([inUsrLocal, 'edit /var/log/pip.log', 'set /app/r.json']);
  });
});

// -------------------------------------------------------------------------------------------------------- poetry

const poetryProject = {
  '/app/pyproject.toml': '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.11"\nflask = "*"\n',
  '/app/poetry.lock': '[[package]]\nname = "flask"\nversion = "2.0"\n[metadata]\nlock-version = "2.0"\ncontent-hash = "x"\n',
};
const withDirectory = {
  ...poetryProject,
  '/app/pyproject.toml': '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nlib = { path = "../lib", develop = true }\nw = { path = "dist/w-1-py3-none-any.whl" }\n',
};
const cached = toolRegion('/root/.cache/pypoetry/virtualenvs', 'poetry');

function targets(effect: Effect | undefined): readonly string[] {
  return (effect?.writes ?? []).filter(({ how }) => how === 'add' || how === 'set').map(({ place }) => place.path);
}

describe('poetry install', () => {
  const view = imageView({ files: poetryProject, variables: { POETRY_VIRTUALENVS_CREATE: 'false' } });

  it('is two effects: what is locked, and the project', () => {
    const [dependencies, project, ...more] = effectsOf(poetry, view, 'poetry install --no-interaction --no-ansi');
    expect(more).toEqual([]);
    expect(dependencies && read(dependencies)).toEqual(['/app/pyproject.toml', '/app/poetry.lock', '/app/poetry.toml']);
    expect(dependencies?.kind).toBe('install');
    expect(dependencies?.env).toEqual(expect.arrayContaining(['POETRY_*', 'VIRTUAL_ENV', 'HTTPS_PROXY']));
    expect(dependencies?.reads.map((place) => place.path)).toContain('/root/.config/pypoetry/config.toml');
    expect(targets(dependencies)).toEqual([pythonRegion('/usr/local')]);
    expect(project?.kind).toBe('project-install');
    expect(project && read(project)).toContain('/app/**');
  });

  it.each(['--no-root', '--no-root --no-directory', '-q --no-cache --no-root', ''])('%s gives the same dependencies', (options) => {
    const [plain] = effectsOf(poetry, view, 'poetry install --without dev -E "x"');
    expect(effectsOf(poetry, view, `poetry install --without dev -E "x" ${options}`)[0]).toEqual(plain);
  });

  it('tells groups and extras apart', () => {
    const does = (text: string) => effectsOf(poetry, view, text)[0]?.does;
    expect(new Set([does('poetry install'), does('poetry install --only main'), does('poetry install --no-dev'), does('poetry install -E a'), does('poetry sync')]).size).toBe(5);
    expect(does('poetry install --sync')).toBe(does('poetry sync'));
    expect(does('poetry install --extras=a')).toBe(does('poetry install -E a'));
  });

  it('has no project to install with --no-root or package-mode = false', () => {
    expect(effectsOf(poetry, view, 'poetry install --no-root')).toHaveLength(1);
    const files = { ...poetryProject, '/app/pyproject.toml': '[tool.poetry]\npackage-mode = false\n' };
    expect(effectsOf(poetry, imageView({ files }), 'poetry install')).toHaveLength(1);
    expect(effectsOf(poetry, view, 'poetry install --only-root').map((effect) => effect.kind)).toEqual(['project-install']);
  });

  it('reads archives with the dependencies, directories with the project', () => {
    const [dependencies, project] = effectsOf(poetry, imageView({ files: withDirectory }), 'poetry install --no-root');
    expect(dependencies && read(dependencies)).toContain('/app/dist/w-1-py3-none-any.whl');
    expect(dependencies && read(dependencies, '/lib')).toEqual([]);
    expect(project && read(project, '/lib')).toEqual(['/lib/**']);
    expect(effectsOf(poetry, imageView({ files: withDirectory }), 'poetry install --no-root --no-directory')).toHaveLength(1);
  });

  it('finds directories that only the lock names', () => {
    const files = { ...poetryProject, '/app/poetry.lock': '[[package]]\nname = "deep"\nversion = "1"\n[package.source]\ntype = "directory"\nurl = "../deep"\n' };
    expect(read(effectsOf(poetry, imageView({ files }), 'poetry install --no-root')[1] ?? effectsOf(poetry, view, 'poetry --version')[0] ?? never(), '/deep')).toEqual(['/deep/**']);
  });

  it('reads everything if the manifest was changed, and writes the lock where there may be none', () => {
    const [dependencies] = effectsOf(poetry, imageView({ unknown: ['/app/poetry.lock'] }), 'poetry install');
    expect(dependencies && read(dependencies)).toContain('/app/**');
    expect(dependencies && written(dependencies)).toContain('edit /app/poetry.lock');
    expect(written(effectsOf(poetry, view, 'poetry install')[0] ?? never())).not.toContain('edit /app/poetry.lock');
  });

  it('follows -C and --project', () => {
    const files = { '/app/api/pyproject.toml': '[tool.poetry]\n', '/app/api/poetry.lock': '' };
    const [dependencies] = effectsOf(poetry, imageView({ files }), 'poetry -C api install');
    expect(dependencies && read(dependencies)).toContain('/app/api/poetry.lock');
    expect(read(effectsOf(poetry, imageView({ files }), 'poetry install --project=api')[0] ?? never())).toContain('/app/api/pyproject.toml');
  });

  it.each([
    [{}, [cached]],
    [{ variables: { POETRY_VIRTUALENVS_CREATE: 'false' } }, [pythonRegion('/usr/local')]],
    [{ variables: { POETRY_VIRTUALENVS_CREATE: '0' }, user: 'app', home: '/home/app' }, [pythonRegion('/usr/local'), pythonRegion('/home/app/.local')]],
    [{ variables: { POETRY_VIRTUALENVS_IN_PROJECT: '1' } }, [pythonRegion('/app/.venv')]],
    [{ variables: { POETRY_VIRTUALENVS_IN_PROJECT: 'true', VIRTUAL_ENV: '/venv' } }, [pythonRegion('/venv')]],
    [{ variables: { POETRY_CACHE_DIR: '/c' } }, [toolRegion('/c/virtualenvs', 'poetry')]],
    [{ variables: { POETRY_VIRTUALENVS_PATH: '/v' } }, [toolRegion('/v', 'poetry')]],
    [{ more: { '/app/poetry.toml': '[virtualenvs]\ncreate = false\n' } }, [pythonRegion('/usr/local')]],
    [{ more: { '/app/poetry.toml': '[virtualenvs]\nin-project = true\n' } }, [pythonRegion('/app/.venv')]],
    [{ more: { '/app/poetry.toml': '[virtualenvs]\ncreate = false\n' }, variables: { POETRY_VIRTUALENVS_CREATE: 'true' } }, [cached]],
    [{ more: { '/root/.config/pypoetry/config.toml': '[virtualenvs]\ncreate = false\n' } }, [pythonRegion('/usr/local')]],
    // Not known: each place that it may be.
    [{ unknown: ['/root/.config/pypoetry/config.toml'] }, [pythonRegion('/usr/local'), pythonRegion('/app/.venv'), cached]],
    [{ unknown: ['/app/.venv'], variables: { POETRY_VIRTUALENVS_CREATE: 'false' } }, [pythonRegion('/app/.venv'), pythonRegion('/usr/local')]],
  ])('%o', ({ more, ...facts }: { more?: Record<string, string> } & Parameters<typeof imageView>[0], regions) => {
    const [dependencies] = effectsOf(poetry, imageView({ ...facts, files: { ...poetryProject, ...more } }), 'poetry install --no-root');
    expect(targets(dependencies)).toEqual(regions);
  });

  it('knows what poetry config said before', () => {
    const config = '/root/.config/pypoetry/config.toml';
    const effect = onlyEffect(poetry, view, 'poetry config virtualenvs.create false');
    expect(effect.kind).toBe('files');
    expect(written(effect)).toEqual([
      'make-directory /root/.config/pypoetry', `set ${config}`, `add ${toolRegion(config, 'settings')}`, `remove ${config}/virtualenvs.create=true`, `set ${config}/virtualenvs.create=false`,
    ]);
    const after = imageView({ files: { ...poetryProject, [`${config}/virtualenvs.create=false`]: '' }, unknown: [config] });
    expect(targets(effectsOf(poetry, after, 'poetry install --no-root')[0])).toEqual([pythonRegion('/usr/local')]);
  });

  it('poetry config --local writes poetry.toml of the project', () => {
    expect(written(onlyEffect(poetry, view, 'poetry config --local virtualenvs.in-project true'))).toContain('edit /app/poetry.toml');
    expect(written(onlyEffect(poetry, view, 'poetry config http-basic.x user pass'))).toContain('set /root/.config/pypoetry/auth.toml');
    expect(onlyEffect(poetry, view, 'poetry config --list').kind).toBe('observe');
    expect(onlyEffect(poetry, view, 'poetry config virtualenvs.path').kind).toBe('observe');
  });
});

describe('other poetry commands', () => {
  const view = imageView({ files: poetryProject });

  it('export writes a file without includes', () => {
    const effect = onlyEffect(poetry, view, 'poetry export -f requirements.txt --without-hashes -o requirements.txt');
    expect(written(effect)).toEqual(['set /app/requirements.txt']);
    expect(effect.selfContained).toBe(true);
    expect(effect.does).toBe('poetry export --format requirements.txt --without-hashes');
    const local = onlyEffect(poetry, imageView({ files: withDirectory }), 'poetry export --output=r.txt');
    expect(local.selfContained).toBe(false);
    expect(onlyEffect(poetry, view, 'poetry export --without-hashes')).toMatchObject({ kind: 'observe', selfContained: true });
  });

  it.each([
    ['poetry lock', ['edit /app/poetry.lock']],
    ['poetry lock --no-update', ['edit /app/poetry.lock']],
    ['poetry add flask@latest', ['edit /app/poetry.lock', 'edit /app/pyproject.toml', `edit ${cached}`]],
    ['poetry update', ['edit /app/poetry.lock', `edit ${cached}`]],
    ['poetry remove x', ['edit /app/poetry.lock', 'edit /app/pyproject.toml', `edit ${cached}`]],
    ['poetry build -f wheel', ['edit /app/dist/**', `edit ${toolRegion('/app', 'python-build')}`]],
  ])('%s', (text, writes) => {
    expect(written(onlyEffect(poetry, view, text))).toEqual(writes);
  });

  it.each(['poetry --version', 'poetry show', 'poetry check', 'poetry lock --check', 'poetry env info', 'poetry run python --version', 'poetry run pip list', 'poetry install --dry-run'])(
    '%s only looks',
    (text) => {
      expect(onlyEffect(poetry, view, text)).toMatchObject({ kind: 'observe', writes: [] });
    },
  );

  it.each(['poetry run python manage.py migrate', 'poetry run flask db upgrade', 'poetry init', 'poetry install --strange x', 'poetry env use 3.11', 'poetry run pip install x'])(
    '%s is opaque',
    (text) => {
      expect(reasonOf(poetry, view, text)).not.toBe('');
    },
  );
});

describe('poetry: dependencies only', () => {
  const only = (files: Record<string, string>, text: string) => poetry.dependenciesOnly?.(call(text), imageView({ files }));

  it('keeps what was written and adds options', () => {
    expect(only(poetryProject, 'poetry install --no-dev -n')).toEqual({ kind: 'dependencies-only', text: 'poetry install --no-dev -n --no-root', originalStillNeeded: true });
    expect(only(withDirectory, 'poetry sync')).toMatchObject({ text: 'poetry sync --no-root --no-directory' });
    expect(only(withDirectory, 'poetry install --no-root')).toMatchObject({ text: 'poetry install --no-root --no-directory', originalStillNeeded: true });
    expect(only(poetryProject, 'python -m poetry install')).toMatchObject({ text: 'python -m poetry install --no-root' });
  });

  it('takes a lock that nothing brings for none', () => {
    const view = imageView({ files: { '/app/pyproject.toml': '' }, unknown: ['/app/poetry.lock'] });
    expect(poetry.dependenciesOnly?.(call('poetry install'), view)).toMatchObject({ reason: 'no-lock' });
  });

  it('gives what the second run repeats', () => {
    const text = only(withDirectory, 'poetry install --only main -q');
    const short = text && 'text' in text ? text.text : '';
    const view = imageView({ files: withDirectory });
    expect(effectsOf(poetry, view, short)).toEqual(effectsOf(poetry, view, 'poetry install --only main -q').slice(0, 1));
  });

  it('is not needed without a project of its own', () => {
    expect(only(poetryProject, 'poetry install --no-root')).toBeNull();
    expect(only({ ...poetryProject, '/app/pyproject.toml': '[tool.poetry]\npackage-mode = false\n' }, 'poetry install')).toBeNull();
    expect(only(poetryProject, 'poetry run x')).toBeNull();
  });

  it.each([
    ['poetry install', { '/app/pyproject.toml': '' }, 'no-lock'],
    ['poetry install', {}, 'manifest-missing'],
    ['poetry update', poetryProject, 'lock-changed-by-command'],
    ['poetry add x', poetryProject, 'lock-changed-by-command'],
    ['poetry lock', poetryProject, 'lock-changed-by-command'],
    ['poetry install --only-root', poetryProject, 'reads-source'],
    ['poetry install', { ...poetryProject, '/app/pyproject.toml': '[tool.poetry.requires-plugins]\np = { path = "plugin" }\n' }, 'local-dependency'],
  ])('%s is refused', (text, files, reason) => {
    expect(only(files as Record<string, string>, text)).toMatchObject({ kind: 'refusal', reason });
  });
});

// -------------------------------------------------------------------------------------------------------- python

describe('python', () => {
  it.each([
    'python --version', 'python3 -V', ['python -c', { text: 'import flask' }], ['python -c', { text: 'import a.b, c as d; from x import y as z; print(d.__version__)' }],
    ['python3.12 -u -c', { text: 'import sys\nprint(sys.version)' }], ['python -c', { text: 'assert True' }], 'python -m compileall -q /app',
  ] as (string | Word[])[])('%s only looks', (words) => {
    expect(onlyEffect(python, imageView(), ...(typeof words === 'string' ? [words] : words))).toMatchObject({ kind: 'observe', writes: [] });
  });

  it.each([
    'python manage.py collectstatic', 'python -m constructor x', 'python', 'python toString', ['python -c', { text: 'open("x","w")' }], ['python -c', { text: 'print(f())' }],
    ['python -c', { text: 'print(x := 1)' }], ['python -c', { text: 'import x; x.download()' }], ['python -c', { text: symbol('CODE') }],
  ] as (string | Word[])[])('%s is opaque', (words) => {
    expect(reasonOf(python, imageView(), ...(typeof words === 'string' ? [words] : words))).not.toBe('');
  });

  it('makes environments', () => {
    for (const text of ['python3 -m venv /opt/venv', 'virtualenv -p python3 /opt/venv', 'python -m venv --copies --upgrade-deps /opt/venv']) {
      const effect = onlyEffect(python, imageView(), text);
      expect(written(effect)).toEqual(['make-directory /opt/venv', 'set /opt/venv/pyvenv.cfg', `edit ${pythonRegion('/opt/venv')}`]);
      expect(effect.kind).toBe('files');
    }
  });

  it('knows modules that fetch', () => {
    expect(written(onlyEffect(python, imageView(), 'python -m spacy download en_core_web_sm'))).toEqual([inUsrLocal]);
    expect(written(onlyEffect(python, imageView(), 'python -m nltk.downloader -d /data punkt'))).toEqual(['edit /data/**']);
    expect(written(onlyEffect(python, imageView(), 'python -c', { text: "import nltk; nltk.download('punkt')" }))).toEqual(['edit /root/nltk_data/**']);
    expect(written(onlyEffect(python, imageView(), 'playwright install --with-deps chromium'))).toEqual(['edit /root/.cache/ms-playwright/**', `edit ${osRegion}`]);
    expect(written(onlyEffect(python, imageView({ variables: { PLAYWRIGHT_BROWSERS_PATH: '/pw' } }), 'python -m playwright install'))).toEqual(['edit /pw/**']);
    expect(reasonOf(python, imageView(), 'python -m spacy train x')).toMatch(/spacy/);
  });

  it('get-pip.py installs pip', () => {
    const effect = onlyEffect(python, imageView(), 'python3 /tmp/get-pip.py pip==23.0 --no-cache-dir');
    expect(written(effect)).toEqual([inUsrLocal]);
    expect(read(effect, '/tmp')).toEqual(['/tmp/get-pip.py']);
    expect(reasonOf(python, imageView(), 'python get-pip.py -r r.txt')).toMatch(/files/);
    expect(onlyEffect(python, imageView(), 'python -c', { text: '1+1' }).kind).toBe('observe');
    expect(reasonOf(python, imageView(), 'python -m mkdocs build')).toMatch(/mkdocs|build/);
  });

  it('setup.py reads the project, and cannot be split', () => {
    const effect = onlyEffect(python, imageView(), 'python setup.py develop');
    expect(effect.kind).toBe('project-install');
    expect(read(effect)).toEqual(['/app/**']);
    expect(python.dependenciesOnly?.(call('python setup.py install'), imageView())).toMatchObject({ reason: 'dynamic-metadata' });
  });
});

// ------------------------------------------------------------------------------------------------------------ uv

const uvProject = {
  '/app/pyproject.toml': '[project]\nname = "x"\nversion = "1"\ndependencies = ["flask"]\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
  '/app/uv.lock': 'version = 1\n[[package]]\nname = "x"\nversion = "1"\nsource = { editable = "." }\n',
};
const uvApplication = { ...uvProject, '/app/pyproject.toml': '[project]\nname = "x"\nversion = "1"\ndependencies = ["flask"]\n' };
const uvWorkspace = {
  '/app/pyproject.toml': '[project]\nname = "x"\nversion = "1"\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
  '/app/uv.lock': 'version = 1\n[[package]]\nname = "a"\nversion = "1"\nsource = { editable = "packages/a" }\n',
  '/app/packages/a/pyproject.toml': '[project]\nname = "a"\nversion = "1"\n[build-system]\nrequires = ["hatchling"]\n',
  '/app/packages/notes/README.md': '',
};

/** The effects of a sync, without the one that fetches an interpreter. */
function synced(view: ImageView, ...words: readonly Word[]): readonly Effect[] {
  const [interpreter, ...rest] = effectsOf(uv, view, ...words);
  expect(interpreter?.does).toContain('the Python for');
  return rest;
}

describe('uv sync', () => {
  const view = imageView({ files: uvProject });

  it('is the packages of the lock, and the project', () => {
    const [dependencies, project, ...more] = synced(view, 'uv sync --locked --no-dev');
    expect(more).toEqual([]);
    expect(dependencies && read(dependencies)).toEqual([
      '/app/pyproject.toml', '/app/uv.lock', '/app/.python-version', '/app/.python-versions', '/app/uv.toml',
    ]);
    expect(dependencies && read(dependencies, '/uv')).toEqual(['/uv.toml']);
    expect(dependencies && written(dependencies)).toEqual(['make-directory /app/.venv', 'set /app/.venv/pyvenv.cfg', `add ${pythonRegion('/app/.venv')}`]);
    expect(dependencies?.env).toContain('UV_*');
    expect(project?.kind).toBe('project-install');
    expect(project && read(project)).toContain('/app/**');
  });

  it.each(['--no-install-project', '--frozen --no-install-project', '--locked -q --no-cache', '--compile-bytecode --link-mode=copy --no-progress'])('%s gives the same packages', (options) => {
    expect(synced(view, `uv sync --no-dev ${options}`)[0]).toEqual(synced(view, 'uv sync --no-dev')[0]);
  });

  it('installs no project that is none', () => {
    expect(synced(view, 'uv sync --no-install-project')).toHaveLength(1);
    expect(synced(imageView({ files: uvApplication }), 'uv sync')).toHaveLength(1);
    const packaged = { ...uvProject, '/app/pyproject.toml': `${uvProject['/app/pyproject.toml']}[tool.uv]\npackage = false\n` };
    expect(synced(imageView({ files: packaged }), 'uv sync')).toHaveLength(1);
  });

  it.each([
    [{ UV_PROJECT_ENVIRONMENT: '/usr/local' }, 'uv sync', `add ${pythonRegion('/usr/local')}`],
    [{ UV_PROJECT_ENVIRONMENT: 'env' }, 'uv sync', `add ${pythonRegion('/app/env')}`],
    [{ VIRTUAL_ENV: '/venv' }, 'uv sync --active', `add ${pythonRegion('/venv')}`],
    [{ VIRTUAL_ENV: '/venv' }, 'uv sync', `add ${pythonRegion('/app/.venv')}`],
    [{}, 'uv sync --inexact', `add ${pythonRegion('/app/.venv')}`],
  ])('%o %s', (variables, text, expected) => {
    expect(written(synced(imageView({ files: uvProject, variables }), text)[0] ?? never())).toContain(expected);
  });

  it('reads the manifests of members, and installs the members from their source', () => {
    const view = imageView({ files: uvWorkspace });
    const [dependencies, project] = synced(view, 'uv sync --locked');
    expect(project && read(project)).toEqual(expect.arrayContaining(['/app/packages/a/pyproject.toml', '/app/packages/a/**']));
    expect(dependencies && read(dependencies)).not.toContain('/app/packages/a/pyproject.toml');
    expect(synced(view, 'uv sync --frozen --no-install-workspace')).toEqual([dependencies]);
    expect(read(synced(view, 'uv sync --no-install-workspace')[0] ?? never())).toContain('/app/packages/a/pyproject.toml');
    const doubtful = imageView({ files: uvWorkspace, incomplete: ['/app/packages'] });
    expect(read(synced(doubtful, 'uv sync --no-install-local')[0] ?? never())).toContain('/app/**');
  });

  it('finds the workspace from a member', () => {
    const [dependencies] = synced(imageView({ files: uvWorkspace, cwd: '/app/packages/a' }), 'uv sync');
    expect(dependencies && read(dependencies)).toContain('/app/uv.lock');
    expect(dependencies && written(dependencies)).toContain(`add ${pythonRegion('/app/.venv')}`);
  });

  it('writes a lock only where there may be none', () => {
    const files = { '/app/pyproject.toml': uvProject['/app/pyproject.toml'] };
    expect(written(synced(imageView({ files }), 'uv sync')[0] ?? never())).toContain('edit /app/uv.lock');
    expect(written(synced(imageView({ files }), 'uv sync --frozen')[0] ?? never())).not.toContain('edit /app/uv.lock');
  });
});

describe('uv pip', () => {
  const files = { '/app/r.txt': '-r more.txt\na==1\n', '/app/more.txt': 'b\n', '/app/c.txt': 'b<2\n' };

  it('reads what pip reads, and the configuration of uv', () => {
    const effect = onlyEffect(uv, imageView({ files }), 'uv pip install --system --no-cache -r r.txt -c c.txt');
    expect(read(effect).toSorted()).toEqual(['/app/c.txt', '/app/more.txt', '/app/pyproject.toml', '/app/r.txt', '/app/uv.toml']);
    expect(effect.reads.map((place) => place.path)).toEqual(expect.arrayContaining(['/uv.toml', '/pyproject.toml', '/etc/uv/uv.toml', '/root/.config/uv/uv.toml']));
    expect(effect.reads.map((place) => place.path)).not.toContain('/etc/pip.conf');
    expect(effect.does).toBe('uv pip install --system --requirements <file> --constraints <file>');
    expect(written(effect)).toEqual([inUsrLocal]);
  });

  it.each([
    ['uv pip install -r r.txt', {}, '/app/.venv'],
    ['uv pip install -r r.txt', { VIRTUAL_ENV: '/venv' }, '/venv'],
    ['uv pip install -r r.txt', { UV_SYSTEM_PYTHON: '1', VIRTUAL_ENV: '/venv' }, '/usr/local'],
    ['uv pip install --python /opt/venv/bin/python -r r.txt', {}, '/opt/venv'],
    ['uv pip install -p /opt/venv -r r.txt', {}, '/opt/venv'],
    ['uv pip install -p3.12 -r r.txt', {}, '/usr/local'],
    ['uv pip install --target lib -r r.txt', {}, '/app/lib'],
    ['uv pip install --prefix=/p -r r.txt', {}, '/p'],
    ['uv pip install -r r.txt', { UV_PYTHON: '/opt/venv/bin/python3' }, '/opt/venv'],
    ['uv -q pip --no-cache install -r r.txt --system', { VIRTUAL_ENV: '/venv' }, '/usr/local'],
  ])('%s %o', (text, variables, prefix) => {
    expect(written(onlyEffect(uv, imageView({ files, variables }), text))).toEqual([`add ${pythonRegion(prefix)}`]);
  });

  it('finds the environment that was made above', () => {
    const view = imageView({ cwd: '/app/src', files: { ...files, '/app/.venv/pyvenv.cfg': '' } });
    expect(written(onlyEffect(uv, view, 'uv pip install flask'))).toEqual([`add ${pythonRegion('/app/.venv')}`]);
  });

  it('reads constraints of variables and links of the configuration', () => {
    const more = { ...files, '/app/pyproject.toml': '[tool.uv]\nfind-links = ["vendor"]\n' };
    const effect = onlyEffect(uv, imageView({ files: more, variables: { UV_CONSTRAINT: 'c.txt' } }), 'uv pip install -r r.txt');
    expect(read(effect)).toEqual(expect.arrayContaining(['/app/c.txt', '/app/vendor/**']));
  });

  it('a project with static metadata is its dependencies, and itself', () => {
    const view = imageView({ files: uvProject });
    const [dependencies, project, ...more] = effectsOf(uv, view, 'uv pip install --system -e .[dev]');
    expect(more).toEqual([]);
    expect(dependencies?.kind).toBe('install');
    expect(dependencies && read(dependencies)).toEqual(['/app/uv.toml', '/app/pyproject.toml']);
    expect(project?.kind).toBe('project-install');
    expect(project && read(project)).toContain('/app/**');
    expect(effectsOf(uv, view, 'uv pip install --system -r pyproject.toml --extra dev')).toEqual([dependencies]);
  });

  it('a project with dynamic metadata is one', () => {
    expect(onlyEffect(uv, imageView({ files: { '/app/setup.py': '' } }), 'uv pip install .').kind).toBe('project-install');
    expect(read(onlyEffect(uv, imageView({ files: { '/app/setup.py': '' } }), 'uv pip install -r setup.py'))).toContain('/app/**');
  });

  it('sync removes the rest', () => {
    expect(written(onlyEffect(uv, imageView({ files }), 'uv pip sync --system r.txt'))).toEqual([`set ${pythonRegion('/usr/local')}`]);
  });

  it('compile reads its old output, and writes no includes', () => {
    const view = imageView({ files: { ...files, '/app/r.in': 'a\n' } });
    const effect = onlyEffect(uv, view, 'uv pip compile r.in -o r.txt');
    expect(written(effect)).toEqual(['set /app/r.txt']);
    expect(read(effect)).toEqual(expect.arrayContaining(['/app/r.in', '/app/r.txt']));
    expect(effect.selfContained).toBe(true);
    expect(read(onlyEffect(uv, view, 'uv pip compile r.in -o new.txt'))).not.toContain('/app/new.txt');
    expect(onlyEffect(uv, imageView({ files: { '/app/r.in': '-e .\n' } }), 'uv pip compile r.in -o r.txt').selfContained).toBe(false);
    expect(onlyEffect(uv, view, 'uv pip compile r.in')).toMatchObject({ kind: 'observe', selfContained: true });
  });
});

describe('other uv commands', () => {
  const view = imageView({ files: uvProject });

  it.each(['uv --version', 'uv pip list', 'uv tree', 'uv cache clean', 'uv lock --check', 'uv python list', 'uv run --no-sync python --version', 'uv', 'uvx --version'])('%s only looks', (text) => {
    expect(onlyEffect(uv, view, text)).toMatchObject({ kind: 'observe', writes: [] });
  });

  it.each(['uv run python manage.py migrate', 'uv run pytest', 'uvx ruff check', 'uv init', 'uv sync --odd x', 'uv self update', 'uv run --with x python --version'])('%s is opaque', (text) => {
    expect(reasonOf(uv, view, text)).not.toBe('');
  });

  it.each([
    ['uv lock', ['edit /app/uv.lock']],
    ['uv export --frozen --no-emit-project -o r.txt', ['set /app/r.txt']],
    ['uv pip uninstall --system x', [`edit ${pythonRegion('/usr/local')}`]],
    ['uv python install 3.12', [`add ${toolRegion('/root/.local/share/uv/python', 'uv-python')}`, `add ${pythonRegion('/root/.local')}`]],
    ['uv venv /opt/venv', ['make-directory /opt/venv', 'set /opt/venv/pyvenv.cfg', `edit ${pythonRegion('/opt/venv')}`, `add ${toolRegion('/root/.local/share/uv/python', 'uv-python')}`]],
    ['uv build --wheel -o /dist', ['edit /dist/**', `edit ${toolRegion('/app', 'python-build')}`]],
  ])('%s', (text, writes) => {
    expect(written(onlyEffect(uv, view, text))).toEqual(writes);
  });

  it('uv run syncs first', () => {
    const kinds = effectsOf(uv, view, 'uv run python --version').map((effect) => effect.kind);
    expect(kinds).toEqual(['install', 'install', 'project-install', 'observe']);
  });

  it('an export is self-contained without the project', () => {
    expect(onlyEffect(uv, view, 'uv export --frozen --no-emit-project -o r.txt').selfContained).toBe(true);
    expect(onlyEffect(uv, view, 'uv export --frozen -o r.txt').selfContained).toBe(false);
    expect(onlyEffect(uv, view, 'uv export --no-hashes --no-emit-project')).toMatchObject({ kind: 'observe', selfContained: true });
  });

  it('uv add changes manifest, lock and environment', () => {
    expect(written(onlyEffect(uv, view, 'uv add flask')).slice(0, 3)).toEqual(['edit /app/uv.lock', 'edit /app/pyproject.toml', `edit ${pythonRegion('/app/.venv')}`]);
  });

  it('uv tool install puts programs into ~/.local/bin', () => {
    expect(written(onlyEffect(uv, view, 'uv tool install poetry'))).toContain(`add ${pythonRegion('/root/.local')}`);
  });
});

describe('uv: dependencies only', () => {
  const only = (files: Record<string, string>, text: string, variables: Record<string, string> = {}) => uv.dependenciesOnly?.(call(text), imageView({ files, variables }));

  it.each([
    [uvProject, 'uv sync --locked --no-dev', 'uv sync --locked --no-dev --no-install-project'],
    [uvProject, 'uv sync', 'uv sync --no-install-project'],
    [uvWorkspace, 'uv sync --locked', 'uv sync --frozen --no-install-workspace'],
    [uvWorkspace, 'uv sync --frozen --all-packages', 'uv sync --frozen --all-packages --no-install-workspace'],
    [{ ...uvProject, '/app/uv.lock': 'version = 1\n[[package]]\nname = "lib"\nversion = "1"\nsource = { directory = "../lib" }\n' }, 'uv sync', 'uv sync --frozen --no-install-local'],
    [uvProject, 'uv pip install --system .', 'uv pip install --system -r pyproject.toml'],
    [uvProject, 'uv pip install --system -e .[dev]', 'uv pip install --system -r pyproject.toml --extra dev'],
    [{ '/app/api/pyproject.toml': uvProject['/app/pyproject.toml'] }, 'uv pip install ./api', 'uv pip install -r api/pyproject.toml'],
  ])('%#', (files, text, expected) => {
    expect(only(files, text)).toEqual({ kind: 'dependencies-only', text: expected, originalStillNeeded: true });
  });

  it('is not needed where no part of the project is installed', () => {
    expect(only(uvProject, 'uv sync --no-install-project')).toBeNull();
    expect(only(uvApplication, 'uv sync')).toBeNull();
    expect(only(uvProject, 'uv pip install flask')).toBeNull();
    expect(only(uvProject, 'uv venv')).toBeNull();
  });

  it.each([
    [{ '/app/pyproject.toml': '' }, 'uv sync', 'no-lock', {}],
    [uvWorkspace, 'uv sync --package a', 'unsupported', {}],
    [uvWorkspace, 'uv sync', 'unsupported', { UV_LOCKED: '1' }],
    [uvProject, 'uv add x', 'lock-changed-by-command', {}],
    [uvProject, 'uv lock', 'lock-changed-by-command', {}],
    [{ '/app/setup.py': '' }, 'uv pip install -e .', 'dynamic-metadata', {}],
    [{ '/app/r.txt': '-e .\n' }, 'uv pip install -r r.txt', 'local-dependency', {}],
    [uvProject, 'uv pip install --no-deps .', 'reads-source', {}],
  ])('%o %s is refused: %s', (files, text, reason, variables) => {
    expect(only(files as Record<string, string>, text, variables)).toMatchObject({ kind: 'refusal', reason });
  });
});

// -------------------------------------------------------------------------------------------------------- pipenv

const pipenvProject = {
  '/app/Pipfile': '[[source]]\nname = "x"\nurl = "https://$USER_NAME:${TOKEN}@example.org/simple"\n[packages]\nflask = "*"\n',
  '/app/Pipfile.lock': '{"_meta": {"hash": {"sha256": "x"}}, "default": {"flask": {"version": "==2.0"}}, "develop": {}}',
};
const pipenvCache = toolRegion('/root/.local/share/virtualenvs', 'pipenv');

describe('pipenv', () => {
  const view = imageView({ files: pipenvProject });

  it('reads Pipfile and its lock, and the variables of its sources', () => {
    const effect = onlyEffect(pipenv, view, 'pipenv install --system --deploy --ignore-pipfile -v');
    expect(effect.kind).toBe('install');
    expect(read(effect)).toEqual(['/app/Pipfile', '/app/Pipfile.lock']);
    expect(effect.env).toEqual(expect.arrayContaining(['PIPENV_*', 'PIP_*', 'TOKEN', 'USER_NAME']));
    expect(written(effect)).toEqual([inUsrLocal]);
    expect(effect.does).toBe('pipenv install --system --deploy --ignore-pipfile in /app');
  });

  it.each([
    ['pipenv sync', {}, [pipenvCache]],
    ['pipenv install', { PIPENV_VENV_IN_PROJECT: '1' }, [pythonRegion('/app/.venv')]],
    ['pipenv install', { VIRTUAL_ENV: '/venv', PIPENV_VENV_IN_PROJECT: '1' }, [pythonRegion('/venv')]],
    ['pipenv install', { VIRTUAL_ENV: '/venv', PIPENV_IGNORE_VIRTUALENVS: '1' }, [pipenvCache]],
    ['pipenv install', { WORKON_HOME: '/w' }, [toolRegion('/w', 'pipenv')]],
    ['pipenv install', { PIPENV_SYSTEM: '1' }, [pythonRegion('/usr/local')]],
  ])('%s %o', (text, variables, regions) => {
    expect(targets(onlyEffect(pipenv, imageView({ files: pipenvProject, variables }), text))).toEqual(regions);
  });

  it('may use an environment in the project if one may be there', () => {
    expect(targets(onlyEffect(pipenv, imageView({ files: pipenvProject, unknown: ['/app/.venv'] }), 'pipenv sync'))).toEqual([pythonRegion('/app/.venv'), pipenvCache]);
  });

  it('finds the Pipfile above, and PIPENV_PIPFILE', () => {
    expect(read(onlyEffect(pipenv, imageView({ files: pipenvProject, cwd: '/app/src/deep' }), 'pipenv sync'))).toContain('/app/Pipfile.lock');
    expect(read(onlyEffect(pipenv, imageView({ variables: { PIPENV_PIPFILE: 'x/Pipfile' } }), 'pipenv sync'))).toContain('/app/x/Pipfile.lock');
  });

  it('reads directories that it installs', () => {
    const files = { ...pipenvProject, '/app/Pipfile': '[packages]\nx = { path = ".", editable = true }\nw = { path = "w-1-py3-none-any.whl" }\n' };
    const effect = onlyEffect(pipenv, imageView({ files }), 'pipenv install');
    expect(effect.kind).toBe('project-install');
    expect(read(effect)).toEqual(expect.arrayContaining(['/app/**', '/app/w-1-py3-none-any.whl']));
    expect(pipenv.dependenciesOnly?.(call('pipenv install'), imageView({ files }))).toMatchObject({ reason: 'local-dependency' });
  });

  it('prints requirements without includes', () => {
    for (const text of ['pipenv requirements', 'pipenv lock -r', 'pipenv requirements --dev --hash']) {
      expect(onlyEffect(pipenv, view, text)).toMatchObject({ kind: 'observe', writes: [], selfContained: true });
    }
  });

  it('writes the lock where a command does', () => {
    expect(written(onlyEffect(pipenv, view, 'pipenv lock'))).toEqual(['edit /app/Pipfile.lock']);
    expect(written(onlyEffect(pipenv, view, 'pipenv install flask'))).toEqual(['edit /app/Pipfile.lock', 'edit /app/Pipfile', `edit ${pipenvCache}`]);
    expect(written(onlyEffect(pipenv, imageView({ files: { '/app/Pipfile': '' } }), 'pipenv install'))).toContain('edit /app/Pipfile.lock');
    expect(written(onlyEffect(pipenv, imageView({ files: { '/app/Pipfile': '' } }), 'pipenv install --skip-lock'))).toEqual([`add ${pipenvCache}`]);
  });

  it.each([
    ['pipenv install', pipenvProject, null],
    ['pipenv sync', pipenvProject, null],
    ['pipenv run x', pipenvProject, null],
    ['pipenv lock -r', pipenvProject, null],
    ['pipenv install flask', pipenvProject, 'lock-changed-by-command'],
    ['pipenv lock', pipenvProject, 'lock-changed-by-command'],
    ['pipenv update', pipenvProject, 'lock-changed-by-command'],
    ['pipenv install --deploy', { '/app/Pipfile': '' }, 'no-lock'],
  ])('dependencies only: %s', (text, files, reason) => {
    const answer = pipenv.dependenciesOnly?.(call(text), imageView({ files: files as Record<string, string> }));
    expect(answer && 'reason' in answer ? answer.reason : answer).toBe(reason);
  });

  it('looks, or is opaque', () => {
    for (const text of ['pipenv --version', 'pipenv graph', 'pipenv --venv', 'pipenv run python --version']) expect(onlyEffect(pipenv, view, text).kind).toBe('observe');
    for (const text of ['pipenv run python manage.py migrate', 'pipenv shell', 'pipenv install --odd x']) expect(reasonOf(pipenv, view, text)).not.toBe('');
  });
});

// ----------------------------------------------------------------------------------------------------------- pdm

const pdmProject = {
  '/app/pyproject.toml': '[project]\nname = "x"\nversion = "1"\ndependencies = ["flask"]\n[[tool.pdm.source]]\nname = "p"\nurl = "https://${TOKEN}@example.org"\n',
  '/app/pdm.lock': '[metadata]\nlock_version = "4.4"\n[[package]]\nname = "flask"\nversion = "2.0"\n',
};

describe('pdm', () => {
  const view = imageView({ files: pdmProject });

  it('is the packages of the lock, and the project', () => {
    const [dependencies, project, ...more] = effectsOf(pdm, view, 'pdm install --prod --no-editable');
    expect(more).toEqual([]);
    expect(dependencies && read(dependencies)).toEqual(['/app/pyproject.toml', '/app/pdm.lock', '/app/pdm.toml', '/app/.pdm.toml', '/app/.pdm-python', '/app/.python-version']);
    expect(dependencies?.env).toEqual(expect.arrayContaining(['PDM_*', 'TOKEN']));
    expect(project?.kind).toBe('project-install');
    expect(project && read(project)).toContain('/app/**');
    expect(effectsOf(pdm, view, 'pdm install --prod --no-editable --no-self --no-lock -q')).toEqual([dependencies]);
  });

  it('has no project where it is no distribution', () => {
    const files = { ...pdmProject, '/app/pyproject.toml': '[project]\nname = "x"\n[tool.pdm]\ndistribution = false\n' };
    expect(effectsOf(pdm, imageView({ files }), 'pdm sync')).toHaveLength(1);
    expect(effectsOf(pdm, imageView({ files: pdmProject, variables: { PDM_NO_SELF: '1' } }), 'pdm sync')).toHaveLength(1);
  });

  it.each([
    ['pdm sync', { VIRTUAL_ENV: '/venv' }, [pythonRegion('/venv')]],
    ['pdm sync', {}, [pythonRegion('/app/.venv'), toolRegion('/app/__pypackages__', 'pdm'), pythonRegion('/usr/local')]],
    ['pdm sync -g -p .', {}, [pythonRegion('/usr/local')]],
    ['pdm sync', { PDM_USE_VENV: 'false' }, [toolRegion('/app/__pypackages__', 'pdm'), pythonRegion('/usr/local')]],
  ])('%s %o', (text, variables, regions) => {
    expect(targets(effectsOf(pdm, imageView({ files: pdmProject, variables }), text)[0])).toEqual(regions);
  });

  it('is opaque where it runs scripts of the project', () => {
    const files = { ...pdmProject, '/app/pyproject.toml': `${pdmProject['/app/pyproject.toml']}[tool.pdm.scripts]\npost_install = "python x.py"\n` };
    expect(reasonOf(pdm, imageView({ files }), 'pdm install')).toContain('post_install');
    expect(effectsOf(pdm, imageView({ files }), 'pdm install --skip :all')).toHaveLength(2);
  });

  it('reads -p, --lockfile and directories', () => {
    const files = { '/app/api/pyproject.toml': '[project]\nname = "x"\ndependencies = ["lib @ file:///${PROJECT_ROOT}/lib"]\n', '/app/api/other.lock': '' };
    const [dependencies] = effectsOf(pdm, imageView({ files }), 'pdm sync -p api --lockfile other.lock --no-self');
    expect(dependencies && read(dependencies)).toEqual(expect.arrayContaining(['/app/api/other.lock', '/app/api/lib/**']));
    expect(pdm.dependenciesOnly?.(call('pdm sync -p api -L other.lock'), imageView({ files }))).toMatchObject({ reason: 'local-dependency' });
  });

  it('exports without includes', () => {
    const effect = onlyEffect(pdm, view, 'pdm export -f requirements --without-hashes -o r.txt');
    expect(written(effect)).toEqual(['set /app/r.txt']);
    expect(effect.selfContained).toBe(true);
    expect(onlyEffect(pdm, view, 'pdm export --self -o r.txt').selfContained).toBe(false);
    expect(onlyEffect(pdm, view, 'pdm export --prod')).toMatchObject({ kind: 'observe', selfContained: true });
  });

  it.each([
    ['pdm lock', ['edit /app/pdm.lock']],
    ['pdm add x --no-sync', ['edit /app/pdm.lock', 'edit /app/pyproject.toml']],
    ['pdm build -d /out', ['edit /out/**', `edit ${toolRegion('/app', 'python-build')}`]],
    ['pdm config python.use_venv false', ['make-directory /root/.config/pdm', 'edit /root/.config/pdm/config.toml']],
  ])('%s', (text, writes) => {
    expect(written(onlyEffect(pdm, view, text))).toEqual(writes);
  });

  it.each([
    ['pdm sync --prod', pdmProject, 'pdm sync --prod --no-self'],
    ['python -m pdm install --check', pdmProject, 'python -m pdm install --check --no-self'],
    ['pdm sync --no-self', pdmProject, null],
    ['pdm run x', pdmProject, null],
    ['pdm update', pdmProject, 'lock-changed-by-command'],
    ['pdm install', { '/app/pyproject.toml': '' }, 'no-lock'],
  ])('dependencies only: %s', (text, files, expected) => {
    const answer = pdm.dependenciesOnly?.(call(text), imageView({ files: files as Record<string, string> }));
    expect(answer && ('reason' in answer ? answer.reason : answer.text)).toBe(expected);
  });

  it('looks, or is opaque', () => {
    for (const text of ['pdm --version', 'pdm info', 'pdm run python --version', 'pdm sync --dry-run']) expect(onlyEffect(pdm, view, text).kind).toBe('observe');
    for (const text of ['pdm run start', 'pdm init', 'pdm install --odd x', 'pdm fix']) expect(reasonOf(pdm, view, text)).not.toBe('');
  });
});

// ----------------------------------------------------------------------------------------------------- pip-tools

describe('pip-tools', () => {
  const files = { '/app/requirements.in': '-c c.txt\nflask\n', '/app/c.txt': 'flask<3\n', '/app/requirements.txt': 'flask==2.0\n' };
  const view = imageView({ files });

  it('compiles a lock without includes', () => {
    for (const text of ['pip-compile', 'pip-compile -q --no-header requirements.in', 'python -m piptools compile -o requirements.txt requirements.in']) {
      const effect = onlyEffect(pipTools, view, text);
      expect(written(effect)).toEqual(['set /app/requirements.txt']);
      expect(read(effect)).toEqual(expect.arrayContaining(['/app/requirements.in', '/app/c.txt', '/app/requirements.txt']));
      expect(effect.selfContained).toBe(true);
    }
    expect(read(onlyEffect(pipTools, view, 'pip-compile --upgrade'))).not.toContain('/app/requirements.txt');
    expect(onlyEffect(pipTools, view, 'pip-compile -o -')).toMatchObject({ kind: 'observe', selfContained: true });
  });

  it('reads the whole project for its metadata, and does not trust a list with paths', () => {
    expect(read(onlyEffect(pipTools, view, 'pip-compile pyproject.toml --extra dev -o out.txt'))).toContain('/app/**');
    expect(onlyEffect(pipTools, imageView({ files: { '/app/requirements.in': '-e .\n' } }), 'pip-compile').selfContained).toBe(false);
  });

  it('sync installs exactly the files', () => {
    const effect = onlyEffect(pipTools, view, 'pip-sync');
    expect(written(effect)).toEqual([`set ${pythonRegion('/usr/local')}`]);
    expect(read(effect)).toContain('/app/requirements.txt');
    expect(written(onlyEffect(pipTools, view, '/opt/venv/bin/pip-sync requirements.txt'))).toEqual([`set ${pythonRegion('/opt/venv')}`]);
    expect(written(onlyEffect(pipTools, view, 'pip-sync --user'))).toEqual([`set ${pythonRegion('/root/.local')}`]);
    expect(onlyEffect(pipTools, imageView({ files: { '/app/requirements.txt': '-e .\n' } }), 'pip-sync').kind).toBe('project-install');
  });

  it('is opaque where it may read anything', () => {
    expect(reasonOf(pipTools, view, 'pip-compile --odd x')).toMatch(/not known/);
    expect(reasonOf(pipTools, view, 'pip-sync *.txt')).toMatch(/several/);
    expect(reasonOf(pipTools, view, 'pip-sync', { text: '--pip-args=-c other.txt' })).toMatch(/name files/);
    expect(onlyEffect(pipTools, view, 'pip-sync', { text: '--pip-args=--no-deps --no-cache-dir' }).does).toContain('--no-deps');
    expect(onlyEffect(pipTools, view, 'pip-compile --dry-run').kind).toBe('observe');
  });
});

// ------------------------------------------------------------------------------------------------------ all of them

describe('a build argument in place of options', () => {
  it.each([[poetry, 'poetry install'], [pdm, 'pdm sync'], [pipenv, 'pipenv install'], [uv, 'uv sync']] as const)('%# %s', (tool, text) => {
    const view = imageView({ files: { ...poetryProject, ...pdmProject, ...uvProject, ...pipenvProject } });
    expect(reasonOf(tool, view, text, { text: symbol('FLAGS') })).toContain('${FLAGS}');
    expect(tool.dependenciesOnly?.(call(text, { text: symbol('FLAGS') }), view)).toBeNull();
  });
});

describe('every Python tool', () => {
  const tools = [pip, pipTools, poetry, pipenv, uv, pdm, python];
  const words = fc.constantFrom(
    'install', 'sync', 'run', 'pip', 'compile', 'lock', 'export', 'config', 'add', 'wheel', 'tool', 'venv', '-r', '-rx', '-e', '.', '-c', '--', '-', '', '-m', '--no-root', '--target', '*', 'a[b]', './*.whl',
    '-o', 'r.txt', '--requirement=r.txt', '-e.', '--odd', '--odd=../x', 'import x', symbol('A'), `x==${symbol('B')}`, `${symbol('C')}/r.txt`, 'toString', '__proto__', '--__proto__=1', '~', '~/x', 'file:', 'file:///', 'git+', 'x @ ', ']', '[', '-C', 'setup.py', 'build', 'download',
  );
  const programs = fc.constantFrom('pip', 'pip3.12', '/opt/venv/bin/pip', 'pip-compile', 'pip-sync', 'piptools', 'poetry', 'pipenv', 'uv', 'uvx', 'pdm', 'python', 'python3', 'venv', 'spacy', 'nltk', 'playwright', 'compileall');
  const view = imageView({ files: { ...uvWorkspace, '/app/r.txt': '-r r.txt\n-e .\n-c\n${X}\n', '/app/poetry.lock': '[[', '/app/Pipfile': '\u0000', '/app/Pipfile.lock': '{', '/app/pdm.lock': '' } });

  it('answers any call, always alike, and with places that are absolute', () => {
    fc.assert(
      fc.property(programs, fc.array(words, { maxLength: 6 }), (program, args) => {
        const one = { ...call(program), args: args.map((text) => argument(text)) };
        const tool = tools.find((candidate) => candidate.recognises(one.program));
        expect(tool).toBeDefined();
        const outcome = tool?.effects(one, view);
        expect(tool?.effects(one, view)).toEqual(outcome);
        tool?.dependenciesOnly?.(one, view);
        if (outcome?.kind !== 'effects') return;
        for (const effect of outcome.effects) {
          for (const place of [...effect.reads, ...effect.writes.map((write) => write.place)]) expect(place.path).toMatch(/^\//);
          expect(effect.kind === 'observe' ? effect.writes : []).toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('takes long input', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `package-${index}==1.${index}`).join('\n');
    const long = imageView({ files: { '/app/r.txt': lines } });
    const many = Array.from({ length: 10_000 }, (_, index) => argument(index % 2 ? '-q' : `package-${index}[x]==1.*`));
    expect(onlyEffect(pip, long, 'pip install -r r.txt').reads.map((place) => place.path)).toContain('/app/r.txt');
    expect(pip.effects({ ...call('pip install'), args: [argument('install'), ...many] }, long).kind).toBe('effects');
  });

  it('recognises nothing else', () => {
    for (const name of ['toString', 'constructor', 'pipx', 'piper', 'pythonic', 'conda', 'npm', 'uvicorn', '']) {
      expect(tools.filter((tool) => tool.recognises(name)).map((tool) => tool.id)).toEqual([]);
    }
  });
});
