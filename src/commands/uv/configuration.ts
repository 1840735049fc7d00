/** What uv reads by itself: its settings, and where it looks for a project. */
import { andAbove, join, resolvePath } from '../../build/places.ts';
import { readToml } from '../../manifests/toml.ts';
import { readPyproject } from '../../manifests/pyproject.ts';
import type { Path } from '../../types.ts';
import type { ImageView } from '../command.ts';
import { everythingBelow, file } from '../command.ts';
import { certificateFiles } from '../install-inputs.ts';
import type { Reading } from '../options.ts';
import { lastValue } from '../options.ts';
import type { Inputs } from '../python-inputs.ts';
import { addLinks, addRequirementsFile, isRemote, listVariable, withoutScheme } from '../python-inputs.ts';

/** The directory that a call works in. */
function workingDirectory(reading: Reading, view: ImageView): Path {
  return view.resolve(lastValue(reading, '--directory')?.text ?? '.');
}

export function projectDirectory(reading: Reading, view: ImageView): Path {
  const project = lastValue(reading, '--project')?.text ?? view.variable('UV_PROJECT');
  const directory = workingDirectory(reading, view);
  return typeof project === 'string' && project !== '' ? resolvePath(directory, project) : directory;
}

/** uv.toml and [tool.uv] of pyproject.toml, here and in every directory above, the user's and the system's, and what variables name. */
export function addUvConfiguration(inputs: Inputs, reading: Reading, view: ImageView): void {
  for (const name of ['UV_*', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'HF_TOKEN']) inputs.env.add(name);
  for (const directory of andAbove(projectDirectory(reading, view))) {
    inputs.reads.push(file(join(directory, 'uv.toml')), file(join(directory, 'pyproject.toml')));
    inputs.reads.push(...localPathsIn(view.text(join(directory, 'uv.toml'))).map((path) => everythingBelow(resolvePath(directory, path))));
    const read = readPyproject(view.text(join(directory, 'pyproject.toml')));
    const links = read.kind === 'ok' ? (read.project.uv?.findLinks ?? []) : [];
    for (const link of links) if (!isRemote(link)) addLinks(inputs, resolvePath(directory, withoutScheme(link)));
    for (const index of read.kind === 'ok' ? (read.project.uv?.index ?? []) : []) {
      if (/^(?:file:|[./])/.test(index.url)) inputs.reads.push(everythingBelow(resolvePath(directory, withoutScheme(index.url))));
    }
  }
  const xdg = view.variable('XDG_CONFIG_HOME');
  const user = typeof xdg === 'string' && xdg !== '' ? view.resolve(xdg) : join(view.home, '.config');
  inputs.reads.push(file(join(user, 'uv/uv.toml')), file('/etc/uv/uv.toml'), file('/etc/xdg/uv/uv.toml'), file(join(view.home, '.netrc')));
  inputs.reads.push(...certificateFiles(view, ['SSL_CLIENT_CERT', 'UV_CONFIG_FILE']));
  const named = lastValue(reading, '--config-file');
  if (named) inputs.reads.push(file(view.resolve(named.text)));
  for (const name of ['UV_CONSTRAINT', 'UV_OVERRIDE', 'UV_BUILD_CONSTRAINT', 'UV_EXCLUDE']) {
    for (const path of listVariable(view, name)) addRequirementsFile(inputs, view, path, true);
  }
  for (const name of ['UV_FIND_LINKS', 'UV_INDEX', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'UV_EXTRA_INDEX_URL']) {
    for (const path of listVariable(view, name).flatMap((word) => word.split(','))) {
      const isPath = name === 'UV_FIND_LINKS' ? path !== '' && !isRemote(path) : /^(?:file:|[./])/.test(path);
      if (isPath) inputs.reads.push(everythingBelow(view.resolve(withoutScheme(path))));
    }
  }
}

/** What the settings of a uv.toml name on the machine: links, indexes. Other texts are no paths that lead anywhere. */
function localPathsIn(text: string | undefined): readonly string[] {
  const toml = text === undefined ? null : readToml(text);
  if (toml?.kind !== 'ok') return [];
  const strings = (value: unknown): readonly string[] => {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
  };
  const links = strings(toml.table['find-links']);
  const others = strings(toml.table).filter((one) => /^(?:file:|\.{0,2}\/)/.test(one));
  return [...links, ...others].filter((one) => !isRemote(one)).map(withoutScheme);
}
