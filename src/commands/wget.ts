/** wget 1.21, and BusyBox's. */
import type { Place } from '../build/places.ts';
import { join } from '../build/places.ts';
import type { Argument, Call, ImageView, Outcome, Tool } from './command.ts';
import { effects, file, opaque } from './command.ts';
import { broughtByPackage, certificates, fetching, nameInAddress, proxies } from './fetching.ts';
import { allTargets, because, edits, fileEffect, isOpaque, namedBy, notUnderstood, readPlaces, spell, words } from './operands.ts';
import type { Reading } from './options.ts';
import { grammar, hasOption, lastValue, readOptions, valuesOf } from './options.ts';

/** The options of wget that are known. */
export const wgetOptions = grammar({
  flags: [
    '-q|--quiet --quiet -nv|--no-verbose --no-verbose -v|--verbose --verbose -d|--debug --debug -S|--server-response --server-response --no-check-certificate --content-on-error --https-only --no-cookies --no-cache --no-dns-cache --no-hsts',
    '-4|--inet4-only --inet4-only -6|--inet6-only --inet6-only --show-progress --trust-server-names --no-proxy --retry-connrefused --no-http-keep-alive --auth-no-challenge --no-netrc --no-glob --no-config -nc|--no-clobber --no-clobber -N|--timestamping --timestamping -c|--continue --continue -nd|--no-directories --no-directories',
  ].join(' '),
  values: [
    '-O|--output-document --output-document -P|--directory-prefix --directory-prefix -t|--tries --tries -T|--timeout --timeout --dns-timeout --connect-timeout --read-timeout -w|--wait --wait --waitretry --limit-rate -U|--user-agent --user-agent --header --referer -e|--execute',
    '--user --password --http-user --http-password --method --body-data --post-data --secure-protocol --ca-certificate --ca-directory --certificate --private-key --post-file --body-file --max-redirect --retry-on-http-error --compression --prefer-family -Q|--quota --quota --progress',
  ].join(' '),
});

export const wget: Tool = {
  id: 'wget',
  recognises: (program) => program === 'wget',
  effects: (call, view) => wgetEffects(call, view),
};

function wgetEffects(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, wgetOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const execute = valuesOf(reading, '-e').find(({ text }) => !/^(?:https?_proxy|use_proxy|robots)\s*=/.test(text));
  if (execute) return because(call, `-e ${execute.text}`);
  const addresses = words(reading.operands);
  const files = ['--ca-certificate', '--ca-directory', '--certificate', '--private-key', '--post-file', '--body-file'].flatMap((name) => valuesOf(reading, name).flatMap((value) => readPlaces(value, view)));
  const reads = [file(join(view.home, '.wgetrc')), file(join(view.home, '.netrc')), file('/etc/wgetrc'), ...['WGETRC', 'SYSTEM_WGETRC'].flatMap((name) => namedBy(view, name)).map(file), ...files];
  const env = [...proxies, ...certificates, 'WGETRC', 'SYSTEM_WGETRC'];
  const output = lastValue(reading, '--output-document');
  if (output?.text === '-') return fetching(call, view, [], reads, env);
  const targets = allTargets(output ? [output] : [], view);
  if (isOpaque(targets)) return targets;
  if (output && hasOption(reading, '--continue')) return effects(fileEffect(spell(call), view, { reads: [...broughtByPackage, ...reads], env, writes: targets.map(({ path, sure }) => edits(path, !sure)) }));
  if (output) return fetching(call, view, targets, reads, env);
  return underOwnNames(call, reading, addresses, view, reads, env);
}

/** Without -O a file that is there already is left alone, and the new one is called `name.1`. */
function underOwnNames(call: Call, reading: Reading, addresses: readonly Argument[], view: ImageView, reads: readonly Place[], env: readonly string[]): Outcome {
  const directory = lastValue(reading, '--directory-prefix');
  const names: Argument[] = [];
  for (const address of addresses) {
    // A query stays in wget's name of the file.
    const name = address.text.includes('?') ? null : nameInAddress(address.text);
    if (name === null) return opaque('`wget` of an address that does not name a file');
    names.push({ ...address, text: directory ? `${directory.text.replace(/(?<!\/)\/+$/, '')}/${name}` : name, glob: false });
  }
  const targets = allTargets(names, view);
  if (isOpaque(targets)) return targets;
  const resumes = hasOption(reading, '--no-clobber', '--timestamping', '--continue');
  const there = targets.some(({ path }) => view.presence(path) === 'yes' || view.presence(path) === 'maybe');
  if (there && !resumes) return opaque('`wget` of a file that is there already');
  const looked = [...reads, ...targets.map(({ path }) => file(path))];
  if (resumes) return effects(fileEffect(spell(call), view, { reads: [...broughtByPackage, ...looked], env, writes: targets.map(({ path, sure }) => edits(path, !sure)) }));
  return fetching(call, view, targets, looked, env);
}
