/**
 * The model is held to BuildKit: after each of seven kinds of change, the steps that the engine takes from its cache are
 * those that the model says.
 */
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { SymbolicBuild } from '../../src/build/symbolic-build.ts';
import { symbolicBuild } from '../../src/build/symbolic-build.ts';
import { createValues } from '../../src/build/values.ts';
import { openContext } from '../../src/context/context.ts';
import { memoryTree } from '../../src/context/memory.ts';
import { scan } from '../../src/dockerfile/scan.ts';
import { model } from '../../src/dockerfile/stages.ts';
import type { Build, Path } from '../../src/types.ts';
import { build, engineAvailable, removeImages, writeProject } from '../support/engine.ts';
import type { CachedProject } from './projects/changes.ts';
import { cachedProjects, projectFiles } from './projects/changes.ts';
import type { Compared, Prediction } from './projects/predictions.ts';
import { comparePredictions } from './projects/predictions.ts';

const tag = 'dockfix-test-cache';

type Files = Readonly<Record<Path, string>>;

interface Change {
  readonly name: string;
  /** Paths whose content, mode or name is another one afterwards. */
  readonly paths: readonly Path[];
  readonly files: (files: Files, nonce: string) => Files;
  /** On disk, where writing the changed texts is not the whole of it. */
  readonly onDisk?: (directory: string, back: boolean) => Promise<void>;
}

const touching = (path: Path) => (files: Files, nonce: string): Files => ({ ...files, [path]: `${files[path] ?? ''}${path.endsWith('.txt') ? '#' : ''} ${nonce}\n` });

const changes: readonly Change[] = [
  { name: 'source', paths: ['src/app.py'], files: touching('src/app.py') },
  { name: 'manifest', paths: ['requirements.txt'], files: touching('requirements.txt') },
  { name: 'lock', paths: ['lock.txt'], files: touching('lock.txt') },
  { name: 'what is mostly ignored', paths: ['notes.log'], files: touching('notes.log') },
  { name: 'the Dockerfile', paths: ['Dockerfile'], files: (files, nonce) => ({ ...files, Dockerfile: (files['Dockerfile'] ?? '').replace('EDITED=0', `EDITED=${nonce}`) }) },
  { name: 'a mode', paths: ['src/util.py'], files: (files) => files, onDisk: (directory, back) => chmod(join(directory, 'src/util.py'), back ? 0o644 : 0o755) },
  {
    name: 'a name',
    paths: ['src/util.py', 'src/renamed.py'],
    files: ({ 'src/util.py': text = '', ...others }) => ({ ...others, 'src/renamed.py': text }),
    onDisk: (directory, back) => (back ? rename(join(directory, 'src/renamed.py'), join(directory, 'src/util.py')) : rename(join(directory, 'src/util.py'), join(directory, 'src/renamed.py'))),
  },
];

const checked: Compared[] = [];

beforeAll(() => void engineAvailable());

afterAll(async () => {
  await removeImages(tag);
  const sum = (count: (one: Compared) => number): number => checked.reduce((total, one) => total + count(one), 0);
  process.stdout.write(`cache: ${cachedProjects.length} projects, ${checked.length} changes, ${sum((one) => one.predictions)} steps predicted, ${sum((one) => one.open.length)} left open\n`);
});

/** Two builds of the model that know one another's tokens. The second has the files that are gone, too, as changed ones. */
function modelled(before: Files, after: Files, paths: readonly Path[]): Pick<Prediction, 'built' | 'other' | 'values'> {
  const values = createValues();
  const one: Build = { dockerfile: 'Dockerfile', context: '', outputs: [], args: new Map(), namedContexts: [], declaredBy: 'guess' };
  const built = (files: Files, changed: readonly Path[]): SymbolicBuild => symbolicBuild(model(scan(files['Dockerfile'] ?? '')), one, openContext(memoryTree(files), '', files['.dockerignore'] ?? null), values, { changed: new Set(changed) });
  return { other: built(before, []), built: built({ ...before, ...after }, paths), values };
}

/** No two runs have a step in common: the engine would find it in its cache. */
function filesOf({ name, dockerfile, ignore }: CachedProject): Files {
  const mark = `${name} ${Date.now()}`;
  const texts = Object.fromEntries(Object.entries(projectFiles).map(([path, text]) => [path, `${text}# ${mark}\n`]));
  return { ...texts, Dockerfile: dockerfile, ...(ignore === '' ? {} : { '.dockerignore': ignore }) };
}

async function check(project: CachedProject): Promise<Pick<Compared, 'disagreements' | 'open'>> {
  const files = filesOf(project);
  const directory = await writeProject(files);
  const image = `${tag}:${project.name}`;
  const compared: Compared[] = [];
  try {
    const first = await build(directory, { tag: image });
    if (!first.ok) throw new Error(`it does not build:\n${project.dockerfile}\n${first.log.slice(-2000)}`);
    for (const change of changes) compared.push(await compareTwice(directory, image, files, change));
  } finally {
    await rm(directory, { recursive: true });
  }
  checked.push(...compared);
  return { disagreements: compared.flatMap(({ disagreements }) => disagreements), open: compared.flatMap(({ open }) => open) };
}

/** A build beside this one, or the engine's own clean-up, can run a step again; a model that is wrong is wrong twice. */
async function compareTwice(directory: string, image: string, files: Files, change: Change): Promise<Compared> {
  const once = async (alone: boolean): Promise<Compared> => {
    const changed = change.files(files, `${Date.now()}`);
    for (const [path, text] of Object.entries(changed)) if (text !== files[path] && path in files) await writeFile(join(directory, path), text);
    await change.onDisk?.(directory, false);
    const result = await build(directory, { tag: image, alone });
    await change.onDisk?.(directory, true);
    for (const [path, text] of Object.entries(files)) if (text !== changed[path] && path in changed) await writeFile(join(directory, path), text);
    if (!result.ok) throw new Error(`it does not build after a change of ${change.name}:\n${result.log.slice(-2000)}`);
    return comparePredictions({ ...modelled(files, changed, change.paths), target: null, label: change.name }, result);
  };
  const first = await once(false);
  // A mode or a name can be changed for the first time only once.
  return first.disagreements.length === 0 || change.onDisk ? first : once(true);
}

test('there are enough projects and kinds of change', () => {
  expect(new Set(cachedProjects.map(({ name }) => name)).size).toBeGreaterThanOrEqual(60);
  expect(changes).toHaveLength(7);
  for (const { dockerfile } of cachedProjects) expect(dockerfile).toContain('EDITED=0');
});

test('a wrong prediction is seen', async () => {
  const files = filesOf({ name: 'a-wrong-prediction', dockerfile: 'FROM python:3.11-slim\nCOPY src /src\nRUN ls /src\n', ignore: '', open: [] });
  const directory = await writeProject(files);
  await build(directory, { tag: `${tag}:wrong` });
  await writeFile(join(directory, 'src/app.py'), 'other\n');
  const result = await build(directory, { tag: `${tag}:wrong` });
  await rm(directory, { recursive: true });
  expect(comparePredictions({ ...modelled(files, files, []), target: null, label: 'nothing' }, result).disagreements).toHaveLength(2);
});

describe('after each change', () => {
  test.concurrent.for(cachedProjects)('$name', async (project) => {
    expect(await check(project)).toEqual({ disagreements: [], open: project.open });
  });
});
