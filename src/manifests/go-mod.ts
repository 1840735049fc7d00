/** go.mod and go.sum (https://go.dev/ref/mod, "go.mod files" and "go.sum files"). */

interface Version {
  /** A module path, or a directory of the file system if `version` is null. */
  readonly path: string;
  readonly version: string | null;
}

export interface GoMod {
  /** What is required, as it is replaced: modules with their versions. */
  readonly modules: readonly Version[];
  /** Directories that stand for modules, as written: relative to the go.mod, or absolute. */
  readonly directories: readonly string[];
  /** Is anything required, be it replaced by a directory? */
  readonly isRequiring: boolean;
  /** Why `go mod download` writes go.mod anew; null where it leaves it as it is. */
  readonly rewritten: string | null;
}

interface Replacement {
  readonly old: Version;
  readonly by: Version;
}

/** Null for what is no go.mod. Directives that say nothing of modules are passed over. */
export function readGoMod(text: string): GoMod | null {
  const required: Version[] = [];
  const replacements: Replacement[] = [];
  let hasVersionOfGo = false;
  let block: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const words = wordsOf(line);
    if (words === null) return null;
    if (words.length === 0) continue;
    if (block !== null && words[0] === ')') {
      block = null;
      continue;
    }
    if (block === null && words[1] === '(') {
      block = words[2] === ')' ? null : (words[0] ?? '');
      continue;
    }
    const [directive, ...rest] = block === null ? words : [block, ...words];
    if (directive === 'require') {
      const [path, version] = rest;
      if (path === undefined || version === undefined || rest.length !== 2) return null;
      required.push({ path, version });
    } else if (directive === 'replace') {
      const replacement = readReplacement(rest);
      if (replacement === null) return null;
      replacements.push(replacement);
    } else if (directive === 'go') {
      hasVersionOfGo = true;
    }
  }
  if (block !== null) return null;
  const modules = required.map((one) => replaced(one, replacements)).filter(({ version }) => version !== null);
  const directories = [...new Set(replacements.flatMap(({ by }) => (by.version === null ? [by.path] : [])))];
  const isRequiring = required.length > 0;
  const loose = [...required, ...replacements.map(({ by }) => by)].find(({ version }) => version !== null && !canonical.test(version));
  const why = loose ? `${loose.version ?? ''} of ${loose.path} is no version` : 'it does not say which version of go it is written for';
  return { modules, directories, isRequiring, rewritten: isRequiring && (loose !== undefined || !hasVersionOfGo) ? why : null };
}

/** What go writes for a version; anything else (a branch, `v1.2`, `latest`) it looks up and replaces. */
const canonical = /^v\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+incompatible)?$/;

/**
 * Does go.sum have a checksum for the go.mod of each module that is required? Then go adds no line to it when it reads
 * the requirements.
 */
export function isInStep({ modules }: Pick<GoMod, 'modules'>, goSum: string): boolean {
  const sums = new Set(goSum.split(/\r?\n/).map((line) => line.split(' ').slice(0, 2).join(' ')));
  return modules.every(({ path, version }) => sums.has(`${path} ${version}/go.mod`));
}

/** The words of a line without its comment; strings are not escaped but in the form "…". Null for a string without an end. */
function wordsOf(line: string): readonly string[] | null {
  const words: string[] = [];
  const word = /\s+|\/\/.*|"((?:[^"\\]|\\.)*)"|`([^`]*)`|([()])|((?:(?!\/\/)[^\s"`()])+)/y;
  for (let match = word.exec(line); match !== null; match = word.exec(line)) {
    const found = match[1] ?? match[2] ?? match[3] ?? match[4];
    if (found !== undefined) words.push(found);
    if (word.lastIndex === line.length) return words;
  }
  return line === '' ? words : null;
}

function readReplacement(words: readonly string[]): Replacement | null {
  const arrow = words.indexOf('=>');
  const old = versionOf(words.slice(0, arrow));
  const by = versionOf(words.slice(arrow + 1));
  return arrow < 1 || old === null || by === null ? null : { old, by };
}

function versionOf(words: readonly string[]): Version | null {
  const [path, version = null] = words;
  return path === undefined || words.length > 2 ? null : { path, version };
}

/** A replacement of one version comes before one of all. */
function replaced(module: Version, replacements: readonly Replacement[]): Version {
  const of = (version: string | null): Replacement | undefined => replacements.find(({ old }) => old.path === module.path && old.version === version);
  return (of(module.version) ?? of(null))?.by ?? module;
}
