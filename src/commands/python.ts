import { isSymbolic, join, osRegion, pythonRegion, readable } from '../build/places.ts';
import type { Path, Refusal } from '../types.ts';
import type { Argument, Call, DependenciesOnly, Effect, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, observes, opaque } from './command.ts';
import { adds, environmentOf, readsOf, refuse } from './install-inputs.ts';
import type { Grammar, Reading } from './options.ts';
import { doubtfulOption, grammar, hasOption, lastValue, readOptions, unknownArgument, valuesOf } from './options.ts';
import { pip } from './pip.ts';
import { addPipConfiguration } from './pip-configuration.ts';
import { buildLeavings, noInputs, placesOfPackages } from './python-inputs.ts';

/**
 * The interpreter itself, virtual environments, and modules that are run with `python -m` to fetch something. A script
 * of the project may do anything, so it is opaque; so is code after `-c` that does more than import and print.
 */

const interpreters = /^(?:python|pypy)[\d.]*$/;

export const python: Tool = {
  id: 'python',
  recognises: (program) => interpreters.test(program) || modules.has(program),
  effects: (call, view) => {
    const unknown = unknownArgument(call.args);
    if (unknown) return opaque(`an argument of ${call.program} depends on ${readable(unknown.raw)}`);
    return (modules.get(call.program) ?? interpreter)(call, view);
  },
  dependenciesOnly: pythonDependenciesOnly,
  leftovers: ['**/__pycache__', '**/*.py[cod]', '**/.venv', '**/venv', '**/env', '**/ENV', '**/*.egg-info'],
};

type Module = (call: Call, view: ImageView) => Outcome;

const modules: ReadonlyMap<string, Module> = new Map<string, Module>([
  ['venv', makeEnvironment],
  ['virtualenv', makeEnvironment],
  ['ensurepip', (call, view) => effects(fetches(call, view, 'python -m ensurepip', []))],
  ['compileall', compile],
  ['spacy', spacy],
  ['nltk', nltk],
  ['nltk.downloader', nltk],
  ['playwright', playwright],
]);

function prefixOf(call: Call, view: ImageView): Path {
  return view.pythonPrefix(call.programPath ?? call.interpreter);
}

// ------------------------------------------------------------------------------------------------------ environments

const environmentGrammar = grammar({
  abbreviations: true,
  flags: `-h|--help --version --system-site-packages --symlinks --copies|--always-copy --clear --upgrade --without-pip --without-scm-ignore-files
    --upgrade-deps -q|--quiet -v|--verbose --no-site-packages --download --no-download --no-pip --no-setuptools --no-wheel --symlink-app-data
    --reset-app-data --no-periodic-update --no-vcs-ignore`,
  values: '--prompt -p|--python --pip --setuptools --wheel --seeder --creator --activators --app-data --extra-search-dir --try-first-with --no-seed',
});

/** `python -m venv DIR` and `virtualenv DIR`. What is in the directory already stays, unless `--clear` is given. */
function makeEnvironment(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, environmentGrammar);
  const doubtful = doubtfulOption(reading, call.args);
  if (doubtful) return opaque(`${call.program} has the option ${readable(doubtful.name)}, which is not known`);
  if (hasOption(reading, '--help', '--version')) return effects(observes(call.program));
  const list = reading.operands.map(({ argument }): Effect => {
    const directory = view.resolve(argument.text);
    const writes: readonly Write[] = [
      { place: file(directory), how: 'make-directory' },
      { place: file(join(directory, 'pyvenv.cfg')), how: 'set' },
      { place: file(pythonRegion(directory)), how: 'edit' },
    ];
    const named = [...valuesOf(reading, '--extra-search-dir', '--app-data'), ...valuesOf(reading, '--python').filter(({ text }) => text.includes('/')), ...[view.variable('VIRTUALENV_CONFIG_FILE')].flatMap((text) => (typeof text === 'string' ? [{ text }] : []))];
    const files = named.map(({ text }) => everythingBelow(view.resolve(text)));
    // The packages below are seen through the environment, if it is made so; else only the interpreter counts.
    const reads = hasOption(reading, '--system-site-packages') ? [file(osRegion), file(pythonRegion(prefixOf(call, view)))] : [file(osRegion)];
    return { does: `${call.program} ${optionWords(reading)} ${directory}`, kind: 'files', reads: [...reads, ...files], env: ['VIRTUALENV_*', 'VIRTUAL_ENV', 'PYTHONHOME'], writes };
  });
  return list.length === 0 ? opaque(`${call.program} without a directory`) : effects(...list);
}

function optionWords(reading: Reading, ...without: readonly string[]): string {
  const silent = new Set(['--quiet', '--verbose', ...without]);
  return reading.options.flatMap(({ name, value }) => (silent.has(name) ? [] : [value === null ? name : `${name} ${value.text}`])).join(' ');
}

// ----------------------------------------------------------------------------------------------------------- modules

/** Packages that are fetched into the interpreter's prefix. */
function fetches(call: Call, view: ImageView, does: string, reads: Effect['reads']): Effect {
  const inputs = noInputs(view);
  const prefix = prefixOf(call, view);
  addPipConfiguration(inputs, view, prefix);
  return {
    does,
    kind: 'install',
    reads: [...readsOf(inputs), ...reads],
    env: environmentOf(inputs),
    writes: placesOfPackages(view, prefix).map(adds),
  };
}

/** Byte code is not compared between images, so this only looks. */
function compile(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, grammar({ flags: '-l -f -q -b -h', values: '-r -d -s -p -x -i -j -o -e --invalidation-mode --hardlink-dupes' }));
  const directories = reading.operands.map(({ argument }) => everythingBelow(view.resolve(argument.text)));
  return effects(observes('python -m compileall', directories));
}

function spacy(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, grammar({ flags: '-h|--help -d|-D|--direct -s|--sdist -S --no-cache-dir -q|--quiet --no-deps', values: '-u|--url' }));
  const [action, ...operands] = reading.operands.map((operand) => operand.argument.text);
  if (action === undefined || action === 'info' || action === 'validate') return effects(observes('python -m spacy'));
  if (action !== 'download' || doubtfulOption(reading, call.args) || operands.length === 0) return opaque('only `spacy download MODEL` is known of spacy');
  return effects(fetches(call, view, `spacy download ${optionWords(reading, '--no-cache-dir')} ${operands.join(' ')}`, [file(pythonRegion(prefixOf(call, view)))]));
}

const nltkGrammar: Grammar = grammar({ flags: '-q|--quiet -f|--force -e|--exit-on-error -h|--help', values: '-d|--dir -u|--url' });

function nltk(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, nltkGrammar);
  const names = reading.operands.map((operand) => operand.argument.text);
  if (hasOption(reading, '--help')) return effects(observes('nltk'));
  if (doubtfulOption(reading, call.args) || names.length === 0) return opaque('only `nltk.downloader NAME` is known of nltk');
  const packages = call.program === 'nltk' && names[0] === 'download' ? names.slice(1) : names;
  return effects(nltkData(call, view, packages, lastValue(reading, '--dir')?.text));
}

/** The data goes to the first directory of nltk's search path that is there and writable; without one, to the home directory. */
function nltkData(call: Call, view: ImageView, packages: readonly string[], directory: string | undefined): Effect {
  const named = view.variable('NLTK_DATA');
  const searched = (typeof named === 'string' ? named.split(':') : []).filter((path) => path !== '').map((path) => view.resolve(path));
  const places = directory === undefined ? [...searched, join(view.home, 'nltk_data')] : [view.resolve(directory)];
  return {
    does: `nltk download ${packages.join(' ')}`,
    kind: 'install',
    reads: [file(pythonRegion(prefixOf(call, view)))],
    env: environmentOf(noInputs(view), 'NLTK_DATA'),
    writes: places.map((path) => ({ place: everythingBelow(path), how: 'edit' })),
  };
}

/** Browsers for the version that is installed; `--with-deps` and `install-deps` call the system's package manager. */
function playwright(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, grammar({ flags: '-h|--help -V|--version --with-deps --dry-run --force --only-shell --no-shell --list' }));
  const [action, ...browsers] = reading.operands.map((operand) => operand.argument.text);
  if (action === undefined || hasOption(reading, '--help', '--version', '--dry-run')) return effects(observes('playwright'));
  if ((action !== 'install' && action !== 'install-deps') || doubtfulOption(reading, call.args)) return opaque('only `playwright install` is known of playwright');
  const region = pythonRegion(prefixOf(call, view));
  const path = view.variable('PLAYWRIGHT_BROWSERS_PATH');
  const inPackage = path === '0';
  const directory = typeof path === 'string' && path !== '' ? view.resolve(path) : join(view.home, '.cache/ms-playwright');
  const writes: Write[] = [];
  if (action === 'install') writes.push(inPackage ? { place: file(region), how: 'edit' } : { place: everythingBelow(directory), how: 'edit' });
  if (action === 'install-deps' || hasOption(reading, '--with-deps')) writes.push({ place: file(osRegion), how: 'edit' });
  return effects({
    does: ['playwright', action, optionWords(reading), ...browsers].join(' '),
    kind: 'install',
    // The program may also come from npm.
    reads: [file(region), file(osRegion), everythingBelow('/usr/local/lib/node_modules')],
    env: environmentOf(noInputs(view), 'PLAYWRIGHT_*'),
    writes,
  });
}

// ------------------------------------------------------------------------------------------------------- interpreter

const interpreterGrammar = grammar({
  stopsAtOperand: true,
  flags: '-b -B -d -E -i -I -O -OO -P -q -s -S -u -v -V|-VV|--version -x -? -h|--help --help-all --help-env --help-xoptions',
  values: '-c -m -W -X --check-hash-based-pycs',
});

function interpreter(call: Call, view: ImageView): Outcome {
  const { args } = call;
  const reading = readOptions(args, interpreterGrammar);
  if (hasOption(reading, '--version', '--help')) return effects(observes('python --version'));
  const code = args.findIndex((argument) => argument.text === '-c');
  const script = reading.operands[0];
  if (code >= 0 && (!script || script.index > code)) return runCode(call, args[code + 1], view);
  const module = lastValue(reading, '-m')?.text;
  if (module !== undefined) return opaque(`dockfix does not know what the module ${readable(module)} does`);
  if (!script || script.argument.text === '-') return opaque('python reads its program from standard input, or is told to run a module in an unusual way');
  if (/(?:^|\/)setup\.py$/.test(script.argument.text)) return runSetup(call, reading, view);
  if (/(?:^|\/)get-pip\.py$/.test(script.argument.text)) return getPip(call, script.index, view);
  return opaque(`${readable(script.argument.text)} is a program that may do anything`);
}

function runCode(call: Call, code: Argument | undefined, view: ImageView): Outcome {
  const statements = statementsOf(code?.text ?? '');
  if (statements === null) return opaque('the code after python -c does more than import and print');
  const own = importedNames(code?.text ?? '').find((name) => isOfProject(name, view));
  if (own !== undefined) return opaque(`the module ${own} is of the project, and may do anything when it is imported`);
  const downloads = statements.flatMap((statement) => (statement.kind === 'nltk' ? [statement] : []));
  // A module may be one of the project.
  const looks = observes('python -c', [file(pythonRegion(prefixOf(call, view))), everythingBelow(view.cwd)]);
  if (downloads.length === 0) return effects(looks);
  return effects(...downloads.map((download) => nltkData(call, view, [download.name], download.directory)));
}

/** First names of modules. */
function importedNames(code: string): readonly string[] {
  return [...code.matchAll(/(?:^|[;\n])\s*(?:from|import)\s+([\w., ]+)/g)].flatMap(([, list = '']) => list.split(/,|\bimport\b.*/).map((name) => name.trim().split(/[.\s]/)[0] ?? '')).filter((name) => name !== '');
}

/** Is a module found in the working directory, or where PYTHONPATH says? */
function isOfProject(name: string, view: ImageView): boolean {
  const path = view.variable('PYTHONPATH');
  const directories = [view.cwd, ...(typeof path === 'string' ? path.split(':').filter((one) => one !== '').map(view.resolve) : [])];
  return directories.some((directory) => {
    const module = join(directory, name);
    return view.text(`${module}.py`) !== undefined || view.text(join(module, '__init__.py')) !== undefined || view.list(module).names.length > 0;
  });
}

type Statement = { readonly kind: 'looks' } | { readonly kind: 'nltk'; readonly name: string; readonly directory: string | undefined };

/** Null if one of the statements may do something. Only forms without calls are looked through. */
function statementsOf(code: string): readonly Statement[] | null {
  if (isSymbolic(code) || code.length > 2000) return null;
  const statements: Statement[] = [];
  for (const written of code.split(/[;\n]/)) {
    const text = written.trim();
    const download = /^nltk\.download\(\s*(['"])([\w-]+)\1\s*(?:,\s*download_dir\s*=\s*(['"])([\w./-]+)\3\s*)?(?:,\s*quiet\s*=\s*True\s*)?\)$/.exec(text);
    if (download) statements.push({ kind: 'nltk', name: download[2] ?? '', directory: download[4] });
    else if (onlyLooks(text)) statements.push({ kind: 'looks' });
    else return null;
  }
  return statements;
}

function onlyLooks(statement: string): boolean {
  if (statement === '' || statement === 'pass' || statement.startsWith('#')) return true;
  if (/^import [\w., ]+$/.test(statement) || /^from [\w.]+ import [\w., *]+$/.test(statement)) return true;
  // A bare expression without a call.
  if (/^[\w\s.+*/%'"-]+$/.test(statement)) return true;
  const printed = /^print\((.*)\)$/.exec(statement)?.[1] ?? /^assert (.*)$/.exec(statement)?.[1];
  // No parenthesis, no call; no assignment expression.
  return printed !== undefined && !/[()]|:=/.test(printed);
}

/** The script of the pip project that installs pip, and with it what else it is asked for. */
function getPip(call: Call, at: number, view: ImageView): Outcome {
  const words = call.args.slice(at + 1);
  const files = words.some(({ text }) => /^-(?:r|c|e|f|t)|^--(?:req|con|edit|find|target|prefix|user|root)|[/~]|^\.|\.whl$/.test(text) && !/^--(?:no|trusted|index|extra|disable)/.test(text));
  if (files) return opaque('get-pip.py is given files');
  const script = file(view.resolve(call.args[at]?.text ?? ''));
  return effects(fetches(call, view, `get-pip.py ${words.map(({ text }) => text).join(' ')}`, [script]));
}

/** `python setup.py install` and `develop` put the project among the packages; the others build it. */
function runSetup(call: Call, reading: Reading, view: ImageView): Outcome {
  const script = reading.operands[0];
  const words = script ? call.args.slice(script.index + 1).map((argument) => argument.text) : [];
  const installs = words.includes('install') || words.includes('develop');
  const known = /^(?:install|develop|build|build_ext|build_py|bdist_wheel|sdist|egg_info)$/;
  if (!words.some((word) => known.test(word))) return opaque(`setup.py ${readable(words.join(' '))} is not known`);
  const inputs = noInputs(view);
  const prefix = prefixOf(call, view);
  addPipConfiguration(inputs, view, prefix);
  const writes: Write[] = [buildLeavings(view.cwd)];
  if (installs) writes.push(...placesOfPackages(view, prefix).map(adds));
  else writes.push({ place: everythingBelow(view.cwd), how: 'edit' });
  return effects({
    does: `python ${view.resolve(script?.argument.text ?? '')} ${words.join(' ')}`,
    kind: installs ? 'project-install' : 'build',
    reads: [...readsOf(inputs), everythingBelow(view.cwd)],
    env: environmentOf(inputs),
    writes,
  });
}

function pythonDependenciesOnly(call: Call): DependenciesOnly | Refusal | null {
  if (!interpreters.test(call.program)) return null;
  const script = readOptions(call.args, interpreterGrammar).operands[0];
  if (!script || !/(?:^|\/)setup\.py$/.test(script.argument.text)) return null;
  const installs = call.args.some((argument) => argument.text === 'install' || argument.text === 'develop');
  return installs ? refuse('dynamic-metadata', `${readable(script.argument.text)} computes the dependencies.`) : null;
}

// --------------------------------------------------------------------------------------------- a program run by a manager

/** `poetry run X`, `uv run X`, …: understood only where X looks and changes nothing. */
export function runInside(manager: string, args: readonly Argument[], view: ImageView): Outcome {
  const [first, ...rest] = args;
  const unknown = unknownArgument(args);
  if (!first || unknown) return opaque(`what ${manager} runs depends on ${readable(unknown?.raw ?? '')}`);
  const isModule = interpreters.test(first.text) && rest[0]?.text === '-m' && rest[1] !== undefined;
  const program = isModule ? (rest[1]?.text ?? '') : first.text;
  const call: Call = { program, programPath: null, interpreter: isModule ? first.text : null, args: isModule ? rest.slice(2) : rest, span: first.span };
  const tool = [pip, python].find((one) => one.recognises(program));
  const outcome = tool?.effects(call, view);
  if (outcome?.kind === 'effects' && outcome.effects.every((effect) => effect.kind === 'observe')) return outcome;
  if (rest.length === 1 && /^--?(?:version|help)$/.test(rest[0]?.text ?? '')) return effects(observes(`${manager} ${program} --version`));
  return opaque(`${manager} ${readable(first.text)} runs a program that may do anything`);
}
