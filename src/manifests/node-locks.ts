/** Lock files of Node.js: does one say of the project what its package.json says, so that an install leaves it as it is? */
import { entryOf, jsonObject } from './json.ts';
import type { Demand, PackageJson } from './package-json.ts';
import { demandsOf } from './package-json.ts';

/** Does npm's lock file say of the project what its package.json says? Then an install changes none of its versions. */
export function isInStepWithNpm({ demands, hasOverrides }: PackageJson, lock: string): boolean {
  const packages = jsonObject(lock)?.['packages'];
  const root = entryOf(packages, '');
  if (hasOverrides || typeof root !== 'object' || root === null) return false;
  const locked = new Set(demandsOf(root).map(spelled));
  const isAnswered = ({ kind, name }: Demand): boolean => (kind !== 'dependencies' && kind !== 'devDependencies') || entryOf(packages, `node_modules/${name}`) !== undefined;
  return locked.size === demands.length && demands.every((demand) => locked.has(spelled(demand)) && isAnswered(demand));
}

function spelled({ kind, name, version }: Demand): string {
  return `${kind} ${name}@${version}`;
}

/** The same of a yarn.lock, and of the settings of the project and of the user. */
export function isInStepWithYarn(read: PackageJson, lock: string, settings = ''): boolean {
  return /^__metadata:$/m.test(lock) ? isInStepWithYarn4(read, lock, settings) : isInStepWithYarn1(read, lock);
}

/** A lock of Yarn 1 has each demand in the heading of what answers it; a resolution is the only answer for its package. */
function isInStepWithYarn1({ demands, resolutions }: PackageJson, lock: string): boolean {
  if (!/^# yarn lockfile v1$/m.test(lock)) return false;
  const headings = [...lock.matchAll(/^(\S.*):$/gm)].map(([, heading = '']) => heading.split(', ').map((one) => one.replace(/^"(.*)"$/, '$1')));
  const answered = new Set(headings.flat());
  const isResolved = ([name, version]: readonly [string, string]): boolean =>
    answered.has(`${name}@${version}`) && headings.filter((heading) => heading.some((one) => one.startsWith(`${name}@`))).length === 1;
  return demands.every(({ name, version }) => answered.has(`${name}@${version}`)) && [...resolutions].every(isResolved);
}

/**
 * One of Yarn 4 has what each project asks for below the project's own name, without the kinds, and each demand of a package
 * in the heading of what answers it, or Yarn looks for the newest. An older Yarn writes such a lock anew, and Yarn 4.14 and
 * later also write into .yarnrc.yml where they find one of version 8 (seen with 3.8, 4.0 to 4.18).
 */
function isInStepWithYarn4({ demands, packageManager, resolutions }: PackageJson, lock: string, settings: string): boolean {
  const [, version] = /^yarn@(4\.(?:\d|1[0-3])\.\d+)(?:\+|$)/.exec(packageManager ?? '') ?? [];
  if (version === undefined || resolutions.size > 0 || !/^__metadata:\r?\n {2}version: 8\r?$/m.test(lock) || /^[<=>]{7}/m.test(lock)) return false;
  if (/packageExtensions/.test(settings) || [...settings.matchAll(/^yarnPath:.*/gm)].some(([path]) => !path.includes(`yarn-${version}.`))) return false;
  const entries = lock.split(/\r?\n\r?\n/);
  const [own = '', ...others] = entries.filter((entry) => /^"[^"\n]*@workspace:/.test(entry));
  const written = new Set(demandsOfEntry(own));
  const asked = demands.map(({ name, version: range }) => `${name}@${/^[a-z+]+:/i.test(range) ? range : `npm:${range}`}`);
  if (own === '' || others.length > 0 || /^ {2}(?:peerDependencies|dependenciesMeta):/m.test(own) || written.size !== new Set(asked).size || !asked.every((one) => written.has(one))) return false;
  const headings = [...lock.matchAll(/^"(.*)":\r?$/gm)].flatMap(([, heading = '']) => heading.split(', '));
  const answered = new Set(headings);
  return answered.size === headings.length && entries.every((entry) => demandsOfEntry(entry).every((one) => answered.has(one)));
}

/** `debug@npm:^4.3.4` for each dependency of an entry in a lock of Yarn 4. */
function demandsOfEntry(entry: string): readonly string[] {
  const [, listed = ''] = /^ {2}dependencies:\r?\n((?: {4}.*(?:\r?\n|$))+)/m.exec(entry) ?? [];
  return [...listed.matchAll(/^ {4}"?([^":]+)"?: "(.*)"\r?$/gm)].map(([, name, range]) => `${name}@${range}`);
}

/** What pnpm 9 and 10 write where no setting says otherwise; they write a lock anew that has other settings. */
const usualSettings = /^(?:settings:\s+autoInstallPeers: true\s+excludeLinksFromLockfile: false)?$/;

/**
 * The same of a pnpm-lock.yaml, where pnpm is of version 9 or 10, and the lock of version 9: an older pnpm ignores such a lock. Of a
 * lock that repeats settings, or has to, it is not known (`satisfiesPackageManifest` of @pnpm/lockfile.verification; seen with 9 and 10).
 */
export function isInStepWithPnpm({ demands, packageManager, overrides, hasPatches, hasResolutionSettings }: PackageJson, lock: string, settings = ''): boolean {
  if (!/^pnpm@(?:9|10)\./.test(packageManager ?? '') || overrides.length > 0 || hasPatches || hasResolutionSettings || /override|extension|patch|optional|catalog|peer|exclude|inject/i.test(settings)) return false;
  const [first, ...others] = lock.split(/\r?\n(?=\S)/).map((section) => section.trimEnd());
  const sections = new Map(others.map((section) => [section.slice(0, section.indexOf(':')), section]));
  if (first !== "lockfileVersion: '9.0'" || sections.size !== others.length || [...sections.keys()].some((key) => !['settings', 'importers', 'packages', 'snapshots'].includes(key))) return false;
  const locked = demandsOfImporter(sections.get('importers') ?? '');
  if (locked === null || !usualSettings.test(sections.get('settings') ?? '')) return false;
  const written = new Set(locked.map(spelled));
  return written.size === locked.length && written.size === demands.length && demands.every((demand) => written.has(spelled(demand))) && isComplete(locked, sections.get('packages') ?? '', sections.get('snapshots') ?? '');
}

interface Locked extends Demand {
  /** The version that was chosen; `ms@2.1.3` where the package has another name. */
  chosen: string;
}

/** What the lock has of the one project; null if there are others, or more of it. */
function demandsOfImporter(importers: string): readonly Locked[] | null {
  const found: Locked[] = [];
  let [kind, name] = ['', ''];
  const [head, ...lines] = importers.split(/\r?\n/);
  if (head !== 'importers:') return null;
  for (const line of lines) {
    const [, indent = '', key = '', value = ''] = /^( *)(.+?):(?: (.*))?$/.exec(line) ?? [];
    const last = found.at(-1);
    if (line === '' || line === '  .:') continue;
    if (indent.length === 4 && value === '' && key !== 'peerDependencies') kind = key;
    else if (indent.length === 6 && value === '') name = unquoted(key);
    else if (indent.length === 8 && key === 'specifier') found.push({ kind, name, version: unquoted(value), chosen: '' });
    else if (indent.length === 8 && key === 'version' && last?.chosen === '') last.chosen = unquoted(value);
    else return null;
  }
  return found;
}

/** Is each package there, once, that is chosen for the project or for another? Else pnpm looks for the newest, or ignores the lock (seen with 9 and 10). */
function isComplete(locked: readonly Locked[], packages: string, snapshots: string): boolean {
  const [described, there] = [headingsOf(packages), headingsOf(snapshots)];
  const [names, all] = [new Set(described), new Set(there)];
  const ofPackages = [...snapshots.matchAll(/^ {6}(\S+): (.+?)\r?$/gm)].map(([, name = '', chosen = '']) => ({ name: unquoted(name), chosen: unquoted(chosen) }));
  return names.size === described.length && all.size === there.length && there.every((heading) => names.has(heading.replace(/\(.*$/, ''))) && [...locked, ...ofPackages].every(({ name, chosen }) => all.has(`${name}@${chosen}`) || all.has(chosen));
}

function headingsOf(section: string): readonly string[] {
  return [...section.matchAll(/^ {2}(\S.*?):(?: \{\})?\r?$/gm)].map(([, heading = '']) => unquoted(heading));
}

/** A scalar of YAML in single quotes, or in none. */
function unquoted(scalar: string): string {
  return /^'.*'$/.test(scalar) ? scalar.slice(1, -1).replaceAll("''", "'") : scalar;
}
