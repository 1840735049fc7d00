import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { fix } from '../src/fix.ts';
import { builtByPnpm, packagesOfLock, packagesWithScripts } from '../src/manifests/node-packages.ts';
import type { Plan } from '../src/plan/plan.ts';
import { claimMessage } from '../src/report/report.ts';
import { splitCopy } from '../transforms/split-copy.ts';

interface Locked {
  readonly version?: string;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[];
  readonly dev?: boolean;
  readonly resolved?: string;
}

/** What split-copy makes of a project whose lock of npm has these packages. */
function planned(packages: Readonly<Record<string, Locked>>, options: { readonly run?: string; readonly files?: Readonly<Record<string, string>>; readonly env?: string } = {}): Plan {
  const asked = Object.fromEntries(Object.entries(packages).map(([name, { version }]) => [name, version ?? '1.0.0']));
  const manifest = { name: 'shop', version: '1.0.0', dependencies: asked };
  const entries = Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, { version: '1.0.0', ...entry }]);
  const dockerfile = `FROM node:20-slim\n${options.env ?? ''}WORKDIR /app\nCOPY . .\nRUN ${options.run ?? 'npm ci'}\n`;
  const tree = memoryTree({
    'package.json': JSON.stringify(manifest), 'package-lock.json': JSON.stringify({ ...manifest, lockfileVersion: 3, packages: { '': manifest, ...Object.fromEntries(entries) } }),
    'server.js': '1\n', '.dockerignore': '**/node_modules\n', ...options.files, Dockerfile: dockerfile,
  });
  const build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map<string, string>(), namedContexts: [], declaredBy: 'guess' } as const;
  return fix({ tree, builds: [build], settings: new Map() }, [splitCopy], { unsafe: false });
}

function claimed(plan: Plan): readonly string[] {
  return plan.fixes.flatMap(({ claims }) => claims.map(claimMessage));
}

const script: Locked = { hasInstallScript: true };

describe('scripts of packages that the lock names', () => {
  test('are claimed by their names, but for known ones', () => {
    const plan = planned({ bcrypt: script, canvas: script, esbuild: script, express: {} });
    expect(plan.fixes).toMatchObject([{ safety: 'equivalent' }]);
    expect(claimed(plan)).toEqual(['the install scripts of packages are taken to read nothing of the project but its manifests: bcrypt, canvas (package-lock.json)']);
  });

  test('of another system or for development count as far as they run', () => {
    expect(planned({ fsevents: { ...script, os: ['darwin'] }, windows: { ...script, os: ['!linux'] } }).fixes).toMatchObject([{ safety: 'exact', claims: [] }]);
    expect(claimed(planned({ bsd: { ...script, os: ['freebsd', 'linux'] } }))).toHaveLength(1);
    expect(claimed(planned({ canvas: { ...script, dev: true } }))).toHaveLength(1);
    expect(planned({ canvas: { ...script, dev: true } }, { run: 'npm ci --omit=dev' }).fixes).toMatchObject([{ safety: 'exact' }]);
    expect(claimed(planned({ canvas: { ...script, dev: true } }, { run: 'npm ci --omit=dev --include=dev' }))).toHaveLength(1);
  });

  test('a package out of a repository may prepare itself', () => {
    expect(claimed(planned({ own: { resolved: 'git+ssh://git@example.org/own.git#1' } }))).toEqual([expect.stringContaining('own')]);
  });

  test.each(['npm ci --ignore-scripts', 'npm install --ignore-scripts --no-package-lock'])('%s has nothing to claim', (run) => {
    expect(planned({ bcrypt: script }, { run }).fixes).toMatchObject([{ safety: 'exact' }]);
  });

  test('a setting or a variable switches them off, and only as it says', () => {
    expect(planned({ bcrypt: script }, { files: { '.npmrc': 'ignore-scripts=true\n' } }).fixes).toMatchObject([{ safety: 'exact' }]);
    expect(claimed(planned({ bcrypt: script }, { files: { '.npmrc': 'ignore-scripts=true\nignore-scripts=false\n' } }))).toHaveLength(1);
    expect(planned({ bcrypt: script }, { env: 'ENV NPM_CONFIG_IGNORE_SCRIPTS=true\n' }).fixes).toMatchObject([{ safety: 'exact' }]);
    expect(planned({ bcrypt: script }, { env: 'ENV npm_config_ignore_scripts=1\n' }).fixes).toEqual([]);
  });
});

describe('scripts that read the project', () => {
  const svelte = { 'svelte.config.js': 'export default {}\n' };

  test('SvelteKit 1 is not split where it has settings; SvelteKit 2 is, and 1 with its scripts off', () => {
    expect(planned({ '@sveltejs/kit': { ...script, version: '1.20.4' } }, { files: svelte }).refusals).toMatchObject([{ message: expect.stringContaining('@sveltejs/kit reads /app/svelte.config.js') }]);
    expect(planned({ '@sveltejs/kit': { version: '2.5.0' } }, { files: svelte }).fixes).toMatchObject([{ safety: 'exact' }]);
    expect(planned({ '@sveltejs/kit': { ...script, version: '1.20.4' } }, { files: svelte, run: 'npm ci --ignore-scripts' }).fixes).toMatchObject([{ safety: 'exact' }]);
  });

  test.each([['husky', '4.3.8'], ['lefthook', '1.6.0'], ['simple-git-hooks', '2.9.0']])('%s is not split where a repository is sent', (name, version) => {
    const repository = { '.git/config': '', '.git/HEAD': 'ref: refs/heads/main\n' };
    expect(planned({ [name]: { ...script, version } }, { files: repository }).refusals).toMatchObject([{ message: expect.stringContaining(`${name} reads /app/.git`) }]);
    expect(claimed(planned({ [name]: { ...script, version } }, { files: { ...repository, '.dockerignore': '**/node_modules\n.git\n' } }))).toHaveLength(1);
  });

  test('husky 9 has no script of its own', () => {
    expect(planned({ husky: { version: '9.1.0' } }, { files: { '.git/HEAD': 'ref: refs/heads/main\n' } }).fixes).toMatchObject([{ safety: 'exact' }]);
  });
});

describe('what locks say', () => {
  test('those of npm 6, Yarn and Bun say nothing of scripts', () => {
    const npm6 = JSON.stringify({ lockfileVersion: 1, requires: true, dependencies: { bcrypt: { version: '5.0.0', dependencies: { nan: { version: '2.0.0' } } } } });
    const yarn1 = '# yarn lockfile v1\n\n\n"@babel/core@^7.0.0", "@babel/core@^7.1.0":\n  version "7.24.0"\n\nms@2.1.3:\n  version "2.1.3"\n';
    const berry = '__metadata:\n  version: 8\n\n"@types/node@npm:^20":\n  version: 20.1.0\n\n"ms@npm:2.1.3":\n  version: 2.1.3\n';
    const bun = '{\n  "lockfileVersion": 1,\n  "workspaces": { "": { "name": "shop", }, },\n  "packages": {\n    "@types/node": ["@types/node@20.1.0", "", {}, "sha512-x"],\n    "ms": ["ms@2.1.3", "", {}, "sha512-x"],\n  }\n}\n';
    for (const lock of [npm6, yarn1, berry, bun, '', 'no lock', '{"lockfileVersion": 3, <<<<<<<']) expect(packagesWithScripts(lock)).toBeNull();
    const named = (lock: string): readonly string[] => packagesOfLock(lock).map(({ name, version }) => `${name} ${version}`);
    expect(named(npm6)).toEqual(['bcrypt 5.0.0', 'nan 2.0.0']);
    expect(named(yarn1)).toEqual(['@babel/core 7.24.0', 'ms 2.1.3']);
    expect(named(berry)).toEqual(['@types/node 20.1.0', 'ms 2.1.3']);
    expect(named(bun)).toEqual(['@types/node 20.1.0', 'ms 2.1.3']);
  });

  test('a lock of npm without packages says that there are no scripts', () => {
    expect(packagesWithScripts(JSON.stringify({ lockfileVersion: 3, packages: { '': { name: 'shop' } } }))).toEqual([]);
  });

  test('that of pnpm 7 and 8 names what is built', () => {
    const lock = "lockfileVersion: 5.4\n\npackages:\n\n  /@scope/a/1.0.0_react@18.0.0:\n    resolution: {integrity: x}\n    requiresBuild: true\n    dev: true\n\n  /b/2.0.0:\n    resolution: {integrity: x}\n    dev: false\n\n  /c/3.0.0:\n    resolution: {integrity: x}\n    os: ['!linux']\n    requiresBuild: true\n";
    expect(packagesOfLock(lock)).toMatchObject([{ name: '@scope/a', version: '1.0.0', hasScript: true, isDev: true }, { name: 'b', hasScript: false }, { name: 'c', hasScript: false }]);
  });

  test('pnpm is told which packages it builds', () => {
    expect(builtByPnpm('{"pnpm":{"onlyBuiltDependencies":["a"]}}', 'onlyBuiltDependencies:\n  - "@scope/b"\n  - nx@21.6.4 || 21.6.5 # pinned\nallowBuilds:\n  c: true\n  d: false\n')).toEqual({ names: ['a', '@scope/b', 'nx', 'c'], isListedInManifest: true });
    expect(builtByPnpm('{}', 'onlyBuiltDependencies: [a, b]\n')).toEqual({ names: ['a', 'b'], isListedInManifest: false });
    for (const workspace of ['onlyBuiltDependencies:\n  - "@scope/*"\n', 'neverBuiltDependencies: []\n', 'dangerouslyAllowAllBuilds: true\n']) expect(builtByPnpm('{}', workspace)).toBeNull();
  });
});
