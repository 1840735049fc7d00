import type { Place } from '../build/places.ts';
import { baseName, isSymbolic, isWithin, join, parentOf, pythonRegion, toolRegion, withHints } from '../build/places.ts';
import { readPyproject } from '../manifests/pyproject.ts';
import type { Requirement } from '../manifests/requirements.ts';
import { localPathOf, parseRequirementSpec, readRequirements } from '../manifests/requirements.ts';
import { requirementClosure } from '../manifests/requirement-closure.ts';
import type { Path } from '../types.ts';
import type { Argument, Call, ImageView, Write } from './command.ts';
import { everythingBelow, file } from './command.ts';
import { fetchSettings, gitVariables } from './git-settings.ts';
import type { InstallInputs } from './install-inputs.ts';
import { noInstallInputs } from './install-inputs.ts';
import { isRoot } from './operands.ts';

/**
 * What installers of Python packages have in common: how requirement files lead from one file to the next, and where
 * packages go. No tool is known here by its commands.
 */

export function isRemote(text: string): boolean {
  return /^(?:[a-z]+\+)?(?:https?|ftp|ssh|git|s3|gs):/i.test(text) || text.startsWith('git@');
}

/** A build argument may stand for several words, options and paths among them. */
export function startsWithSymbol(text: string): boolean {
  return isSymbolic(text.charAt(0));
}

/** A switch as pip reads it from the environment. */
export function isSwitchedOn(value: string | null | undefined): boolean {
  return typeof value === 'string' && /^(?:1|y|yes|t|true|on)$/i.test(value);
}

/** A directory that an install builds: the project itself, or a part of it. */
export interface LocalProject {
  readonly path: Path;
  readonly editable: boolean;
  /** The requirements file that names it, or null for the command line. */
  readonly namedIn: Path | null;
  /** As written. */
  readonly text: string;
}

/** What the arguments of an install, and the files that they name, bring into it. */
export interface Inputs extends InstallInputs {
  readonly projects: LocalProject[];
  /** Editable requirements from repositories: the directory names of their checkouts, null if not known. */
  readonly checkouts: (string | null)[];
  /** Everything that is asked for, constraints left out. */
  readonly requirements: Requirement[];
  /** False once a requirements file may lead to files that are not known. */
  complete: boolean;
}

export function noInputs(view: ImageView, tools?: readonly Place[]): Inputs {
  const { reads, env, buildTools } = noInstallInputs(view, tools);
  return { reads, env, buildTools, projects: [], checkouts: [], requirements: [], complete: true };
}

/** A requirements or constraints file and all that it includes. A remote one is part of the command's text. */
export function addRequirementsFile(inputs: Inputs, view: ImageView, written: string, constraint = false): void {
  if (isRemote(written)) return;
  const path = view.resolve(written.replace(/^file:(?:\/\/(?:localhost)?)?/i, ''));
  if (isSymbolic(path)) {
    addSymbolicFile(inputs, view, path);
    return;
  }
  const closure = requirementClosure(path, (name) => view.text(name));
  for (const part of closure.files) {
    inputs.reads.push(file(part.path));
    for (const entry of part.entries) {
      addRequirement(inputs, view, entry, part.path);
      if (!constraint && !part.constraint) inputs.requirements.push(entry);
    }
  }
  for (const { path: missing } of closure.missing) addFileOfUnknownText(inputs, view, missing);
  for (const links of closure.findLinks) {
    if (view.presence(links.besideFile) !== 'no') addLinks(inputs, links.besideFile);
    addLinks(inputs, view.resolve(links.value));
  }
  for (const name of closure.variables) inputs.env.add(name);
}

function addFileOfUnknownText(inputs: Inputs, view: ImageView, path: Path): void {
  inputs.reads.push(file(path));
  if (view.isSelfContained(path)) return;
  // It may include any file, relative to itself, and name any directory, relative to the working directory.
  inputs.complete = false;
  inputs.reads.push(everythingBelow(view.cwd));
  if (!isWithin(path, view.cwd)) inputs.reads.push(everythingBelow(parentOf(path)));
}

/**
 * A build argument decides which file it is. If neither its default nor any other file that it can mean has an include
 * or names a directory, the file alone is read, whichever it is.
 */
function addSymbolicFile(inputs: Inputs, view: ImageView, path: Path): void {
  inputs.reads.push(file(path));
  const directory = parentOf(path);
  const pattern = (withHints(baseName(path), () => '*') ?? '').split('*');
  const fits = (name: string): boolean => name.startsWith(pattern[0] ?? '') && name.endsWith(pattern.at(-1) ?? '') && /\.(?:txt|in|pip|lock)$/.test(name);
  const candidates = isSymbolic(directory) ? [] : view.list(directory).names.filter(fits);
  const byDefault = view.text(path);
  const texts = [...candidates.map((name) => view.text(join(directory, name))), ...(byDefault === undefined ? [] : [byDefault])];
  if (texts.length > 0 && texts.every((text) => text !== undefined && standsAlone(text))) return;
  inputs.complete = false;
  inputs.reads.push(everythingBelow(view.cwd));
}

/** Has a requirements file neither includes nor paths? */
function standsAlone(text: string): boolean {
  return readRequirements(text).entries.every((entry) => entry.kind === 'named' && localPathOf(entry) === null);
}

/** One requirement, of the command line (`namedIn` null) or of a file. */
export function addRequirement(inputs: Inputs, view: ImageView, entry: Requirement, namedIn: Path | null): void {
  if (entry.kind === 'option') addFileOption(inputs, view, entry.name, entry.value);
  // `name @ git+file:///dir`
  const repository = entry.kind === 'named' && entry.url !== null && /^[a-z]+\+[a-z]+:/i.test(entry.url) ? entry.url : null;
  const local = repository === null ? null : (/^[a-z]+\+file:(?:\/\/(?:localhost)?)?(\/[^@#]*)/i.exec(repository)?.[1] ?? null);
  if (local !== null) inputs.reads.push(everythingBelow(view.resolve(local)));
  if ((entry.kind === 'url' && entry.vcs) || repository !== null) {
    addFetch(inputs, view);
    if (entry.kind === 'url' && entry.editable) inputs.checkouts.push(entry.name);
  }
  const path = localPathOf(entry);
  if (path === null) return;
  if (path.includes('${')) {
    inputs.complete = false;
    inputs.reads.push(everythingBelow(view.cwd));
    return;
  }
  const resolved = view.resolve(path);
  if (isArchiveName(path)) {
    inputs.reads.push(file(resolved));
    return;
  }
  const editable = entry.kind === 'local' && entry.editable;
  inputs.projects.push({ path: resolved, editable, namedIn, text: `${editable ? '-e ' : ''}${path}` });
}

/** What git fetches. */
export function addFetch(inputs: Inputs, view: ImageView): void {
  const settings = fetchSettings(view);
  if ('kind' in settings) inputs.complete = false;
  inputs.reads.push(...('kind' in settings ? [everythingBelow('/')] : settings));
  for (const name of gitVariables) inputs.env.add(name);
}

function addFileOption(inputs: Inputs, view: ImageView, name: string, value: string | null): void {
  // Links are in the closure, for they may be relative to the file.
  if (value === null || isRemote(value)) return;
  if (name === '--index-url' || name === '--extra-index-url') inputs.reads.push(everythingBelow(view.resolve(withoutScheme(value))));
}

/** A local page of links, or a directory of archives. */
export function addLinks(inputs: Inputs, path: Path): void {
  inputs.reads.push(/\.html?$/i.test(path) ? file(path) : everythingBelow(path));
}

export function isArchiveName(path: string): boolean {
  return /\.(?:whl|zip|tar|tgz|tbz|txz|tlz|tar\.(?:gz|bz2|xz|lz|lzma))$/i.test(path);
}

export function withoutScheme(text: string): string {
  return text.replace(/^file:(?:\/\/(?:localhost)?)?/i, '');
}

/** The words of a variable that lists files or addresses; none if it is not set. */
export function listVariable(view: ImageView, name: string): readonly string[] {
  const value = view.variable(name);
  return typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : [];
}

// ----------------------------------------------------------------------------------------- effects and their places

/** What `site.getuserbase()` gives. */
export function userBase(view: ImageView): Path {
  const base = view.variable('PYTHONUSERBASE');
  return typeof base === 'string' && base !== '' ? view.resolve(base) : join(view.home, '.local');
}

/**
 * Where a package manager that was told no place puts packages. A user who may not write to the system's Python gets
 * them in the home directory; whether that is so depends on modes that are not followed, so both count as written.
 */
export function placesOfPackages(view: ImageView, prefix: Path): readonly Path[] {
  const systemWide = prefix === '/usr' || prefix === '/usr/local' || isSymbolic(prefix);
  const regions = [pythonRegion(prefix)];
  if (systemWide && !isRoot(view.user)) regions.push(pythonRegion(userBase(view)));
  return regions;
}

/** Building in a source directory leaves build/, *.egg-info and compiled modules there. */
export function buildLeavings(project: Path): Write {
  return { place: file(toolRegion(project, 'python-build')), how: 'edit' };
}

/** A requirement in which a build argument may stand for a version or a part of an address. */
export function parseSymbolic(text: string): Requirement {
  const entry = parseRequirementSpec(text);
  if (entry.kind !== 'unreadable' || !isSymbolic(text)) return entry;
  const withVariables = parseRequirementSpec(withHints(text, () => '${SYMBOL}') ?? '');
  return withVariables.kind === 'named' && localPathOf(withVariables) === null ? withVariables : entry;
}

/** A command line from the program on, as written. */
export function commandText(call: Call, args: readonly Argument[], ...more: readonly string[]): string {
  const program = call.interpreter === null ? [call.programPath ?? call.program] : [call.interpreter, '-m', call.program];
  return [...program, ...args.map((argument) => argument.raw), ...more].join(' ');
}

/** Why the dependencies of a project are not in its pyproject.toml; null if they are. */
export function dynamicMetadata(project: Path, view: ImageView): string | null {
  const text = view.text(join(project, 'pyproject.toml'));
  if (text === undefined) {
    const setup = ['setup.py', 'setup.cfg'].find((name) => view.presence(join(project, name)) === 'yes');
    return setup ? `its dependencies stand in ${setup}, which only a build of the project reads` : null;
  }
  const pyproject = readPyproject(text);
  if (pyproject.kind === 'error') return `its pyproject.toml cannot be read (line ${pyproject.line})`;
  const { project: metadata } = pyproject;
  if (metadata.dynamicDependencies) return 'its pyproject.toml says that the dependencies are dynamic';
  return metadata.dependencies === null && metadata.poetry === null ? 'its pyproject.toml does not list the dependencies' : null;
}
