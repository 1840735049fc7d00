/** `pip install` and `pip wheel` as requests for packages. */
import type { Call, ImageView } from '../../commands/command.ts';
import type { Option } from '../../commands/options.ts';
import { hasOption } from '../../commands/options.ts';
import { requirementClosure } from '../../manifests/requirement-closure.ts';
import type { Token } from '../values.ts';
import { buildVariables, contentAt, firstConfiguration, hasConfigurationOfBase } from './circumstances.ts';
import { installFromWheels } from './from-wheels.ts';
import { itemsOf } from './items.ts';
import { lockedCircumstancesOfPip } from './locked.ts';
import type { PipCall } from './pip-call.ts';
import { isOwnPython, readPipCall, withoutInfluence } from './pip-call.ts';
import type { PerformedInstall, Request, Site } from './requests.ts';

/** What a call of pip asks for; null if it counts only as itself. */
export function pipRequest(site: Site, install: PerformedInstall, call: Call): Request | null {
  const parts = readPipCall(call);
  if (parts === null || !isOwnPython(call, install.state)) return null;
  const fromWheels = installFromWheels(site, install, parts);
  if (fromWheels !== undefined) return fromWheels;
  const items = itemsOf(site, install, parts);
  if (items === null) return null;
  const onlyLocked = items.length > 0 && items.every((item) => site.values.made(item.token).operation === 'locked');
  const circumstances = onlyLocked ? lockedCircumstancesOfPip(site, install, parts) : pipCircumstances(site, install, parts);
  if (circumstances === null) return null;
  if (parts.subcommand === 'install') {
    const [written] = install.effect.writes;
    return written?.how === 'add' ? { kind: 'install', items, circumstances } : null;
  }
  const [written] = install.effect.writes;
  if (install.effect.writes.length !== 1 || !written?.place.deep) return null;
  const { reading } = parts;
  return { kind: 'wheels', items, circumstances, directory: written.place.path, withoutDependencies: hasOption(reading, '--no-deps'), pre: hasOption(reading, '--pre'), mayLeadElsewhere: mayLeadElsewhere(install, parts) };
}

/**
 * May the metadata of a package name a repository or an address, which pip fetches even under `--no-index`? pip refuses that
 * of what it takes from its own index (`install_req_from_req_string`: "Packages installed from PyPI cannot depend on
 * packages which are not also hosted on PyPI"). Any other index, and any directory, may have such packages.
 */
function mayLeadElsewhere(install: PerformedInstall, { reading, requirements }: PipCall): boolean {
  const { view } = install;
  const leads = /^--(?:index-url|extra-index-url|find-links)$/;
  if (reading.options.some(({ name }) => leads.test(name)) || !hasConfigurationOfBase(install)) return true;
  if (install.environment(['PIP_*']).some(([name]) => /INDEX|FIND_LINKS|PYPI|CONFIG_FILE/.test(name))) return true;
  const closures = requirements.map(({ text }) => requirementClosure(view.resolve(text), (path) => view.text(path)));
  return closures.some(({ files }) => files.some(({ entries }) => entries.some((entry) => entry.kind === 'option' && leads.test(entry.name))));
}

function pipCircumstances({ values }: Site, install: PerformedInstall, { reading }: PipCall): Token | null {
  const { effect, state, view } = install;
  const from = effect.reads.findIndex((place) => place.path === firstConfiguration);
  if (from < 0) return null;
  const options: (string | Token)[] = [];
  for (const option of reading.options) {
    if (option.name === '--requirement' || withoutInfluence.has(option.name)) continue;
    const tokens = optionTokens(install, option, view);
    if (tokens === null) return null;
    options.push(option.name, ...tokens);
  }
  const surroundings = effect.reads.slice(from).map((place) => contentAt(state, place));
  return values.token('circumstances', state.base.token, ...surroundings, '|', ...options, '|', ...buildVariables(install, 'PIP_*').flat());
}

function optionTokens({ state }: PerformedInstall, { name, value }: Option, view: ImageView): readonly (string | Token)[] | null {
  if (value === null) return [];
  if (/^[a-z+]+:\/\//i.test(value.text)) return [value.text];
  switch (name) {
    case '--constraint':
    case '--build-constraint': {
      const closure = requirementClosure(view.resolve(value.text), (path) => view.text(path));
      return closure.missing.length > 0 || closure.urls.length > 0 ? null : closure.files.map((part) => contentAt(state, { path: part.path, deep: false }));
    }
    case '--find-links':
      return [contentAt(state, { path: view.resolve(value.text), deep: true })];
    case '--cert':
    case '--client-cert':
      return [contentAt(state, { path: view.resolve(value.text), deep: false })];
    default:
      return [value.text];
  }
}
