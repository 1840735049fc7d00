/** Options that several commands have, and what their values mean. */
import type { Options } from 'yargs';

import { settingFault } from '../plan/options.ts';
import type { Transform } from '../plan/transform.ts';
import type { Mode, RunRequest } from '../run.ts';
import type { Usage, Values } from './command.ts';
import { isOn, last, texts, usage } from './command.ts';
import { suggestion } from '../plan/suggestion.ts';

/** Headings of the help. */
export const group = { what: 'What to do:', which: 'Which fixes:', where: 'Where things are:', many: 'Many repositories:', output: 'Output:' } as const;

export const text = { type: 'string', requiresArg: true } as const;

export const whichOptions: Readonly<Record<string, Options>> = {
  only: { ...text, group: group.which, describe: 'Only these transforms (comma-separated, or several times)' },
  skip: { ...text, group: group.which, describe: 'All transforms but these' },
  unsafe: { type: 'boolean', group: group.which, describe: 'Also fixes that rest on an assumption, which is named' },
  option: { ...text, group: group.which, describe: 'A setting of a transform: transform.key=value' },
};

export const whereOptions: Readonly<Record<string, Options>> = {
  context: { ...text, group: group.where, describe: 'Build context of Dockerfiles for which no compose file, bake file or workflow names one' },
};

export const outputOptions: Readonly<Record<string, Options>> = {
  format: { ...text, choices: ['text', 'json'], default: 'text', group: group.output, describe: 'What standard output holds' },
  color: { ...text, choices: ['auto', 'always', 'never'], default: 'auto', group: group.output, describe: 'auto: on a terminal, unless NO_COLOR is set' },
  help: { type: 'boolean', group: group.output, describe: 'Show this help' },
  version: { type: 'boolean', group: group.output, describe: 'Show the version' },
};

/** What the options that commands share say. */
export interface Shared {
  readonly kind: 'shared';
  readonly transforms: readonly Transform[];
  readonly request: RunRequest;
  readonly json: boolean;
  readonly format: string;
  /** `auto`, `always` or `never`. */
  readonly color: string;
}

export function readShared(values: Values, all: readonly Transform[], mode: Mode = 'dry-run'): Shared | Usage {
  const only = listOf(values['only']);
  // An empty variable of a script must not mean all transforms.
  if (values['only'] !== undefined && only.length === 0) return usage('--only needs a value');
  const chosen = chooseTransforms(only, listOf(values['skip']), all);
  if (chosen.kind === 'usage') return chosen;
  const settings = readSettings(texts(values['option']), all);
  if (settings.kind === 'usage') return settings;
  const cwd = currentDirectory();
  if (cwd === null) return usage('the current directory is gone, or may not be read');
  const given = texts(values['_']);
  const request = { cwd, paths: given.length === 0 ? ['.'] : given, context: last(values, 'context'), mode, unsafe: isOn(values, 'unsafe'), settings: settings.settings };
  const format = last(values, 'format') ?? 'text';
  return { kind: 'shared', transforms: chosen.transforms, request, json: format === 'json', format, color: last(values, 'color') ?? 'auto' };
}

function currentDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

function listOf(value: unknown): readonly string[] {
  return texts(value).flatMap((list) => list.split(',').map((name) => name.trim())).filter((name) => name !== '');
}

function chooseTransforms(only: readonly string[], skip: readonly string[], all: readonly Transform[]): Usage | { readonly kind: 'chosen'; readonly transforms: readonly Transform[] } {
  const ids = all.map(({ id }) => id);
  const unknown = [...only, ...skip].find((name) => !ids.includes(name));
  if (unknown !== undefined) return usage(unknownTransform(unknown, ids));
  const chosen = all.filter(({ id }) => (only.length === 0 || only.includes(id)) && !skip.includes(id));
  return chosen.length === 0 ? usage('--only and --skip leave no transform') : { kind: 'chosen', transforms: chosen };
}

function readSettings(options: readonly string[], all: readonly Transform[]): Usage | { readonly kind: 'settings'; readonly settings: ReadonlyMap<string, string> } {
  const settings = new Map<string, string>();
  for (const option of options) {
    const [, name = '', key = '', value] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(option) ?? [];
    if (value === undefined) return usage(`--option ${option}: write transform.key=value`);
    const transform = all.find(({ id }) => id === name);
    if (!transform) return usage(unknownTransform(name, all.map(({ id }) => id)));
    const fault = settingFault(transform, key, value);
    if (fault !== null) return usage(fault);
    settings.set(`${name}.${key}`, value);
  }
  return { kind: 'settings', settings };
}

function unknownTransform(name: string, ids: readonly string[]): string {
  return `there is no transform ${name}${suggestion(name, ids)}; there are ${ids.join(', ')}`;
}
