import type { TransformPage } from '../../src/plan/transform.ts';

export const page: TransformPage = {
  does: `
A command that makes code or tables from files which are known (\`protoc\`, \`python -m grpc_tools.protoc\`, \`pybabel
compile\`) gets these files in a COPY of their own, and the copy of the source comes after it.

Where a folder of the project has a build of its own (\`RUN cd frontend && npm ci && npm run build\`, with a
\`package.json\`, a \`Makefile\` or the like in the folder) and runs again whenever any file of the source changes, that
folder gets a COPY of its own before the build, and the copy of all the rest comes after it. In a stage of which only the
result is used, the rest is not copied at all.

What such a step makes must not lie in the build context as well, or the copy of the rest would bring an old result back:
generated modules, what commands beside the build write, \`node_modules\` and the output folders of the tools that the
\`package.json\` names join the ignore file where they are not in it. Where another image takes one of them from the
context, nothing is changed. \`dockfix impact\` counts, from the history, how often such a build ran for nothing.`,
  safety: `
What \`protoc\` reads follows from its files. What \`npm run build\` reads is not known, so each fix of a folder rests on an
assumption that it names: what is run in the folder reads and writes nothing of the project outside it, and changes no
file of the project in it, and no users. It is made only with \`--unsafe\`. With that taken for granted, the rest is
verified as everywhere: the same image, the same owners and modes, the same commands in the same circumstances.

Where there are signs that the assumption is wrong, nothing is proposed: a file of the folder that names a path outside
it, or asks git; a symbolic link in it; settings in a folder above it; a word or a variable of the command that names
another folder of the project. Other ways to reach outside (a path put together by a program, say) are for you to rule out.`,
  claims: ['assumes', 'hidden-from-context', 'install-scripts-trusted'],
  refuses: ['changes-shipped-files', 'differs', 'file-changes-manifest', 'may-be-in-context', 'no-gain', 'opaque-command', 'output-stage', 'reads-source'],
  example: 'fixes-front-end-in-a-stage-of-its-own',
};
