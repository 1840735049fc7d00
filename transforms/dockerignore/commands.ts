import { flatMap } from '../../src/lists.ts';
import type { ProjectView } from '../../src/plan/project.ts';
import type { Path } from '../../src/types.ts';
import type { Survey } from './survey.ts';
import { nameOf } from './survey.ts';

/** The text of a command that a build runs, or that its image runs when it starts. */
export interface CommandText {
  readonly text: string;
  /** Where it stands: `line 4`, `scripts/build.sh`. */
  readonly where: string;
  /** Does the build itself run it? Otherwise it is a CMD, an ENTRYPOINT, or a variable. */
  readonly inBuild: boolean;
}

/** Instructions that hold commands, or words for them. */
const keywords: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'ENV', 'ARG', 'ONBUILD']);

/** Scripts call scripts; what lies deeper than this is not followed. */
const deepest = 4;

/**
 * What RUN, CMD, ENTRYPOINT, HEALTHCHECK, ENV and ARG say, and what the scripts, Makefile targets and package.json
 * scripts that they name say.
 */
export function commandTexts(project: ProjectView, surveys: readonly Survey[]): readonly CommandText[] {
  const found: CommandText[] = [];
  for (const view of project.dockerfiles) {
    const where = (line: number): string => (project.dockerfiles.length === 1 ? `line ${line}` : `${view.path}:${line}`);
    for (const { keyword, text, json, heredocs, lines } of view.model.scanned.instructions) {
      if (!keywords.has(keyword)) continue;
      const words = json === null ? text : json.join(' ');
      found.push({ text: heredocs.length === 0 ? words : [words, ...heredocs.map((heredoc) => heredoc.content)].join('\n'), where: where(lines.start), inBuild: keyword === 'RUN' || keyword === 'ONBUILD' });
    }
  }
  for (const survey of surveys) followScripts(survey, found);
  return found;
}

/** Adds the texts of scripts that the texts name, and those that these name. */
function followScripts(survey: Survey, texts: CommandText[]): void {
  const files = new Set(survey.files);
  const mayNameScript = namesOneOf(survey.files.filter((path) => !noScript.test(path)));
  const known = new Set<string>();
  let from = 0;
  for (let depth = 0; depth < deepest && from < texts.length; depth += 1) {
    const level = texts.slice(from);
    from = texts.length;
    for (const { text, inBuild } of level) {
      for (const named of [...(mayNameScript(text) ? shellScripts(survey, files, text) : []), ...makeRecipes(survey, files, text), ...packageScripts(survey, files, text)]) {
        if (known.has(`${named.where} ${named.text}`)) continue;
        known.add(`${named.where} ${named.text}`);
        texts.push({ ...named, inBuild });
      }
    }
  }
}

type Named = Pick<CommandText, 'text' | 'where'>;

const noScript = /\.(?:py|js|ts|json|toml|txt|ya?ml|md|lock|html|css)$/;

/** More names take longer to look for than to split a text into its words. */
const mostNames = 50;

/** A quick look: may a text name one of these files? */
function namesOneOf(paths: readonly Path[]): (text: string) => boolean {
  const names = [...new Set(paths.map(nameOf))];
  return names.length > mostNames ? () => true : (text) => names.some((name) => text.includes(name));
}

function shellScripts(survey: Survey, files: ReadonlySet<Path>, text: string): readonly Named[] {
  const named = wordsOf(text).map((word) => fileNamed(files, word)).filter((path) => path !== undefined);
  return flatMap(named, (path) => {
    if (noScript.test(path)) return [];
    const script = survey.read(path);
    return script !== undefined && (/\.(?:ba|da|a|z)?sh$/.test(path) || /^#!.*sh\b/.test(script)) ? [{ text: script, where: path }] : [];
  });
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s"'`,;&|()[\]={}]+/).filter((word) => word !== '' && word.length < 300);
}

/** The file of the context that a word of a command names, whichever directory of the image it was copied to. */
function fileNamed(files: ReadonlySet<Path>, word: string): Path | undefined {
  if (!word.includes('/')) return files.has(word) ? word : undefined;
  const segments = word.split('/').filter((segment) => segment !== '' && segment !== '.');
  for (let start = 0; start < segments.length; start += 1) {
    const path = segments.slice(start).join('/');
    if (files.has(path)) return path;
  }
  return undefined;
}

// ----------------------------------------------------------------------------------------------------------- Makefile

/** The recipes of the targets that `make …` in a text asks for, and the definitions of the variables in them. */
function makeRecipes(survey: Survey, files: ReadonlySet<Path>, text: string): readonly Named[] {
  if (!text.includes('make')) return [];
  const calls = [...text.matchAll(/(?:^|[\s;&|("'])g?make((?:[ \t]+[^\s;&|)"']+)*)/g)];
  if (calls.length === 0) return [];
  const makefiles = [...files].filter((path) => /^(?:GNU)?[Mm]akefile$/.test(nameOf(path)));
  return flatMap(makefiles, (path) => {
    const makefile = readMakefile(survey.read(path) ?? '');
    const targets = flatMap(calls, (call) => (call[1] ?? '').trim().split(/\s+/).filter((word) => word !== '' && !/^-|=/.test(word)));
    const wanted = targets.length > 0 ? targets : [makefile.first];
    const recipes = closure(wanted, (target) => makefile.rules.get(target)?.needs ?? []).map((target) => makefile.rules.get(target)?.recipe ?? '');
    const variables = closure(variablesIn(recipes.join('\n')), (name) => variablesIn(makefile.variables.get(name) ?? ''));
    const body = [...variables.map((name) => makefile.variables.get(name) ?? ''), ...recipes].join('\n').trim();
    return body === '' ? [] : [{ text: body, where: path }];
  });
}

interface Makefile {
  readonly first: string;
  readonly rules: ReadonlyMap<string, { readonly needs: readonly string[]; readonly recipe: string }>;
  readonly variables: ReadonlyMap<string, string>;
}

function readMakefile(text: string): Makefile {
  const rules = new Map<string, { needs: string[]; recipe: string }>();
  const variables = new Map<string, string>();
  let first = '';
  let current: readonly string[] = [];
  for (const line of text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    if (line.startsWith('\t')) {
      for (const target of current) {
        const rule = rules.get(target);
        if (rule) rule.recipe += `${line}\n`;
      }
      continue;
    }
    const definition = /^(?:export\s+|override\s+)?([\w.-]+)\s*(?:::?:?|\?|\+|!)?=(.*)$/.exec(line);
    if (definition) {
      variables.set(definition[1] ?? '', definition[2] ?? '');
      continue;
    }
    const rule = /^([^\s:#][^:#=]*):(?!=)([^#]*)/.exec(line);
    if (!rule) continue;
    current = (rule[1] ?? '').trim().split(/\s+/);
    const needs = (rule[2] ?? '').split(/[\s|;]+/).filter((word) => word !== '');
    for (const target of current) {
      if (first === '' && !target.startsWith('.')) first = target;
      const known = rules.get(target) ?? { needs: [], recipe: '' };
      known.needs.push(...needs);
      rules.set(target, known);
    }
  }
  return { first, rules, variables };
}

function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(/\$[({]([\w.-]+)[)}]/g)].map((match) => match[1] ?? '');
}

function closure(start: readonly string[], next: (name: string) => readonly string[]): readonly string[] {
  const seen = new Set(start);
  for (const name of seen) for (const other of next(name)) seen.add(other);
  return [...seen];
}

// ------------------------------------------------------------------------------------------------------- package.json

/** Scripts that an install runs of itself: https://docs.npmjs.com/cli/using-npm/scripts#npm-install */
const lifecycle = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];

function packageScripts(survey: Survey, files: ReadonlySet<Path>, text: string): readonly Named[] {
  if (!/\b(?:npm|yarn|pnpm|bun)\b/.test(text)) return [];
  const called = flatMap([...text.matchAll(/\b(?:npm|yarn|pnpm|bun)\b((?:[ \t]+[\w:.@/=-]+)*)/g)], (call) => (call[1] ?? '').trim().split(/\s+/).filter((word) => word !== '' && !word.startsWith('-')));
  const isInstall = called.length === 0 || called.some((word) => /^(?:ci|i|install|add|clean-install)$/.test(word));
  const names = new Set([...flatMap(called, (name) => [`pre${name}`, name, `post${name}`]), ...(isInstall ? lifecycle : [])]);
  return flatMap([...files].filter((path) => nameOf(path) === 'package.json'), (path) => {
    const scripts = scriptsOf(survey.read(path) ?? '');
    return scripts.filter(([name]) => names.has(name)).map(([, body]) => ({ text: body, where: path }));
  });
}

function scriptsOf(text: string): readonly (readonly [string, string])[] {
  const { scripts } = readJson(text);
  if (typeof scripts !== 'object' || scripts === null) return [];
  return flatMap(Object.entries(scripts), ([name, body]) => (typeof body === 'string' ? [[name, body] as const] : []));
}

/** The object that a JSON text holds; empty if it holds none. */
function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
