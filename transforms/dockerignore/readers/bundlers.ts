/** Bundlers of front ends, and the plugins that they run. */
import { bundlers, interestsOf, plainInSettings, plainPlugins, pluginName } from '../known-programs.ts';
import { dependenciesIn } from '../package-scripts.ts';
import type { Run } from '../runs.ts';
import type { Answer, Setting } from './setting.ts';
import { manifestsNamed } from './setting.ts';

/** Settings of bundlers and frameworks that are programs: what they import runs with the build. */
const configName = /(?:^|\/)(?:(?:vite|webpack|rollup|astro|nuxt|next|svelte|craco|vue|babel|postcss|esbuild|tsup|metro|react-router|app)(?:\.[\w-]+)*\.config(?:\.[\w-]+)*|webpack(?:[.-][\w-]+)*|gatsby-(?:config|node))\.[cm]?[jt]s$/;

/** https://nodejs.org/api/modules.html#built-in-modules, as far as they are asked for without `node:`. */
const builtin = /^(?:assert|async_hooks|buffer|child_process|cluster|console|constants|crypto|dgram|dns|domain|events|fs|http|http2|https|inspector|module|net|os|path|perf_hooks|process|punycode|querystring|readline|repl|stream|string_decoder|timers|tls|tty|url|util|v8|vm|wasi|worker_threads|zlib)$/;

/** Packages that a text of JavaScript imports, by name, but for modules of Node.js itself. */
function importsOf(text: string): readonly string[] {
  const found = [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.resolve)?\s*\(\s*)["']([^"'.][^"']*)["']/g)].map((match) => match[1] ?? '');
  const names = found.filter((name) => !name.startsWith('node:') && !name.startsWith('/') && !/^[@~]\//.test(name)).map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  return names.filter((name) => !builtin.test(name));
}

/** A plugin that a bundler may run: by its name in package.json, or imported by the settings. */
export function unknownPlugin({ program, where }: Run, { survey }: Setting): Answer {
  for (const path of survey.files.filter((one) => configName.test(one))) {
    const unknown = importsOf(survey.read(path) ?? '').find((name) => !plainPlugins.test(name) && !bundlers.has(name) && !plainInSettings.test(name) && interestsOf(name)?.includes('git') !== false);
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs \`${program ?? ''}\`, and ${path} imports \`${unknown}\`, which is not known` };
  }
  for (const path of manifestsNamed('package.json', survey)) {
    const unknown = dependenciesIn(survey.read(path) ?? '').find((name) => pluginName.test(name) && !plainPlugins.test(name) && !bundlers.has(name));
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs \`${program ?? ''}\`, and ${path} names the plugin \`${unknown}\`, which is not known` };
  }
  return null;
}
