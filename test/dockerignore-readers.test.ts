import { describe, expect, test } from 'vitest';
import { openContext } from '../src/context/context.ts';
import { memoryTree } from '../src/context/memory.ts';
import { openProject } from '../src/plan/project.ts';
import type { BuildView } from '../src/plan/project.ts';
import { arrivalsOf } from '../transforms/dockerignore/arrivals.ts';
import { readMakefile, recipesOf } from '../transforms/dockerignore/makefile.ts';
import { mentionIn, searchFor, subjectNamed, subjectOf } from '../transforms/dockerignore/mentions.ts';
import { piecesOf, piecesOfText } from '../transforms/dockerignore/runs.ts';
import { survey } from '../transforms/dockerignore/survey.ts';

describe('a line that uses git', () => {
  test.each([
    ['a.py', 'subprocess.run(["git", "rev-parse", "HEAD"])'],
    ['a.py', "check_output(('git', 'describe'))"],
    ['a.py', 'import git'],
    ['a.py', 'from sh import git'],
    ['a.py', "head = Path('.git') / 'HEAD'"],
    ['a.py', "open(os.path.join(root, '.git/HEAD'))"],
    ['a.py', 'repo = pygit2.Repository(".")'],
    ['a.js', 'const out = await $`git rev-parse HEAD`;'],
    ['a.js', "const program = 'git';"],
    ['a.js', "/* commit */ execSync('git log -1');"],
    ['a.js', "const ignored = execSync('git ls-files --ignored');"],
    ['a.rb', 'SHA = `git rev-parse HEAD`'],
    ['a.rb', 'IO.popen(%w[git log -1])'],
    ['mix.exs', 'System.cmd("git", ["describe"])'],
    ['a.erl', '{vsn, git}'],
    ['a.php', "shell_exec('git rev-parse HEAD');"],
    ['a.php', "file_get_contents(__DIR__ . '/.git/refs/heads/main');"],
    ['a.cs', 'var info = new ProcessStartInfo { FileName = "git" };'],
    ['a.cs', 'Process.Start("git.exe", "describe");'],
    ['a.csproj', '<Exec Command="git describe --always" />'],
    ['a.rs', 'Command::new("git").args(["describe"])'],
    ['a.go', '//go:generate git rev-parse HEAD'],
    ['a.go', 'exec.Command("/usr/bin/git", "log")'],
    ['a.java', 'new ProcessBuilder("git", "log").start();'],
    ['a.R', 'system2("git", c("log", "-1"))'],
    ['a.clj', '(sh "git" "rev-parse" "HEAD")'],
    ['CMakeLists.txt', 'find_package(Git REQUIRED)'],
    ['hugo.toml', 'enableGitInfo = true'],
    ['Taskfile.yml', 'sh: git describe --tags'],
    ['a.sh', 'git -C "$ROOT" describe'],
    ['settings.json', '{ "command": "cd app && git log -1 --format=%H > version.txt" }'],
  ])('%s: %s', (path, line) => expect(mentionIn(subjectOf('git'), path, `first\n${line}\n`)).toMatchObject({ path, line: 2 }));

  test.each([
    ['a.py', '# git describe gives the version'],
    ['a.js', '// git rev-parse HEAD'],
    ['a.js', '/* git */'],
    ['a.py', 'url = "https://example.org/x.git"'],
    ['a.py', 'url = "git@github.com:acme/shop.git"'],
    ['a.py', 'url = "git+https://example.org/x"'],
    ['Cargo.toml', 'shop = { git = "https://example.org/x" }'],
    ['Gemfile', "gem 'x', :git => 'https://example.org/x'"],
    ['package.json', '"repository": { "type": "git" }'],
    ['pom.xml', '<connection>scm:git:https://example.org/x</connection>'],
    ['a.py', 'sha = os.environ["GIT_SHA"]'],
    ['a.py', 'names = [".gitignore", ".github", "digit", "legit", "github"]'],
    ['a.vue', '<p>Clone the project with git and run the program on your machine</p>'],
    ['a.html', '<i class="fa-git-alt"></i>'],
    ['setup.cfg', 'exclude = .git,__pycache__'],
    ['pyproject.toml', 'exclude = [".git", ".venv"]'],
    ['a.sh', 'git clone https://example.org/x'],
  ])('not %s: %s', (path, line) => expect(mentionIn(subjectOf('git'), path, `first\n${line}\n`)).toBeNull());

  test('a list over several lines leaves out, a call over several lines does not', () => {
    expect(mentionIn(subjectOf('git'), 'ruff.toml', 'exclude = [\n    ".git",\n    ".venv",\n]\n')).toBeNull();
    expect(mentionIn(subjectOf('git'), 'a.py', 'run(\n    [\n        "git",\n        "describe",\n    ],\n)\n')).toMatchObject({ line: 3 });
  });
});

test.each([
  ['load_dotenv()', true],
  ['process.loadEnvFile();', true],
  ['env_file=".env"', true],
  ['. ./.env', true],
  ['const { env } = process;', false],
  ['environment = "production"', false],
])('.env: %s', (line, uses) => expect(mentionIn(subjectOf('environment'), 'a.py', line) !== null).toBe(uses));

test('a path is named as a word of its own', () => {
  const subject = subjectNamed(['Dockerfile']);
  expect(mentionIn(subject, 'a.py', "open('Dockerfile')")).not.toBeNull();
  expect(mentionIn(subject, 'a.py', 'class DockerfileParser:')).toBeNull();
});

describe('the texts of a context', () => {
  const searched = (files: Readonly<Record<string, string>>, commands = ''): unknown => {
    const tree = memoryTree(files);
    return searchFor(subjectOf('git'), survey(tree, openContext(tree, '', null), ['']), commands);
  };
  const recipe = { Makefile: 'version:\n\tgit describe\n' };

  test('a recipe counts where its tool runs', () => {
    expect(searched(recipe)).toEqual({ kind: 'none' });
    expect(searched(recipe, 'make version')).toMatchObject({ kind: 'named', mention: { path: 'Makefile', line: 2 } });
    expect(searched({ ...recipe, 'a.py': 'run(["make", "version"])\n' })).toMatchObject({ kind: 'named' });
    expect(searched({ ...recipe, 'a.py': '# run(["make", "version"])\nmake = 1\n' })).toEqual({ kind: 'none' });
  });

  test('a script of package.json counts where a program runs it', () => {
    const manifest = { 'package.json': '{\n  "scripts": {\n    "stamp": "git log -1"\n  }\n}\n' };
    expect(searched(manifest)).toEqual({ kind: 'none' });
    expect(searched({ ...manifest, 'build.js': "execSync('npm run stamp');\n" })).toMatchObject({ kind: 'named', mention: { line: 3 } });
    expect(searched({ ...manifest, 'build.js': "execSync('npm run stamps');\n" })).toEqual({ kind: 'none' });
  });

  test('prose, workflows and locks do not count, a notebook only where one is run', () => {
    expect(searched({ 'README.md': 'git log\n', '.github/workflows/ci.yml': 'run: git log -1\n', 'yarn.lock': 'git log\n' })).toEqual({ kind: 'none' });
    expect(searched({ 'a.ipynb': '"!git log -1"\n' })).toEqual({ kind: 'none' });
    expect(searched({ 'a.ipynb': '"!git log -1"\n' }, 'papermill a.ipynb out.ipynb')).toMatchObject({ kind: 'named' });
  });
});

describe('a Makefile', () => {
  const linesOf = (text: string, ...targets: readonly string[]): unknown => recipesOf(readMakefile(text), targets);

  test('gives the recipe of a target and of what it needs', () => {
    const text = 'all: build\n\nbuild: deps\n\t@tsc \\\n\t  --strict\n\ndeps:\n\tnpm ci\n\nrelease:\n\tgit push\n';
    expect(linesOf(text)).toMatchObject({ kind: 'lines', lines: [{ text: 'tsc  --strict', line: 4 }, { text: 'npm ci', line: 8 }] });
    expect(linesOf(text, 'release')).toMatchObject({ lines: [{ text: 'git push', line: 11 }] });
    expect(linesOf(text, 'other')).toEqual({ kind: 'no-target' });
  });

  test('fills variables in', () => {
    expect(linesOf('TOOL = pip\nSHA := $(shell git rev-parse HEAD)\na:\n\t$(TOOL) install $$X ${SHA}\n')).toMatchObject({ lines: [{ text: 'pip install $X $(git rev-parse HEAD)' }] });
  });

  test('that includes another is not read', () => {
    expect(linesOf('include common.mk\na:\n\ttrue\n', 'a')).toMatchObject({ kind: 'unread', line: 1 });
    expect(linesOf('a:\n\ttrue\n$(eval b: ; git log)\n', 'a')).toMatchObject({ kind: 'unread', line: 3 });
  });
});

describe('the commands of a text', () => {
  const programs = (text: string): readonly (string | null)[] => piecesOfText(text, 'a.sh').map((piece) => (piece.kind === 'run' ? piece.program : 'unread'));

  test.each([
    ['set -e\nmake x && npm ci\n', ['set', 'make', 'npm']],
    ['V=$(git log -1)\n', ['git']],
    ['echo "`git describe`"\n', ['git', 'echo']],
    ['if test -f x; then git log; fi\n', ['test', 'git']],
    ['stamp() {\n  git log\n}\nstamp\n', ['git']],
    ['cat x | while read a; do "$a"; done\n', ['cat', 'read', null]],
    ['/usr/local/bin/tool x\n', ['tool']],
    ['python -m pip install x\n', ['pip']],
  ])('%j', (text, expected) => expect(programs(text)).toEqual(expected));

  test('where they stand, and in which directory', () => {
    expect(piecesOfText('cd web\nnpm ci\n', 'a.sh', { cwd: '/srv' })).toMatchObject([{ where: 'a.sh:1' }, { where: 'a.sh:2', cwd: '/srv/web' }]);
    expect(piecesOfText('cd "$X"\nnpm ci\n', 'a.sh', { cwd: '/srv' }).at(-1)).toMatchObject({ cwd: null });
  });
});

describe('where a path arrives', () => {
  const viewOf = (...lines: readonly string[]): BuildView => {
    const tree = memoryTree({ Dockerfile: `${lines.join('\n')}\n`, 'src/a.txt': '' });
    const builds = [{ dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' }] as const;
    const [build] = openProject({ tree, builds, settings: new Map() }).dockerfiles.flatMap((one) => one.builds);
    if (build === undefined) throw new Error('no build');
    return build;
  };
  const arrivals = (...lines: readonly string[]): unknown => arrivalsOf(viewOf(...lines), '.git').map(({ places, steps, isShipped }) => ({ places, steps: steps.map(({ line }) => line), isShipped }));

  test.each([
    [['FROM debian', 'WORKDIR /a', 'RUN true', 'COPY . .', 'RUN ls'], [{ places: ['/a/.git'], steps: [5], isShipped: true }]],
    [['FROM debian', 'COPY src /a'], []],
    [['FROM debian', 'RUN --mount=type=bind,target=/a ls'], [{ places: [], steps: [2], isShipped: false }]],
    [['FROM debian AS b', 'COPY . /a', 'FROM debian', 'COPY --from=b /a/out /out'], [{ places: ['/a/.git'], steps: [], isShipped: false }]],
    [['FROM debian AS b', 'COPY . /a', 'FROM debian', 'COPY --from=b /a /c', 'RUN ls'], [{ places: ['/a/.git'], steps: [], isShipped: false }, { places: ['/c/.git'], steps: [5], isShipped: true }]],
    [['FROM debian AS b', 'COPY . /a', 'FROM b', 'RUN ls'], [{ places: ['/a/.git'], steps: [], isShipped: false }, { places: ['/a/.git'], steps: [4], isShipped: true }]],
  ])('%j', (lines, expected) => expect(arrivals(...lines)).toEqual(expected));

  test('an image that holds it runs its command as well', () => {
    const view = viewOf('FROM debian', 'COPY . /a', 'CMD ["git", "log"]');
    expect(arrivalsOf(view, '.git').flatMap(piecesOf)).toMatchObject([{ kind: 'run', program: 'git', where: 'Dockerfile:3', atStart: true }]);
  });
});
