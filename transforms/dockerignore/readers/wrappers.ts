/** Programs that only run another one. */
import type { Run } from '../runs.ts';
import { runOf } from '../runs.ts';
import type { Survey } from '../survey.ts';

/** The run that a wrapper runs; the wrapper itself where there is none; null for what is no wrapper. */
export function unwrapped(run: Run, survey: Survey): Run | null {
  const { program, args, where } = run;
  const behind = (count: number): Run => (args.length > count ? runOf(args.slice(count), where) : run);
  const first = args.findIndex((arg) => arg === null || !arg.startsWith('-'));
  switch (program) {
    case 'poetry':
    case 'pipenv':
    case 'pdm':
    case 'hatch':
    case 'rye':
    case 'uv':
      return args[first] === 'run' ? behind(operandAfter(args, first + 1)) : null;
    case 'bundle':
      return args[first] === 'exec' ? behind(first + 1) : null;
    case 'exec':
    case 'command':
    case 'env':
    case 'sudo':
    case 'time':
    case 'nice':
    case 'nohup':
    case 'timeout':
    case 'xargs':
    case 'ddtrace-run':
    case 'opentelemetry-instrument':
    case 'newrelic-admin':
    case 'aws-lambda-rie':
    case 'dotenv':
      return program === 'dotenv' || program === 'ddtrace-run' ? null : behind(operandAfter(args, 0));
    case 'tini':
    case 'dumb-init':
    case 'catatonit':
    case 'wait-for-it':
    case 'wait-for-it.sh':
    case 'wait-for':
    case 'wait-for.sh':
    case 'dockerize':
      return args.includes('--') ? behind(args.indexOf('--') + 1) : program === 'tini' || program === 'dumb-init' ? behind(Math.max(0, first)) : null;
    case 'su-exec':
    case 'gosu':
    case 'setpriv':
    case 'chroot':
      return behind(operandAfter(args, 0) + 1);
    case 'python':
    case 'python3':
      return args[0] === '-m' && args[1] !== null && args[1] !== undefined ? moduleRun(run, survey) : null;
    case 'npx':
    case 'bunx':
    case 'pnpx':
      return behind(Math.max(0, first));
    default:
      return null;
  }
}

/** `python -m NAME` is a package of the project, whose text is searched with all others, or the program of that name. */
function moduleRun(run: Run, survey: Survey): Run | null {
  const [name = ''] = (run.args[1] ?? '').split('.');
  const isOwn = survey.files.some((path) => path === `${name}.py` || path.endsWith(`/${name}.py`) || path.startsWith(`${name}/`) || path.includes(`/${name}/`));
  if (isOwn || /^(?:http|json|timeit|site|unittest|doctest|zipfile|tarfile|ensurepip|this|pdb|cProfile|trace|asyncio|calendar|platform|sysconfig|tokenize|uuid|webbrowser|idlelib|zipapp|gunicorn|uvicorn)$/.test(name)) return null;
  return runOf([run.args[1] ?? null, ...run.args.slice(2)], run.where, run.cwd);
}

function operandAfter(args: readonly (string | null)[], from: number): number {
  let at = from;
  while (at < args.length && (args[at]?.startsWith('-') === true || /^\w+=/.test(args[at] ?? ''))) at += 1;
  return at;
}
