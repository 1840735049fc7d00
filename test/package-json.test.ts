import { describe, expect, test } from 'vitest';

import { isInStepWithPnpm, readPackageJson } from '../src/manifests/package-json.ts';

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
        version: 4.4.3
    optionalDependencies:
      fsevents:
        specifier: '*'
        version: 2.3.3
    devDependencies:
      typescript:
        specifier: '5'
        version: 5.9.3

packages:

  debug@4.4.3:
    resolution: {integrity: sha512-x}

snapshots:

  debug@4.4.3: {}
`;
  const isInStep = (changes: object = {}, text = lock): boolean => {
    const read = readPackageJson(JSON.stringify({ ...manifest, ...changes }));
    if (read === null) throw new Error('not read');
    return isInStepWithPnpm(read, text);
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
    ['a pnpm that ignores it', { packageManager: 'pnpm@8.15.9' }],
    ['another package manager', { packageManager: 'yarn@4.5.0' }],
    ['overrides', { pnpm: { overrides: { ms: '2.1.2' } } }],
    ['packages that are extended', { pnpm: { packageExtensions: { debug: { dependencies: { ms: '2' } } } } }],
    ['patches', { pnpm: { patchedDependencies: { debug: 'patches/debug.patch' } } }],
  ])('is not, with %s in package.json', (_, changes) => expect(isInStep(changes)).toBe(false));

  test.each([
    ['of an older format', lock.replace("'9.0'", "'6.0'")],
    ['of a workspace', lock.replace('\npackages:', '\n  packages/a: {}\n\npackages:')],
    ['with overrides', lock.replace('importers:', 'overrides:\n  ms: 2.1.2\n\nimporters:')],
    ['with dependencies that are injected', lock.replace('\npackages:', '    dependenciesMeta:\n      debug:\n        injected: true\n\npackages:')],
    ['with a text over two lines', lock.replace('specifier: ^4.3.4', 'specifier: >-\n          ^4.3.4')],
    ['with a conflict', lock.replace('importers:', '<<<<<<< HEAD\nimporters:')],
    ['that is empty', ''],
  ])('is not, %s', (_, text) => expect(isInStep({}, text)).toBe(false));

  test('of a project without dependencies', () => {
    const nothing = { dependencies: {}, devDependencies: {}, optionalDependencies: {} };
    expect(isInStep(nothing, "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n")).toBe(false);
    expect(isInStep(nothing, "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n")).toBe(true);
  });
});
