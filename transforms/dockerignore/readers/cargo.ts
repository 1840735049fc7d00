import { plainBuildCrates } from '../known-programs.ts';
import type { Run } from '../runs.ts';
import type { Answer, Setting } from './setting.ts';
import { manifestsNamed } from './setting.ts';

/** Cargo runs the build scripts of the project, with the crates that they are built with. */
export function cargoCommand({ args, where }: Run, { survey, interest }: Setting): Answer {
  if (interest !== 'git' || !args.some((arg) => /^(?:build|b|run|r|test|t|install|rustc|chef|xtask|bench|check|c|leptos|make)$/.test(arg ?? ''))) return null;
  for (const path of manifestsNamed('Cargo.toml', survey)) {
    const text = survey.read(path) ?? '';
    const sections = [...text.matchAll(/^\[(?:target\.[^\]]*\.)?build-dependencies(?:\.([\w-]+))?\][^\n]*\n([^[]*)/gm)];
    const names = sections.flatMap(([, own, body = '']) => (own === undefined ? [...body.matchAll(/^\s*([\w-]+)(?:\.workspace)?\s*=/gm)].map((match) => match[1] ?? '') : [own]));
    const unknown = names.find((name) => !plainBuildCrates.has(name) && !plainBuildCrates.has(name.replaceAll('-', '_')));
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs \`cargo\`, and ${path} builds with \`${unknown}\`, which is not known` };
  }
  return null;
}
