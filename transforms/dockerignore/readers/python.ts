/** Managers of Python, and what packs the project. */
import { readPyproject } from '../../../src/manifests/pyproject.ts';
import { plainBackends } from '../known-programs.ts';
import type { Run } from '../runs.ts';
import { nameOf } from '../survey.ts';
import { installedReader } from './installs.ts';
import type { Answer, Judge, Setting } from './setting.ts';

export const pythonInstalls: Judge = (run, setting) => installedReader(run, setting) ?? (setting.interest === 'git' && packsProject(run) ? unknownBackend(run, setting) : null);

/** `hatch version` may ask a plugin. */
export const hatchCommand: Judge = (run, setting) => (run.args.includes('version') && setting.interest === 'git' ? { kind: 'unknown', because: `${run.where} runs \`hatch version\`` } : pythonInstalls(run, setting));

/** `pip install .`, `poetry install`, `uv sync`, `python -m build`: the project itself is packed. */
function packsProject({ program, args }: Run): boolean {
  const words = args.filter((arg) => arg !== null);
  if (args.includes(null) && program === 'pip') return true;
  if (program === 'poetry') return !words.includes('--no-root') && words.some((word) => /^(?:install|sync|build|publish)$/.test(word));
  if (program === 'uv' && !words.includes('pip')) return words.some((word) => /^(?:sync|build|run)$/.test(word)) && !words.includes('--no-install-project');
  if (program === 'pdm') return !words.includes('--no-self') && words.some((word) => /^(?:install|sync|build)$/.test(word));
  if (program === 'pip' || program === 'pipx' || program === 'uv') return words.some((word) => /^(?:\.{1,2}|\.{0,2}\/.*|-e|--editable(?:=.*)?)(?:\[[\w,-]+\])?$/.test(word) && !/\.(?:txt|in|whl|tar\.gz|toml)$/.test(word));
  return program !== 'pipenv';
}

function unknownBackend({ where }: Run, { survey }: Setting): Answer {
  for (const path of survey.files) {
    const name = nameOf(path);
    if (name === 'pyproject.toml') {
      const parsed = readPyproject(survey.read(path) ?? '');
      if (parsed.kind === 'error') return { kind: 'unknown', because: `${path} cannot be read, and ${where} packs the project` };
      const requires = requiredToBuild(survey.read(path) ?? '');
      const unknown = requires.find((one) => !plainBackends.has(one));
      if (unknown !== undefined) return { kind: 'unknown', because: `${where} packs the project with \`${unknown}\` (${path}), which is not known` };
    }
    if (name === 'setup.py' && /setup_requires/.test(survey.read(path) ?? '')) {
      const listed = /setup_requires\s*=\s*\[([^\]]*)\]/.exec(survey.read(path) ?? '')?.[1];
      const unknown = listed === undefined ? 'setup_requires' : namesIn(listed).find((one) => !plainBackends.has(one));
      if (unknown !== undefined) return { kind: 'unknown', because: `${where} packs the project with \`${unknown}\` (${path}), which is not known` };
    }
  }
  return null;
}

function requiredToBuild(text: string): readonly string[] {
  const section = /\[build-system\]([^]*?)(?:\n\[|$)/.exec(text)?.[1] ?? '';
  return namesIn(/requires\s*=\s*\[([^\]]*(?:\[[^\]]*\][^\]]*)*)\]/.exec(section)?.[1] ?? '');
}

function namesIn(list: string): readonly string[] {
  return [...list.matchAll(/["']\s*([\w.-]+)/g)].map((match) => (match[1] ?? '').toLowerCase());
}
