import type { Argument } from '../command.ts';
import type { GrammarText, Reading } from '../options.ts';
import { grammar, readOptions } from '../options.ts';

const common: GrammarText = {
  flags: `-h|--help -V|--version -q|--quiet -v|--verbose -n|--no-cache-dir|--no-cache --no-progress --native-tls --no-native-tls --system-certs --offline
    --no-config --preview --no-preview --managed-python --no-managed-python --no-python-downloads --show-settings`,
  values: '--cache-dir --color --config-file --directory --project --allow-insecure-host|--trusted-host --preview-features --python-preference',
};

/** What resolves, builds and installs. */
const installing: GrammarText = {
  flags: `-U|--upgrade --no-upgrade --reinstall|--force-reinstall --no-reinstall --no-index --no-sources --no-build-isolation --build-isolation --no-build
    --build --refresh --no-refresh --compile|--compile-bytecode --no-compile|--no-compile-bytecode --pre`,
  values: `-p|--python -P|--upgrade-package --upgrade-group --reinstall-package --refresh-package --index --default-index -i|--index-url --extra-index-url
    -f|--find-links --index-strategy --keyring-provider --resolution --prerelease --fork-strategy -C|--config-setting|--config-settings
    --config-settings-package --no-build-isolation-package --exclude-newer --exclude-newer-package --link-mode --no-build-package
    --no-binary-package --no-sources-package --python-platform`,
};

/** What chooses among a project's dependencies. */
const choosing: GrammarText = {
  flags: `--all-extras --no-all-extras --dev --no-dev --only-dev --no-default-groups --all-groups --no-editable --locked --frozen --dry-run --check
    --all-packages --no-binary --no-header --no-hashes --no-annotate --no-emit-project --no-emit-workspace --no-emit-local`,
  values: '--extra --no-extra --no-group --group --only-group --package --script',
};

const syncing: GrammarText = {
  flags: '--inexact --exact --active --no-active --no-install-project --no-install-workspace --no-install-local',
  values: '--no-install-package --output-format',
};

const exporting: GrammarText = { values: '-o|--output-file --format --no-emit-package --prune' };

const pipping: GrammarText = {
  flags: `--all-extras --no-deps --require-hashes --no-require-hashes --verify-hashes --no-verify-hashes --system --no-system --break-system-packages
    --strict --no-strict --exact --dry-run --user --disable-pip-version-check --allow-empty-requirements --no-header --no-annotate --generate-hashes
    --universal --no-strip-extras --strip-extras --no-strip-markers --emit-index-url --emit-find-links --emit-build-options
    --emit-marker-expression --emit-index-annotation -y|--yes`,
  values: `-r|--requirement|--requirements -e|--editable -c|--constraint|--constraints --override|--overrides --exclude|--excludes
    -b|--build-constraint|--build-constraints -t|--target --prefix --python-version --torch-backend --no-binary --only-binary --extra --group
    -o|--output-file --format --no-emit-package --annotation-style --custom-compile-command`,
};

const environments: GrammarText = {
  flags: '--seed --clear -c --no-clear --allow-existing --system-site-packages --relocatable --no-project --no-workspace --system',
  values: '--prompt',
};

const tools: GrammarText = {
  flags: '--force --isolated -e|--editable',
  values: '-w|--with --with-editable --with-requirements --with-executables-from --from --build-constraints --constraints --overrides',
};

const pythons: GrammarText = { flags: '--reinstall --force -f --default --upgrade -U --bin --no-bin --all', values: '--mirror --pypy-mirror --install-dir -i' };

const running: GrammarText = {
  flags: '--no-sync --no-project --isolated --active --module -m --no-env-file --exact --inexact -s --gui-script',
  values: '--with -w --with-editable --with-requirements --env-file',
};

/** Options without influence on what is installed. */
export const withoutInfluence = new Set([
  '--quiet', '--verbose', '--no-cache', '--cache-dir', '--no-progress', '--color', '--link-mode', '--compile-bytecode', '--no-compile-bytecode',
  '--frozen', '--locked', '--no-install-project', '--no-install-workspace', '--no-install-local', '--project', '--directory', '--output-file',
  '--yes', '--disable-pip-version-check',
]);

export interface Command {
  /** `pip install`, `sync`, … */
  readonly name: string;
  readonly reading: Reading;
}

/** Options may stand before the subcommand; those of the subcommand follow it. Null if there is none. */
export function readCommand(args: readonly Argument[]): Command | null {
  const before = readOptions(args, grammar(common, { stopsAtOperand: true }));
  const first = before.operands[0];
  if (!first) return null;
  const groups = new Set(['pip', 'tool', 'python', 'self', 'cache', 'auth']);
  const second = groups.has(first.argument.text) ? readOptions(args.slice(first.index + 1), grammar(common, { stopsAtOperand: true })).operands[0] : undefined;
  const name = second ? `${first.argument.text} ${second.argument.text}` : first.argument.text;
  const start = first.index + 1 + (second ? second.index + 1 : 0);
  const own = readOptions(args.slice(start), grammar(common, ...grammarsOf(name)));
  const options = [
    ...before.options.filter((option) => option.first < first.index),
    ...own.options.map((option) => ({ ...option, first: option.first + start, last: option.last + start })),
  ];
  return { name, reading: { options, operands: own.operands.map((operand) => ({ ...operand, index: operand.index + start })) } };
}

function grammarsOf(name: string): readonly GrammarText[] {
  if (name.startsWith('pip ')) return [installing, pipping];
  if (name.startsWith('tool ')) return [installing, tools];
  if (name.startsWith('python ')) return [pythons];
  switch (name) {
    case 'venv':
      return [installing, environments];
    case 'export':
      return [installing, choosing, exporting];
    case 'run':
      return [installing, choosing, running, { stopsAtOperand: true }];
    case 'add':
    case 'remove':
      return [installing, choosing, syncing, { flags: '--editable --workspace --no-workspace --no-sync --raw --no-install-project', values: '-r|--requirements -c|--constraints --optional --branch --tag --rev -m|--marker --bounds' }];
    case 'build':
      return [installing, { flags: '--sdist --wheel --all --all-packages --list --clear', values: '--package -o|--out-dir -b|--build-constraints' }];
    default:
      return [installing, choosing, syncing];
  }
}

export const looking = new Set(['help', 'tree', 'cache', 'version', 'self version', 'pip list', 'pip freeze', 'pip show', 'pip check', 'pip tree', 'tool list', 'tool dir',
  'python list', 'python find', 'python dir', 'cache clean', 'cache prune', 'cache dir']);

export function operandText(reading: Reading): string {
  return reading.operands.map((operand) => operand.argument.text).join(' ');
}
