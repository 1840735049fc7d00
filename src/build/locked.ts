import type { Effect, ImageView } from '../commands/command.ts';
import { readPyproject } from '../manifests/pyproject.ts';
import { resolvePath } from './places.ts';

/**
 * Which packages of a lock file a command takes: `poetry install --only main` and `poetry export` take the same ones,
 * and so do `uv sync` and `uv export`, `pipenv install --deploy` and `pipenv requirements`.
 */
export interface LockedScope {
  readonly manager: 'poetry' | 'pipenv' | 'uv';
  /** Canonical text: equal texts take the same packages. */
  readonly scope: string;
  /** Does the command install, or only write down what would be installed? */
  readonly how: 'install' | 'export';
  /** The command line that exports the same packages, but for the option that names its output. */
  readonly exportCommand: string;
}

/** Null for a command that does neither, or whose groups are not known. */
export function lockedScopeOf(effect: Effect, view: ImageView): LockedScope | null {
  const match = /^(poetry install|poetry export|pipenv install|pipenv sync|pipenv requirements|uv sync|uv export)(?: (.*?))?(?: ?in (\/\S*)| with > )?$/.exec(effect.does);
  if (!match) return null;
  const [, command = '', words = '', root] = match;
  const options = optionsOf(words);
  if (options === null) return null;
  switch (command) {
    case 'poetry install':
    case 'poetry export':
      return poetryScope(options, command === 'poetry install' ? 'install' : 'export', view, root ?? view.cwd);
    case 'uv sync':
    case 'uv export':
      return uvScope(options, command === 'uv sync' ? 'install' : 'export');
    default:
      return pipenvScope(options, command === 'pipenv requirements' ? 'export' : 'install');
  }
}

interface Option {
  readonly name: string;
  readonly value: string | null;
}

/** `--only main --no-dev` as options; null if there is anything else. */
function optionsOf(words: string): readonly Option[] | null {
  const options: Option[] = [];
  for (const word of words.split(/(?<!\s)\s+(?=--?[a-z])/).filter((one) => one !== '')) {
    const match = /^(--?[a-z][\w-]*)(?: (.*))?$/.exec(word.trim());
    if (!match?.[1]) return null;
    options.push({ name: match[1], value: match[2] ?? null });
  }
  return options;
}

function listOf(options: readonly Option[], name: string): readonly string[] {
  return options.flatMap((option) => (option.name === name ? (option.value ?? '').split(/[\s,]+/) : [])).filter((value) => value !== '');
}

function has(options: readonly Option[], name: string): boolean {
  return options.some((option) => option.name === name);
}

function namesOnly(options: readonly Option[], known: readonly string[]): boolean {
  return options.every((option) => known.includes(option.name));
}

// ------------------------------------------------------------------------------------------------------------ poetry

/**
 * `poetry install` takes all groups that are not optional, `poetry export` the main one only (python-poetry.org,
 * "Managing dependencies"; poetry-plugin-export, "Available options").
 */
function poetryScope(options: readonly Option[], how: 'install' | 'export', view: ImageView, root: string): LockedScope | null {
  const known = ['--only', '--with', '--without', '--no-dev', '--extras', '--all-extras', '--all-groups', ...(how === 'export' ? ['--format', '--without-hashes', '--without-urls'] : ['--compile'])];
  if (!namesOnly(options, known)) return null;
  const groups = poetryGroups(view, root);
  if (groups === null) return null;
  const only = listOf(options, '--only');
  const without = new Set([...listOf(options, '--without'), ...(has(options, '--no-dev') ? ['dev'] : [])]);
  const base = how === 'install' ? groups.standard : ['main'];
  const taken = only.length > 0 ? only : [...base, ...listOf(options, '--with'), ...(has(options, '--all-groups') ? groups.all : [])].filter((group) => !without.has(group));
  const sorted = [...new Set(taken)].toSorted();
  const extras = has(options, '--all-extras') ? ['*'] : [...new Set(listOf(options, '--extras'))].toSorted();
  const others = sorted.filter((group) => group !== 'main');
  const words = [
    ...(only.length > 0 ? [`--only ${sorted.join(',')}`] : others.length === 0 ? [] : [`${sorted.includes('main') ? '--with' : '--only'} ${others.join(',')}`]),
    ...(extras.includes('*') ? ['--all-extras'] : extras.map((extra) => `--extras ${extra}`)),
  ];
  if (sorted.length === 0) return null;
  return { manager: 'poetry', scope: `poetry ${sorted.join(',')} extras ${extras.join(',')}`, how, exportCommand: ['poetry export', ...words].join(' ') };
}

function poetryGroups(view: ImageView, root: string): { readonly standard: readonly string[]; readonly all: readonly string[] } | null {
  const read = readPyproject(view.text(resolvePath(root, 'pyproject.toml')));
  if (read.kind === 'error') return null;
  const { poetry, dependencyGroups } = read.project;
  const named = (poetry?.dependencies ?? []).flatMap((dependency) => dependency.group ?? []);
  const all = [...new Set(['main', ...named, ...dependencyGroups.keys()])];
  const optional = new Set(poetry?.optionalGroups ?? []);
  return { standard: all.filter((group) => !optional.has(group)), all };
}

// ---------------------------------------------------------------------------------------------------------- pipenv, uv

/** The default packages, with `--dev` those for development as well. Hashes come along, so that `pip wheel` checks them. */
function pipenvScope(options: readonly Option[], how: 'install' | 'export'): LockedScope | null {
  const known = how === 'install' ? ['--system', '--deploy', '--ignore-pipfile', '--dev', '--no-site-packages'] : ['--dev', '--hash'];
  if (!namesOnly(options, known)) return null;
  const dev = has(options, '--dev');
  return { manager: 'pipenv', scope: `pipenv ${dev ? 'default,develop' : 'default'}`, how, exportCommand: ['pipenv requirements --hash', ...(dev ? ['--dev'] : [])].join(' ') };
}

/** Both commands have the same options for groups and extras, with the same defaults. */
function uvScope(options: readonly Option[], how: 'install' | 'export'): LockedScope | null {
  const scoping = ['--no-dev', '--dev', '--only-dev', '--group', '--no-group', '--only-group', '--all-groups', '--no-default-groups', '--extra', '--no-extra', '--all-extras'];
  const beside = how === 'install' ? ['--no-editable', '--no-install-project', '--no-install-workspace', '--no-install-local', '--active'] : ['--format', '--no-hashes', '--no-emit-project', '--no-emit-workspace', '--no-emit-local', '--no-header', '--no-annotate', '--quiet'];
  if (!namesOnly(options, [...scoping, ...beside])) return null;
  const words = options.filter((option) => scoping.includes(option.name)).map(({ name, value }) => (value === null ? name : `${name} ${value}`)).toSorted();
  return { manager: 'uv', scope: ['uv', ...words].join(' '), how, exportCommand: ['uv export --frozen --no-emit-project', ...words].join(' ') };
}
