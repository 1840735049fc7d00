import { describe, expect, test } from 'vitest';

import { symbol } from '../src/build/places.ts';
import type { Effect } from '../src/commands/command.ts';
import { isInstallCall } from '../src/commands/install-calls.ts';
import { isInStep, readGoMod } from '../src/manifests/go-mod.ts';
import { callOfLine, effectOfLine, readsOf, reasonOfLine, writesOf } from './support/command-line.ts';
import type { ImageFacts } from './support/image-view.ts';

const goMod = `module example.org/shop // a remark

go 1.23.0

toolchain go1.23.4

require example.org/a v1.0.0
require (
	"example.org/b" v1.2.3 // indirect
	\`example.org/c\` v0.0.0-20240101000000-0123456789ab

	example.org/d/v2 v2.0.0
)

exclude example.org/a v1.1.0
retract [v1.0.0, v1.1.0]

replace (
	example.org/b v1.2.3 => example.org/fork v1.2.4
	example.org/b => ./never
	example.org/c => ../c
	example.org/a v0.9.0 => /opt/a
)
`;

describe('go.mod', () => {
  test('what is required, as it is replaced', () => {
    expect(readGoMod(goMod)).toEqual({
      modules: [
        { path: 'example.org/a', version: 'v1.0.0' },
        { path: 'example.org/fork', version: 'v1.2.4' },
        { path: 'example.org/d/v2', version: 'v2.0.0' },
      ],
      directories: ['./never', '../c', '/opt/a'],
      isRequiring: true,
      rewritten: null,
    });
    expect(readGoMod(goMod.replaceAll('\n', '\r\n'))).toEqual(readGoMod(goMod));
  });

  test.each(['require example.org/a', 'require (\n\texample.org/a v1.0.0\n', 'replace a b', 'replace a =>', 'module "x', 'require a b c'])('is not read: %j', (text) => {
    expect(readGoMod(text)).toBe(null);
  });

  test('a text without requirements', () => {
    const nothing = { modules: [], directories: [], isRequiring: false, rewritten: null };
    expect(readGoMod('')).toEqual(nothing);
    expect(readGoMod('module example.org/shop\nrequire ()\nreplace ( ) // none')).toEqual(nothing);
    expect(readGoMod('require a v1.0.0\nreplace a => ../a')).toMatchObject({ modules: [], isRequiring: true });
  });

  test.each([
    ['go 1.23\nrequire a v1.0.0', null],
    ['go 1.23\nrequire a v2.0.0+incompatible', null],
    ['require a v1.0.0', 'it does not say which version of go it is written for'],
    ['go 1.23\nrequire a v1.0', 'v1.0 of a is no version'],
    ['go 1.23\nrequire a v1.0.0\nreplace b => c master', 'master of c is no version'],
    ['replace b => c master', null],
  ])('%j is written anew by a download: %s', (text, why) => {
    expect(readGoMod(text)?.rewritten).toBe(why);
  });

  test('go.sum is in step if it has the go.mod of each module', () => {
    const mod = readGoMod(goMod) ?? { modules: [], directories: [] };
    const sums = ['example.org/a v1.0.0', 'example.org/fork v1.2.4', 'example.org/d/v2 v2.0.0'].map((name) => `${name} h1:x=\n${name}/go.mod h1:y=\n`);
    expect(isInStep(mod, sums.join(''))).toBe(true);
    expect(isInStep(mod, sums.join('').replaceAll('\n', '\r\n'))).toBe(true);
    for (const sum of sums) expect(isInStep(mod, sums.filter((one) => one !== sum).join(''))).toBe(false);
    expect(isInStep(mod, sums.join('').replaceAll('/go.mod', ''))).toBe(false);
  });
});

const project: ImageFacts = {
  cwd: '/src/cmd',
  variables: { GOPATH: '/go' },
  files: { '/src/go.mod': 'module example.org/shop\ngo 1.23\nrequire example.org/a v1.0.0\nreplace example.org/c => ../c\n', '/src/go.sum': 'example.org/a v1.0.0/go.mod h1:x=\n' },
};

const effect = (line: string, facts: ImageFacts = project): Effect => effectOfLine(line, facts);
const reason = (line: string, facts: ImageFacts = project): string => reasonOfLine(line, facts);
const reads = (line: string, facts?: ImageFacts): readonly string[] => readsOf(effect(line, facts));
const writes = (line: string, facts?: ImageFacts): readonly string[] => writesOf(effect(line, facts));

describe('go mod download', () => {
  test('reads the go.mod at hand and above it, go.sum, workspaces, what is replaced, and settings', () => {
    const read = reads('go mod download');
    for (const path of ['/src/cmd/go.mod', '/src/go.mod', '/src/go.sum', '/c/go.mod', '/src/cmd/go.work', '/src/go.work', '/go.work', '/root/.config/go/env', '/root/.netrc', '/root/.gitconfig']) expect(read).toContain(path);
    expect(read).not.toContain('/go.mod');
    expect(reads('go mod download', { ...project, variables: { ...project.variables, GOWORK: 'off' } })).not.toContain('/src/go.work');
  });

  test('fills the cache of modules, and leaves a go.sum that is in step', () => {
    expect(writes('go mod download')).toEqual(['add /go/pkg/mod/#go-modules', 'add /go/pkg/sumdb/#go-checksums', 'add /root/.config/go/telemetry/#go-telemetry', 'edit /src/go.sum in step']);
    expect(writes('go mod download', { ...project, files: { ...project.files, '/src/go.sum': '' } }).at(-1)).toBe('edit /src/go.sum');
    expect(writes('go mod download', { ...project, variables: { GOMODCACHE: '/cache' } })[0]).toBe('add /cache/#go-modules');
    expect(writes('go mod download', { ...project, variables: {} })[0]).toBe('add /root/go/pkg/mod/#go-modules');
    expect(writes('go mod download', { ...project, files: { '/src/go.mod': 'module a\n' } })).toHaveLength(3);
    expect(writes('go mod download', { ...project, files: { '/src/go.mod': 'require a v1.0.0\nreplace a => ../a\n' } }).slice(3)).toEqual(['edit /src/go.sum in step', 'edit /src/go.mod']);
  });

  test('is the same whatever is printed', () => {
    expect(effect('go mod download -x').does).toBe(effect('go mod download').does);
    expect(effect('go mod download').env).toEqual(expect.arrayContaining(['GOPROXY', 'GIT_SSH*', 'HTTPS_PROXY', 'HOME']));
  });
});

test('go mod download reads what its settings name: a directory as proxy, files of git and ssh', () => {
  const settings = { '/root/.gitconfig': '[safe]\n\tdirectory = /src\n[include]\n\tpath = more\n\tpath = ~/own\n[core]\n\tsshCommand = "ssh -i /src/key"\n[url "file:///srv/git"]\n', '/root/.ssh/config': 'IdentityFile /src/id' };
  const read = effect('go mod download', { ...project, files: { ...project.files, ...settings }, variables: { GOPROXY: 'https://a.example.org,file:///srv/proxy|direct', GIT_CONFIG_GLOBAL: '/src/gitconfig' } }).reads;
  const paths = read.map(({ path, deep }) => `${path}${deep ? '/**' : ''}`);
  expect(paths).toEqual(expect.arrayContaining(['/srv/proxy/**', '/root/more', '/root/own', '/src/key', '/srv/git', '/src/id', '/src/gitconfig', '/root/.ssh/**', '/root/.config/git/**']));
  expect(paths).not.toContain('/src');
});

test('go mod verify looks at what was downloaded', () => {
  expect(reads('go mod verify')).toEqual(expect.arrayContaining(['/go/pkg/mod/#go-modules', '/src/go.sum']));
});

test('go install of a version brings a program', () => {
  expect(writes('go install github.com/swaggo/swag/cmd/swag@v1.16.3')).toEqual(expect.arrayContaining(['set /go/bin/swag', 'add /root/.cache/go-build/#go-compiled']));
  expect(writes('go install github.com/a/b@latest', { ...project, variables: { GOBIN: '/tools' } })).toContain('set /tools/b');
});

test('go install of a second version of a module', () => {
  expect(writes('go install example.org/tool/v2@latest')).toContain('set /go/bin/tool');
  expect(reason('go install example.org/a@latest', { ...project, variables: { GOOS: 'windows' } })).toContain('another platform');
});

test('go install of a version looks for a module and a workspace, which may ask for another version of go', () => {
  const workspace = { ...project, files: { ...project.files, '/src/go.work': 'use .' } };
  const manifests = (facts: ImageFacts): readonly string[] => reads('go install example.org/a@latest', facts).filter((path) => /go\.(?:mod|sum|work)$/.test(path));
  expect(manifests(workspace)).toEqual(['/src/cmd/go.work', '/src/go.work', '/go.work', '/src/cmd/go.mod', '/src/go.mod']);
  expect(manifests({ ...workspace, variables: { GOWORK: '../go.work' } })).toContain('/src/go.work');
  expect(manifests({ ...workspace, variables: { GOTOOLCHAIN: 'local' } })).toEqual([]);
});

test('go install with options of the compiler, and with a version that an argument says', () => {
  expect(writes('go install -tags postgres -ldflags=-s -trimpath example.org/a@v1')).toContain('set /go/bin/a');
  expect(effect(`go install example.org/a@${symbol('V')}`).does).toBe(`go install example.org/a@${symbol('V')}`);
  expect(reason(`go install ${symbol('V')}`)).toContain('depends on');
});

test('go env -w writes settings of the user', () => {
  expect(writes('go env -w GOPROXY=https://proxy.example.org')).toEqual(['edit /root/.config/go/env']);
  expect(writes('go env -w GOPRIVATE=a', { ...project, variables: { XDG_CONFIG_HOME: '/config' } })).toEqual(['edit /config/go/env']);
  expect(writes('go env -w GOFLAGS=-mod=mod')).toEqual(['edit /root/.config/go/env']);
  for (const leading of ['GOFLAGS=-modfile=other.mod', 'GOPATH=/other', 'GOPROXY=file:///src/proxy', 'CC=/src/cc', 'GOAUTH=git']) {
    expect(writes(`go env -w ${leading}`)).toEqual(['edit /root/.config/go/env', 'set /etc/#leading-settings-of-go']);
  }
  expect(writes('go env GOPATH')).toEqual([]);
  expect(writes('go version')).toEqual([]);
});

test.each([
  ['go build ./...', 'does not know what `go build` does'],
  ['go mod tidy', 'does not know what `go mod tidy` does'],
  ['go mod download example.org/a@v1.0.0', 'changes go.sum'],
  ['go mod download all', 'with arguments'],
  ['go mod download -reuse=x', 'the option'],
  ['go install ./...', 'compiles the project'],
  ['go install example.org/a', 'compiles the project'],
  ['go install', 'compiles the project'],
  ['go install example.org/a/...@v1', 'several programs'],
])('%s is not understood', (line, why) => {
  expect(reason(line)).toContain(why);
});

test.each<readonly [string, ImageFacts, string]>([
  ['a workspace', { ...project, files: { ...project.files, '/src/go.work': 'use .' } }, '/src/go.work makes it a workspace'],
  ['GOWORK', { ...project, variables: { GOWORK: '/other/go.work' } }, 'GOWORK'],
  ['GOFLAGS', { ...project, variables: { GOFLAGS: '-modfile=other.mod' } }, 'GOFLAGS'],
  ['no go.mod', { ...project, files: {} }, 'there is no go.mod'],
  ['a go.mod that may be there', { ...project, unknown: ['/src/cmd/go.mod'] }, 'the text of /src/cmd/go.mod is not known'],
  ['a go.mod that cannot be read', { ...project, files: { '/src/go.mod': 'require (' } }, 'cannot be read'],
  ['GOAUTH', { ...project, variables: { GOAUTH: '/src/auth.sh' } }, 'GOAUTH names a program'],
  ['a proxy that an argument names', { ...project, variables: { GOPROXY: `file://${symbol('P')}` } }, 'GOPROXY'],
  ['settings of git that a command wrote', { ...project, selfContained: ['/root/.gitconfig'] }, '/root/.gitconfig may name files'],
  ['settings of ssh that name a key of the project', { ...project, files: { ...project.files, '/root/.ssh/config': 'Host *\n  IdentityFile key' } }, '/root/.ssh/config may name files'],
  ['settings of go from the project', { ...project, files: { ...project.files, '/root/.config/go/env': 'GOFLAGS=-mod=mod' } }, 'a file of the project'],
])('go mod download with %s is not understood', (_, facts, why) => {
  expect(reason('go mod download', facts)).toContain(why);
});

test('only a download counts as an install of dependencies', () => {
  expect(isInstallCall(callOfLine('go mod download'))).toBe(true);
  expect(isInstallCall(callOfLine('go install ./...'))).toBe(false);
  expect(isInstallCall(callOfLine('pip install -r requirements.txt'))).toBe(true);
  expect(isInstallCall(callOfLine('pip download -r requirements.txt'))).toBe(false);
});
