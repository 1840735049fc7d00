/** Calls of `pip install` and `pip wheel`, in words. */
import type { Argument, Call } from '../../commands/command.ts';
import type { Reading } from '../../commands/options.ts';
import { grammar, readOptions, unknownArgument } from '../../commands/options.ts';
import { isSymbolic } from '../places.ts';
import type { StageState } from '../state.ts';
import { factsOf } from './base-images.ts';

/** Options that decide neither which packages there are in the end nor what is in them. */
export const withoutInfluence: ReadonlySet<string> = new Set([
  '--quiet', '--verbose', '--no-cache-dir', '--cache-dir', '--progress-bar', '--disable-pip-version-check', '--no-input', '--no-color', '--root-user-action',
  '--timeout', '--retries', '--resume-retries', '--no-python-version-warning', '--no-warn-script-location', '--no-warn-conflicts', '--debug', '--no-clean',
  '--upgrade', '--upgrade-strategy', '--force-reinstall', '--ignore-installed', '--compile', '--no-compile', '--break-system-packages', '--wheel-dir',
]);

/** Options that decide it in the same way for `pip install` and `pip wheel`. */
const circumstantial: ReadonlySet<string> = new Set([
  '--index-url', '--extra-index-url', '--trusted-host', '--find-links', '--no-index', '--pre', '--only-binary', '--no-binary', '--prefer-binary',
  '--no-deps', '--no-build-isolation', '--use-pep517', '--ignore-requires-python', '--require-hashes', '--config-settings', '--use-feature', '--use-deprecated',
  '--constraint', '--build-constraint', '--cert', '--client-cert', '--proxy',
]);

const pipGrammar = grammar({
  flags: `-q|--quiet -v|--verbose --no-cache-dir --disable-pip-version-check --no-input --no-color --no-python-version-warning --no-warn-script-location
    --no-warn-conflicts --debug --no-clean -U|--upgrade --force-reinstall -I|--ignore-installed --compile --no-compile --break-system-packages
    --no-index --pre --prefer-binary --no-dependencies|--no-deps --no-build-isolation --use-pep517 --ignore-requires-python --require-hashes`,
  values: `--cache-dir --progress-bar --root-user-action --default-timeout|--timeout --retries --resume-retries --upgrade-strategy -w|--wheel-dir
    -i|--pypi-url|--index-url --extra-index-url --trusted-host -f|--find-links --only-binary --no-binary -C|--config-setting|--config-settings
    --use-feature --use-deprecated -c|--constraint --build-constraint -r|--requirement --cert --client-cert --proxy`,
});

/** A call of pip of which every word is understood. */
export interface PipCall {
  readonly subcommand: 'install' | 'wheel';
  readonly reading: Reading;
  readonly requirements: readonly Argument[];
  readonly names: readonly Argument[];
}

/** The parts of a call of pip, if every one of them is understood. */
export function readPipCall(call: Call): PipCall | null {
  if (unknownArgument(call.args)) return null;
  const reading = readOptions(call.args, pipGrammar);
  const [first, ...operands] = reading.operands;
  const subcommand = first?.argument.text;
  if (subcommand !== 'install' && subcommand !== 'wheel') return null;
  const known = reading.options.every(({ name, listed, value }) => listed && !isSymbolic(value?.text ?? '') && (name === '--requirement' || withoutInfluence.has(name) || circumstantial.has(name)));
  if (!known) return null;
  const requirements = reading.options.flatMap(({ name, value }) => (name === '--requirement' && value ? [value] : []));
  return { subcommand, reading, requirements, names: operands.map((operand) => operand.argument) };
}

/** Is it the Python of the base image that a call runs with? `python3.12` and `pip3.12` may be another one. */
export function isOwnPython({ interpreter, program }: Call, state: StageState): boolean {
  const version = /(?<!\d)(\d+\.\d+)$/.exec(interpreter ?? program)?.[1];
  return version === undefined || version === factsOf(state)?.python?.minor;
}
