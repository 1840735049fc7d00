/** What services of compose files run in an image: https://docs.docker.com/reference/compose-file/services/ */
import type { Path, StartCommand } from '../types.ts';
import type { Mapping } from './declared.ts';
import { listOf, mappingOf, scalarText } from './declared.ts';

/** By service: its commands, and those of services that run the image which it builds under its name. */
export function commandsIn(services: Mapping, path: Path): (service: string) => readonly StartCommand[] {
  const byImage = new Map<string, StartCommand[]>();
  for (const [name, written] of Object.entries(services)) {
    const service = mappingOf(written);
    const image = scalarText(service['image']);
    if ('build' in service || image === null) continue;
    byImage.set(image, [...(byImage.get(image) ?? []), ...commandsOf(service, `${path} (service ${name})`)]);
  }
  return (name) => {
    const service = mappingOf(services[name]);
    return [...commandsOf(service, `${path} (service ${name})`), ...(byImage.get(scalarText(service['image']) ?? '') ?? [])];
  };
}

function commandsOf(service: Mapping, where: string): readonly StartCommand[] {
  const hooks = ['post_start', 'pre_stop'].flatMap((key) => listOf(service[key]).map((hook) => mappingOf(hook)['command']));
  const watched = listOf(mappingOf(service['develop'])['watch']).map((rule) => mappingOf(mappingOf(rule)['exec'])['command']);
  const checked = commandOfCheck(mappingOf(service['healthcheck'])['test'], where);
  return [...[service['entrypoint'], service['command'], ...hooks, ...watched].flatMap((command) => startCommand(command, where)), ...checked];
}

/** Compose splits a text into words as a shell does, and replaces variables; what has any is left to whoever reads the text. */
function startCommand(command: unknown, where: string): readonly StartCommand[] {
  const text = scalarText(command);
  if (text !== null) return text.trim() === '' ? [] : [{ words: null, text, where }];
  const words = listOf(command).map((word) => scalarText(word) ?? '');
  return words.length === 0 ? [] : [{ words, text: words.join(' '), where }];
}

/** `["CMD", "curl", …]`, `["CMD-SHELL", "curl … || exit 1"]`, `["NONE"]`, or the text for a shell. */
function commandOfCheck(test: unknown, where: string): readonly StartCommand[] {
  const words = listOf(test).map((word) => scalarText(word) ?? '');
  if (words[0] === 'CMD-SHELL') return startCommand(words[1], where);
  return words[0] === 'CMD' ? startCommand(words.slice(1), where) : words.length === 0 ? startCommand(test, where) : [];
}
