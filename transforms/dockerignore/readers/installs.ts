import { asksGit } from '../git-packages.ts';
import { packagesThatReadEnvironment } from '../known-programs.ts';
import type { Run } from '../runs.ts';
import type { Answer, Setting } from './setting.ts';

/** A package that a command installs by its name is as good as one of a manifest. */
export function installedReader({ args, where }: Run, { interest }: Setting): Answer {
  if (interest === 'image' || !args.some((arg) => arg === 'install' || arg === 'add' || arg === 'i')) return null;
  const names = args.flatMap((arg) => (arg === null || /^[-./]|:\/\//.test(arg) ? [] : [arg.replace(/(?!^)@.*$|[[<>=!~;].*$/, '')]));
  const found = names.find((name) => (interest === 'git' ? asksGit(name) : packagesThatReadEnvironment.test(name)));
  return found === undefined ? null : { kind: 'reads', because: `${where} installs \`${found}\`, which ${interest === 'git' ? 'asks git' : 'reads .env'}` };
}
