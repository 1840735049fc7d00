#!/usr/bin/env node
/**
 * Writes test/forge/github.json: of GitHub's own description of its REST API the part that dockfix uses, against which the
 * tests check every request and every answer. The description is in the npm package @octokit/openapi (MIT), which is too
 * large to be a dependency:
 *
 *   cd "$(mktemp -d)" && npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
 *   node scripts/forge-api.mjs "$OLDPWD/package"     (the folder that was unpacked)
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const source = process.argv[2];
if (source === undefined) throw new Error('which folder holds @octokit/openapi?');

/** By path: methods, and the statuses of answers that are kept. */
const used = {
  '/user': { get: ['200'] },
  '/user/repos': { get: ['200'] },
  '/installation/repositories': { get: ['200'] },
  '/users/{username}': { get: ['200'] },
  '/users/{username}/repos': { get: ['200'] },
  '/orgs/{org}/repos': { get: ['200'] },
  '/repos/{owner}/{repo}': { get: ['200'] },
  '/repos/{owner}/{repo}/forks': { get: ['200'], post: ['202'] },
  '/repos/{owner}/{repo}/git/ref/{ref}': { get: ['200'] },
  '/repos/{owner}/{repo}/compare/{basehead}': { get: ['200'] },
  '/repos/{owner}/{repo}/pulls': { get: ['200'], post: ['201'] },
  '/repos/{owner}/{repo}/pulls/{pull_number}': { patch: ['200'] },
  '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers': { post: ['201'] },
  '/repos/{owner}/{repo}/issues/{issue_number}/comments': { get: ['200'], post: ['201'] },
  '/repos/{owner}/{repo}/issues/{issue_number}/labels': { post: ['200'] },
};

const whole = JSON.parse(readFileSync(join(source, 'generated', 'api.github.com.json'), 'utf8'));
const { version, license } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
const licence = readFileSync(join(source, 'LICENSE'), 'utf8');
const copyright = licence.split('\n').find((line) => /copyright/i.test(line))?.trim() ?? '';

const components = {};
const paths = Object.fromEntries(Object.entries(used).map(([path, methods]) => [path, pathItem(path, methods)]));
const slice = {
  openapi: whole.openapi,
  info: {
    title: "A part of GitHub's REST API",
    version: whole.info.version,
    description: `Made by scripts/forge-api.mjs from @octokit/openapi ${version} (https://github.com/octokit/openapi), without examples and descriptions.`,
    license: { name: `${license}. ${copyright}`, url: 'https://github.com/octokit/openapi/blob/main/LICENSE' },
  },
  paths,
  components,
};
const file = join(import.meta.dirname, '..', 'test', 'forge', 'github.json');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(slice, null, 1)}\n`);
writeFileSync(join(dirname(file), 'github.LICENSE'), licence);
console.log(`${file}: ${Math.ceil(JSON.stringify(slice).length / 1024)} KB`);

function pathItem(path, methods) {
  const item = whole.paths[path];
  return Object.fromEntries(
    Object.entries(methods).map(([method, statuses]) => {
      const { operationId, parameters, requestBody, responses } = item[method];
      const kept = Object.fromEntries(statuses.map((status) => [status, { description: '', ...(responses[status].content ? { content: { 'application/json': { schema: responses[status].content['application/json'].schema } } } : {}) }]));
      return [method, taken({ operationId, parameters: [...(item.parameters ?? []), ...(parameters ?? [])], ...(requestBody ? { requestBody } : {}), responses: kept })];
    }),
  );
}

/** A copy without what only people read, whose references are taken as well. */
function taken(value, isNamed = false) {
  if (Array.isArray(value)) return value.map((one) => taken(one));
  if (typeof value !== 'object' || value === null) return value;
  if (typeof value.$ref === 'string') {
    take(value.$ref);
    return { $ref: value.$ref };
  }
  // Validators know `nullable` only beside a type.
  if (value.nullable === true && value.type === undefined && !isNamed) {
    const { nullable: _, ...other } = value;
    return { anyOf: [taken(other), { type: 'object', nullable: true, enum: [null] }] };
  }
  const entries = Object.entries(value).filter(([name, one]) => isNamed || !(['example', 'examples', 'externalDocs', 'title'].includes(name) || name.startsWith('x-') || (name === 'description' && typeof one === 'string')));
  return Object.fromEntries(entries.map(([name, one]) => [name, taken(one, !isNamed && (name === 'properties' || name === 'responses'))]));
}

function take(reference) {
  const [, , kind, name] = reference.split('/');
  components[kind] ??= {};
  if (Object.hasOwn(components[kind], name)) return;
  components[kind][name] = {};
  components[kind][name] = taken(whole.components[kind][name]);
}
