import type { Unreadable } from './toml.ts';

/**
 * pip.conf, and pip's settings in the environment (`PIP_CONSTRAINT` and so on), as far as they name files and indexes.
 * pip reads the file with Python's `RawConfigParser` and expands no variables in it.
 */

export interface PipSetting {
  /** `global`, or the command that it is for; `environment` for a `PIP_…` variable. */
  readonly section: string;
  /** The long option without dashes: `index-url`. */
  readonly key: string;
  /** As written; several words where the option may be given several times. */
  readonly value: string;
  /** 1-based; 0 for a variable. */
  readonly line: number;
}

export interface PipFile {
  readonly option: string;
  /** Relative paths are resolved against the working directory of pip. It may be a URL. */
  readonly path: string;
  readonly section: string;
  readonly line: number;
}

export interface PipConf {
  readonly settings: readonly PipSetting[];
  readonly files: readonly PipFile[];
  /** `index-url`, then `extra-index-url`. */
  readonly indexUrls: readonly string[];
}

export type PipConfResult = { readonly kind: 'ok'; readonly conf: PipConf } | Unreadable;

/** Options that name files, and whether several may be given in one value, separated by white space. */
const fileOptions: ReadonlyMap<string, boolean> = new Map([
  ['constraint', true],
  ['build-constraint', true],
  ['requirement', true],
  ['requirements-from-script', true],
  ['editable', true],
  ['find-links', true],
  ['cert', false],
  ['client-cert', false],
  ['log', false],
  ['log-file', false],
  ['config-file', false],
]);

/** Reads pip.conf (pip.ini). Never throws: what the parser would reject is an error with its line. */
export function readPipConf(text: string): PipConfResult {
  const values: (Omit<PipSetting, 'value'> & { readonly lines: readonly string[] })[] = [];
  const sections = new Set<string>();
  const seen = new Set<string>();
  let section: string | null = null;
  /** The option that an indented line continues, and how far it is indented itself. */
  let open: { readonly indent: number; readonly lines: string[] } | null = null;

  for (const [index, written] of text.replace(/^\u{FEFF}/u, '').split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const content = written.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    const indent = written.length - written.trimStart().length;
    if (open !== null && indent > open.indent) {
      open.lines.push(content);
      continue;
    }
    const header = /^\[(.+)\]/.exec(content)?.[1];
    if (header !== undefined) {
      if (sections.has(header)) return { kind: 'error', message: `The section [${header}] stands twice.`, line };
      sections.add(header);
      section = header;
      open = null;
      continue;
    }
    if (section === null) return { kind: 'error', message: 'A setting stands before the first [section].', line };
    const delimiter = content.search(/[=:]/);
    const name = content.slice(0, Math.max(delimiter, 0)).trim().toLowerCase();
    if (name === '') return { kind: 'error', message: 'The line is neither a [section] nor a "name = value".', line };
    const id = `${section}\n${name}`;
    if (seen.has(id)) return { kind: 'error', message: `The setting ${name} stands twice in [${section}].`, line };
    seen.add(id);
    open = { indent, lines: [content.slice(delimiter + 1).trim()] };
    values.push({ section, key: normaliseOption(name), lines: open.lines, line });
  }
  const settings = values.map(({ lines, ...setting }) => ({ ...setting, value: lines.join('\n').trim() }));
  return { kind: 'ok', conf: confOf(settings) };
}

/** Reads pip's settings from environment variables. */
export function pipEnvironment(variables: ReadonlyMap<string, string>): PipConf {
  const settings: PipSetting[] = [];
  for (const [name, value] of variables) {
    if (!name.startsWith('PIP_') || value === '') continue;
    settings.push({ section: 'environment', key: normaliseOption(name.slice('PIP_'.length)), value, line: 0 });
  }
  return confOf(settings);
}

/** pip compares names in lower case, without leading dashes, `_` as `-`. */
function normaliseOption(name: string): string {
  return name.toLowerCase().replaceAll('_', '-').replace(/^--/, '');
}

function confOf(settings: readonly PipSetting[]): PipConf {
  const files = settings.flatMap(({ section, key, value, line }) => {
    const several = fileOptions.get(key);
    if (several === undefined) return [];
    return (several ? wordsOf(value) : [value]).map((path) => ({ option: key, path, section, line }));
  });
  const urlsOf = (key: string) =>
    settings.filter((setting) => setting.key === key).flatMap((setting) => wordsOf(setting.value));
  return { settings, files, indexUrls: [...urlsOf('index-url'), ...urlsOf('extra-index-url')] };
}

function wordsOf(value: string): readonly string[] {
  return value.split(/\s+/).filter((word) => word !== '');
}
