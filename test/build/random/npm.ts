/** Random Node.js projects with npm. The packages come from the registry for which npm is set up on this machine. */
import { execFileSync } from 'node:child_process';
import { once } from '../../../src/remember.ts';
import type { BuildProject, BuildProjectFile } from '../projects/project.ts';
import { lines } from '../projects/project.ts';
import type { Dice } from './dice.ts';
import { copyFlags, diceOf } from './dice.ts';

const registry = once(() => execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim());

export function randomNpmProject(seed: number): BuildProject {
  const dice = diceOf(seed);
  const files = filesOf(dice, seed);
  const scene: Scene = { ...dice, hasWeb: 'web/package.json' in files, home: dice.pick(['/app', '/usr/src/app', '/home/node/app']) };
  return {
    name: `npm-${seed}`,
    outcome: 'rewritten',
    installsAgain: true,
    withoutPython: true,
    files: { ...files, Dockerfile: lines(...dockerfile(scene)) },
    changes: [dice.pick(['src/index.js', 'public/index.html', 'package.json'])],
  };
}

interface Scene extends Dice {
  readonly hasWeb: boolean;
  /** Where most of it goes. */
  readonly home: string;
}

// ------------------------------------------------------------------------------------------------------------ the files

function filesOf(dice: Dice, seed: number): Record<string, BuildProjectFile> {
  const { pick, chance } = dice;
  const npmrc = `registry=${registry()}\n`;
  const hooks = pick<Readonly<Record<string, string>>>([{}, {}, {}, {}, { postinstall: 'node --version' }, { prepare: 'node -e 1' }]);
  return {
    'package.json': `${JSON.stringify(manifest('shop', hooks, seed), null, 2)}\n`,
    'package-lock.json': `${JSON.stringify(lock('shop'), null, 2)}\n`,
    '.npmrc': npmrc,
    'build.js': 'const fs = require("fs");\nfs.mkdirSync("dist", { recursive: true });\nfs.writeFileSync("dist/out.txt", fs.readdirSync(".").join("\\n"));\n',
    'src/index.js': `console.log("${seed}");\n`,
    'src/lib/a.js': 'module.exports = 1;\n',
    'public/index.html': '<p>\n',
    'README.md': '# hi\n',
    'scripts/x.sh': { text: '#!/bin/sh\necho hi\n', mode: 0o755 },
    ...(chance(0.25)
      ? { 'web/package.json': `${JSON.stringify(manifest('web', {}, seed), null, 2)}\n`, 'web/package-lock.json': `${JSON.stringify(lock('web'), null, 2)}\n`, 'web/.npmrc': npmrc, 'web/main.js': '1;\n' }
      : {}),
    // It hides the Dockerfile and itself from the start: a listing that the build makes would show the difference.
    '.dockerignore': lines(
      ...pick([[], ['*.md'], ['dist'], ['*', '!**/package*.json', '!src', '!build.js', '!**/.npmrc', '!scripts', '!public'], ['!.npmrc'], ['public']]),
      '**/node_modules',
      '.git',
      'Dockerfile',
      '.dockerignore',
    ),
  };
}

function manifest(name: string, hooks: Readonly<Record<string, string>>, seed: number): object {
  return {
    name,
    version: '1.0.0',
    description: `project ${seed}`,
    scripts: { build: 'node build.js', start: 'node src/index.js', test: 'node --version', ...hooks },
    dependencies: { ms: '^2.1.3' },
    devDependencies: { 'is-number': '^7.0.0' },
  };
}

function lock(name: string): object {
  return {
    name,
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name, version: '1.0.0', dependencies: { ms: '^2.1.3' }, devDependencies: { 'is-number': '^7.0.0' } },
      'node_modules/is-number': { version: '7.0.0', integrity: 'sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng==', dev: true, license: 'MIT', engines: { node: '>=0.12.0' } },
      'node_modules/ms': { version: '2.1.3', integrity: 'sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==', license: 'MIT' },
    },
  };
}

// ------------------------------------------------------------------------------------------------------- the Dockerfile

function dockerfile(scene: Scene): readonly string[] {
  const stages = scene.chance(0.4) ? 2 : 1;
  const all = Array.from({ length: stages }, (_, index) => stage(scene, index, index === stages - 1));
  return [...all.flat(), 'CMD ["npm", "start"]'];
}

function stage(scene: Scene, index: number, isLast: boolean): readonly string[] {
  const { pick, chance, number, home } = scene;
  const hasUser = chance(0.25);
  const steps: string[] = [`FROM ${index > 0 && chance(0.3) ? 'stage0' : 'node:20-slim'}${isLast ? '' : ` AS stage${index}`}`];
  if (chance(0.3)) steps.push(pick(['ENV NODE_ENV=production', 'ENV CI=1', 'ARG VERSION=1', 'LABEL a=b', 'ENV NPM_CONFIG_LOGLEVEL=warn', 'ENV PATH=/app/node_modules/.bin:$PATH', 'ENV npm_config_prefix=/opt/npm', 'ENV NPM_CONFIG_PRODUCTION=true']));
  if (chance(0.25)) steps.push(`RUN mkdir -p ${home}${chance(0.5) ? ` && chown -R 1000:1000 ${home}` : ''}`);
  if (chance(0.85)) steps.push(`WORKDIR ${home}`);
  if (hasUser && chance(0.4)) steps.push('USER 1000');
  steps.push(`${pick(['COPY', 'COPY', 'ADD'])} ${copyFlags(scene)}${pick(['.', './'])} ${pick(['.', './', home, `${home}/`])}`);
  const body = 1 + number(5);
  for (let at = 0; at < body; at += 1) steps.push(step(scene, index, hasUser));
  steps.splice(steps.length - number(2), 0, install(scene));
  if (chance(0.4)) steps.push(`RUN ${command(scene)}`);
  return steps;
}

function step(scene: Scene, stageIndex: number, hasUser: boolean): string {
  const { number, pick, home } = scene;
  const kind = number(100);
  if (kind < 18) return install(scene);
  if (kind < 38) return `COPY ${copyFlags(scene)}${pick(['package*.json ./', 'package.json package-lock.json ./', 'src ./src', '. .', 'public /srv/', '.npmrc ./', 'build.js ./', 'src/ .'])}`;
  if (kind < 46 && stageIndex > 0) return `COPY --from=stage0 ${copyFlags(scene)}${pick([`${home} ${home}`, `${home}/node_modules ./node_modules`, `${home}/src ./source`])}`;
  if (kind < 52 && hasUser) return pick(['USER 1000', 'USER root']);
  if (kind < 76) return `RUN ${command(scene)}`;
  if (kind < 86) return `RUN ${command(scene)} && ${command(scene)}`;
  return pick(['ENV A=b', 'EXPOSE 80', 'ENV NODE_ENV=production', `WORKDIR ${pick([home, home, 'src', '..'])}`, 'CMD ["node", "src/index.js"]', 'HEALTHCHECK NONE', 'VOLUME /data', 'ARG GIT_SHA=abc', 'ENV SHA=$GIT_SHA']);
}

function install(scene: Scene): string {
  const { pick, hasWeb, home } = scene;
  const inWeb = hasWeb ? ['npm ci --prefix web', 'cd web && npm ci', '(cd web && npm ci) && npm ci'] : [];
  return `RUN ${pick([
    'npm ci', 'npm ci', 'npm install', 'npm install', 'npm i --omit=dev', 'npm ci --only=production', 'npm ci --ignore-scripts', 'npm install --no-audit --no-fund', 'npm ci && npm cache clean --force',
    'npm install && npm run build', `cd ${home} && npm ci`, 'npm ci --prefix .', 'npm install -g ms', 'set -e; npm ci; ls node_modules > /mods', '--mount=type=cache,target=/root/.npm npm ci', `npm ci && ${command(scene)}`,
    `${command(scene)} && npm ci`, 'npm ci || npm install', 'npm ci --silent > /log 2>&1', 'NODE_ENV=development npm ci', '--mount=type=bind,source=package.json,target=package.json --mount=type=bind,source=package-lock.json,target=package-lock.json npm ci', ...inWeb,
  ])}`;
}

/** A command that is no install: some write beside the source, some over it, some look at what is there; no times and disk blocks are kept, which differ from build to build. */
function command({ pick }: Scene): string {
  return pick([
    'npm run build', 'npm prune --production', 'npm cache clean --force', 'mkdir -p data', 'chmod +x scripts/x.sh', 'chown -R 1000:1000 .', 'rm -rf src/lib', 'cp -r public /srv', 'ls -A > /listing', 'npm ls || true', 'node build.js',
    'touch .env', 'cat package.json', 'rm -rf ~/.npm', 'ls node_modules || true', 'npm run test', 'sed -i s/1/2/ src/lib/a.js', 'mv public static', 'node -e "1"', 'npm config set fund false',
    'env | sort > /env', 'npm pkg set author=me', 'npx --no-install is-number || true', 'cp package.json /tmp/', 'ln -s /app/node_modules /node_modules', 'wc -c package.json > /size', 'find . -name "*.md" -delete',
  ]);
}
