import type { TransformPage } from '../../src/plan/transform.ts';

export const page: TransformPage = {
  does: `
Where some build copies or binds a directory of its context, the ignore file in force gets what is missing, or is created.
In force is \`<Dockerfile>.dockerignore\` if it exists, else \`.dockerignore\` of the context; one that would shadow another
is never created.

A new file is short: \`.git\`, the Dockerfile and compose files that exist, and what the tools of the project leave behind.
To a file that somebody wrote only what matters is added, under one comment, and nothing that is covered in other words.
The transform runs first: what is hidden cannot overlay what a later transform installs before the source is copied.`,
  safety: `
The original Dockerfile is built symbolically without the hidden paths, for every build of that context, and nothing may
be found that reads them: no COPY, no command, no manifest, no script that a RUN calls. Files that git holds are part of
the project and are hidden only if they are certain junk. A pattern that an existing \`!\` rule would contradict is left out.`,
  claims: ['hidden-from-context'],
  refuses: ['never-hides-needed', 'broken-today', 'unsupported'],
  example: 'fixes-written-file-without-git',
};
