import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { osRegion, pythonRegion, symbol, toolRegion } from '../src/build/places.ts';
import type { Effect, ImageView, Tool } from '../src/commands/command.ts';
import { grammar, readOptions } from '../src/commands/options.ts';
import { pip } from '../src/commands/pip.ts';
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

  it('reads a named wheel only', () => {
    expect(read(onlyEffect(pip, imageView(), 'pip install a.whl dist/b-1.0.tar.gz'))).toEqual(['/app/a.whl', '/app/dist/b-1.0.tar.gz']);
  });

  it('reads git configuration for a repository, and names where an editable one is checked out', () => {
    const effect = onlyEffect(pip, imageView(), 'pip install -e git+https://example.org/x.git#egg=x');
    expect(effect.reads.map((place) => place.path)).toContain('/root/.gitconfig');
    expect(effect.env).toContain('GIT_SSH_COMMAND');
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
