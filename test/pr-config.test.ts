import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { assert, constantFrom, json, nat, property } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { memoryTree } from '../src/context/memory.ts';
import { noConfig, parseConfig, readConfig } from '../src/pr/config.ts';
import { parseJson } from '../src/pr/json-places.ts';
import { transforms } from '../transforms/index.ts';
import type { Schema } from './support/json-schema.ts';
import { validate } from './support/json-schema.ts';

const schemaFile = join(import.meta.dirname, '..', 'dockfix.schema.json');
const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as Schema & { readonly $defs: object };

/** The part of the schema that follows from the transforms. */
function definitions(): object {
  const options = transforms.filter((one) => one.options !== undefined && one.options.length > 0).map(({ id, options = [] }) => {
    const keys = options.map(({ key, values, meaning }) => [key, { description: meaning, ...('pattern' in values ? { type: 'string', pattern: values.pattern.source } : { enum: values }) }]);
    return [id, { type: 'object', additionalProperties: false, properties: Object.fromEntries(keys) }];
  });
  return {
    transform: { enum: transforms.map(({ id }) => id) },
    options: { description: 'Settings of transforms: { "transform": { "key": "value" } }.', type: 'object', additionalProperties: false, properties: Object.fromEntries(options) },
  };
}

test('the schema names the transforms and their options (UPDATE=1 writes it)', () => {
  const wanted = `${JSON.stringify({ ...schema, $defs: definitions() }, null, 2)}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(schemaFile, wanted);
  expect(readFileSync(schemaFile, 'utf8')).toBe(wanted);
});

const whole = {
  $schema: 'https://example.org/dockfix.schema.json',
  enabled: true,
  transforms: { only: ['split-copy', 'alpine-to-slim'], skip: ['alpine-to-slim'] },
  ignorePaths: ['legacy/**', 'images/*/Dockerfile'],
  labels: ['docker', 'dependencies'],
  reviewers: ['octocat', 'our-org/our-team'],
  baseBranch: 'develop',
  rebaseWhen: 'behind-base-branch',
  options: { 'alpine-to-slim': { when: 'always' } },
};

test('all that can be said', () => {
  const config = parseConfig(JSON.stringify(whole, null, 2), transforms);
  expect(config).toMatchObject({ kind: 'config', enabled: true, only: ['split-copy', 'alpine-to-slim'], skip: ['alpine-to-slim'], labels: ['docker', 'dependencies'], reviewers: ['octocat', 'our-org/our-team'], baseBranch: 'develop', rebaseWhen: 'behind-base-branch' });
  if (config.kind === 'broken') throw new Error(config.message);
  expect([...config.options]).toEqual([['alpine-to-slim.when', 'always']]);
  expect(['legacy/a/Dockerfile', 'images/web/Dockerfile', 'web/Dockerfile'].map(config.ignores)).toEqual([true, true, false]);
});

test('a repository that says nothing, an empty object, and a byte order mark', () => {
  expect(readConfig(memoryTree({ Dockerfile: 'FROM a' }), transforms)).toBe(noConfig);
  expect(readConfig(memoryTree({ 'dockfix.json': '{}' }), transforms)).toMatchObject({ ...noConfig, ignores: expect.any(Function), options: new Map() });
  expect(parseConfig('\uFEFF{ "enabled": false }', transforms)).toMatchObject({ kind: 'config', enabled: false });
});

describe('what is wrong is said with its line', () => {
  const faults: readonly (readonly [text: string, line: number, message: string])[] = [
    ['', 1, 'not JSON'],
    ['{\n  "enabled": true,\n}', 3, 'not JSON'],
    ['{\n  "enabled": tru\n}\n', 2, 'not JSON'],
    ['{\n  // no comments\n}', 2, 'not JSON'],
    ['[]', 1, 'has to be an object'],
    ['null', 1, 'has to be an object'],
    ['{\n\n  "enable": true }', 3, 'there is no "enable" here; there are $schema, enabled'],
    ['{ "enabled":\n "yes" }', 2, 'has to be true or false'],
    ['{\n  "transforms": {\n    "only": [\n      "split-copy",\n      "split-cpoy"\n    ]\n  }\n}', 5, 'there is no transform "split-cpoy"; there are dockerignore'],
    ['{\n  "transforms": { "only": [] } }', 2, 'names no transform; to switch dockfix off'],
    ['{\n  "transforms": {\n "onyl": [] } }', 3, 'there is no "onyl" here; there are only, skip'],
    ['{\n"ignorePaths": "legacy" }', 2, 'has to be a list'],
    ['{\n"ignorePaths": ["a",\n "!b"] }', 3, 'is no pattern'],
    ['{\n"ignorePaths": ["a",\n "[b"] }', 3, 'is no pattern'],
    ['{\n"labels": ["a,b"] }', 2, 'is no name of a label'],
    ['{\n"reviewers": ["@octocat"] }', 2, 'is no name of a user'],
    [`{\n"labels": ${JSON.stringify(Array.from({ length: 51 }, (_, index) => `l${index}`))} }`, 2, 'names more than 50'],
    [`{\n"reviewers": ${JSON.stringify(Array.from({ length: 51 }, (_, index) => `r${index}`))} }`, 2, 'names more than 50'],
    ['{\n"baseBranch": "--upload-pack=x" }', 2, 'is no name of a branch'],
    ['{\n"baseBranch": "a..b" }', 2, 'is no name of a branch'],
    ['{\n"rebaseWhen": "never" }', 2, 'there is no time "never"; there are conflicted, behind-base-branch'],
    ['{\n"options": { "alpine-to-slim": {\n "when": "never" } } }', 3, "alpine-to-slim.when cannot be 'never'"],
    ['{\n"options": { "alpine-to-slim": {\n "wen": "always" } } }', 3, "alpine-to-slim has no option 'wen'"],
    ['{\n"options": { "alpine-to-slim": {\n "when": true } } }', 3, 'has to be a text'],
    ['{\n"options": {\n "alpine": {} } }', 3, 'there is no transform "alpine"'],
    ['{\n"constructor": {} }', 2, 'there is no "constructor" here'],
    ['{\n"options": { "alpine-to-slim": { "when": "always" } },\n"__proto__": {} }', 3, 'there is no "__proto__" here'],
    ['{ "enabled": true,\n"enabled": false }', 2, 'not JSON: "enabled" is here twice'],
    ['{\n"enabled": true }\n{}', 3, 'not JSON'],
    [`{\n${'"a": {'.repeat(100_000)}`, 2, 'not JSON: it is nested too deeply'],
  ];
  test.each(faults)('%j', (text, line, message) => {
    const config = parseConfig(text, transforms);
    const said = config.kind === 'broken' ? config.message : 'it is right';
    expect(said).toMatch(new RegExp(`^dockfix\\.json:${line}: `));
    expect(said).toContain(message);
  });

  test('the schema turns down what is JSON and wrong, and takes what is right', () => {
    expect(validate(schema, whole)).toEqual([]);
    // What a schema cannot say: a branch's name, patterns, and that a list must not be empty.
    const beyond = /branch|pattern|names no transform/;
    for (const [text] of faults.filter(([, , message]) => !message.startsWith('not JSON') && !beyond.test(message))) expect({ text, faults: validate(schema, JSON.parse(text)).length > 0 }).toEqual({ text, faults: true });
  });
});

test('what is no text file is broken, too', () => {
  expect(readConfig(memoryTree({ 'dockfix.json/a': '' }), transforms)).toMatchObject({ kind: 'broken' });
});

test('the reader of JSON reads as JSON.parse does, and turns down what it turns down', () => {
  assert(
    property(json(), nat(), constantFrom('', ',', '"', '}', '0', 'e', '\\', '\u0000', ' '), (text, at, inserted) => {
      for (const one of [text, text.slice(0, at % (text.length + 1)) + inserted + text.slice(at % (text.length + 1))]) {
        const own = parseJson(one);
        const its = attempt(one);
        // A name twice is valid JSON, and none here.
        const expected = 'fault' in own && own.fault.endsWith('twice') ? undefined : its;
        expect('fault' in own ? undefined : own.value).toEqual(expected);
      }
    }),
  );
});

function attempt(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
