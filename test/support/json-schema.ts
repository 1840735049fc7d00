/** The part of JSON Schema (draft 2020-12) that report.schema.json uses. A keyword that is not known here throws. */
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
    case '$ref':
      return validate(resolve(root, String(rule)), value, root, at);
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
    case 'pattern':
      return unless(typeof value !== 'string' || new RegExp(String(rule), 'u').test(value), `must match ${String(rule)}`);
    case 'required':
      return array(rule).flatMap((name) => unless(object === null || Object.hasOwn(object, String(name)), `lacks ${String(name)}`));
    case 'additionalProperties': {
      if (rule !== false) throw new Error('additionalProperties can only be false here');
      const known = isObject(schema['properties']) ? schema['properties'] : {};
      return Object.keys(object ?? {}).flatMap((name) => unless(Object.hasOwn(known, name), `has ${name}, which is not in the schema`));
    }
    case 'properties':
      return Object.entries(asSchema(rule)).flatMap(([name, part]) => (object !== null && Object.hasOwn(object, name) ? validate(asSchema(part), object[name], root, `${at}/${name}`) : []));
    case 'items':
      return Array.isArray(value) ? value.flatMap((item, index) => validate(asSchema(rule), item, root, `${at}/${index}`)) : [];
    default:
      throw new Error(`the schema has ${keyword}, which this validator does not know`);
  }
}

function resolve(root: Schema, reference: string): Schema {
  const names = reference.replace(/^#\//, '').split('/');
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
