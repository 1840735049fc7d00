import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { whyNotInStep } from '../src/manifests/lock-in-step.ts';
import { sha256 } from '../src/manifests/sha256.ts';

test('SHA-256 is that of OpenSSL', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
    expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
  }));
});

const poetryLock = (hash: string): string => `package = []\n\n[metadata]\nlock-version = "2.1"\npython-versions = "*"\ncontent-hash = "${hash}"\n`;
const pdmLock = (hash: string): string => `[metadata]\nlock_version = "4.5.0"\ncontent_hash = "sha256:${hash}"\n`;
const pipfileLock = (hash: string): string => JSON.stringify({ _meta: { hash: { sha256: hash }, 'pipfile-spec': 6 }, default: {}, develop: {} });
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const oldPoetry = '[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\npython = "^3.11"\nflask = { version = "^3.0", extras = ["async"] }\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n';
const projectPoetry = '[project]\nname = "a"\nrequires-python = ">=3.11"\ndependencies = ["flask (>=3.0,<4.0)"]\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n';

describe('a lock of Poetry', () => {
  // What Python's json.dumps(…, sort_keys=True) gives.
  const old = '{"dependencies": {"flask": {"extras": ["async"], "version": "^3.0"}, "python": "^3.11"}, "dev-dependencies": null, "extras": null, "group": {"dev": {"dependencies": {"pytest": "*"}}}, "source": null}';
  const project = '{"project": {"dependencies": ["flask (>=3.0,<4.0)"], "requires-python": ">=3.11"}, "tool": {"poetry": {"group": {"dev": {"dependencies": {"pytest": "*"}}}}}}';

  test('is in step by the hash of its time', () => {
    expect(whyNotInStep('poetry', oldPoetry, poetryLock(hashOf(old)))).toBeNull();
    expect(whyNotInStep('poetry', projectPoetry, poetryLock(hashOf(project)))).toBeNull();
  });

  test('is not after a change of what it was made from', () => {
    expect(whyNotInStep('poetry', oldPoetry.replace('^3.0', '^3.1'), poetryLock(hashOf(old)))).toContain('hash');
    expect(whyNotInStep('poetry', `${projectPoetry}ruff = "*"\n`, poetryLock(hashOf(project)))).toContain('hash');
  });

  test('is still in step after a change of anything else', () => {
    expect(whyNotInStep('poetry', `${oldPoetry}[tool.ruff]\nline-length = 100\n`, poetryLock(hashOf(old)))).toBeNull();
  });

  test('cannot be told where it says nothing, or cannot be read', () => {
    expect(whyNotInStep('poetry', oldPoetry, 'package = []\n')).toContain('does not say');
    expect(whyNotInStep('poetry', oldPoetry, 'package = [')).toContain('cannot be read');
    expect(whyNotInStep('poetry', undefined, poetryLock('x'))).toContain('cannot be read');
  });
});

describe('a lock of PDM', () => {
  const manifest = '[project]\nname = "a"\nrequires-python = ">=3.9"\ndependencies = ["flask"]\n[dependency-groups]\nDev = ["pytest"]\n';
  const content = '{"dependencies": ["flask"], "dev-dependencies": {"dev": ["pytest"]}, "optional-dependencies": {}, "requires-python": ">=3.9", "resolution": {}, "sources": []}';

  test('is in step by its hash', () => {
    expect(whyNotInStep('pdm', manifest, pdmLock(hashOf(content)))).toBeNull();
    expect(whyNotInStep('pdm', manifest.replace('flask', 'django'), pdmLock(hashOf(content)))).toContain('hash');
  });
});

describe('a lock of Pipenv', () => {
  const manifest = '[[source]]\nurl = "https://pypi.org/simple"\nverify_ssl = true\nname = "pypi"\n[packages]\nflask = "*"\n"zürich" = "*"\n[dev-packages]\n[requires]\npython_version = "3.11"\n';
  const content = '{"_meta":{"requires":{"python_version":"3.11"},"sources":[{"name":"pypi","url":"https://pypi.org/simple","verify_ssl":true}]},"default":{"flask":"*","z\\u00fcrich":"*"},"develop":{}}';

  test('is in step by its hash', () => {
    expect(whyNotInStep('pipenv', manifest, pipfileLock(hashOf(content)))).toBeNull();
    expect(whyNotInStep('pipenv', manifest.replace('flask = "*"', 'flask = "==3"'), pipfileLock(hashOf(content)))).toContain('hash');
  });
});

describe('a lock of uv', () => {
  const manifest = '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["Flask[async] >= 3.0, <4", "lib"]\n[project.optional-dependencies]\ndb = ["psycopg>=3"]\n[dependency-groups]\ndev = ["pytest"]\n[tool.uv.sources]\nlib = { git = "https://example.com/lib" }\n';
  const lock = [
    'version = 1', 'requires-python = ">=3.11"', '', '[[package]]', 'name = "a"', 'version = "1"', 'source = { virtual = "." }', '', '[package.metadata]',
    'requires-dist = [', '    { name = "flask", extras = ["async"], specifier = ">=3.0,<4" },', '    { name = "lib", git = "https://example.com/lib" },', '    { name = "psycopg", marker = "extra == \'db\'", specifier = ">=3" },', ']', '',
    '[package.metadata.requires-dev]', 'dev = [{ name = "pytest" }]', '',
  ].join('\n');

  test('is in step with what it was made from', () => {
    expect(whyNotInStep('uv', manifest, lock)).toBeNull();
  });

  test.each([
    ['another version', manifest.replace('>= 3.0', '>= 3.1')],
    ['one more', manifest.replace('"lib"', '"lib", "click"')],
    ['one less in a group', manifest.replace('dev = ["pytest"]', 'dev = []')],
    ['another Python', manifest.replace('>=3.11', '>=3.12')],
    ['a workspace', `${manifest}[tool.uv.workspace]\nmembers = ["x"]\n`],
  ])('is not with %s', (_, other) => {
    expect(whyNotInStep('uv', other, lock)).not.toBeNull();
  });
});
