import type { TransformOption } from '../../src/plan/options.ts';

export const mount: TransformOption = {
  key: 'mount',
  values: ['always', 'never'],
  meaning: 'mount the wheels, or copy them for builders without RUN mounts; by default it depends on what the repository says of its builder',
};

export const directory: TransformOption = {
  key: 'directory',
  values: { called: 'an absolute path', pattern: /^(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)+$/ },
  meaning: 'where the builder puts the wheels; by default /wheels, or another directory of which the Dockerfile does not speak yet',
};
