/** Programs of Node.js for all users, corepack, and settings of the user. */
import { globalNodeRegion, isSymbolic, join, leadingSettings, oldPnpm, pnpmWithScripts, readable } from '../../build/places.ts';
import { isPlainSetting } from '../../manifests/node-settings.ts';
import { isPathSpec } from '../../manifests/package-json.ts';
import type { Call, Effect, ImageView, Outcome, Write } from '../command.ts';
import { effects, file, opaque } from '../command.ts';
import { fetchSettings, gitVariables } from '../git-settings.ts';
import { certificateFiles, distinct, environmentOf, noInstallInputs, readsOf } from '../install-inputs.ts';
import type { Reading } from '../options.ts';
import { hasOption, lastValue, wordsOf } from '../options.ts';
import type { Manager } from './managers.ts';
import { corepackRegion, nodeVariables, withoutInfluence } from './managers.ts';
import { namedByVariables, ofAllProjects, readSettings } from './settings.ts';

/** Packages by name; what a directory or an archive of the project holds is not known. */
export function installGlobally(manager: Manager, reading: Reading, view: ImageView): Outcome {
  const { program, variables } = manager;
  if (program !== 'npm') return opaque(`${program} installs globally`);
  const packages = reading.operands.slice(1).map(({ argument }) => argument);
  const local = packages.find(({ text, glob }) => glob || isSymbolic(text.charAt(0)) || isPathSpec(text) || isPathSpec(text.replace(/^@?[^@]*@/, '')));
  if (local || packages.length === 0) return opaque(`${program} installs ${readable(local?.text ?? 'the project')} globally`);
  const places = ['--prefix', '--cwd', '--dir', '--userconfig', '--config'].find((name) => reading.options.some((option) => option.name === name));
  if (places !== undefined || ['npm_config_prefix', 'NPM_CONFIG_PREFIX'].some((name) => (view.variable(name) ?? '') !== '')) return opaque(`${program} installs globally where it is told to`);
  const settings = readSettings(ofAllProjects(manager, view), view);
  if ('kind' in settings) return settings;
  const git = fetchSettings(view);
  if ('kind' in git) return git;
  const inputs = noInstallInputs(view);
  inputs.reads.push(...settings.reads, ...git, ...namedByVariables(view), ...certificateFiles(view, ['NODE_EXTRA_CA_CERTS']));
  const does = [program, 'install -g', ...wordsOf(reading.options, withoutInfluence), ...packages.map(({ text }) => text)].join(' ');
  const marks = [...(packages.some(({ text }) => /^pnpm@\D*[1-8]\b/.test(text)) ? [oldPnpm] : []), ...(packages.some(({ text }) => /^pnpm@\D*[1-9]\b/.test(text)) ? [pnpmWithScripts] : [])];
  const effect: Effect = { does, kind: 'install', reads: readsOf(inputs), env: environmentOf(inputs, ...variables, ...nodeVariables, ...gitVariables, ...settings.variables, 'HOME'), writes: [{ place: file(globalNodeRegion), how: 'add' }, ...marks.map((mark): Write => ({ place: file(mark), how: 'set' }))] };
  return effects(effect);
}

/** https://github.com/nodejs/corepack */
export function corepack(call: Call, view: ImageView): Outcome {
  const [verb, ...others] = call.args.map(({ text }) => text);
  const does = ['corepack', verb, ...others].join(' ');
  const option = others.find((word) => word.startsWith('-') && !['--activate', '-g', '--global'].includes(word));
  if (option !== undefined) return opaque(`corepack ${readable(verb ?? '')} has the option ${readable(option)}, which is not known`);
  if (verb === 'enable' || verb === 'disable') return effects({ does, kind: 'files', reads: [file(globalNodeRegion)], env: ['COREPACK_*'], writes: [{ place: file(globalNodeRegion), how: 'add' }] });
  const named = others.filter((word) => !word.startsWith('-'));
  if ((verb === 'prepare' || verb === 'install') && named.length > 0 && named.every((word) => /^(?:npm|yarn|pnpm)(?:@[\w.+-]+)?$/.test(word))) {
    return effects({ does, kind: 'install', reads: distinct([file(globalNodeRegion), file(join(view.cwd, '.corepack.env')), ...namedByVariables(view), ...certificateFiles(view, ['NODE_EXTRA_CA_CERTS'])]), env: ['COREPACK_*', 'HOME'], writes: [{ place: file(corepackRegion(view)), how: 'add' }] });
  }
  return opaque(`corepack ${readable(verb ?? '')} reads the project`);
}

/** Settings of the user. */
export function configure(call: Call, reading: Reading, view: ImageView): Outcome {
  if (reading.options.some(({ name }) => name !== '--global' && name !== '--location')) return opaque(`${call.program} config with an option`);
  const words = reading.operands.slice(2).map(({ argument }) => argument.text);
  const keys = words[0]?.includes('=') === true ? words.map((word) => word.split('=')[0] ?? '') : words.slice(0, 1);
  const leads = keys.some((key) => !isPlainSetting(key));
  // Yarn 2 and later have other names, and write them into the project.
  if (call.program === 'yarn' && keys.some((key) => !/^[a-z-]+$/.test(key))) return opaque('yarn config writes into the project');
  const name = call.program === 'yarn' ? '.yarnrc' : '.npmrc';
  const paths = hasOption(reading, '--global') || lastValue(reading, '--location')?.text === 'global' ? ['/usr/local/etc/npmrc', '/usr/etc/npmrc'] : [join(view.home, name)];
  if (lastValue(reading, '--location')?.text === 'project') return opaque(`${call.program} config --location=project`);
  const does = [call.program, ...reading.operands.map(({ argument }) => argument.text)].join(' ');
  return effects({ does, kind: 'files', reads: paths.map(file), env: [], writes: [...paths.map((path): Write => ({ place: file(path), how: 'edit' })), ...(leads ? [{ place: file(call.program === 'yarn' ? leadingSettings.yarn : leadingSettings.npm), how: 'set' } as const] : [])] });
}
