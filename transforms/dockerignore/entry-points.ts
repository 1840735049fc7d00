/** What an image starts: its own ENTRYPOINT or that of its base, with CMD behind it. */
import type { BuildContext } from '../../src/types.ts';

/**
 * The words that a well-known base image puts before an exec form of CMD; none where it has no entry point, or one that
 * runs CMD as it is.
 */
export function entryOfBase(reference: string, command: readonly string[]): readonly string[] {
  const found = bases.find(([image]) => image.test(reference));
  if (found !== undefined) return found[1];
  // docker-entrypoint.sh of node: what is no program is a file for node.
  return nodeImage.test(reference) && /\.[cm]?js$/.test(command[0] ?? '') ? ['node'] : [];
}

const nodeImage = /^(?:docker\.io\/)?(?:library\/)?node(?:[:@]|$)/;

/**
 * https://github.com/aws/aws-lambda-base-images (CMD names a function of the project for the runtime),
 * https://github.com/GoogleContainerTools/distroless, https://images.chainguard.dev
 */
const bases: readonly (readonly [image: RegExp, words: readonly string[]])[] = [
  [/^public\.ecr\.aws\/lambda\/|^(?:docker\.io\/)?amazon\/aws-lambda-(?:python|nodejs|java|ruby|dotnet|go|provided)(?:[:@]|$)/, ['/lambda-entrypoint.sh']],
  [/^gcr\.io\/distroless\/nodejs|^cgr\.dev\/chainguard\/node(?:[:@]|$)/, ['node']],
  [/^gcr\.io\/distroless\/python3|^cgr\.dev\/chainguard\/python(?:[:@]|$)/, ['python3']],
  [/^gcr\.io\/distroless\/java\d*(?!-base)/, ['java', '-jar']],
];

/** Are the words of CMD no command of their own, but arguments of the program or script that ENTRYPOINT names? */
export function takesArguments(entrypoint: readonly string[], context: BuildContext): boolean {
  const [program, ...rest] = entrypoint;
  if (program === undefined || program === '') return false;
  const script = scriptIn([program, ...rest], context);
  if (script !== undefined) return !runsItsArguments(script);
  return !/\b(?:tini|dumb-init)\b|sh\b|entrypoint/.test(entrypoint.join(' '));
}

/** The text of a script of the context, whichever directory of the image it was copied to. */
function scriptIn(words: readonly string[], context: BuildContext): string | undefined {
  const path = words.find((word) => /\.(?:ba|da|a)?sh$/.test(word));
  if (path === undefined) return undefined;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.map((_segment, start) => context.read(segments.slice(start).join('/'))).find((text) => text !== undefined);
}

/** `exec "$@"`: not where an interpreter or the emulator of Lambda takes them, as in `exec python -m awslambdaric "$@"`. */
function runsItsArguments(script: string): boolean {
  return script.split('\n').some((line) => /\$(?:[@*\d]|\{[@*\d])/.test(line) && !/^\s*(?:exec\s+)?(?:\/[\w./-]*\/)?(?:aws-lambda-rie|python[\d.]*|node|java|ruby|php|dotnet)\s[^;&|`]*$/.test(line));
}
