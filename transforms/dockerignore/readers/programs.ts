import { piecesAt } from '../runs.ts';
import { cargoCommand } from './cargo.ts';
import { composerCommand } from './composer.ts';
import { dotnetBuild } from './dotnet.ts';
import { gitCommand } from './git.ts';
import { goCommand } from './go.ts';
import { gradleBuild, mavenBuild, sbtBuild } from './jvm.ts';
import { makeTargets } from './make.ts';
import { bunCommand, concurrently, nodeManager, scriptsByName, testsOfChanges } from './node.ts';
import { hatchCommand, pythonInstalls } from './python.ts';
import { nestedShell } from './scripts.ts';
import type { Judge } from './setting.ts';

/** Programs whose answer depends on their words or on the manifests of the project. */
const specials: Readonly<Record<string, Judge>> = {
  git: gitCommand,
  hatch: hatchCommand,
  jest: testsOfChanges,
  vitest: testsOfChanges,
  'npm-run-all': scriptsByName,
  'run-s': scriptsByName,
  'run-p': scriptsByName,
  concurrently,
  sh: nestedShell,
  bash: nestedShell,
  dash: nestedShell,
  ash: nestedShell,
  zsh: nestedShell,
  ksh: nestedShell,
  su: (run, setting) => (run.args.some((arg) => arg !== null && /^-\w*c$/.test(arg)) ? nestedShell(run, setting) : null),
  eval: ({ args, where }, setting) => (args.every((arg) => arg !== null) ? setting.follow(piecesAt(args.join(' '), where)) : { kind: 'unknown', because: `${where} runs a text that is not known before` }),
  pip: pythonInstalls,
  uv: pythonInstalls,
  poetry: pythonInstalls,
  pdm: pythonInstalls,
  pipenv: pythonInstalls,
  flit: pythonInstalls,
  build: pythonInstalls,
  rye: pythonInstalls,
  conda: () => null,
  mamba: () => null,
  micromamba: () => null,
  pipx: pythonInstalls,
  npm: nodeManager,
  yarn: nodeManager,
  pnpm: nodeManager,
  bun: bunCommand,
  make: makeTargets,
  gmake: makeTargets,
  go: goCommand,
  cargo: cargoCommand,
  mvn: mavenBuild,
  mvnw: mavenBuild,
  gradle: gradleBuild,
  gradlew: gradleBuild,
  sbt: sbtBuild,
  dotnet: dotnetBuild,
  composer: composerCommand,
  bundle: () => null,
  mix: () => null,
  rebar3: () => null,
};

/** `python3.12` and `pip3` are what they are. */
export function judgeOf(program: string): Judge | undefined {
  return specials[program] ?? specials[program.replace(/[\d.]+$/, '')];
}
