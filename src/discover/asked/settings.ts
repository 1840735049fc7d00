/** `dockerfile = "…"` in TOML, Terraform, Gradle and programs, with a `context = "…"` near it. */
import type { Path } from '../../types.ts';
import type { SaidBuild } from './said.ts';
import { quoted, startsOf } from './said.ts';
import type { Variables } from './variables.ts';
import { expanded } from './variables.ts';

/** Lines of one block of settings. */
const nearby = 4;

const dockerfileSetting = settingNamed('docker_?-?file(?:_?-?(?:path|name))?');
const contextSetting = settingNamed('(?:docker_?-?|build_?-?)?(?:context|path)(?:_?-?(?:path|dir))?');

function settingNamed(name: string): RegExp {
  return new RegExp(`(?:^|[\\s({,])["']?${name}["']?\\s{0,20}[:=]{1,3}>?\\s{0,20}["']([^"'\\n]+)["']`, 'i');
}

/** The lines of a Dockerfile, which a program writes somewhere; no path has a line break. */
const dockerfileText = /^\s*(?:FROM|ARG|#)\s.*\\n/i;

export function saidInSettings(lines: readonly string[], path: Path, variables: Variables): readonly SaidBuild[] {
  return lines.flatMap((text, index): readonly SaidBuild[] => {
    const dockerfile = dockerfileSetting.exec(text)?.[1];
    if (dockerfile === undefined || /^\s*(?:#|\/\/|\*)/.test(text)) return [];
    const near = lines.slice(Math.max(0, index - nearby), index + nearby + 1);
    const context = near.map((line) => contextSetting.exec(line)?.[1]).find((one) => one !== undefined);
    if (context === undefined && dockerfileText.test(dockerfile)) return [];
    const known = (word: string): string => expanded(word, variables);
    return [{ kind: 'build', context: context === undefined ? null : known(context), dockerfile: known(dockerfile), target: null, args: new Map(), namedContexts: [], directory: '.', line: index + 1, written: quoted(text), from: startsOf(path), dockerfileFrom: 'either' }];
  });
}
