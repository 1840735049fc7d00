import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readEnvironmentFile } from '../src/manifests/environment.ts';

describe('environment files of conda', () => {
  test('have a name and a section of pip', () => {
    const text = 'name: web # ours\nchannels:\n- conda-forge\ndependencies:\n- python=3.11\n- pip\n- pip:\n  - flask==3.0.0\n  - "-r requirements.txt"\n- numpy\nprefix: /opt/conda/envs/web\n';
    expect(readEnvironmentFile(text)).toEqual({ kind: 'ok', file: { name: 'web', channels: ['conda-forge'], packages: ['python=3.11', 'pip', 'numpy'], variables: [], pip: ['flask==3.0.0', '-r requirements.txt'] } });
  });

  test('may have carriage returns, a byte order mark, a document marker and variables', () => {
    const text = '\uFEFF---\r\nname: \'web\'\r\ndependencies:\r\n  - pip:\r\n      - flask\r\nvariables:\r\n  A: b\r\n';
    expect(readEnvironmentFile(text)).toEqual({ kind: 'ok', file: { name: 'web', channels: [], packages: [], variables: ['A'], pip: ['flask'] } });
  });

  test('have no name where none is given', () => {
    expect(readEnvironmentFile('dependencies:\n  - python\n')).toEqual({ kind: 'ok', file: { name: null, channels: [], packages: ['python'], variables: [], pip: [] } });
  });

  test.each([
    ['a flow list', 'name: a\ndependencies: [python, {pip: [-e .]}]\n', 2],
    ['an anchor', 'name: a\ndependencies: &all\n  - python\n', 2],
    ['a block', 'name: a\ndependencies:\n  - |\n    python\n', 3],
    ['another key', 'name: a\nincludes:\n  - other.yml\n', 2],
    ['a map of another name', 'dependencies:\n  - conda:\n    - x\n', 2],
    ['a template', '{% set x = 1 %}\nname: a\n', 1],
    ['a list within a list', 'dependencies:\n  - - python\n', 2],
    ['a tab', 'dependencies:\n\t- python\n', 2],
    ['a map in a list', 'dependencies:\n  - python: 3\n', 2],
    ['a text that goes on', 'dependencies:\n  - python\n    >=3.9\n', 3],
  ])('%s is not plain', (_, text, line) => {
    expect(readEnvironmentFile(text)).toEqual({ kind: 'not-plain', line });
  });

  test('any text is read', () => {
    assert(
      property(string(), (text) => {
        expect(['ok', 'not-plain']).toContain(readEnvironmentFile(text).kind);
      }),
      { seed: 1 },
    );
  });
});
