/** Folders of a project that are built by themselves: a front end, a library in another language. */
import { baseName, isWithin, join, parentOf, resolvePath } from '../build/places.ts';
import type { BuildContext, Path } from '../types.ts';

/** Files that say how to build the folder that they lie in. */
const buildFiles = ['package.json', 'Makefile', 'makefile', 'GNUmakefile', 'CMakeLists.txt', 'Cargo.toml', 'go.mod', 'Gemfile', 'composer.json', 'mix.exs', 'pom.xml', 'build.gradle', 'build.gradle.kts'];

/** Does a folder of the context have a build of its own? */
export function hasOwnBuild(files: BuildContext, directory: Path): boolean {
  return buildFiles.some((name) => files.kind(join(directory, name)) === 'file');
}

/** Where tools of Node.js write, by what a package.json names (the documentation of each; their defaults). */
const outputsByTool: ReadonlyMap<string, readonly string[]> = new Map([
  ['next', ['.next', 'out']],
  ['nuxt', ['.nuxt', '.output', 'dist']],
  ['vite', ['dist']],
  ['@vue/cli-service', ['dist']],
  ['react-scripts', ['build']],
  ['@angular/cli', ['dist', '.angular']],
  ['@sveltejs/kit', ['.svelte-kit', 'build']],
  ['astro', ['dist', '.astro']],
  ['gatsby', ['public', '.cache']],
  ['parcel', ['dist', '.parcel-cache']],
  ['webpack', ['dist']],
  ['rollup', ['dist']],
  ['esbuild', ['dist']],
  ['gulp', ['dist']],
  ['typescript', ['dist']],
]);

/** Paths of the context below a folder where its build leaves what it makes, as far as is known. */
export function outputsOf(files: BuildContext, directory: Path): readonly Path[] {
  if (files.kind(join(directory, 'package.json')) !== 'file') return ['build', 'dist', 'bin', 'out', 'target', 'vendor'].map((name) => join(directory, name));
  // A build of a workspace builds its packages as well.
  const manifests = [...files.files(directory)].filter((path) => baseName(path) === 'package.json' && files.has(path) === 'yes');
  return [join(directory, 'package.json'), ...manifests].flatMap((path) => outputsOfPackage(parentOf(path), files.read(path) ?? '')).filter((path, index, all) => all.indexOf(path) === index);
}

function outputsOfPackage(directory: Path, manifest: string): readonly Path[] {
  const named = [...outputsByTool].flatMap(([tool, names]) => (manifest.includes(`"${tool}"`) ? names : []));
  return ['node_modules', ...(named.length === 0 ? ['dist', 'build'] : named)].map((name) => join(directory, name));
}

/** Settings that tools also look for in the folders above the one that they work in. */
const inherited = /^(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|\.npmrc|\.yarnrc(?:\.yml)?|yarn\.lock|bun\.lockb?|pnpm-(?:workspace|lock)\.yaml|\.pn(?:p\..*|pmfile\.cjs)|lerna\.json|nx\.json|turbo\.json|rush\.json|\.?(?:babel|postcss|tailwind|eslint|stylelint)(?:rc|\.config)\b.*|\.?browserslist(?:rc)?|\.node-version|\.nvmrc|\.tool-versions|\.swcrc|jsconfig\.json|tsconfig.*\.json|Cargo\.toml|\.cargo|rust-toolchain(?:\.toml)?|go\.work|pom\.xml|settings\.gradle(?:\.kts)?|gradle\.properties|Gemfile|composer\.json)$/;

/** A `..` as a path, or as the beginning of the rest of one: `../a`, `__dirname + '/../a'`, `-I../a`. */
const upward = /(?:^|[^\w.]|-[A-Za-z])(\.\.(?:\/[^\s"'`)\],;&|]*)?)(?=[\s"'`)\],;&|]|$)/gm;
/** Papers, and what is no text. */
const notRead = /\.(?:md|rst|txt|map|snap|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|eot|mp[34]|webm|pdf|zip|gz|wasm)$|^(?:LICEN[CS]E|README|CHANGELOG)/i;
const asksGit = /\bgit(?: |['"`], ?\[ ?['"`])(?:rev-|describe|log|show|branch|tag|status|config)|simple-git|git-?(?:rev|describe|info|commit)|gitInfo/i;

/** The paths that lead upwards in a text, each as it is written; the parts of `join('..', '..', 'a')` are one. */
export function upwardPaths(text: string): readonly string[] {
  if (!text.includes('..') && !text.includes('dirname(')) return [];
  const joined = text.replaceAll(/\bdirname\(\s*__dirname\s*\)/g, "'..'").replaceAll(/["'`]\s*,\s*["'`]/g, '/');
  return [...joined.matchAll(upward)].flatMap(([, path]) => path ?? []);
}

/**
 * A sign that a build in a folder reads or writes more of the context than that folder, in words; null if there is none.
 * `above`: what was copied into the folders above it.
 */
export function signOfMore(files: BuildContext, directory: Path, above: readonly Path[]): string | null {
  const settings = above.find((path) => inherited.test(baseName(path)));
  if (settings !== undefined) return `${settings} lies above it, where tools look for settings`;
  const isOfGit = above.includes('.git');
  if (isOfGit && files.kind(join(directory, 'go.mod')) === 'file') return 'Go writes the commit into a program if there is a .git';
  for (const path of files.files(directory)) {
    if (files.kind(path) === 'link') return `${path} is a symbolic link`;
    if (notRead.test(baseName(path)) || files.has(path) !== 'yes') continue;
    const text = files.read(path) ?? '';
    const outside = upwardPaths(text).find((written) => !isWithin(resolvePath(`/${parentOf(path)}`, written), `/${directory}`));
    if (outside !== undefined) return `${path} names ${outside}`;
    if (isOfGit && asksGit.test(text)) return `${path} asks git`;
  }
  return null;
}
