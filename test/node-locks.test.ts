import { describe, expect, test } from 'vitest';

import { isInStepWithPnpm, isInStepWithYarn } from '../src/manifests/node-locks.ts';
import { readPackageJson } from '../src/manifests/package-json.ts';

describe('a lock of pnpm', () => {
  const manifest = {
    name: 'shop',
    packageManager: 'pnpm@9.15.9',
    dependencies: { debug: '^4.3.4', '@types/node': '>=18' },
    devDependencies: { typescript: '5' },
    optionalDependencies: { fsevents: '*' },
  };
  const lock = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

importers:

  .:
    dependencies:
      '@types/node':
        specifier: '>=18'
        version: 24.10.1
      debug:
        specifier: ^4.3.4
        version: 4.4.3(supports-color@8.1.1)
    optionalDependencies:
      fsevents:
        specifier: '*'
        version: 2.3.3
    devDependencies:
      typescript:
        specifier: '5'
        version: 5.9.3

packages:

  '@types/node@24.10.1':
    resolution: {integrity: sha512-x}

  debug@4.4.3:
    resolution: {integrity: sha512-x}
    peerDependencies:
      supports-color: '*'

  fsevents@2.3.3:
    resolution: {integrity: sha512-x}
    os: [darwin]

  ms@2.1.3:
    resolution: {integrity: sha512-x}

  supports-color@8.1.1:
    resolution: {integrity: sha512-x}

  typescript@5.9.3:
    resolution: {integrity: sha512-x}
    hasBin: true

snapshots:

  '@types/node@24.10.1': {}

  debug@4.4.3(supports-color@8.1.1):
    dependencies:
      milliseconds: ms@2.1.3
    optionalDependencies:
      supports-color: 8.1.1

  fsevents@2.3.3:
    optional: true

  ms@2.1.3: {}

  supports-color@8.1.1: {}

  typescript@5.9.3: {}
`;
  const isInStep = (changes: object = {}, text = lock, settings = ''): boolean => {
    const read = readPackageJson(JSON.stringify({ ...manifest, ...changes }));
    if (read === null) throw new Error('not read');
    return isInStepWithPnpm(read, text, settings);
  };

  test('is in step where it has what package.json asks for, and nothing else', () => {
    expect(isInStep()).toBe(true);
    expect(isInStep({}, lock.replaceAll('\n', '\r\n'))).toBe(true);
    expect(isInStep({ packageManager: 'pnpm@10.24.0+sha512.0', pnpm: { onlyBuiltDependencies: ['esbuild'] } })).toBe(true);
  });

  test.each([
    ['another version', { devDependencies: { typescript: '5.9' } }],
    ['a package more', { dependencies: { ...manifest.dependencies, ms: '2' } }],
    ['a package less', { optionalDependencies: {} }],
    ['another kind', { devDependencies: { ...manifest.devDependencies, ...manifest.optionalDependencies }, optionalDependencies: {} }],
    ['peers', { peerDependencies: { react: '19' } }],
    ['no word of which pnpm', { packageManager: undefined }],
    ['a pnpm of which it is not known', { packageManager: 'pnpm@11.0.0' }],
    ['dependencies that are injected', { dependenciesMeta: { debug: { injected: true } } }],
    ['another directory to publish', { publishConfig: { directory: 'dist' } }],
    ['a pnpm that ignores it', { packageManager: 'pnpm@8.15.9' }],
    ['another package manager', { packageManager: 'yarn@4.5.0' }],
    ['overrides', { pnpm: { overrides: { ms: '2.1.2' } } }],
    ['packages that are extended', { pnpm: { packageExtensions: { debug: { dependencies: { ms: '2' } } } } }],
    ['patches', { pnpm: { patchedDependencies: { debug: 'patches/debug.patch' } } }],
  ])('is not, with %s in package.json', (_, changes) => expect(isInStep(changes)).toBe(false));

  test.each(['overrides:\n  ms: 2.1.2\n', 'auto-install-peers=false\n', 'ignoredOptionalDependencies:\n  - fsevents\n'])('is not, with settings that it has to repeat: %j', (settings) => {
    expect(isInStep({}, lock, settings)).toBe(false);
    expect(isInStep({}, lock, 'registry=https://registry.example.com\n')).toBe(true);
  });

  test.each([
    ['of an older format', lock.replace("'9.0'", "'6.0'")],
    ['of a workspace', lock.replace('\npackages:', '\n  packages/a: {}\n\npackages:')],
    ['with overrides', lock.replace('importers:', 'overrides:\n  ms: 2.1.2\n\nimporters:')],
    ['with dependencies that are injected', lock.replace('\npackages:', '    dependenciesMeta:\n      debug:\n        injected: true\n\npackages:')],
    ['with a text over two lines', lock.replace('specifier: ^4.3.4', 'specifier: >-\n          ^4.3.4')],
    ['with other settings', lock.replace('autoInstallPeers: true', 'autoInstallPeers: false')],
    ['with more settings', lock.replace('settings:', 'settings:\n  peersSuffixMaxLength: 50')],
    ['without a package', lock.replace('  ms@2.1.3:\n    resolution: {integrity: sha512-x}\n', '')],
    ['without what a package needs', lock.replace('  ms@2.1.3: {}\n', '')],
    ['without what a package may need', lock.replace('  supports-color@8.1.1: {}\n', '')],
    ['without what the project needs', lock.replace('  typescript@5.9.3: {}\n', '')],
    ['without packages', lock.replace(/packages:[^]*/, '')],
    ['with a package twice', lock.replace('  ms@2.1.3: {}\n', '  ms@2.1.3: {}\n\n  ms@2.1.3: {}\n')],
    ['with a version twice', lock.replace('        version: 5.9.3', '        version: 5.9.3\n        version: 5.9.3')],
    ['with a conflict', lock.replace('importers:', '<<<<<<< HEAD\nimporters:')],
    ['that is empty', ''],
  ])('is not, %s', (_, text) => expect(isInStep({}, text)).toBe(false));

  test('of a project without dependencies', () => {
    const nothing = { dependencies: {}, devDependencies: {}, optionalDependencies: {} };
    expect(isInStep(nothing, "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n")).toBe(false);
    expect(isInStep(nothing, "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n")).toBe(true);
  });
});

describe('a lock of Yarn 4', () => {
  const manifest = { name: 'shop', packageManager: 'yarn@4.5.0', dependencies: { '@types/node': '>=18', debug: '^4.3.4', old: 'npm:debug@^2.0.0' }, devDependencies: { typescript: '^5.4.0' } };
  const lock = `# This file is generated by running "yarn install" inside your project.
# Manual changes might be lost - proceed with caution!

__metadata:
  version: 8
  cacheKey: 10c0

"debug@npm:^4.3.4":
  version: 4.4.3
  resolution: "debug@npm:4.4.3"
  dependencies:
    ms: "npm:^2.1.3"
  peerDependenciesMeta:
    supports-color:
      optional: true
  languageName: node
  linkType: hard

"@types/node@npm:*, @types/node@npm:>=18":
  version: 24.10.1
  resolution: "@types/node@npm:24.10.1"

"ms@npm:^2.1.3":
  version: 2.1.3
  resolution: "ms@npm:2.1.3"

"old@npm:debug@^2.0.0":
  version: 2.6.9
  resolution: "debug@npm:2.6.9"
  dependencies:
    ms: "npm:^2.1.3"

"typescript@npm:^5.4.0":
  version: 5.9.3
  resolution: "typescript@npm:5.9.3"
  bin:
    tsc: bin/tsc

"shop@workspace:.":
  version: 0.0.0-use.local
  resolution: "shop@workspace:."
  dependencies:
    "@types/node": "npm:>=18"
    debug: "npm:^4.3.4"
    old: "npm:debug@^2.0.0"
    typescript: "npm:^5.4.0"
  languageName: unknown
  linkType: soft
`;
  const isInStep = (changes: object = {}, text = lock, settings = ''): boolean => {
    const read = readPackageJson(JSON.stringify({ ...manifest, ...changes }));
    if (read === null) throw new Error('not read');
    return isInStepWithYarn(read, text, settings);
  };

  test('is in step where it has what package.json asks for, and nothing else', () => {
    expect(isInStep()).toBe(true);
    expect(isInStep({}, lock.replaceAll('\n', '\r\n'))).toBe(true);
  });

  test.each([
    ['another version', { devDependencies: { typescript: '5.9' } }],
    ['a package more', { devDependencies: { ...manifest.devDependencies, ms: '2' } }],
    ['a package less', { devDependencies: {} }],
    ['no word of which Yarn', { packageManager: undefined }],
    ['an older Yarn', { packageManager: 'yarn@3.8.0' }],
    ['a Yarn that writes settings', { packageManager: 'yarn@4.14.0' }],
    ['a Yarn that is not released', { packageManager: 'yarn@4.0.0-rc.45' }],
    ['resolutions', { resolutions: { ms: '2.1.2' } }],
    ['peers', { peerDependencies: { react: '19' } }],
  ])('is not, with %s in package.json', (_, changes) => expect(isInStep(changes)).toBe(false));

  test.each([
    ['of Yarn 3', lock.replace('version: 8', 'version: 6')],
    ['of two projects', `${lock}\n"other@workspace:other":\n  version: 0.0.0-use.local\n`],
    ['with an optional package', lock.replace('  languageName: unknown', '  dependenciesMeta:\n    debug:\n      optional: true\n  languageName: unknown')],
    ['without what the project asks for', lock.replace('"old@', '"older@')],
    ['without what a package asks for', lock.replace('"ms@npm:^2.1.3":', '"ms@npm:^2.1.2":')],
    ['with an answer twice', lock.replace('"old@', '"ms@npm:^2.1.3, old@')],
    ['with a conflict', lock.replace('"ms@', '<<<<<<< HEAD\n"ms@')],
    ['without the project', lock.replace('"shop@workspace:."', '"shop@npm:1"')],
  ])('is not, %s', (_, text) => expect(isInStep({}, text)).toBe(false));

  test.each(['packageExtensions:\n  "debug@*":\n    dependencies:\n      isarray: "*"\n', 'yarnPath: .yarn/releases/yarn-3.8.7.cjs\n'])('is not, with the settings %j', (settings) => {
    expect(isInStep({}, lock, settings)).toBe(false);
    expect(isInStep({ packageManager: 'yarn@4.5.0+sha224.0' }, lock, 'yarnPath: .yarn/releases/yarn-4.5.0.cjs\n')).toBe(true);
  });
});
