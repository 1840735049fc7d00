import type { Place } from '../build/places.ts';
import { join, leadingSettings, osRegion, packageLists } from '../build/places.ts';
import { flatMap } from '../lists.ts';
import type { Argument, Call, Effect, ImageView, Outcome, StepKind, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import { fileReads } from './observers.ts';
import { because, edits, fileEffect, isOpaque, notUnderstood, readPlaces, singleTarget, spell, words } from './operands.ts';
import type { Option, Reading } from './options.ts';
import { grammar, hasOption, readOptions, unknownArgument } from './options.ts';

/**
 * Debian's packages: apt 2.6 to 3.0 and dpkg 1.21 (their manual pages), and the small programs that packages bring for
 * setting up the system. What is installed is known only as "the packages": one region of the image.
 */
export const apt: Tool = {
  id: 'apt',
  recognises: (program) => programs.has(program),
  effects: (call, view) => programs.get(call.program)?.(call, view) ?? opaque(call.program),
};

type Program = (call: Call, view: ImageView) => Outcome;

const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['apt-get', aptGet],
  ['apt', aptGet],
  ['aptitude', aptGet],
  ['apt-mark', (call, view) => (call.args[0]?.text.startsWith('show') ? observesPackages(call) : changesSystem(call, view))],
  ['apt-key', (call, view) => (/^(?:list|finger|export)/.test(call.args[0]?.text ?? '') ? observesPackages(call) : changesSystem(call, view))],
  ['add-apt-repository', changesSystem],
  ['apt-add-repository', changesSystem],
  ['dpkg', dpkg],
  ['dpkg-reconfigure', changesSystem],
  ['dpkg-divert', changesSystem],
  ['dpkg-statoverride', changesSystem],
  ['debconf-set-selections', changesSystem],
  ['update-alternatives', changesSystem],
  ['update-ca-certificates', changesSystem],
  ['update-locale', changesSystem],
  ['update-rc.d', changesSystem],
  ['locale-gen', changesSystem],
  ['localedef', changesSystem],
  ['ldconfig', changesSystem],
  ['fc-cache', changesSystem],
  ['a2enmod', changesSystem],
  ['a2dismod', changesSystem],
  ['a2ensite', changesSystem],
  ['a2dissite', changesSystem],
  ['a2enconf', changesSystem],
  ['a2disconf', changesSystem],
]);

const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];

/** Variables that decide what a system package manager does, in itself or through the scripts of packages. */
export const systemEnvironment: readonly string[] = [
  'DEBIAN_FRONTEND', 'DEBIAN_PRIORITY', 'DEBCONF_*', 'APT_*', 'UCF_*', 'ACCEPT_EULA', 'LANG', 'LANGUAGE', 'LC_*', 'TZ',
  ...proxies, ...proxies.map((name) => name.toLowerCase()),
];

/**
 * A package's settings meet what is in /etc; sources and keys lie in /etc/apt and /usr/share/keyrings; certificates that
 * were put beside the system's own are taken up when ca-certificates is installed.
 */
export const systemSettings: readonly Place[] = ['/etc', '/usr/share/keyrings', '/usr/local/share/ca-certificates'].map(everythingBelow).concat(file(leadingSettings.installers));

export function systemEffect(does: string, view: ImageView, kind: StepKind, reads: readonly Place[], writes: readonly Write[]): Effect {
  const named = view.variable('APT_CONFIG');
  const configuration = typeof named === 'string' && named !== '' ? [everythingBelow(view.resolve(named))] : [];
  return fileEffect(does, view, { kind, reads: [...systemSettings, ...configuration, ...reads], env: systemEnvironment, writes });
}

const addsPackages: Write = { place: file(osRegion), how: 'add' };
const fetchesLists: Write = { place: file(packageLists.apt), how: 'set' };

// -------------------------------------------------------------------------------------------------------------- apt-get

/** Options that change what is printed or asked, not what is installed. */
const quiet = '-y|--yes --assume-yes|--yes -q|--quiet --quiet -V|--verbose-versions --show-progress --no-show-upgraded';

const options = grammar({
  abbreviations: true,
  flags: [
    quiet,
    '-f|--fix-broken -m|--fix-missing --ignore-missing|--fix-missing --no-install-recommends --install-recommends --install-suggests --no-install-suggests -R|--without-recommends',
    '--allow-unauthenticated --allow-downgrades --allow-remove-essential --allow-change-held-packages --allow-releaseinfo-change --allow-insecure-repositories --force-yes',
    '--reinstall --only-upgrade --no-upgrade --with-new-pkgs --no-remove --auto-remove|--autoremove --autoremove --purge --no-download --trivial-only',
    '-d|--download-only -s|--simulate --dry-run|--simulate --just-print|--simulate --no-act|--simulate --print-uris -h|--help -v|--version --no-auto-remove --update -U|--update',
  ].join(' '),
  values: '-o|--option -t|--target-release --default-release|--target-release -c|--config-file -a|--host-architecture --solver',
});

const cosmetic = new Set(['--yes', '--quiet', '--verbose-versions', '--show-progress', '--no-show-upgraded']);

const installing = new Set(['install', 'reinstall', 'upgrade', 'full-upgrade', 'dist-upgrade', 'safe-upgrade', 'update']);
const removing = new Set(['remove', 'purge', 'autoremove', 'auto-remove', 'autopurge', 'markauto', 'unmarkauto', 'hold', 'unhold']);
const looking = new Set(['list', 'show', 'search', 'policy', 'check', 'indextargets', 'changelog', 'rdepends', 'depends', 'versions', 'why']);

function aptGet(call: Call, view: ImageView): Outcome {
  // `-qq` and `-q=2` are levels of the one option.
  const args = call.args.filter(({ text }) => !/^-q=?\d$|^--quiet=\d$/.test(text));
  const unknown = unknownArgument(args);
  if (unknown) return opaque(`\`${call.program}\` with \`${unknown.raw}\`: its packages come from what is not read`);
  const reading = readOptions(args, options);
  const [verb, ...packages] = words(reading.operands);
  if (!verb || looking.has(verb.text) || hasOption(reading, '--simulate', '--print-uris', '--help', '--version')) return observesPackages(call);
  const doubt = notUnderstood({ ...call, args }, reading);
  if (doubt) return doubt;
  if (verb.text === 'clean' || verb.text === 'autoclean' || verb.text === 'auto-clean') return effects(fileEffect(spell(call), view, { kind: 'os-packages', writes: [] }));
  const does = [call.program, ...settings(reading), verb.text, ...packages.map(({ text }) => text)].join(' ');
  const configuration = flatMap(reading.options, ({ name, value }) => {
    const text = name === '--option' ? (/=(\.{0,2}\/.*)/s.exec(value?.text ?? '')?.[1] ?? '') : name === '--config-file' ? (value?.text ?? '') : '';
    return value && text !== '' ? readPlaces({ ...value, text }, view) : [];
  });
  const reads = [...configuration, ...flatMap(packages, (argument) => packageFiles(argument, view))];
  if (verb.text === 'update') return effects({ ...systemEffect(does, view, 'os-packages', reads, [addsPackages, fetchesLists]), onlyRefreshes: true });
  // apt 2.9 and later: "Run the update command before the specified command."
  if (installing.has(verb.text) && hasOption(reading, '--update')) return effects(systemEffect(does, view, 'os-packages', reads, [addsPackages, fetchesLists]));
  if (installing.has(verb.text)) return effects(systemEffect(does, view, 'os-packages', [...reads, file(packageLists.apt)], [addsPackages]));
  if (removing.has(verb.text)) return effects(systemEffect(does, view, 'os-packages', reads, [edits(osRegion, false)]));
  return because(call, verb.text);
}

/** The options that count, each with its value, by name: their order does not matter except among equals. */
function settings(reading: Reading): readonly string[] {
  const counting = reading.options.filter(({ name }) => !cosmetic.has(name));
  const spelled = ({ name, value }: Option): string => (value ? `${name}=${value.text}` : name);
  return [...new Set(counting.map(spelled))].toSorted((a, b) => compare(a.split('=')[0] ?? '', b.split('=')[0] ?? ''));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A package's name is no path unless it starts like one, or the shell may find files that fit it as a pattern. */
function packageFiles(argument: Argument, view: ImageView): readonly Place[] {
  if (argument.glob || /^\.{0,2}\//.test(argument.text)) return readPlaces(argument, view);
  return [];
}

// ---------------------------------------------------------------------------------------------------- dpkg and the rest

const dpkgOptions = grammar({
  flags:
    '-i|--install --install -r|--remove --remove -P|--purge --purge --configure --unpack -a|--pending --pending -R|--recursive -E|--skip-same-version -G|--refuse-downgrade --force-all --add-architecture --remove-architecture --set-selections --clear-selections --triggers-only',
});

function dpkg(call: Call, view: ImageView): Outcome {
  const first = call.args.find(({ text }) => !/^--(?:force|no-force|refuse|root|log|admindir)/.test(text))?.text ?? '';
  if (/^(?:-[lLsSpIcCbWf]|--(?:list|listfiles|status|search|print-avail|print-\S+|info|contents|get-selections|verify|compare-versions|assert-\S+|version|audit|field))$/.test(first)) {
    return effects(observes(spell(call), [file(osRegion), ...fileReads(call.args, view)]));
  }
  const args = call.args.filter(({ text }) => !/^--force-[a-z,-]+$/.test(text));
  const reading = readOptions(args, dpkgOptions);
  const doubt = notUnderstood({ ...call, args }, reading);
  if (doubt) return doubt;
  const installs = hasOption(reading, '--install', '--unpack');
  const reads = installs ? flatMap(words(reading.operands), (argument) => readPlaces(argument, view)) : [];
  return effects(systemEffect(spell(call), view, 'os-packages', reads, [installs ? addsPackages : edits(osRegion, false)]));
}

function observesPackages(call: Call): Outcome {
  return effects(observes(spell(call), [file(osRegion), everythingBelow('/etc')]));
}

/** What each of these reads beside /etc, in directories that are not the package manager's. */
const alsoRead: ReadonlyMap<string, readonly Place[]> = new Map([
  ['ldconfig', [everythingBelow('/usr/local/lib'), everythingBelow('/opt')]],
  ['fc-cache', [everythingBelow('/usr/local/share/fonts'), everythingBelow('/usr/share/fonts')]],
]);

/** It changes settings of the system in its own directories. A word that is a path may be read. */
function changesSystem(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`\`${call.program}\` with \`${unknown.raw}\`, which only the running build knows`);
  const fonts = call.program === 'fc-cache' ? ['.fonts', '.local/share/fonts', '.config/fontconfig'].map((name) => everythingBelow(join(view.home, name))) : [];
  const reads = [...(alsoRead.get(call.program) ?? []), ...fonts, ...fileReads(call.args, view)];
  const writes: Write[] = [edits(osRegion, false)];
  // Since Ubuntu 18.04 it fetches the lists as well (add-apt-repository(1), `--no-update`).
  if (/^(?:add-apt|apt-add)-repository$/.test(call.program)) writes.push(edits(packageLists.apt, false));
  // The link that it makes may lie anywhere: `--install LINK NAME PATH PRIORITY`.
  const at = call.args.findIndex(({ text }) => text === '--install');
  const link = call.program === 'update-alternatives' ? call.args[at + 1] : undefined;
  if (at >= 0 && link) {
    const target = singleTarget(link, view);
    if (isOpaque(target)) return target;
    writes.push(edits(target.path, false));
  }
  return effects(systemEffect(spell(call), view, 'files', reads, writes));
}
