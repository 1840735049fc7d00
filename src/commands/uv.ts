import { readable } from '../build/places.ts';
import type { Refusal } from '../types.ts';
import type { Call, DependenciesOnly, ImageView, Outcome, Tool } from './command.ts';
import { effects, file, observes, opaque } from './command.ts';
import { refuse } from './install-inputs.ts';
import { doubtfulOption, hasOption, unknownArgument } from './options.ts';
import { symbolicOperand } from './python-project.ts';
import { looking, operandText, readCommand } from './uv/grammar.ts';
import { looksAt, pipCompile, pipInstall, pipInstallWithoutProject, pipSync, pipUninstall } from './uv/pip.ts';
import { build, changeLock, exportRequirements, pythonInstall, run, sync, syncWithoutProject, toolInstall, venv } from './uv/projects.ts';

/**
 * uv: options as in its command-line reference, variables as in its reference of environment variables (0.9). A lock
 * that is there is taken to be up to date; `--locked` makes uv check that.
 */
export const uv: Tool = {
  id: 'uv',
  recognises: (program) => program === 'uv' || program === 'uvx',
  isPackageManager: true,
  effects: uvEffects,
  dependenciesOnly: uvDependenciesOnly,
  leftovers: ['**/.venv', '**/__pycache__', '**/*.py[cod]', '**/*.egg-info', '**/dist'],
};

function uvEffects(call: Call, view: ImageView): Outcome {
  const versionOnly = call.args.length === 1 && /^(?:-V|--version|-h|--help)$/.test(call.args[0]?.text ?? '');
  if (versionOnly) return effects(observes('uv --version'));
  if (call.program === 'uvx') return opaque('uvx runs a program that may do anything');
  const command = readCommand(call.args);
  if (!command) return effects(observes('uv'));
  if (command.name === 'run') return run(command, call, view);
  const unknown = unknownArgument(call.args);
  if (unknown) return opaque(`an argument of uv depends on ${readable(unknown.raw)}`);
  const { name, reading } = command;
  if (hasOption(reading, '--help', '--version')) return effects(observes('uv'));
  if (looking.has(name)) return effects(observes(`uv ${name}`, looksAt(reading, view)));
  const doubtful = doubtfulOption(reading, call.args);
  const symbolic = symbolicOperand(reading);
  if (symbolic) return opaque(`what uv ${readable(name)} does depends on ${readable(symbolic.text)}`);
  if (doubtful) return opaque(`uv ${name} has the option ${readable(doubtful.name)}, which is not known`);
  if (name.startsWith('pip ') && hasOption(reading, '--directory')) return opaque(`uv ${name} --directory is not known`);
  switch (name) {
    case 'sync':
      return sync(reading, view);
    case 'pip install':
      return pipInstall(reading, view);
    case 'pip sync':
      return pipSync(reading, view);
    case 'pip compile':
      return pipCompile(reading, view);
    case 'pip uninstall':
      return pipUninstall(reading, view);
    case 'venv':
      return venv(reading, view);
    case 'export':
      return exportRequirements(reading, view);
    case 'lock':
    case 'add':
    case 'remove':
      return changeLock(name, reading, view);
    case 'build':
      return build(reading, view);
    case 'tool install':
      return toolInstall(reading, view);
    case 'python install':
      return pythonInstall(reading, view);
    case 'python pin':
      return effects({ does: `uv python pin ${operandText(reading)}`, kind: 'files', reads: [], env: ['UV_*'], writes: [{ place: file(view.resolve('.python-version')), how: 'set' }] });
    default:
      return opaque(`uv ${readable(name)} is not known`);
  }
}

function uvDependenciesOnly(call: Call, view: ImageView): DependenciesOnly | Refusal | null {
  if (call.program !== 'uv' || unknownArgument(call.args)) return null;
  const command = readCommand(call.args);
  if (!command || hasOption(command.reading, '--help', '--version', '--dry-run', '--check') || doubtfulOption(command.reading, call.args) || symbolicOperand(command.reading)) return null;
  switch (command.name) {
    case 'sync':
      return syncWithoutProject(call, command.reading, view);
    case 'pip install':
      return pipInstallWithoutProject(call, command.reading, view);
    case 'add':
    case 'remove':
    case 'lock':
      return refuse('lock-changed-by-command', `uv ${command.name} rewrites uv.lock.`);
    default:
      return null;
  }
}
