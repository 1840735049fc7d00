/** Is there a git program in a stage, and what for? */
import type { BuildContext } from '../../src/types.ts';
import type { Arrival } from './arrivals.ts';
import { stageRuns } from './makers.ts';
import type { Answer } from './readers/setting.ts';
import type { Situation } from './situation.ts';
import { nameOf } from './survey.ts';

/** Official images in which there is no git: the slim and Alpine ones, and those of servers. */
const withoutGit = /^(?:docker\.io\/)?(?:library\/)?(?:(?:golang|python|node|ruby|rust|php|openjdk|eclipse-temurin|elixir|erlang|maven|gradle|debian|perl):(?:[\w.-]*-)?(?:slim|alpine)[\w.-]*|php:(?!.*-(?:slim|alpine))[\w.-]+|(?:alpine|debian|ubuntu|nginx|httpd|busybox)(?::[\w.-]+)?)$/;

/** Packages of distributions that bring git along, or may do so, are all but these. */
const bringsNoGit = /^(?:-.*|lib.*|.*-dev(?:el)?|.*-libs|ca-certificates|curl|wget|gcc|g\+\+|make|build-base|build-essential|musl.*|tzdata|bash|openssl.*|upx|gcompat|binutils|file|unzip|zip|tar|xz|xz-utils|jq|gnupg\d?|pkg-config|pkgconf|python3|python3-dev|su-exec|gosu|tini|dumb-init|procps|nano|vim|less|sqlite.*|postgresql.*|mariadb.*|default-mysql-client|icu.*|oniguruma.*|freetype.*|imagemagick.*|linux-headers|autoconf|cmake|bzip2|gzip|rsync|locales|netcat.*|iputils.*|iproute2|supervisor|nginx|cron|dos2unix|gettext.*|patch|protobuf.*|apk|add|install|update|apt|apt-get|.*=.*)$/;

/** Is git surely not there when the stage runs something? */
export function lacksGit({ build, stage }: Arrival): boolean {
  const root = build.symbolic.stages[stage.chain[0] ?? stage.stage.index];
  if (root === undefined || !withoutGit.test(root.reference)) return false;
  const runs = stage.chain.flatMap((index) => build.symbolic.stages[index]?.stage.instructions ?? []).filter(({ keyword }) => keyword === 'RUN' || keyword === 'COPY');
  return runs.every(({ keyword, text, heredocs }) => {
    const all = [text, ...heredocs.map((one) => one.content)].join('\n');
    if (keyword === 'COPY') return !/\/(?:usr\/(?:local\/)?)?bin\/?(?:\s|$)/.test(all) || !/git/.test(all);
    const scripts = [...all.matchAll(/[\w./-]+\.sh\b/g)].map(([word]) => scriptText(word, build.context));
    if (scripts.includes(undefined)) return false;
    const run = [all, ...scripts].join('\n');
    if (/\|\s*(?:ba)?sh\b|\bgit\b/.test(run)) return false;
    return [...run.matchAll(/\b(?:apk|apt-get|apt|dnf|yum|microdnf)\b([^;&|\n]*)/g)].every((match) => (match[1] ?? '').trim().split(/\s+/).every((word) => word === '' || bringsNoGit.test(word) || /^(?:clean|autoremove|remove|purge|del|upgrade|autoclean|\\)$/.test(word)));
  });
}

/** The script that a RUN names by its place in the image; it may install what the RUN does not say. */
function scriptText(word: string, context: BuildContext): string | undefined {
  const segments = word.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.map((_, start) => context.read(segments.slice(start).join('/'))).find((text) => text !== undefined);
}

/** git is installed, and nothing that is seen uses it: no requirement of a repository, no clone. */
export function unexplainedGit(arrival: Arrival, { manifests, surveys, instructions }: Situation): Answer {
  const installs = stageRuns(arrival).find(({ program, args }) => /^(?:apk|apt|apt-get|dnf|yum|microdnf|zypper|pacman)$/.test(program ?? '') && args.some((arg) => /^git(?:$|=|-)/.test(arg ?? '')));
  if (installs === undefined || lacksGit(arrival)) return null;
  const asksForRepository = /git\+|git@|git:\/\/|github:|\.git\b|\bgit\s*[=:]|:git\b|"vcs"|"git"/;
  if (manifests.some(([, text]) => asksForRepository.test(text))) return null;
  if (surveys.some((survey) => survey.files.some((path) => /^(?:go\.mod|.*\.lock|package-lock\.json|pnpm-lock\.yaml)$/.test(nameOf(path)) && (nameOf(path) === 'go.mod' || asksForRepository.test(survey.read(path) ?? ''))))) return null;
  if (instructions.some(({ text }) => /\bgit\s+(?:clone|init)\b|git\+|git@/.test(text))) return null;
  return { kind: 'unknown', because: `${installs.where} installs git, and nothing shows what for` };
}
