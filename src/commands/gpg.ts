/** GnuPG 2.2. */
import { isSymbolic, join } from '../build/places.ts';
import type { Call, ImageView, Outcome, Tool } from './command.ts';
import { effects, everythingBelow, file, opaque } from './command.ts';
import { broughtByPackage, isNowhere, proxies } from './fetching.ts';
import { allTargets, edits, fileEffect, isOpaque, looks, notUnderstood, readPlaces, sets, singleTarget, spell, words } from './operands.ts';
import { grammar, hasOption, lastValue, readOptions, valuesOf } from './options.ts';

const gpgOptions = grammar({
  flags:
    '--batch --yes --no-tty -q|--quiet --quiet -v|--verbose --verbose --no-default-keyring --dearmor --dearmour|--dearmor --enarmor --import --recv-keys --receive-keys|--recv-keys --recv-key|--recv-keys --verify --fingerprint --list-keys -k|--list-keys --list-packets --show-keys --with-colons --with-fingerprint -a|--armor --armor --export --version --no-options --trust-model=always --no-auto-check-trustdb --ignore-time-conflict --no-permission-warning --refresh-keys --no-greeting --import-ownertrust',
  values: '-o|--output --output --keyserver --keyring --primary-keyring --homedir --keyserver-options --trust-model --status-fd --trusted-key --keyid-format --import-options --export-options --options --pinentry-mode --passphrase --logger-fd',
});

export const gpg: Tool = {
  id: 'gpg',
  recognises: (program) => program === 'gpg' || program === 'gpg2' || program === 'gpgv',
  effects: (call, view) => gpgEffects(call, view),
};

function gpgEffects(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, gpgOptions);
  const doubt = notUnderstood(call, reading);
  if (doubt) return doubt;
  const home = lastValue(reading, '--homedir');
  const variable = view.variable('GNUPGHOME');
  if (variable === undefined && !home) return opaque('`gpg` with a home that the base image may set');
  if (typeof variable === 'string' && isSymbolic(variable) && !home) return opaque('`gpg` with a home that only the running build knows');
  const keys = home ? singleTarget(home, view) : { path: typeof variable === 'string' && variable !== '' ? view.resolve(variable) : join(view.home, '.gnupg') };
  if (isOpaque(keys)) return keys;
  const outputs = allTargets(valuesOf(reading, '--output').filter(({ text }) => text !== '-'), view);
  if (isOpaque(outputs)) return outputs;
  const keyrings = allTargets(valuesOf(reading, '--keyring', '--primary-keyring').map((value) => ({ ...value, text: value.text.replace(/^gnupg-ring:|^gnupg-kbx:/, '') })).map((value) => (value.text.includes('/') ? value : { ...value, text: join(keys.path, value.text) })), view);
  if (isOpaque(keyrings)) return keyrings;
  const imports = hasOption(reading, '--import', '--recv-keys', '--refresh-keys', '--import-ownertrust');
  const inputs = hasOption(reading, '--recv-keys', '--list-keys', '--fingerprint', '--export') ? [] : words(reading.operands);
  const reads = [everythingBelow(keys.path), ...valuesOf(reading, '--options').flatMap((value) => readPlaces(value, view)), ...inputs.flatMap((argument) => readPlaces(argument, view)), ...keyrings.map(({ path }) => file(path))];
  // Every call may make its home directory.
  const touched = keyrings.map(({ path, sure }) => edits(path, !sure));
  const writes = [edits(keys.path, true), ...(imports ? touched : []), ...outputs.filter(({ path }) => !isNowhere(path)).map(sets)];
  const implied = hasOption(reading, '--dearmor', '--enarmor') && outputs.length === 0 ? inputs : [];
  const beside = allTargets(implied.filter(({ text }) => text !== '-').map((value) => ({ ...value, text: `${value.text}.gpg` })), view);
  if (isOpaque(beside)) return beside;
  if (call.program === 'gpgv') return effects(looks(spell(call), [...broughtByPackage, ...reads]));
  return effects(fileEffect(spell(call), view, { reads: [...broughtByPackage, ...reads], env: [...proxies, 'GNUPGHOME'], writes: [...writes, ...beside.map(sets)] }));
}
