/** `--mount` of RUN. */
import type { Span } from '../types.ts';

export interface ParsedMount {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  readonly from: string | null;
  readonly source: string | null;
  readonly target: string | null;
  /** For bind, secret and ssh unless said otherwise. */
  readonly readonly: boolean;
  readonly id: string | null;
  readonly sharing: string | null;
  readonly required: boolean;
  readonly mode: string | null;
  readonly uid: string | null;
  readonly gid: string | null;
  readonly env: string | null;
  /** All options by their lower-case names; `''` for one without a value. The last of two wins. */
  readonly options: ReadonlyMap<string, string>;
  readonly span: Span;
}

const mountTypes: ReadonlyMap<string, ParsedMount['type']> = new Map(
  (['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const).map((type) => [type, type]),
);

/** `--mount=…` (BuildKit, frontend/dockerfile/instructions/commands_runmount.go). An unknown type counts as bind. */
export function parseMount(value: string, span: Span): ParsedMount {
  const options = new Map<string, string>();
  let readonly: boolean | null = null;
  for (const field of csvFields(value)) {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const option = equals < 0 ? '' : field.slice(equals + 1);
    options.set(key, option);
    const on = equals < 0 || isTrue(option);
    if (key === 'readonly' || key === 'ro') readonly = on;
    if (key === 'readwrite' || key === 'rw') readonly = !on;
  }
  const option = (...names: readonly string[]): string | null => {
    const given = names.filter((name) => options.has(name));
    return given.length === 0 ? null : (options.get(given.at(-1) ?? '') ?? null);
  };
  const type = mountTypes.get((options.get('type') ?? 'bind').toLowerCase()) ?? 'bind';
  const required = options.get('required');
  return {
    type,
    from: option('from'),
    source: option('source', 'src'),
    target: option('target', 'dst', 'destination'),
    readonly: readonly ?? (type !== 'cache' && type !== 'tmpfs'),
    id: option('id'),
    sharing: option('sharing'),
    required: required !== undefined && (required === '' || isTrue(required)),
    mode: option('mode'),
    uid: option('uid'),
    gid: option('gid'),
    env: option('env'),
    options,
    span,
  };
}

/** Go's `strconv.ParseBool`. */
function isTrue(text: string): boolean {
  return ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text);
}

/** The fields of one line of comma-separated values; a field in double quotes may hold commas and doubled quotes. */
function csvFields(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line.charAt(at) !== '"') {
      const comma = line.indexOf(',', at);
      const end = comma < 0 ? line.length : comma;
      fields.push(line.slice(at, end));
      at = end + 1;
      continue;
    }
    const pieces: string[] = [];
    at += 1;
    while (at < line.length) {
      const quote = line.indexOf('"', at);
      const end = quote < 0 ? line.length : quote;
      pieces.push(line.slice(at, end));
      at = end + 1;
      if (line.charAt(at) !== '"') break;
      pieces.push('"');
      at += 1;
    }
    fields.push(pieces.join(''));
    const comma = line.indexOf(',', at);
    at = comma < 0 ? line.length + 1 : comma + 1;
  }
  return fields;
}
