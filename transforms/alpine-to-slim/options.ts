import type { TransformOption } from '../../src/plan/options.ts';

export const when: TransformOption = {
  key: 'when',
  values: ['reason', 'always'],
  meaning: 'act only where there is a reason (the default), or on every Alpine image of Python',
};
