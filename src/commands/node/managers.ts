import { join, toolRegion } from '../../build/places.ts';
import { isInStepWithNpm, isInStepWithPnpm, isInStepWithYarn } from '../../manifests/node-locks.ts';
import type { PackageJson } from '../../manifests/package-json.ts';
import type { Path } from '../../types.ts';
import type { ImageView } from '../command.ts';
import type { Grammar, Reading } from '../options.ts';
import { grammar, hasOption } from '../options.ts';

/**
 * Package managers of Node.js: npm 8 to 11, Yarn 1 and 4, pnpm 8 to 10, Bun 1. Of a project only an install is known;
 * what its scripts do is not, but for a few that packages document.
 * https://docs.npmjs.com/cli/v11/commands/npm-ci, …/npm-install; https://classic.yarnpkg.com/en/docs/cli/install;
 * https://yarnpkg.com/cli/install; https://pnpm.io/cli/install; https://bun.com/docs/cli/install
 */
export interface Manager {
  readonly program: string;
  readonly options: Grammar;
  /** Files of the project that decide what is installed, beside package.json; the lock files come first. */
  readonly locks: readonly string[];
  readonly settings: readonly string[];
  /** Further files of the project that are read: variables, the lock file of another manager. */
  readonly others: readonly string[];
  /** Files of the user. */
  readonly ofUser: readonly string[];
  /** Does an install write the lock file where it has to? */
  readonly writesLock: (reading: Reading, view: ImageView) => boolean;
  /** Has the lock file an answer to all that package.json asks for? */
  readonly isInStep: (read: PackageJson, lock: string, settings: string) => boolean;
  /** Variables by their beginnings. */
  readonly variables: readonly string[];
}

const npmOptions = grammar({
  flags: `-g|--global --save|-S|--save -D|--save-dev --save-dev -O|--save-optional --save-optional -P|--save-prod --save-prod -E|--save-exact --save-exact --no-save -f|--force --force --legacy-peer-deps --strict-peer-deps
    --ignore-scripts --no-audit --audit --no-fund --fund --no-optional --production --only-prod --prefer-offline --prefer-online --offline --no-package-lock --package-lock --package-lock-only --silent -s|--silent
    -q|--quiet --quiet -d|--quiet -dd|--quiet --verbose --unsafe-perm --no-progress --progress --no-bin-links --foreground-scripts --no-update-notifier --no-color --yes -y|--yes --dry-run -h|--help --help -v|--version --version --prefer-dedupe --install-links`,
  values: '--omit --include --only --registry --loglevel --cache --maxsockets --fetch-timeout --fetch-retries --fetch-retry-mintimeout --fetch-retry-maxtimeout --network-timeout --prefix -C|--prefix --install-strategy --location --userconfig',
});

const yarnOptions = grammar({
  flags: `--frozen-lockfile --immutable --immutable-cache --production --prod|--production --pure-lockfile --no-lockfile --ignore-scripts --ignore-engines --ignore-optional --ignore-platform --non-interactive --silent -s|--silent
    --verbose --no-progress --prefer-offline --offline --force --check-files --check-cache --inline-builds --network-concurrency --no-bin-links --skip-integrity-check -h|--help --help -v|--version --version`,
  values: '--network-timeout --cache-folder --registry --mode --cwd',
});

const pnpmOptions = grammar({
  flags: `--frozen-lockfile --no-frozen-lockfile -P|--prod --prod --production|--prod -D|--dev --dev --no-optional --ignore-scripts --prefer-offline --offline --force --silent -s|--silent --shamefully-hoist --strict-peer-dependencies
    --no-strict-peer-dependencies --lockfile-only --fix-lockfile --no-color -r|--recursive --recursive -g|--global --global --ignore-workspace --ignore-pnpmfile -h|--help --help -v|--version --version`,
  values: '--reporter --loglevel --registry --store-dir --network-concurrency --child-concurrency --filter -F|--filter --dir -C|--dir --modules-dir --virtual-store-dir --hoist-pattern --lockfile-dir',
});

const bunOptions = grammar({
  flags: '--frozen-lockfile --production -p|--production --no-save --save --ignore-scripts --silent --verbose --no-progress --no-summary --force -f|--force --no-cache --dry-run -g|--global --global --no-verify -h|--help --help -v|--version --version',
  values: '--registry --cache-dir --backend --omit --cwd --config -c|--config --concurrent-scripts',
});

export const managers: readonly Manager[] = [
  {
    program: 'npm',
    options: npmOptions,
    locks: ['npm-shrinkwrap.json', 'package-lock.json'],
    settings: ['.npmrc'],
    others: ['yarn.lock'],
    ofUser: ['.npmrc'],
    writesLock: (reading) => !hasOption(reading, '--no-package-lock'),
    isInStep: isInStepWithNpm,
    variables: ['npm_config_*', 'NPM_CONFIG_*', 'NPM_TOKEN'],
  },
  {
    program: 'yarn',
    options: yarnOptions,
    locks: ['yarn.lock'],
    settings: ['.npmrc', '.yarnrc', '.yarnrc.yml'],
    others: ['.env.yarn', '.corepack.env'],
    ofUser: ['.npmrc', '.yarnrc', '.yarnrc.yml'],
    writesLock: (reading) => !hasOption(reading, '--frozen-lockfile', '--immutable', '--pure-lockfile', '--no-lockfile'),
    isInStep: isInStepWithYarn,
    variables: ['YARN_*', 'npm_config_*', 'NPM_TOKEN'],
  },
  {
    program: 'pnpm',
    options: pnpmOptions,
    locks: ['pnpm-lock.yaml'],
    settings: ['.npmrc', 'pnpm-workspace.yaml'],
    others: ['.pnpmfile.cjs', '.pnpmfile.mjs', '.corepack.env'],
    ofUser: ['.npmrc', '.config/pnpm/rc'],
    writesLock: (reading, view) => hasOption(reading, '--no-frozen-lockfile', '--fix-lockfile', '--force') || (!hasOption(reading, '--frozen-lockfile') && ['', 'false'].includes(view.variable('CI') ?? '')),
    isInStep: isInStepWithPnpm,
    variables: ['PNPM_*', 'pnpm_config_*', 'npm_config_*', 'NPM_TOKEN'],
  },
  {
    program: 'bun',
    options: bunOptions,
    locks: ['bun.lock', 'bun.lockb'],
    settings: ['.npmrc', 'bunfig.toml'],
    others: ['.env', '.env.local', '.env.production', '.env.production.local', '.env.development', '.env.development.local', '.env.test'],
    ofUser: ['.npmrc', '.bunfig.toml'],
    writesLock: (reading) => !hasOption(reading, '--frozen-lockfile', '--no-save', '--production'),
    isInStep: () => false,
    variables: ['BUN_*', 'NPM_CONFIG_*', 'NPM_TOKEN'],
  },
];

/** Options that change what is printed, and nothing else. */
export const withoutInfluence = new Set(['--silent', '--quiet', '--verbose', '--no-audit', '--audit', '--no-fund', '--fund', '--no-progress', '--progress', '--loglevel', '--reporter', '--no-update-notifier', '--no-color', '--prefix', '--cwd', '--dir', '--yes', '--non-interactive']);

export const cleanInstalls = new Set(['ci', 'clean-install', 'ic', 'install-clean']);

/** Variables of Node.js, and those by which packages say what their install scripts fetch. */
export const nodeVariables: readonly string[] = [
  'NODE_ENV', 'NODE_OPTIONS', 'NODE_PATH', 'NODE_TLS_REJECT_UNAUTHORIZED', 'NODEJS_ORG_MIRROR', 'PYTHON',
  ...['PUPPETEER', 'CYPRESS', 'PLAYWRIGHT', 'ELECTRON', 'SHARP', 'SASS', 'PRISMA', 'SENTRYCLI', 'HUSKY', 'LEFTHOOK', 'SKIP', 'NX'].map((name) => `${name}_*`), 'HUSKY', 'LEFTHOOK',
];

export function corepackRegion(view: ImageView): Path {
  return toolRegion(join(view.home, '.cache'), 'corepack');
}

/** A base image has no project in it. */
export function isThere(path: Path, view: ImageView): boolean {
  return ['yes', 'maybe'].includes(view.presence(path));
}
