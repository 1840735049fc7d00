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
A pattern is hidden only where it is shown that nobody wants what it hides. The original Dockerfile is built symbolically
without the hidden paths, for every build of the context. Then dockfix follows the file: into which stages it comes, which
RUNs see it there, and which images hold it. Each command of those RUNs, and of what the image starts (\`CMD\`,
\`ENTRYPOINT\`, \`HEALTHCHECK\`, compose), is read, through scripts, Makefiles and the scripts of package.json. A build tool
counts with the plugins that its manifests name. Then all texts of the context are searched: a source, a setting or a
manifest that speaks of git as a program, a library or a directory keeps \`.git\`; the same for \`.env\`, the Dockerfile
and compose files. Addresses, \`.gitignore\`, workflows and prose do not count.

Packages and build outputs of the host are hidden from a stage only if that stage makes them itself, or takes them from
another, on the way to its image. Files that git holds are part of the project and are hidden only if they are certain
junk. A pattern that an existing \`!\` rule would contradict is left out.

- \`never-hides-needed\`: something reads the file. The message says what, with its file and line, and the pattern is kept out.
- Nothing reads it as far as dockfix sees, but something was not understood: a program or a plugin that it does not know, or a
  build that it could not read. The fix then rests on the assumption \`nothing-reads\`, which names that, and is made only
  with \`--unsafe\`. The other patterns are hidden all the same.
- Nothing is written into a copy of another project (\`vendor/\`, \`third_party/\`), and no file is made for patterns that hide
  nothing. Where no instruction sends \`.git\`, nothing is said of it.`,
  claims: ['hidden-from-context'],
  refuses: ['never-hides-needed', 'broken-today', 'unsupported'],
  example: 'fixes-written-file-without-git',
};
