/** What a call of pip asks for. */
import type { Requirement } from '../../manifests/requirements.ts';
import type { RequirementClosure } from '../../manifests/requirement-closure.ts';
import { localPathOf, parseRequirementSpec } from '../../manifests/requirements.ts';
import { requirementClosure } from '../../manifests/requirement-closure.ts';
import { lookUp } from '../image-tree.ts';
import { isSymbolic } from '../places.ts';
import type { PipCall } from './pip-call.ts';
import type { Item, PerformedInstall, Site } from './requests.ts';

/** Each requirement and each file of requirements of a call; null if one of them is not understood, or there is none. */
export function itemsOf(site: Site, install: PerformedInstall, { requirements, names }: PipCall): readonly Item[] | null {
  const { values } = site;
  const items: Item[] = [];
  for (const argument of requirements) {
    const item = argument.glob ? null : fileItem(site, install, argument.text);
    if (item === null) return null;
    items.push(item);
  }
  for (const { text } of names) {
    const entry = parseRequirementSpec(text);
    if (isSymbolic(text) || (entry.kind !== 'named' && entry.kind !== 'url') || localPathOf(entry) !== null) return null;
    const byName = entry.kind === 'named' && entry.url === null;
    items.push({ token: values.token('requirement', text), name: byName && entry.kind === 'named' ? entry.name : null, byName });
  }
  return items.length === 0 ? null : items;
}

/** A requirements file by the contents of all files that it is made of, wherever they lie. */
function fileItem(site: Site, install: PerformedInstall, written: string): Item | null {
  const { values, exported } = site;
  const { view, state } = install;
  if (/^[a-z+]+:/i.test(written) || isSymbolic(written)) return null;
  const path = view.resolve(written);
  const locked = exported.get(lookUp(state.tree, path).data);
  if (locked !== undefined) return { token: locked, name: null, byName: false };
  const closure = requirementClosure(path, (name) => view.text(name));
  if (closure.files.length === 0 || closure.missing.length > 0 || closure.urls.length > 0 || closure.findLinks.length > 0) return null;
  const entries = closure.files.flatMap((part) => part.entries);
  if (entries.some((entry) => localPathOf(entry) !== null || entry.kind === 'unreadable' || (entry.kind === 'url' && entry.editable))) return null;
  const contents = closure.files.map((part) => values.token(part.constraint ? 'constraints' : 'requirements', lookUp(state.tree, part.path).data));
  const variables = install.environment(closure.variables).flat();
  return { token: values.token('requirements-file', ...contents, ...variables), name: null, byName: closure.variables.length === 0 && isByName(closure) };
}

/** Options of a requirements file that do not matter, or say the same, where there is nothing but a directory of wheels. */
const harmlessInFile: ReadonlySet<string> = new Set(['--index-url', '--extra-index-url', '--trusted-host', '--no-index', '--pre', '--prefer-binary', '--only-binary', '--use-feature']);

/** Can everything in the files be found by its name in a directory of wheels? */
export function isByName(closure: RequirementClosure): boolean {
  return closure.files.flatMap((part) => part.entries).every(isFoundByName);
}

function isFoundByName(entry: Requirement): boolean {
  if (entry.kind === 'include') return true;
  // A hash is that of a file on the index; a wheel that was built here has another.
  if (entry.kind === 'named') return entry.url === null && entry.hashes === 0;
  return entry.kind === 'option' && harmlessInFile.has(entry.name);
}
