import { expect, test } from 'vitest';

import type { Argument } from '../src/commands/command.ts';
import { callOf } from '../src/commands/index.ts';
import { installerOf } from '../src/commands/installers.ts';

const span = { start: 0, end: 0 };

function words(text: string): readonly Argument[] {
  return text.split(' ').map((word) => ({ text: word, raw: word, known: true, glob: false, span }));
}

function isKnown(fetch: string, script: string): boolean {
  return installerOf(callOf(words(fetch), span), callOf(words(script), span)) !== null;
}

const poetry = 'curl -sSL https://install.python-poetry.org';
const uv = 'wget -qO- https://astral.sh/uv/install.sh';

test.each([
  [poetry, 'python3 -'],
  [poetry, 'python3'],
  [poetry, 'python3.11 - --version 1.8.3 -y'],
  [poetry, 'env POETRY_HOME=/opt/poetry python3 -'],
  [uv, 'sh'],
  [uv, 'sh -s -- -q'],
  [uv, 'env UV_INSTALL_DIR=/bin bash'],
  ['curl -LsSf https://astral.sh/uv/0.9.1/install.sh', '/bin/sh'],
  ['curl https://bootstrap.pypa.io/pip/3.8/get-pip.py', 'python3 - pip==24.0'],
  ['curl -fsSL https://deb.nodesource.com/setup_lts.x', 'sudo -E bash -'],
  ['curl -sS https://getcomposer.org/installer', 'php -- --install-dir=/usr/local/bin --filename=composer'],
  ['curl -sS https://getcomposer.org/installer', 'php'],
])('%s | %s is known', (fetch, script) => {
  expect(isKnown(fetch, script)).toBe(true);
});

test.each([
  [poetry, 'bash'],
  ['curl -sS https://getcomposer.org/installer', 'php setup.php'],
  ['curl -sS https://getcomposer.org/installer', 'sh'],
  [poetry, 'python3 setup.py'],
  [poetry, 'python3 -c print'],
  [uv, 'sh ./install.sh'],
  [uv, 'sh -x'],
  [uv, './sh'],
  ['curl -sSL http://install.python-poetry.org', 'python3 -'],
  ['curl -sSL https://install.python-poetry.org.example.org', 'python3 -'],
  ['curl -sSL https://install.python-poetry.org https://example.org/more', 'python3 -'],
  ['curl -LsSf https://example.org/https://astral.sh/uv/install.sh', 'sh'],
  ['cat https://astral.sh/uv/install.sh', 'sh'],
])('%s | %s is not known', (fetch, script) => {
  expect(isKnown(fetch, script)).toBe(false);
});
