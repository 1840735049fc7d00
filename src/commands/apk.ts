import { osRegion, packageLists } from '../build/places.ts';
import { systemEffect } from './apt.ts';
import type { Call, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import { because, edits, fileEffect, notUnderstood, readPlaces, spell, words } from './operands.ts';
import { grammar, hasOption, readOptions, unknownArgument } from './options.ts';

/** Alpine's packages: apk-tools 2.14 (`apk --help`, apk(8)). */
export const apk: Tool = {
  id: 'apk',
  recognises: (program) => program === 'apk',
  effects: (call, view) => apkEffects(call, view),
};

const options = grammar({
  flags: [
    '-q|--quiet --quiet -v|--verbose --verbose -U|--update-cache --update-cache --update|--update-cache --no-cache --no-progress --progress --purge --interactive -i|--interactive --wait',
    '-f|--force --force --force-broken-world --force-missing-repositories --force-non-repository --force-old-apk --force-overwrite --force-refresh --force-binary-stdout --clean-protected --overlay-from-stdin',
    '-u|--upgrade --upgrade -l|--latest --latest --initdb --allow-untrusted --no-scripts --no-check-certificate --no-chown --no-commit-hooks --no-network -a|--available --available -s|--simulate --simulate --no-self-upgrade --self-upgrade-only --ignore --rdepends -r|--rdepends',
  ].join(' '),
  values: '-t|--virtual --virtual -X|--repository --repository --repositories-file --keys-dir --cache-dir --cache-max-age --arch --root -p|--root --wait --timeout',
});

const cosmetic = new Set(['--quiet', '--verbose', '--update-cache', '--no-cache', '--no-progress', '--progress', '--wait', '--timeout', '--cache-max-age']);
const looking = new Set(['info', 'list', 'search', 'policy', 'version', 'stats', 'dot', 'audit', 'verify', 'manifest', 'query']);

function apkEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`\`apk\` with \`${unknown.raw}\`: its packages come from what is not read`);
  const reading = readOptions(call.args, options);
  const [verb, ...packages] = words(reading.operands);
  if (!verb || looking.has(verb.text)) return effects(observes(spell(call), [file(osRegion), everythingBelow('/etc')]));
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  if (hasOption(reading, '--root', '--initdb', '--simulate')) return because(call, '--root');
  const settings = reading.options.filter(({ name }) => !cosmetic.has(name)).map(({ name, value }) => (value ? `${name}=${value.text}` : name));
  const does = ['apk', ...settings.toSorted(), verb.text, ...packages.map(({ text }) => text)].join(' ');
  const named = reading.options.flatMap(({ name, value }) => (/^--(?:repositories-file|keys-dir)$/.test(name) && value ? readPlaces(value, view) : []));
  const files = packages.filter(({ text, glob }) => glob || /^\.{0,2}\/|\.apk$/.test(text)).flatMap((argument) => readPlaces(argument, view));
  const reads = [...named, ...files, everythingBelow('/lib/apk')];
  // With `--no-cache` it fetches its lists for itself; with `--update-cache` also for those that come after it.
  const refreshes = !hasOption(reading, '--no-cache') && (verb.text === 'update' || hasOption(reading, '--update-cache'));
  const uses = !refreshes && !hasOption(reading, '--no-cache') ? [file(packageLists.apk)] : [];
  const adds: readonly Write[] = [{ place: file(osRegion), how: 'add' }, ...(refreshes ? [{ place: file(packageLists.apk), how: 'set' } as const] : [])];
  switch (verb.text) {
    case 'update':
      return effects({ ...systemEffect(does, view, 'os-packages', reads, adds), onlyRefreshes: true });
    case 'add':
    case 'upgrade':
    case 'fix':
      return effects(systemEffect(does, view, 'os-packages', [...reads, ...uses], adds));
    case 'del':
      return effects(systemEffect(does, view, 'os-packages', reads, [edits(osRegion, false)]));
    case 'cache':
      return effects(fileEffect(spell(call), view, { kind: 'os-packages', writes: [] }));
    default:
      return because(call, verb.text);
  }
}
