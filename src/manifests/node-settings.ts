/**
 * Files of settings of npm, Yarn, pnpm and Bun. What a setting does is not worked out: it either is one that names no file
 * and no program, or it may lead anywhere.
 * https://docs.npmjs.com/cli/v11/using-npm/config; https://classic.yarnpkg.com/en/docs/yarnrc; https://yarnpkg.com/configuration/yarnrc;
 * https://pnpm.io/settings; https://bun.com/docs/runtime/bunfig
 */
export interface NodeSettings {
  /** The first setting that is not known to lead to no other file. */
  readonly leading: string | null;
  /** The program that takes the place of Yarn (`yarnPath`), where it lies in a directory below; that is no lead to elsewhere. */
  readonly release: string | null;
  /** Variables that stand in values. */
  readonly variables: readonly string[];
  /** Files that `patchedDependencies` names. */
  readonly patches: readonly string[];
  /** Versions in `overrides`. */
  readonly overrides: readonly string[];
}

/** Without dashes and underscores, in small letters: npm writes `save-exact` what pnpm-workspace.yaml writes `saveExact`. */
const plain: ReadonlySet<string> = new Set(
  `registry authtoken auth username password email alwaysauth npmregistryserver npmalwaysauth npmauthtoken npmauthident npmscopes npmregistries
  strictssl enablestrictssl proxy httpproxy httpsproxy noproxy fetchretries fetchretryfactor fetchretrymintimeout fetchretrymaxtimeout fetchtimeout
  maxsockets networktimeout networkconcurrency httptimeout httpretry preferoffline
  legacypeerdeps strictpeerdeps strictpeerdependencies autoinstallpeers dedupepeerdependents resolvepeersfromworkspaceroot enginestrict
  packagemanagerstrict packagemanagerstrictversion save saveexact saveprefix defaultsemverrangeprefix preferdedupe packagelock lockfileversion
  ignorescripts enablescripts enableprepostscripts omit include production optional hoist shamefullyhoist publichoistpattern hoistpattern
  nmmode nmhoistinglimits nodelinker resolutionmode sideeffectscache minreleaseage minimumreleaseage minimumreleaseageexclude
  allowbuilds onlybuiltdependencies neverbuiltdependencies ignoredbuiltdependencies strictdepbuilds blockexoticsubdeps trustpolicy trustpolicyexclude
  overrides packageextensions patcheddependencies packages checksumbehavior compressionlevel enableglobalcache enableimmutableinstalls enableinlinebuilds
  fund audit auditlevel progress color loglevel updatenotifier unsafeperm enabletelemetry enableprogressbars enablemessagenames enablecolors logfilters
  lastupdatecheck disableselfupdatecheck`.split(/\s+/),
);

/** Names no file and no program, as far as is known? `//host/:_authToken` and `@scope:registry` count by their last part. */
export function isPlainSetting(key: string): boolean {
  const name = /^(?:\/\/|@)/.test(key) ? key.slice(key.lastIndexOf(':') + 1) : key;
  return plain.has(name.replace(/\[\]$/, '').replaceAll(/[-_]/g, '').toLowerCase());
}

/** Reads a file of settings; the name says in which language it is. Never throws. */
export function readNodeSettings(name: string, text: string): NodeSettings {
  const keys = text.split(/\r?\n/).flatMap((line) => keyOf(name, line) ?? []);
  const release = name === '.yarnrc.yml' ? (/^yarnPath:\s*["']?((?:[\w@+-][\w.@+-]*|\.yarn)(?:\/[\w@+-][\w.@+-]*)*)["']?\s*$/m.exec(text)?.[1] ?? null) : null;
  const pnp = name === '.yarnrc.yml' ? undefined : /^node-?linker\s*[:=]\s*["']?pnp\b/im.exec(text)?.[0];
  return {
    leading: keys.find((key) => !isPlainSetting(key) && !(release !== null && key === 'yarnPath')) ?? pnp ?? null,
    release,
    variables: [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, variable = '']) => variable),
    patches: valuesBelow('patchedDependencies', text),
    overrides: valuesBelow('overrides', text),
  };
}

function keyOf(name: string, line: string): string | null {
  if (/^\s*(?:[#;]|$)/.test(line) || line === '---') return null;
  if (/\.ya?ml$/.test(name)) return /^[\s-]/.test(line) ? null : unquoted(line.slice(0, line.indexOf(':')));
  if (name.endsWith('.toml')) return /^\s*\[install\]\s*$/.test(line) ? null : unquoted(line.split('=')[0] ?? '');
  if (name.endsWith('yarnrc')) return unquoted(line.trim().split(/\s+/)[0] ?? '');
  return unquoted(line.split('=')[0] ?? '');
}

function unquoted(key: string): string {
  return key.trim().replaceAll(/^["']|["']:?$/g, '');
}

/** What stands at the right of the lines below a key. */
function valuesBelow(key: string, text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => line.startsWith(`${key}:`)) + 1;
  if (start === 0) return [];
  const length = lines.slice(start).findIndex((line) => /^[^\s#]/.test(line));
  return lines.slice(start, length < 0 ? undefined : start + length).flatMap((line) => {
    const colon = line.lastIndexOf(': ');
    return colon < 0 ? [] : [unquoted(line.slice(colon + 2))];
  });
}
