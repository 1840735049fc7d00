import { isSymbolic, join, readable } from '../build/places.ts';
import type { Call, ImageView, Outcome, Tool } from './command.ts';
import { effects, file, opaque } from './command.ts';
import { commonPlaces, gemInputs, namesFiles, rubygemsRegion } from './gems.ts';
import { adds } from './install-inputs.ts';
import { programReads } from './observers.ts';
import { looks } from './operands.ts';
import type { Reading } from './options.ts';
import { grammar, hasOption, lastValue, readOptions, unknownArgument, wordsOf } from './options.ts';

/** RubyGems 2.7 to 4.0: options as in `gem help install`, `gem help update` and `gem help sources`. */
export const gem: Tool = {
  id: 'gem',
  recognises: (program) => program === 'gem',
  effects: gemEffects,
  isPackageManager: true,
};

const gemGrammar = grammar({
  flags: `-N|--no-document --no-document --no-doc|--no-document --no-ri --no-rdoc -f|--force --force --no-force --conservative --pre|--prerelease --prerelease -E|--env-shebang --env-shebang --no-user-install
    --clear-sources --both|-b -b -q|--quiet --quiet --silent -V|--verbose --verbose --no-verbose --backtrace --minimal-deps --no-lock --lock --suggestions --no-suggestions --default --system -r|--remote --remote --no-update-sources
    --explain -w|--wrappers --wrappers --development --no-post-install-message --post-install-message`,
  values: '-v|--version --version -s|--source --source --platform -a|--add --add -p|--http-proxy --http-proxy -P|--trust-policy --trust-policy',
  optional: '--document --ri --rdoc',
});

/** Options that change what is printed, and nothing else. */
const withoutInfluence = new Set(['--quiet', '--silent', '--verbose', '--no-verbose', '--backtrace', '--suggestions', '--no-suggestions', '--no-post-install-message', '--post-install-message']);

const looking = new Set(['list', 'env', 'environment', 'which', 'help', 'search', 'info', 'contents', 'query', 'specification', 'dependency', 'outdated']);

function gemEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of gem depends on ${readable(unknown.raw)}`);
  const reading = readOptions(call.args, gemGrammar);
  const verb = reading.operands[0]?.argument.text ?? '';
  if (verb === '' && call.args.every(({ text }) => /^(?:-v|--version|-h|--help)$/.test(text))) return effects(looks('gem', programReads('gem', view)));
  const inputs = gemInputs(view);
  if ('kind' in inputs) return inputs;
  const named = call.args.find(({ text }) => /^--config-file|\/|\.gem$/.test(text));
  if (looking.has(verb) && named) return opaque(`gem ${verb} may read ${readable(named.text)}`);
  if (looking.has(verb)) return effects(looks(`gem ${verb}`, [...programReads('gem', view), ...inputs.reads], inputs.env));
  const strange = reading.options.find(({ listed }) => !listed);
  if (strange) return opaque(`gem ${readable(verb)} has the option ${readable(strange.name)}, which is not known`);
  const address = lastValue(reading, '--source', '--add')?.text ?? '';
  if (address !== '' && !/^https?:/.test(address)) return opaque(`gem ${readable(verb)} takes gems from ${readable(address)}`);
  switch (verb) {
    case 'install':
    case 'i':
      return install(call, reading, inputs, view);
    case 'update':
      return hasOption(reading, '--system') ? updateItself(reading, inputs, view) : opaque('`gem update` replaces gems that are there');
    case 'sources':
      return effects({ does: words('gem sources', reading), kind: 'files', reads: inputs.reads, env: inputs.env, writes: [{ place: file(join(view.home, '.gemrc')), how: 'edit' }] });
    default:
      return opaque(`dockfix does not know what \`gem ${readable(verb)}\` does`);
  }
}

type Inputs = Exclude<ReturnType<typeof gemInputs>, { readonly kind: 'opaque' }>;

/** Gems by name; a file of that name in the directory at hand would be taken instead (`Gem::Source::Local`). */
function install(call: Call, reading: Reading, inputs: Inputs, view: ImageView): Outcome {
  const ofBuild = call.args.findIndex(({ text }) => text === '--');
  const names = reading.operands.slice(1).filter(({ index }) => ofBuild < 0 || index < ofBuild).map(({ argument }) => argument.text);
  const strange = names.find((name) => !/^[\w.-]+(?::[^/]+)?$/.test(isSymbolic(name) ? name.replace(/:.*/, '') : name) || name.endsWith('.gem'));
  if (strange !== undefined || names.length === 0) return opaque(`gem installs ${readable(strange ?? 'what a file of the project says')}`);
  const led = ofBuild < 0 ? undefined : call.args.slice(ofBuild + 1).find(({ text }) => namesFiles(text));
  if (led) return opaque(`gem install tells the build of a gem of files: ${readable(led.text)}`);
  const found = view.list(view.cwd).names.find((name) => name.endsWith('.gem'));
  if (found !== undefined) return opaque(`gem install may take ${readable(found)}`);
  return effects({ does: words('gem install', reading), kind: 'install', reads: inputs.reads, env: inputs.env, writes: commonPlaces(view).map(adds) });
}

function updateItself(reading: Reading, inputs: Inputs, view: ImageView): Outcome {
  return effects({ does: words('gem update --system', reading), kind: 'install', reads: inputs.reads, env: inputs.env, writes: [rubygemsRegion, ...commonPlaces(view)].map(adds) });
}

function words(does: string, { options, operands }: Reading): string {
  return [does, ...wordsOf(options, withoutInfluence), ...operands.slice(1).map(({ argument }) => argument.text)].join(' ');
}
