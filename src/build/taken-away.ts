import { anchorOf, isPackageLists, isWithin, osRegion } from './places.ts';
import type { Path } from '../types.ts';

/**
 * Does the end of a RUN take away again what it installed at its beginning? Behind a command that is not understood
 * nothing is carried out, so that only the words say it: `apt-get purge gcc`, `rm -rf /var/lib/apt/lists/*`,
 * `npm prune`. In doubt it does. What it takes away lies in no layer of the image.
 */
export function takesAway(rest: readonly string[], region: Path): boolean {
  const isSystem = region === osRegion || isPackageLists(region);
  const commands = rest.flatMap((text) => text.split(/[;&|\n]+/));
  return commands.some((command, index) => {
    if (removing.test(command) && systemTool.test(command) === isSystem) return true;
    // The first command may be the install itself.
    if (!isSystem && (emptiesCache.test(command) || (index > 0 && leavesOut.test(command)))) return true;
    return removed(command).some((path) => isPartOf(path, region));
  });
}

const removing = /(?<![\w./-])(?:purge|autopurge|autoremove|remove|del|erase|uninstall|prune|-delete|-exec\s+rm)(?![\w./-])/;
const systemTool = /(?<![\w./-])(?:apt|apt-get|aptitude|apk|dnf|microdnf|yum|zypper)(?![\w./-])/;
/** `npm cache clean`, `composer clear-cache`; the cache lies where the packages come from, not where they go. */
const emptiesCache = /\bcache\s+(?:clean|clear|purge|rm)\b|\bclear-?cache\b/;
/** A second install, which removes what is for development only. */
const leavesOut = /\b(?:npm|yarn|pnpm|bun|composer|poetry|pdm|uv|pipenv|bundle)\b.*\s--(?:production|prod|no-dev|omit|only)\b/;

/** What `rm` names, as far as it is written out. */
function removed(command: string): readonly string[] {
  const [, words = ''] = /(?<![\w./-])rm\s+(.*)/.exec(command) ?? [];
  return words.split(/[\s"']+/).filter((word) => word !== '' && !word.startsWith('-'));
}

function isPartOf(written: string, region: Path): boolean {
  if (/[$`{]/.test(written)) return true;
  const path = written.replace(/^~/, '/root').replace(/\/\**$/, '');
  if (isPackageLists(region)) return isWithin(path, anchorOf(region)) || isWithin(region, path);
  if (region === osRegion) return path !== '/usr/local' && !isWithin(path, '/usr/local') && !isWithin(path, '/var/lib/apt') && ['/usr', '/etc', '/lib', '/var/lib'].some((directory) => isWithin(path, directory));
  if (/(?:^|\/)\.(?:cache|npm|yarn|composer)(?:\/|$)/.test(path)) return true;
  const directory = anchorOf(region);
  if (path.startsWith('/')) return isWithin(path, directory) || isWithin(directory, path);
  const [first = ''] = path.replace(/^(?:\.\/)+/, '').split('/');
  return directory.split('/').includes(first);
}
