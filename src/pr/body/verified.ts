/** What was verified, and how. */
import type { Section, Subject } from './section.ts';

export function verified({ files, transforms }: Subject): Section {
  const isExact = files.every(({ fixes }) => fixes.every(({ safety }) => safety === 'exact'));
  const same = isExact ? 'gives the same image: the same files, owners, modes and settings, in layers that hold nothing new' : 'gives the same image, but for what is listed below';
  const gain = transforms.some(({ mustGain }) => mustGain) ? ', and that fewer changes make its steps run again' : '';
  return {
    title: 'What was verified',
    lines: [
      `dockfix, which made this, ran a model of the build, which knows what each command reads and writes, on the Dockerfile before and after. It shows that the new one ${same}${gain}. What could not be shown was not changed.`,
      '',
      'Nothing was built, and nothing of this repository was run. `dockfix verify` builds both with a real engine and compares the images; your CI builds the new one.',
    ],
    least: 1,
  };
}
