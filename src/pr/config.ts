/** `dockfix.json` at the root of a repository: what its people say about dockfix, and its pull requests (dockfix.schema.json). */
import { matcherOfAny, matchesPattern } from '../ignore/patterns.ts';
import type { Configurable } from '../plan/options.ts';
import { settingFault } from '../plan/options.ts';
import type { Path, Tree } from '../types.ts';
import type { JsonNode } from './json-places.ts';
import { parseJson } from './json-places.ts';
import { isBranchName, isLabel, isReviewer } from './names.ts';

export const configFile = 'dockfix.json';

/** When a branch that makes the same change on an older base is made anew: once it no longer merges as it is, or always. */
export const rebaseTimes = ['conflicted', 'behind-base-branch'] as const;
export type RebaseWhen = (typeof rebaseTimes)[number];

export interface RepositoryConfig {
  readonly kind: 'config';
  readonly enabled: boolean;
  /** Ids of transforms; null for all. */
  readonly only: readonly string[] | null;
  readonly skip: readonly string[];
  readonly ignores: (path: Path) => boolean;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  /** Null for the repository's default branch. */
  readonly baseBranch: string | null;
  /** Null for what the run says. */
  readonly rebaseWhen: RebaseWhen | null;
  /** As `--option` has them: `transform.key` to value. */
  readonly options: ReadonlyMap<string, string>;
}

export interface BrokenConfig {
  readonly kind: 'broken';
  /** `dockfix.json:3: …` */
  readonly message: string;
  /** The same apart; left out where no line is at fault. */
  readonly at?: { readonly line: number; readonly fault: string };
}

export const noConfig: RepositoryConfig = { kind: 'config', enabled: true, only: null, skip: [], ignores: () => false, labels: [], reviewers: [], baseBranch: null, rebaseWhen: null, options: new Map() };

/** What the repository says; `noConfig` if it says nothing. */
export function readConfig(tree: Tree, all: readonly Configurable[]): RepositoryConfig | BrokenConfig {
  if (tree.kind(configFile) === 'absent') return noConfig;
  const text = tree.read(configFile);
  return text === undefined ? { kind: 'broken', message: `${configFile} cannot be read: it is no text file of a usual size` } : parseConfig(text, all);
}

/** Where something stands: names of fields, and numbers in lists. */
type Place = readonly (string | number)[];

interface Found {
  readonly place: Place;
  /** Of the field's name instead of its value. */
  readonly ofName?: boolean;
  readonly message: string;
}

export function parseConfig(written: string, all: readonly Configurable[]): RepositoryConfig | BrokenConfig {
  const text = written.replace(/^\uFEFF/, '');
  const broken = (offset: number, fault: string): BrokenConfig => {
    const line = text.slice(0, offset).split('\n').length;
    return { kind: 'broken', message: `${configFile}:${line}: ${fault}`, at: { line, fault } };
  };
  const json = parseJson(text);
  if ('fault' in json) return broken(json.at, `not JSON: ${json.fault}`);
  const found = fault(json.value, all);
  return found === null ? configOf(json.value as Written) : broken(offsetOf(json, found), found.message);
}

function offsetOf(json: JsonNode, { place, ofName }: Found): number {
  let node = json;
  let offset = json.start;
  for (const name of place) {
    const child = node.children.get(name);
    if (!child) break;
    node = child.node;
    offset = ofName ? child.nameStart : node.start;
  }
  return offset;
}

/** What is written, once it is known to be right. */
interface Written {
  readonly enabled?: boolean;
  readonly transforms?: { readonly only?: readonly string[]; readonly skip?: readonly string[] };
  readonly ignorePaths?: readonly string[];
  readonly labels?: readonly string[];
  readonly reviewers?: readonly string[];
  readonly baseBranch?: string;
  readonly rebaseWhen?: RebaseWhen;
  readonly options?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function configOf({ enabled = true, transforms = {}, ignorePaths = [], labels = [], reviewers = [], baseBranch, rebaseWhen, options = {} }: Written): RepositoryConfig {
  const settings = Object.entries(options).flatMap(([id, values]) => Object.entries(values).map(([key, value]) => [`${id}.${key}`, value] as const));
  return { kind: 'config', enabled, only: transforms.only ?? null, skip: transforms.skip ?? [], ignores: ignorePaths.length === 0 ? () => false : matcherOfAny(ignorePaths), labels, reviewers, baseBranch: baseBranch ?? null, rebaseWhen: rebaseWhen ?? null, options: new Map(settings) };
}

// --------------------------------------------------------------------------------------------------------------- faults

type Check = (value: unknown, place: Place) => Found | null;

function fault(json: unknown, all: readonly Configurable[]): Found | null {
  const ids = all.map(({ id }) => id);
  const transformIds = listOf(oneOf(ids, 'transform'));
  const known = object({
    $schema: aText,
    enabled: (value, place) => (typeof value === 'boolean' ? null : { place, message: 'has to be true or false' }),
    transforms: object({ only: (value, place) => (Array.isArray(value) && value.length === 0 ? { place, message: 'names no transform; to switch dockfix off write "enabled": false' } : transformIds(value, place)), skip: transformIds }),
    ignorePaths: listOf(aPattern),
    labels: few(listOf(aLabel)),
    reviewers: few(listOf(aReviewer)),
    baseBranch: (value, place) => aText(value, place) ?? (isBranchName(String(value)) ? null : { place, message: 'is no name of a branch' }),
    rebaseWhen: oneOf(rebaseTimes, 'time'),
    options: settings(all),
  });
  return known(json, []);
}

function object(checks: Readonly<Record<string, Check>>): Check {
  return (value, place) => {
    if (!isObject(value)) return { place, message: 'has to be an object: { … }' };
    for (const [name, one] of Object.entries(value)) {
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      if (!check) return { place: [...place, name], ofName: true, message: `there is no ${quoted(name)} here; there are ${Object.keys(checks).join(', ')}` };
      const found = check(one, [...place, name]);
      if (found !== null) return found;
    }
    return null;
  };
}

function settings(all: readonly Configurable[]): Check {
  return (value, place) => {
    if (!isObject(value)) return { place, message: 'has to be an object: { "transform": { "key": "value" } }' };
    for (const [id, values] of Object.entries(value)) {
      const transform = all.find((one) => one.id === id);
      if (!transform) return { place: [...place, id], ofName: true, message: `there is no transform ${quoted(id)}; there are ${all.map((one) => one.id).join(', ')}` };
      if (!isObject(values)) return { place: [...place, id], message: 'has to be an object: { "key": "value" }' };
      for (const [key, one] of Object.entries(values)) {
        const at = [...place, id, key];
        const message = typeof one === 'string' ? settingFault(transform, key, one) : null;
        if (typeof one !== 'string') return { place: at, message: 'has to be a text' };
        if (message !== null) return { place: at, message };
      }
    }
    return null;
  };
}

function listOf(check: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) return { place, message: 'has to be a list: [ … ]' };
    for (const [index, one] of value.entries()) {
      const found = check(one, [...place, index]);
      if (found !== null) return found;
    }
    return null;
  };
}

/** Each may be a request to the forge, which limits how much it is asked. */
const mostNames = 50;

function few(check: Check): Check {
  return (value, place) => (Array.isArray(value) && value.length > mostNames ? { place, message: `names more than ${mostNames}` } : check(value, place));
}

function oneOf(names: readonly string[], what: string): Check {
  return (value, place) => (typeof value === 'string' && names.includes(value) ? null : { place, message: `there is no ${what} ${quoted(value)}; there are ${names.join(', ')}` });
}

const aText: Check = (value, place) => (typeof value === 'string' && value !== '' ? null : { place, message: 'has to be a text' });

const aPattern: Check = (value, place) => aText(value, place) ?? (matchesPattern(String(value), 'x') === null ? { place, message: 'is no pattern as in .dockerignore, or begins with !' } : null);

const aLabel: Check = (value, place) => aText(value, place) ?? (isLabel(String(value)) ? null : { place, message: 'is no name of a label' });

const aReviewer: Check = (value, place) => aText(value, place) ?? (isReviewer(String(value)) ? null : { place, message: 'is no name of a user (or ORG/TEAM)' });

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quoted(value: unknown): string {
  return JSON.stringify(value).slice(0, 80);
}
