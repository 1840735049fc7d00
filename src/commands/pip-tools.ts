import { baseName, join, parentOf, pythonRegion, readable } from '../build/places.ts';
import type { Path } from '../types.ts';
import type { Call, ImageView, Opaque, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import { distinct, environmentOf, readsOf } from './install-inputs.ts';
import type { Reading } from './options.ts';
import { doubtfulOption, grammar, hasOption, lastValue, readOptions, unknownArgument, valuesOf, wordsOf } from './options.ts';
import type { Inputs } from './python-inputs.ts';
import { addPipConfiguration } from './pip-configuration.ts';
import { addLinks, addRequirementsFile, buildLeavings, isRemote, noInputs, placesOfPackages, userBase, withoutScheme } from './python-inputs.ts';

/** pip-compile and pip-sync of pip-tools (options as in 7.5). */

const toolGrammar = grammar({
  flags: `-h|--help --version -v|--verbose -q|--quiet -n|--dry-run -p|--pre -r|--rebuild -U|--upgrade --no-upgrade --generate-hashes --no-generate-hashes
    --all-extras --no-all-extras --emit-find-links --no-emit-find-links --emit-index-url --no-emit-index-url --emit-trusted-host --no-emit-trusted-host
    --emit-options --no-emit-options --header --no-header --annotate --no-annotate --allow-unsafe --no-allow-unsafe --strip-extras --no-strip-extras
    --reuse-hashes --no-reuse-hashes --build-isolation --no-build-isolation --no-index --force --user --user-only -a|--ask --no-config --color --no-color
    --all-build-deps --only-build-deps --no-dependencies`,
  values: `-o|--output-file -P|--upgrade-package --extra -f|--find-links -i|--index-url --extra-index-url --cert --client-cert --trusted-host --pip-args
    -c|--constraint --resolver --config --annotation-style --max-rounds --cache-dir --unsafe-package --newline --python-executable --build-deps-for`,
});

const withoutInfluence = new Set(['--verbose', '--quiet', '--cache-dir', '--output-file', '--no-color', '--color', '--rebuild', '--ask', '--constraint', '--find-links', '--cert', '--client-cert', '--config']);

export const pipTools: Tool = {
  id: 'pip-tools',
  recognises: (program) => /^(?:pip-compile|pip-sync|piptools)$/.test(program),
  isPackageManager: true,
  effects: toolEffects,
  // An install that removes the rest moves as it is.
  dependenciesOnly: () => null,
  leftovers: ['**/.venv', '**/__pycache__', '**/*.py[cod]'],
};

function toolEffects(call: Call, view: ImageView): Outcome {
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of ${call.program} depends on ${readable(unknown.raw)}`);
  // `python -m piptools compile` is `pip-compile`.
  const [first] = call.args;
  const action = call.program === 'piptools' ? first?.text : call.program.slice('pip-'.length);
  const args = call.program === 'piptools' ? call.args.slice(1) : call.args;
  const reading = readOptions(args, toolGrammar);
  if (hasOption(reading, '--help', '--version', '--dry-run')) return effects(observes(`pip-${action ?? 'tools'}`));
  const doubtful = doubtfulOption(reading, args);
  if (doubtful) return opaque(`${call.program} has the option ${readable(doubtful.name)}, which is not known`);
  const glob = reading.operands.find((operand) => operand.argument.glob);
  if (glob) return opaque(`${readable(glob.argument.text)} may be several files`);
  if (action === 'compile') return compile(reading, view);
  return action === 'sync' ? sync(call, reading, view) : opaque(`piptools ${readable(action ?? '')} is not known`);
}

/** Options that both commands have; null if one of them names files that cannot be known. */
function addCommonOptions(inputs: Inputs, reading: Reading, view: ImageView): Opaque | null {
  for (const value of valuesOf(reading, '--constraint')) addRequirementsFile(inputs, view, value.text, true);
  for (const value of valuesOf(reading, '--find-links')) if (!isRemote(value.text)) addLinks(inputs, view.resolve(withoutScheme(value.text)));
  for (const value of valuesOf(reading, '--cert', '--client-cert', '--config')) inputs.reads.push(file(view.resolve(value.text)));
  const extra = valuesOf(reading, '--pip-args').find((value) => /(?:^|\s)-[a-z]*[rcef]\b|--(?:req|con|edit|find|target|prefix|root|user|src|cert|build|group)|[./~](?!\d)/.test(value.text));
  if (extra) return opaque(`--pip-args ${readable(extra.text)} may name files`);
  inputs.reads.push(file(view.resolve('.pip-tools.toml')), file(view.resolve('pyproject.toml')));
  addPipConfiguration(inputs, view, view.pythonPrefix(null));
  return null;
}

/** What a manifest depends on: a project's is computed by its build back end. */
function addSource(inputs: Inputs, path: string, view: ImageView): void {
  if (/^(?:pyproject\.toml|setup\.py|setup\.cfg)$/.test(baseName(path))) inputs.reads.push(everythingBelow(parentOf(view.resolve(path))));
  else addRequirementsFile(inputs, view, path);
}

/** The source that pip-compile takes if none is given. */
function defaultSource(view: ImageView): string {
  const names = ['requirements.in', 'setup.py', 'pyproject.toml', 'setup.cfg'];
  return names.find((name) => view.presence(view.resolve(name)) !== 'no') ?? 'requirements.in';
}

function outputOf(source: string, view: ImageView): Path {
  const path = view.resolve(source);
  const name = baseName(path);
  return join(parentOf(path), /^(?:pyproject\.toml|setup\.py|setup\.cfg)$/.test(name) ? 'requirements.txt' : `${name.replace(/\.[^.]*$/, '')}.txt`);
}

/** The old output is read first, so that versions stay, unless everything is upgraded. */
function compile(reading: Reading, view: ImageView): Outcome {
  const inputs = noInputs(view);
  const given = reading.operands.map((operand) => operand.argument.text);
  const sources = given.length > 0 ? given : [defaultSource(view)];
  for (const source of sources) addSource(inputs, source, view);
  const problem = addCommonOptions(inputs, reading, view);
  if (problem) return problem;
  const does = ['pip-compile', ...wordsOf(reading.options, withoutInfluence), ...sources.map(() => '<file>')].join(' ');
  const reads = distinct([...readsOf(inputs), ...inputs.projects.map((local) => everythingBelow(local.path))]);
  const env = environmentOf(inputs, 'PIP_TOOLS_*', 'CUSTOM_COMPILE_COMMAND');
  const selfContained = inputs.complete && inputs.projects.length === 0;
  const written = lastValue(reading, '--output-file')?.text;
  if (written === '-') return effects({ ...observes(does, reads), env, selfContained });
  const path = written === undefined ? outputOf(sources[0] ?? 'requirements.in', view) : view.resolve(written);
  const fresh = hasOption(reading, '--upgrade') || view.presence(path) === 'no';
  return effects({ does, kind: 'files', reads: fresh ? reads : [...reads, file(path)], env, writes: [{ place: file(path), how: 'set' }], selfContained });
}

/** Installs exactly what the files say, and removes the rest. */
function sync(call: Call, reading: Reading, view: ImageView): Outcome {
  const inputs = noInputs(view);
  const given = reading.operands.map((operand) => operand.argument.text);
  for (const source of given.length > 0 ? given : ['requirements.txt']) addRequirementsFile(inputs, view, source);
  const problem = addCommonOptions(inputs, reading, view);
  if (problem) return problem;
  const python = lastValue(reading, '--python-executable')?.text;
  const prefix = view.pythonPrefix(python ?? call.programPath ?? call.interpreter);
  const regions = hasOption(reading, '--user', '--user-only') ? [pythonRegion(userBase(view))] : placesOfPackages(view, prefix);
  // Where it is one of two places, neither counts as emptied.
  const how = regions.length === 1 ? 'set' : 'add';
  const parts = inputs.projects.map((local) => local.path);
  return effects({
    does: ['pip-sync', ...wordsOf(reading.options, withoutInfluence)].join(' '),
    kind: parts.length > 0 ? 'project-install' : 'install',
    reads: distinct([...readsOf(inputs), ...parts.map((path) => everythingBelow(path))]),
    env: environmentOf(inputs, 'PIP_TOOLS_*'),
    writes: [...regions.map((region): Write => ({ place: file(region), how })), ...parts.map(buildLeavings)],
  });
}
