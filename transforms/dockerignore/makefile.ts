/** A Makefile, as far as its rules are written out. */
export interface Makefile {
  readonly first: string;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly variables: ReadonlyMap<string, string>;
  /** The first line that does what this reader does not follow. */
  readonly unread: { readonly line: number; readonly because: string } | null;
}

interface Rule {
  readonly needs: readonly string[];
  readonly recipe: readonly RecipeLine[];
}

export interface RecipeLine {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

export function readMakefile(text: string): Makefile {
  const rules = new Map<string, { needs: string[]; recipe: RecipeLine[] }>();
  const variables = new Map<string, string>();
  let first = '';
  let unread: Makefile['unread'] = null;
  let current: readonly string[] = [];
  for (const { text: line, number } of logicalLines(text)) {
    if (line.startsWith('\t')) {
      for (const target of current) rules.get(target)?.recipe.push({ text: line.slice(1).replace(/^[@+-]+\s*/, ''), line: number });
      continue;
    }
    if (/^\s*-?s?include\b|^\s*define\b|\$\((?:eval|call|foreach)\b/.test(line)) unread ??= { line: number, because: 'include, define and eval are not followed' };
    const definition = /^\s*(?:export\s+|override\s+)*([\w.-]+)\s*(?:::?:?|\?|\+|!)?=(.*)$/.exec(line);
    if (definition) {
      variables.set(definition[1] ?? '', (definition[2] ?? '').trim());
      continue;
    }
    const rule = /^([^\s:#][^:#=]*):(?!=)([^#]*)/.exec(line);
    if (!rule) continue;
    current = (rule[1] ?? '').trim().split(/\s+/);
    const [needs = '', inline] = (rule[2] ?? '').split(';');
    for (const target of current) {
      if (first === '' && !target.startsWith('.')) first = target;
      const known = rules.get(target) ?? { needs: [], recipe: [] };
      known.needs.push(...needs.split(/[\s|]+/).filter((word) => word !== ''));
      if (inline !== undefined) known.recipe.push({ text: inline.trim(), line: number });
      rules.set(target, known);
    }
  }
  return { first, rules, variables, unread };
}

/** Continued lines as one, each with the number of its first line. */
function logicalLines(text: string): readonly { readonly text: string; readonly number: number }[] {
  const lines: { text: string; number: number }[] = [];
  let continued = false;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/\\$/, ' ');
    const last = lines.at(-1);
    if (continued && last) last.text += line.trimStart();
    else lines.push({ text: line, number: index + 1 });
    continued = raw.endsWith('\\');
  }
  return lines;
}

export type Recipes =
  | { readonly kind: 'lines'; readonly lines: readonly RecipeLine[] }
  | { readonly kind: 'no-target' }
  | { readonly kind: 'unread'; readonly line: number; readonly because: string };

/** What the targets run, with their prerequisites; of the first target where none is named. Variables are filled in. */
export function recipesOf(makefile: Makefile, targets: readonly string[]): Recipes {
  const wanted = targets.length > 0 ? targets : [makefile.first];
  if (!wanted.every((target) => makefile.rules.has(target))) {
    return makefile.unread === null || !wanted.some((target) => makefile.rules.has(target)) ? { kind: 'no-target' } : { kind: 'unread', ...makefile.unread };
  }
  if (makefile.unread !== null) return { kind: 'unread', ...makefile.unread };
  const seen = new Set(wanted);
  for (const target of seen) for (const need of makefile.rules.get(target)?.needs ?? []) seen.add(need);
  const lines: RecipeLine[] = [];
  for (const target of seen) for (const { text, line } of makefile.rules.get(target)?.recipe ?? []) lines.push({ text: filledIn(text, makefile, 0), line });
  return { kind: 'lines', lines };
}

/** Variables that make itself sets: https://www.gnu.org/software/make/manual/html_node/Implicit-Variables.html */
const builtIn: ReadonlyMap<string, string> = new Map([['CC', 'cc'], ['CXX', 'g++'], ['AR', 'ar'], ['AS', 'as'], ['RM', 'rm -f']]);

/** `$(NAME)` with its value, `$(shell …)` as the shell writes it, `$$` as `$`. */
function filledIn(text: string, makefile: Makefile, depth: number): string {
  if (depth > 8) return text;
  return text.replaceAll(/\$\$|\$[({]([\w.-]+)[)}]|\$\(shell\s+([^()]*)\)|\$[@<^*]/g, (all: string, name?: string, command?: string) => {
    if (all === '$$') return '$';
    if (command !== undefined) return `$(${filledIn(command, makefile, depth + 1)})`;
    if (name === 'MAKE') return 'make';
    const value = name === undefined ? undefined : (makefile.variables.get(name) ?? builtIn.get(name));
    return value === undefined ? (name === undefined ? 'target' : `$${name}`) : filledIn(value, makefile, depth + 1);
  });
}
