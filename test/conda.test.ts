import { describe, expect, test } from 'vitest';

import { pythonRegion } from '../src/build/places.ts';
import type { Outcome } from '../src/commands/command.ts';
import { conda } from '../src/commands/conda.ts';
import { call, imageView } from './support/image-view.ts';

const files = { '/app/environment.yml': 'name: web\ndependencies:\n  - python=3.11\n', '/app/requirements.txt': 'flask==3.0.0\n' };

function outcome(command: string, variables: Readonly<Record<string, string>> = {}, prefix = '/opt/conda'): Outcome {
  return conda.effects(call(command), { ...imageView({ files, variables }), pythonPrefix: () => prefix });
}

function writtenBy(command: string, variables: Readonly<Record<string, string>> = {}, prefix = '/opt/conda'): readonly string[] {
  const done = outcome(command, variables, prefix);
  return done.kind === 'opaque' ? [`opaque: ${done.because}`] : done.effects.flatMap(({ writes }) => writes.map(({ place }) => place.path));
}

describe('conda', () => {
  test.each([
    ['conda env create -f environment.yml', '/opt/conda/envs/web'],
    ['conda env create', '/opt/conda/envs/web'],
    ['conda env update -n base --file=environment.yml --prune', '/opt/conda'],
    ['conda env create -f environment.yml -n api', '/opt/conda/envs/api'],
    ['conda create -y -p /venv python=3.11', '/venv'],
    ['mamba install -yq -c conda-forge numpy', '/opt/conda'],
    ['conda install --yes --file requirements.txt', '/opt/conda'],
    ['micromamba create -n x -f environment.yml', '/opt/conda/envs/x'],
    ['conda run -n web pip install -r requirements.txt', '/opt/conda/envs/web'],
  ])('%s installs into %s', (command, prefix) => {
    expect(writtenBy(command)).toContain(pythonRegion(prefix));
  });

  test('installs into the environment that is active, and below the root that micromamba is told', () => {
    expect(writtenBy('conda install -y numpy', { CONDA_PREFIX: '/opt/conda/envs/a' })).toContain(pythonRegion('/opt/conda/envs/a'));
    expect(writtenBy('micromamba install -y -n b numpy', { MAMBA_ROOT_PREFIX: '/micromamba' })).toContain(pythonRegion('/micromamba/envs/b'));
    expect(writtenBy('conda install -y numpy', {}, '/opt/conda/envs/c')).toContain(pythonRegion('/opt/conda'));
  });

  test.each([
    ['conda env create -f missing.yml', 'the text of missing.yml is not known'],
    ['conda env create --unheard-of x -f environment.yml', 'conda env create has the option --unheard-of, which is not known'],
    ['conda run -n web python manage.py', 'conda run runs a program that may do anything'],
    ['conda activate web', 'conda activate is not known'],
    ['conda env config vars set -n web PIP_CONSTRAINT=/app/c.txt', 'conda env config is not known'],
    ['conda env export -n web --file environment.yml', 'conda env export is not known'],
    ['conda install -y --use-local numpy', 'conda install has the option --use-local, which is not known'],
    ['conda install -y -n /x numpy', 'which environment conda install means is not known'],
  ])('%s is not understood', (command, because) => {
    expect(outcome(command)).toEqual({ kind: 'opaque', because });
  });

  test('is not understood where environments or packages may lie elsewhere, or conda itself', () => {
    expect(outcome('conda env create -f environment.yml', { CONDA_ENVS_PATH: '/envs' }).kind).toBe('opaque');
    expect(outcome('conda env create -f environment.yml', { MAMBA_PKGS_DIRS: '/packages' }).kind).toBe('opaque');
    expect(outcome('conda install -y numpy', {}, '/usr').kind).toBe('opaque');
  });

  test.each(['conda --version', 'conda list', 'conda info', 'conda env list', 'conda create -n x --dry-run python'])('%s only looks', (command) => {
    expect(writtenBy(command)).toEqual([]);
  });

  function readBy(command: string, more: Readonly<Record<string, string>> = {}, variables: Readonly<Record<string, string>> = {}): readonly string[] {
    const done = conda.effects(call(command), { ...imageView({ files: { ...files, ...more }, variables }), pythonPrefix: () => '/opt/conda' });
    return done.kind === 'opaque' ? [`opaque: ${done.because}`] : done.effects.flatMap(({ reads }) => reads.map(({ path, deep }) => `${path}${deep ? '/**' : ''}`));
  }

  test.each([
    ['conda install -y -c ./channel numpy', {}, '/app/channel/**'],
    ['conda install -y -c file:///srv/channel numpy', {}, '/srv/channel/**'],
    ['conda install -y ./packages/numpy-1-0.conda', {}, '/app/packages/numpy-1-0.conda'],
    ['conda install -y file:///srv/numpy-1-0.tar.bz2', {}, '/srv/numpy-1-0.tar.bz2'],
    ['conda env create -f e.yml', { '/app/e.yml': 'name: a\nchannels:\n  - ../channel\n' }, '/channel/**'],
    ['conda env create -f e.yml', { '/app/e.yml': 'name: a\ndependencies:\n  - /app/packages/numpy-1-0.conda\n' }, '/app/packages/numpy-1-0.conda'],
    ['conda install -y --file spec.txt', { '/app/spec.txt': '@EXPLICIT\nfile:///srv/numpy-1-0.conda#0123abc\n' }, '/srv/numpy-1-0.conda'],
    ['conda install -y --file spec.txt', {}, '/app/**'],
    ['micromamba install -y --rc-file rc -n a numpy', {}, '/app/rc'],
    ['conda install -y numpy', {}, '/opt/conda/conda-meta/pinned'],
  ])('%s reads what it names in the image', (command, more, path) => {
    expect(readBy(command, more)).toContain(path);
  });

  test.each([
    ['CONDA_CHANNELS', 'conda-forge,/srv/channel', '/srv/channel/**'],
    ['CONDA_SSL_VERIFY', '/srv/ca', '/srv/ca/**'],
    ['MAMBARC', '/srv/rc', '/srv/rc'],
    ['XDG_CONFIG_HOME', '/srv', '/srv/conda/condarc'],
    ['CONDA_PREFIX', '/srv', '/srv/.condarc'],
  ])('the variable %s may name a file', (name, value, path) => {
    expect(readBy('conda install -y -n base numpy', {}, { [name]: value })).toContain(path);
  });

  test('a channel may hold a variable', () => {
    const done = conda.effects(call('conda env create -f e.yml'), { ...imageView({ files: { '/app/e.yml': 'name: a\nchannels:\n  - https://x/$TOKEN/y\n  - ${WHERE}/z\n' }, variables: { WHERE: '/srv' } }), pythonPrefix: () => '/opt/conda' });
    expect(done).toMatchObject({ kind: 'effects', effects: [{ env: expect.arrayContaining(['TOKEN', 'WHERE']), reads: expect.arrayContaining([{ path: '/srv/z', deep: true }]) }] });
  });

  test.each([
    ['settings that name a directory', { '/root/.condarc': 'envs_dirs:\n  - /app/envs\n' }],
    ['settings with a variable', { '/root/.condarc': 'channel_alias: https://x/$TOKEN\n' }],
    ['a directory of settings', { '/etc/conda/condarc.d/a.yml': 'channels: []\n' }],
    ['an environment that sets what pip reads later', { '/app/environment.yml': 'name: a\nvariables:\n  PIP_CONSTRAINT: /app/c.txt\n' }],
  ])('is not understood with %s', (_, more) => {
    expect(readBy('conda env create -f environment.yml', more)[0]).toMatch(/^opaque: /);
  });

  test('reads its settings, and all of the directory where a file is not known', () => {
    const done = outcome('conda env create -n web -f other.yml');
    const reads = done.kind === 'effects' ? done.effects.flatMap((effect) => effect.reads.map(({ path, deep }) => `${path}${deep ? '/**' : ''}`)) : [];
    expect(reads).toEqual(expect.arrayContaining(['/app/other.yml', '/app/**', '/opt/conda/.condarc', '/root/.condarc']));
  });
});
