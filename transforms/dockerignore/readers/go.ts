import { lacksGit } from '../git-in-image.ts';
import type { Run } from '../runs.ts';
import type { Answer, Setting } from './setting.ts';

/** https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies, `-buildvcs`: from Go 1.18, where git is installed. */
export function goCommand({ args, where }: Run, { arrival, interest }: Setting): Answer {
  if (interest !== 'git') return null;
  const [verb, ...rest] = args.filter((arg) => arg !== null);
  if (verb === 'generate') return { kind: 'unknown', because: `${where} runs \`go generate\`, which runs the commands that sources name` };
  if (verb !== 'build' && verb !== 'install' && verb !== 'run') return null;
  const [only] = rest.filter((arg) => !arg.startsWith('-'));
  if (only !== undefined && /@/.test(only)) return null;
  const flags = arrival.stage.state.config.env.get('GOFLAGS') ?? '';
  if (rest.includes('-buildvcs=false') || flags.includes('-buildvcs=false') || lacksGit(arrival)) return null;
  return { kind: 'reads', because: `${where} runs \`go ${verb}\`, which stamps the commit into the binary where git is installed` };
}
