/** Which compose files a command names: https://docs.docker.com/reference/cli/docker/compose/ */
import { unknownPart } from '../docker-build.ts';

interface ComposeCall {
  /** Null: not known. */
  readonly files: readonly (string | null)[];
  readonly isBuild: boolean;
}

/** `docker compose -f stack/dev.yml build`; null: it is not a call of compose. */
export function composeCallIn(command: string): ComposeCall | null {
  const call = /^(?:.*&& )?(?:docker\s+compose|docker-compose|podman-compose|podman\s+compose|nerdctl\s+compose)(?=\s|$)([^\n;&|]*)/.exec(command)?.[1];
  if (call === undefined) return null;
  const words = call.split(/\s+/).map((word) => word.replace(/["']/g, ''));
  const files = words.flatMap((word, at) => {
    if (word === '-f' || word === '--file') return [words[at + 1] ?? unknownPart];
    const attached = /^(?:-f=?|--file=)(.+)$/.exec(word)?.[1];
    return attached === undefined ? [] : [attached];
  });
  return { files: files.map((file) => (/[\uFFFF$`]/.test(file) ? null : file)), isBuild: words.includes('build') || words.includes('--build') };
}
