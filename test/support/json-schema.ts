import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of JSON Schema (draft 2020-12) that the schemas of the reports use. A keyword that is not known here throws. */
export type Schema = { readonly [keyword: string]: unknown };

const annotations = new Set(['$schema', '$defs', 'title', 'description']);

/** The faults of a value, each with its place (`/files/0/path`); empty if it is valid. */
export function validate(schema: Schema, value: unknown, root: Schema = schema, at = ''): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    if (annotations.has(keyword)) return [];
    return check(keyword, rule, schema, value, root, at);
  });
}

function check(keyword: string, rule: unknown, schema: Schema, value: unknown, root: Schema, at: string): string[] {
  const unless = (ok: boolean, fault: string): string[] => (ok ? [] : [`${at === '' ? '/' : at}: ${fault}`]);
  const object = isObject(value) ? value : null;
  switch (keyword) {
    case '$ref': {
      const [file = '', way = ''] = String(rule).split('#');
      const document = file === '' ? root : readSchema(file);
      return validate(resolve(document, way), value, document, at);
    }
    case 'const':
      return unless(value === rule, `must be ${JSON.stringify(rule)}`);
    case 'enum':
      return unless(array(rule).includes(value), `must be one of ${array(rule).join(', ')}, not ${JSON.stringify(value)}`);
    case 'type':
      return unless([rule].flat().some((type) => hasType(value, String(type))), `must be ${[rule].flat().join(' or ')}`);
    case 'minimum':
      return unless(typeof value !== 'number' || value >= Number(rule), `must be at least ${String(rule)}`);
    case 'minLength':
      return unless(typeof value !== 'string' || value.length >= Number(rule), `must have ${String(rule)} characters`);
    case 'maxItems':
      return unless(!Array.isArray(value) || value.length <= Number(rule), `must have at most ${String(rule)} items`);
    case 'pattern':
      return unless(typeof value !== 'string' || new RegExp(String(rule), 'u').test(value), `must match ${String(rule)}`);
    case 'required':
      return array(rule).flatMap((name) => unless(object === null || Object.hasOwn(object, String(name)), `lacks ${String(name)}`));
    case 'additionalProperties': {
      const known = isObject(schema['properties']) ? schema['properties'] : {};
      const others = Object.entries(object ?? {}).filter(([name]) => !Object.hasOwn(known, name));
      if (rule !== false) return others.flatMap(([name, part]) => validate(asSchema(rule), part, root, `${at}/${name}`));
      return others.flatMap(([name]) => unless(false, `has ${name}, which is not in the schema`));
    }
    case 'properties':
      return Object.entries(asSchema(rule)).flatMap(([name, part]) => (object !== null && Object.hasOwn(object, name) ? validate(asSchema(part), object[name], root, `${at}/${name}`) : []));
    case 'items':
      return Array.isArray(value) ? value.flatMap((item, index) => validate(asSchema(rule), item, root, `${at}/${index}`)) : [];
    default:
      throw new Error(`the schema has ${keyword}, which this validator does not know`);
  }
}

/** A schema of the project's top directory. */
function readSchema(file: string): Schema {
  return asSchema(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')));
}

/** `way`: `/$defs/file`. */
function resolve(root: Schema, way: string): Schema {
  const names = way.split('/').slice(1);
  return names.reduce((schema, name) => asSchema(schema[name]), root);
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function asSchema(value: unknown): Schema {
  if (!isObject(value)) throw new Error(`not a schema: ${JSON.stringify(value)}`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
