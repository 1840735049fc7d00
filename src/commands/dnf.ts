import type { Place } from '../build/places.ts';
import { osRegion, packageLists } from '../build/places.ts';
import { systemEffect } from './apt.ts';
import type { Call, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import { because, edits, fileEffect, notUnderstood, readPlaces, spell, words } from './operands.ts';
import { grammar, hasOption, readOptions, unknownArgument } from './options.ts';

/** Packages of Red Hat, Fedora, Amazon and Oracle Linux: dnf 4, its forerunner yum 3 and microdnf (their manual pages). */
export const dnf: Tool = {
  id: 'dnf',
  recognises: (program) => /^(?:dnf|yum|microdnf|dnf5|tdnf)$/.test(program),
  effects: (call, view) => dnfEffects(call, view),
};

const options = grammar({
  abbreviations: true,
  flags: [
    '-y|--assumeyes --assumeyes -q|--quiet --quiet -v|--verbose --verbose -C|--cacheonly --cacheonly -b|--best --best --nobest --nodocs --nogpgcheck --no-gpgchecks|--nogpgcheck --refresh --allowerasing --skip-broken',
    '--noplugins --security --bugfix --enhancement --newpackage --assumeno --noautoremove --allow-downgrade',
  ].join(' '),
  values:
    '--setopt --enablerepo --disablerepo --repo --repoid|--repo --releasever --exclude -x|--exclude --installroot --forcearch -c|--config --config -d|--debuglevel --debuglevel -e|--errorlevel --errorlevel -R|--randomwait --disableplugin --enableplugin --repofrompath --color --comment',
});

const cosmetic = new Set(['--assumeyes', '--quiet', '--verbose', '--debuglevel', '--errorlevel', '--randomwait', '--color', '--refresh', '--comment']);

const installing = new Set([
  'install', 'localinstall', 'reinstall', 'update', 'upgrade', 'update-minimal', 'upgrade-minimal', 'groupinstall', 'group', 'groups', 'module', 'makecache', 'swap', 'distro-sync', 'downgrade',
]);
/** They fetch what the repositories hold, for themselves and for what comes after them. */
const refreshing = new Set(['update', 'upgrade', 'update-minimal', 'upgrade-minimal', 'distro-sync']);
const removing = new Set(['remove', 'erase', 'autoremove', 'config-manager', 'mark', 'versionlock']);
const looking = new Set(['list', 'info', 'search', 'repolist', 'provides', 'whatprovides', 'check-update', 'deplist', 'history', 'repoquery', 'version']);

function dnfEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`\`${call.program}\` with \`${unknown.raw}\`: its packages come from what is not read`);
  const reading = readOptions(call.args, options);
  const [verb, ...packages] = words(reading.operands);
  const fetchesLists: Write = { place: file(packageLists.dnf), how: 'set' };
  if (verb?.text === 'check-update') return effects({ ...systemEffect(spell(call), view, 'os-packages', [file(osRegion)], [fetchesLists]), onlyRefreshes: true });
  if (!verb || looking.has(verb.text)) return effects(observes(spell(call), [file(osRegion), everythingBelow('/etc')]));
  if (verb.text === 'clean') return effects(fileEffect(spell(call), view, { kind: 'os-packages', writes: [{ place: file(packageLists.dnf), how: 'remove' }] }));
  const doubt = notUnderstood(call, reading);
  // config-manager has options of its own, all of them about repositories.
  if (doubt && verb.text !== 'config-manager') return doubt;
  if (hasOption(reading, '--installroot', '--assumeno')) return because(call, verb.text);
  const settings = reading.options.filter(({ name }) => !cosmetic.has(name)).map(({ name, value }) => (value ? `${name}=${value.text}` : name));
  const does = [call.program, ...settings, verb.text, ...packages.map(({ text }) => text)].join(' ');
  const configuration = reading.options.flatMap(({ name, value }) => (name === '--config' && value ? readPlaces(value, view) : []));
  const reads: readonly Place[] = [...configuration, ...packages.filter(({ text, glob }) => glob || /^\.{0,2}\/|\.rpm$/.test(text)).flatMap((argument) => readPlaces(argument, view))];
  const adds: Write = { place: file(osRegion), how: 'add' };
  if (verb.text === 'makecache') return effects({ ...systemEffect(does, view, 'os-packages', reads, [adds, fetchesLists]), onlyRefreshes: true });
  if (refreshing.has(verb.text) || hasOption(reading, '--refresh')) return effects(systemEffect(does, view, 'os-packages', reads, [adds, fetchesLists]));
  if (installing.has(verb.text)) return effects(systemEffect(does, view, 'os-packages', [...reads, file(packageLists.dnf)], [adds]));
  if (removing.has(verb.text)) return effects(systemEffect(does, view, 'os-packages', reads, [edits(osRegion, false)]));
  return because(call, verb.text);
}
