import { lacksGit } from '../git-in-image.ts';
import { scriptsOf } from '../package-scripts.ts';
import type { Run } from '../runs.ts';
import { piecesAt } from '../runs.ts';
import type { Answer, Setting } from './setting.ts';
import { manifestsNamed } from './setting.ts';

/** The root package's version and commit come from git, unless composer.json or a variable says it: getcomposer.org/doc/04-schema.md#version */
export function composerCommand(run: Run, setting: Setting): Answer {
  const { args, where } = run;
  const { survey, interest, arrival } = setting;
  const [verb] = args.filter((arg) => arg !== null && !arg.startsWith('-'));
  if (!/^(?:i|install|update|u|upgrade|dump-?autoload|require|create-project|run-script|run)$/.test(verb ?? '')) return null;
  const manifests = manifestsNamed('composer.json', survey);
  const says = manifests.length > 0 && manifests.every((path) => /"version"\s*:/.test((survey.read(path) ?? '').replace(/"(?:require|repositories|extra)[^]*/, '')));
  if (interest === 'git' && verb !== 'create-project' && !says && !lacksGit(arrival) && !arrival.stage.state.config.env.has('COMPOSER_ROOT_VERSION')) {
    return { kind: 'reads', because: `${where} runs \`composer ${verb ?? ''}\`, which writes the commit of the project into vendor/composer/installed.php where git is installed` };
  }
  if (args.includes('--no-scripts')) return null;
  const bodies = manifests.flatMap((path) => scriptsOf(survey.read(path) ?? '').filter(([name]) => /^(?:pre|post)-(?:install|update|autoload|package)/.test(name)).map(([, body]) => ({ path, body })));
  // `@php artisan …` runs PHP of the project, `Vendor\\Class::method` too, `@name` another script.
  const commands = bodies.filter(({ body }) => !/^@(?:php|composer|putenv)\b|::|^@[\w-]+$|^[\w\\]+$/.test(body));
  return setting.follow(commands.flatMap(({ path, body }) => piecesAt(body.replace(/^@/, ''), path)));
}
