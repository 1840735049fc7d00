import { remembering } from '../remember.ts';

/**
 * conda's environment files, as far as they are written plainly: a name, channels, packages, and a section of pip. What
 * is written in another form of YAML is said to be not plain, and nothing is known of it.
 * https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#create-env-file-manually
 */
export interface EnvironmentFile {
  readonly name: string | null;
  readonly channels: readonly string[];
  /** What conda itself installs. */
  readonly packages: readonly string[];
  /** Names of the variables that the environment sets. */
  readonly variables: readonly string[];
  /** What is handed to pip, one line of a requirements file each. */
  readonly pip: readonly string[];
}

export type EnvironmentRead = { readonly kind: 'ok'; readonly file: EnvironmentFile } | { readonly kind: 'not-plain'; readonly line: number };

const withoutInfluence = /^(?:channels|channel_priority|dependencies|variables|platforms|category|prefix)$/;

/** Reads the text of an environment file. Never fails; lines count from 1. */
export const readEnvironmentFile = remembering((text: string): EnvironmentRead => {
  let name: string | null = null;
  let pipIndent: number | null = null;
  const lists = { channels: [] as string[], dependencies: [] as string[], pip: [] as string[] };
  const variables: string[] = [];
  let section = '';
  for (const [index, written] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    const line = withoutComment(written);
    if (line.trim() === '' || line === '---') continue;
    const item = /^( *)- +(\S.*)$/.exec(line);
    const key = /^( *)([\w.-]+):(?: +(\S.*))?$/.exec(line);
    if (item) {
      const [, { length: indent }, value] = [item[0], item[1] ?? '', scalar(item[2] ?? '')];
      if (value === null) return { kind: 'not-plain', line: index + 1 };
      if (value === 'pip:') pipIndent = indent;
      else if (pipIndent !== null && indent > pipIndent) lists.pip.push(value);
      else if (value.endsWith(':')) return { kind: 'not-plain', line: index + 1 };
      else {
        pipIndent = null;
        if (section === 'channels' || section === 'dependencies') lists[section].push(value);
      }
      continue;
    }
    if (!key) return { kind: 'not-plain', line: index + 1 };
    const [, indent = '', word = '', rest] = key;
    const value = rest === undefined ? '' : scalar(rest);
    if (value === null || (indent === '' && word !== 'name' && !withoutInfluence.test(word))) return { kind: 'not-plain', line: index + 1 };
    if (indent === '') section = word;
    else if (section === 'variables') variables.push(word);
    if (indent === '' && word === 'name') name = value;
    pipIndent = null;
  }
  return { kind: 'ok', file: { name, channels: lists.channels, packages: lists.dependencies, variables, pip: lists.pip } };
});

/** A `#` after white space begins a comment. */
function withoutComment(line: string): string {
  return line.replace(/(?:^|\s+)#.*$/, '').trimEnd();
}

/** A plain or a quoted text; null for lists, maps, anchors, blocks and what else YAML has. */
function scalar(text: string): string | null {
  const quoted = /^(?:"([^"\\]*)"|'([^']*)')$/.exec(text);
  if (quoted) return quoted[1] ?? quoted[2] ?? '';
  return /^(?:[[{&*!|>%@`"']|- )|: /.test(text) ? null : text;
}
