/** Folders of a project that are built by themselves: a front end, a library in another language. */
import { join } from '../build/places.ts';
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
  const manifest = files.read(join(directory, 'package.json'));
  if (manifest === undefined) return ['build', 'dist', 'bin', 'out', 'target', 'vendor'].map((name) => join(directory, name));
  const named = [...outputsByTool].flatMap(([tool, names]) => (manifest.includes(`"${tool}"`) ? names : []));
  return [...new Set(['node_modules', ...(named.length === 0 ? ['dist', 'build'] : named)])].map((name) => join(directory, name));
}

/** Settings that tools also look for in the folders above the one that they work in. */
const inherited = /^(?:package\.json|\.npmrc|\.yarnrc(?:\.yml)?|yarn\.lock|pnpm-(?:workspace|lock)\.yaml|lerna\.json|nx\.json|turbo\.json|\.?(?:babel|postcss|tailwind|eslint|stylelint)(?:rc|\.config)\b.*|\.browserslistrc|\.node-version|\.nvmrc|\.swcrc|jsconfig\.json|tsconfig.*\.json|Cargo\.toml|rust-toolchain(?:\.toml)?|go\.work|pom\.xml|settings\.gradle(?:\.kts)?|gradle\.properties|Gemfile|composer\.json)$/;

/** A `..` as a path, or as the beginning of one; papers are not read by a build. */
const leadsOut = /(?:^|[\s"'`=(:,[])(\.\.(?:\/[^\s"'`)\],;]*)?)(?=[\s"'`)\],;]|$)/m;
const paper = /\.(?:md|rst|txt)$|^(?:LICEN[CS]E|README|CHANGELOG)/i;

/** A sign that a build in a folder reads or writes more of the context than that folder, in words; null if there is none. */
export function signOfMore(files: BuildContext, directory: Path, copied: Path): string | null {
  for (const path of files.files(directory)) if (files.kind(path) === 'link') return `${path} is a symbolic link`;
  for (const name of files.list(directory)) {
    const path = join(directory, name);
    const outside = paper.test(name) ? undefined : leadsOut.exec(files.read(path) ?? '')?.[1];
    if (outside !== undefined) return `${path} names ${outside}`;
  }
  for (let at = directory; at !== copied; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const above = at.slice(0, Math.max(0, at.lastIndexOf('/')));
    const found = files.list(above).find((name) => inherited.test(name));
    if (found !== undefined) return `${join(above, found)} lies above it, where tools look for settings`;
  }
  return null;
}
