/** Managers of Node.js, and the scripts of package.json that they run. */
import { scriptsOf } from '../package-scripts.ts';
import type { Piece, Run } from '../runs.ts';
import { piecesAt, runOf } from '../runs.ts';
import { installedReader } from './installs.ts';
import type { Answer, Judge, Setting } from './setting.ts';
import { manifestsNamed } from './setting.ts';

/** Scripts that an install runs of itself: https://docs.npmjs.com/cli/using-npm/scripts#npm-install */
const lifecycle = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];

/** What managers do without running anything of the project. */
const quiet: ReadonlySet<string> = new Set(['cache', 'config', 'set', 'get', 'prune', 'dedupe', 'list', 'ls', 'outdated', 'audit', 'fund', 'root', 'bin', 'prefix', 'ping', 'whoami', 'login', 'store', 'fetch', 'help', 'view', 'info', '--version', '-v', 'policies', 'plugin', 'unplug', 'global', 'uninstall', 'remove', 'rm', 'pkg', 'setup', 'env', 'doctor']);

export function nodeManager(run: Run, setting: Setting): Answer {
  const { program, args, where } = run;
  const words = withoutOptions(args);
  const [verb, ...rest] = words;
  if (verb === undefined) return program === 'yarn' ? scriptsAnswer(lifecycle, setting) : null;
  if (verb === null) return { kind: 'unknown', because: `${where} runs a script of package.json that is not known before` };
  if (/^(?:ci|i|install|add|clean-install|install-clean|rebuild|link|update|up|upgrade|workspaces?:?focus)$/.test(verb)) {
    const ofOthers = args.some((arg) => arg === '-g' || arg === '--global' || arg === '--ignore-scripts') || (rest.length > 0 && verb !== 'ci');
    return installedReader(run, setting) ?? (ofOthers ? null : scriptsAnswer(lifecycle, setting));
  }
  if (verb === 'version') return program === 'yarn' || rest.length > 0 ? { kind: 'unknown', because: `${where} runs \`${program} version\`` } : null;
  if (quiet.has(verb)) return null;
  if (/^(?:run|run-script|rum|urn)$/.test(verb)) return namedScript(rest[0] ?? null, run, setting);
  if (/^(?:start|test|stop|restart|t|tst)$/.test(verb)) return namedScript(verb === 't' || verb === 'tst' ? 'test' : verb, run, setting);
  if (/^(?:exec|x|dlx|node|create|init)$/.test(verb)) return verb === 'node' ? null : setting.follow([runOf(rest, where)]);
  if (verb === 'workspace' || verb === 'workspaces' || verb === 'foreach') return nodeManager({ ...run, args: verb === 'workspace' ? rest.slice(1) : rest }, setting);
  if (verb === 'publish' || verb === 'pack' || verb === 'deploy') return scriptsAnswer(['prepublishOnly', 'prepack', 'prepare', 'postpack'], setting);
  const files = verb.includes('/') || /\.[cm]?[jt]sx?$/.test(verb);
  if (files) return null;
  return hasScript(verb, setting) ? namedScript(verb, run, setting) : setting.follow([runOf([verb, ...rest], where)]);
}

function withoutOptions(args: readonly (string | null)[]): readonly (string | null)[] {
  const words: (string | null)[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? null;
    if (arg === '--') return [...words, ...args.slice(at + 1)];
    if (arg !== null && /^(?:--prefix|--cwd|--dir|-C|--filter|-F|-w|--workspace|--registry|--cache|--cache-folder|--network-timeout)$/.test(arg)) at += 1;
    else if (arg === null || !arg.startsWith('-')) words.push(arg);
  }
  return words;
}

/** It reads `.env` of itself: https://bun.sh/docs/runtime/env */
export const bunCommand: Judge = (run, setting) => (setting.interest === 'environment' ? { kind: 'reads', because: `${run.where} runs \`bun\`, which reads .env` } : nodeManager(run, setting));

function hasScript(name: string, { survey }: Setting): boolean {
  return manifestsNamed('package.json', survey).some((path) => scriptsOf(survey.read(path) ?? '').some(([one]) => one === name));
}

function namedScript(name: string | null, run: Run, setting: Setting): Answer {
  if (name === null) return { kind: 'unknown', because: `${run.where} runs a script of package.json that is not known before` };
  if (!hasScript(name, setting)) return name === 'start' ? null : { kind: 'unknown', because: `${run.where} runs the script \`${name}\`, which no package.json in the context has` };
  return scriptsAnswer([`pre${name}`, name, `post${name}`], setting);
}

function scriptsAnswer(names: readonly string[], setting: Setting): Answer {
  const pieces = manifestsNamed('package.json', setting.survey).flatMap((path) => {
    const text = setting.survey.read(path) ?? '';
    return scriptsOf(text).filter(([name]) => names.includes(name)).flatMap(([name, body]) => {
      const id = `${path} ${name}`;
      if (setting.seen.has(id)) return [];
      setting.seen.add(id);
      const line = text.slice(0, Math.max(0, text.indexOf(`"${name}"`, text.indexOf('"scripts"')))).split('\n').length;
      return piecesAt(body, `${path}:${line}`);
    });
  });
  return setting.follow(pieces);
}

/** `run-s build:*`: the scripts of those names. */
export function scriptsByName(run: Run, setting: Setting): Answer {
  const names = run.args.filter((arg) => arg === null || !arg.startsWith('-'));
  if (names.includes(null)) return { kind: 'unknown', because: `${run.where} runs scripts of package.json that are not known before` };
  const all = manifestsNamed('package.json', setting.survey).flatMap((path) => scriptsOf(setting.survey.read(path) ?? '').map(([name]) => name));
  const wanted = names.flatMap((name) => (name?.endsWith('*') === true ? all.filter((one) => one.startsWith(name.replace(/\*+$/, ''))) : [name ?? '']));
  return scriptsAnswer(wanted.flatMap((name) => [`pre${name}`, name, `post${name}`]), setting);
}

/** Only the tests of what changed since a commit: https://jestjs.io/docs/cli, https://vitest.dev/guide/cli. */
export function testsOfChanges({ program, args, where }: Run, { interest }: Setting): Answer {
  if (interest === 'environment') return { kind: 'reads', because: `${where} runs \`${program ?? ''}\`, which reads .env` };
  const asks = args.find((arg) => arg !== null && /^(?:-o|--(?:onlyChanged|changedSince|changedFilesWithAncestor|lastCommit|changed))(?:=|$)/.test(arg));
  return interest !== 'git' || asks === undefined ? null : { kind: 'reads', because: `${where} runs \`${program ?? ''} ${asks ?? ''}\`, which asks git what changed` };
}

/** Each word is a command, or `npm:NAME`. */
export function concurrently({ args, where }: Run, setting: Setting): Answer {
  return setting.follow(args.flatMap((arg): readonly Piece[] => {
    if (arg === null) return [{ kind: 'unread', because: 'a command that is not known before', where }];
    if (arg.startsWith('-')) return [];
    return arg.startsWith('npm:') ? [runOf(['npm', 'run', arg.slice(4)], where)] : piecesAt(arg, where);
  }));
}
