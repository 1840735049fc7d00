import type { Command, Script, ShellNode } from '../dockerfile/shell.ts';
import type { Call } from './command.ts';
import { callOf, installWordsOf, isPackageManager } from './index.ts';

/** Does the call look like an install, whether or not what it does is understood? */
export function isInstallCall(call: Call): boolean {
  const words = installWordsOf(call);
  // `bundle exec rake install` is what another program makes of the word.
  if (call.args[0]?.text === 'exec') return false;
  return call.args.some(({ text }) => words.has(text)) || (words.has('') && call.args.every(({ text }) => /^(?:-|\d+$)/.test(text)));
}

/** Does it take packages from files that are at hand, and fetch nothing (pip and uv)? */
export function isOfflineInstall(call: Call): boolean {
  return isPackageManager(call) && call.args.some(({ text }) => text === '--no-index');
}

/** Does it leave out what the packages that it installs depend on (pip and uv)? */
export function leavesOutDependencies(call: Call): boolean {
  return call.args.some(({ text }) => text === '--no-deps');
}

/** Does pyproject.toml only say how the command is set, whichever requirements it installs (pip-tools, `uv pip`, `uv tool`)? */
export function readsOnlySettings({ program, args }: Call): boolean {
  const words = args.map(({ text }) => text);
  const isForPackages = /^(?:pip-sync|pip-compile|piptools)$/.test(program) || (program === 'uv' && words.some((word) => word === 'pip' || word === 'tool'));
  return isForPackages && !words.some((word) => /^\.|^-e$|^--editable|pyproject\.toml/.test(word));
}

/** The commands of a script that look like installs, also those in parts that are not followed. */
export function installsIn(script: Script | null): readonly Command[] {
  return commandsIn(script).filter(({ words, span }) => {
    const args = words.map((word) => ({ text: word.raw, known: true, glob: false, raw: word.raw, span: word.span }));
    return isInstallCall(callOf(args, span));
  });
}

function commandsIn(script: Script | null): readonly Command[] {
  return script?.steps.flatMap((step) => commandsOf(step.node)) ?? [];
}

function commandsOf(node: ShellNode): readonly Command[] {
  switch (node.kind) {
    case 'command':
      return [node];
    case 'pipeline':
      return node.commands.flatMap(commandsOf);
    case 'or':
      return node.nodes.flatMap(commandsOf);
    case 'negated':
      return commandsOf(node.body);
    case 'group':
    case 'background':
      return commandsIn(node.body);
    case 'conditional':
    case 'loop':
      return node.nested.flatMap(commandsIn);
    default:
      return [];
  }
}
