/** What the rest of the repository runs in the containers of an image: compose, clusters, Procfile, make, scripts. */
import { mentionsIn } from '../../src/build/modulo/alpine-words.ts';
import type { Seen } from '../../src/build/modulo/image-files.ts';
import { addProgram, lookAtSettings } from '../../src/build/modulo/image-files.ts';
import { programsOfArgv } from '../../src/build/modulo/plan-tools.ts';
import { packageOfProgram } from '../../src/build/modulo/packages.ts';
import { baseName, dashObstacle, otherForm, programsIn } from '../../src/build/modulo/shell.ts';
import { join } from '../../src/build/places.ts';
import { isDockerfileName, isPrunedDirectory } from '../../src/discover/files.ts';
import type { Path, Tree } from '../../src/types.ts';
import type { YamlNode } from './yaml-lines.ts';
import { childOf, stringsOfNode, textsOf, yamlLines } from './yaml-lines.ts';

/** More files of interest than these are not looked at. */
const mostFiles = 3000;

/** Looks through a repository for what runs in containers of these Dockerfiles. */
export function lookOutside(tree: Tree, dockerfiles: readonly Path[], contexts: readonly Path[], seen: Seen): void {
  const files = filesOf(tree, [...contexts, ...dockerfiles.map(directoryOf)]);
  if (files.length > mostFiles) {
    seen.doubts.push(`the repository has more than ${mostFiles} files that may say what runs in the image, and dockfix does not look at so many`);
    return;
  }
  const texts = files.map((found) => ({ ...found, text: tree.read(found.file) ?? '' }));
  const own = dockerfiles.map((file) => tree.read(file) ?? '').join('\n');
  const others = texts.filter(({ file }) => !dockerfiles.includes(file));
  for (const { file, ofAnother, text } of others) {
    if (isDockerfile(file)) lookAtDockerfile(file, text, others, seen);
    else lookAt(file, text, { file, dockerfiles, ofAnother, own, seen });
  }
}

function isDockerfile(file: Path): boolean {
  return isDockerfileName(baseName(file));
}

/** A Dockerfile that has `apk` run, on an image of whose name something speaks that may build this one. */
function lookAtDockerfile(file: Path, text: string, files: readonly (Found & { readonly text: string })[], seen: Seen): void {
  if (!/^(?!\s*#).*\bapk\s/m.test(text)) return;
  const stages = new Set([...text.matchAll(/^\s*FROM\s.*\sAS\s+(\S+)/gim)].map(([, name = '']) => name.toLowerCase()));
  for (const [, image = ''] of text.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S+)/gim)) {
    const name = image.replace(/@.*$/, '').replace(/:[^/]*$/, '');
    if (stages.has(image.toLowerCase()) || name === 'scratch' || name.includes('$') || /alpine/i.test(image) || wellKnown.test(image)) continue;
    const gives = files.find((one) => !one.ofAnother && !isDockerfile(one.file) && one.text.split(/[^\w./-]+/).includes(name));
    if (gives) seen.doubts.push(`${file} starts from ${name}, of which ${gives.file} speaks, and has \`apk\` run: it may be made from this image`);
  }
}

interface Found {
  readonly file: Path;
  /** It lies with another Dockerfile: what it says is about that one's image, unless it names one of these by its build. */
  readonly ofAnother: boolean;
}

function filesOf(tree: Tree, own: readonly Path[]): readonly Found[] {
  const found: Found[] = [];
  const pending: { directory: Path; ofAnother: boolean }[] = [{ directory: '', ofAnother: false }];
  for (let next = pending.pop(); next !== undefined && found.length <= mostFiles; next = pending.pop()) {
    const { directory } = next;
    const names = tree.list(directory);
    const isOwn = own.some((one) => one === directory || one.startsWith(`${directory}/`)) || directory === '';
    const ofAnother = !isOwn && (next.ofAnother || names.some(isDockerfileName));
    for (const name of names) {
      const path = directory === '' ? name : join(directory, name);
      const kind = tree.kind(path);
      if (kind === 'directory' && !isPrunedDirectory(name)) pending.push({ directory: path, ofAnother });
      if (kind === 'file' && (isOfInterest(path) || isDockerfileName(name))) found.push({ file: path, ofAnother });
    }
  }
  return found.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function directoryOf(path: Path): Path {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

const yaml = /\.ya?ml(?:\.(?:tpl|tmpl|j2|template))?$/;
const recipes = /(?:^|\/)(?:GNU)?[Mm]akefile$|\.mk$|(?:^|\/)\.?[Jj]ustfile$|\.(?:sh|bash|fish)$|(?:^|\/)(?:tasks|fabfile|noxfile)\.py$|(?:^|\/)package\.json$|\.ps1$/;
const settings = /(?:^|\/)(?:fly|railway|dokku|northflank|koyeb|zeabur)[\w.-]*\.(?:toml|json)$|\.(?:hcl|nomad|tf|service|container|kube|jsonnet)$|(?:^|\/)(?:devcontainer|task-?def[\w-]*|app|ecs[\w-]*|Dockerrun\.aws|captain-definition)(?:\.json)?$/;
const procfile = /(?:^|\/)Procfile[\w.-]*$/;

function isOfInterest(path: Path): boolean {
  return yaml.test(path) || recipes.test(path) || settings.test(path) || procfile.test(path);
}

function lookAt(file: Path, text: string, looking: Looking): void {
  const { seen, ofAnother } = looking;
  if (ofAnother && !yaml.test(file)) return;
  const platform = ofAnother ? -1 : text.split('\n').findIndex((line) => /\barm\/v6\b/.test(line) && !/^\s*(?:#|\/\/)/.test(line));
  if (platform >= 0) seen.obstacles.push(`${file} (line ${platform + 1}) builds for arm/v6, for which Debian’s images are not made`);
  if (procfile.test(file)) {
    for (const [index, line] of text.split('\n').entries()) {
      const command = /^\s*[\w-]+:\s*(.+)$/.exec(line)?.[1] ?? '';
      addCommand([command], `${file} (line ${index + 1})`, seen);
    }
  } else if (settings.test(file)) lookAtSettings(file, text, seen);
  else if (yaml.test(file) && !/(?:^|\/)\.(?:github|circleci)\/|(?:^|\/)(?:\.gitlab-ci|\.travis|azure-pipelines|bitbucket-pipelines|Taskfile|mkdocs|\.pre-commit-config)[\w.-]*$/.test(file)) {
    for (const node of yamlLines(text)) lookAtNode(node, null, looking);
  } else if (!ofAnother) {
    if (yaml.test(file)) for (const node of yamlLines(text)) lookAtJob(node, file, seen);
    lookAtRecipes(file, text, seen);
  }
}

/** A job of a CI service in an image that may be the one that is built here, with `apk` in its script. */
function lookAtJob(node: YamlNode, file: Path, seen: Seen): void {
  const image = childOf(node, 'image') ?? childOf(node, 'container');
  const name = image === undefined ? '' : plain(childOf(image, 'name')?.value ?? childOf(image, 'image')?.value ?? image.value);
  const apk = name === '' || wellKnown.test(name) || /alpine/i.test(name) ? undefined : textsOf(node).find((line) => /\bapk\s+(?:add|del|info|update|upgrade)\b/.test(line));
  if (apk !== undefined) seen.doubts.push(`${file} (line ${node.line}) has \`apk\` run in ${name}, which may be made from this image`);
  for (const child of node.children) lookAtJob(child, file, seen);
}

// --------------------------------------------------------------------------------------------------------- containers

interface Looking {
  readonly file: Path;
  readonly dockerfiles: readonly Path[];
  readonly ofAnother: boolean;
  /** The text of the Dockerfiles. */
  readonly own: string;
  readonly seen: Seen;
}

/** Keys under which a container's user or group stands by its number. */
const owners = /^(?:user|runAsUser|runAsGroup|fsGroup|supplementalGroups)$/;

const ownersInFlow = /^\{.*\b(?:runAsUser|runAsGroup|fsGroup)["']?\s*:/;

/** A number of a system account that no command of the Dockerfile names: Alpine counts from 100, Debian down from 999. */
function lookAtOwner(node: YamlNode, { file, own, seen }: Looking): void {
  if (!/\badd(?:user|group)\b/.test(own)) return;
  const number = stringsOfNode(node).flatMap((text) => text.match(/\b[1-9]\d\d\b/g) ?? []).find((one) => !new RegExp(`\\b${one}\\b`).test(own));
  if (number !== undefined) seen.doubts.push(`${file} (line ${node.line}) names the number ${number}, which Alpine may have given to an account, and to which Debian gives another`);
}

/** Keys below which compose files, clusters and their like write what a container runs. */
const runs = /^(?:command|entrypoint|entryPoint|args|test|exec|cmd|run|preStop|postStart|post_start|pre_stop|startCommand|dockerCommand|preDeployCommand|healthcheck_command)$/;

function lookAtNode(node: YamlNode, parent: YamlNode | null, looking: Looking): void {
  if (isForeign(node, looking)) return;
  // From here on it is about a container of these Dockerfiles, whatever lies beside the file.
  if (looking.ofAnother && childOf(node, 'build') !== undefined) {
    lookAtNode(node, parent, { ...looking, ofAnother: false });
    return;
  }
  const { file, seen, ofAnother } = looking;
  const where = `${file} (line ${node.line})`;
  if (!ofAnother && node.key !== null && runs.test(node.key) && parent !== null) addCommand(stringsOfNode(node), where, seen);
  if (!ofAnother && (owners.test(node.key ?? '') || ownersInFlow.test(node.value))) lookAtOwner(node, looking);
  if (parent !== null && childOf(node, 'build') !== undefined) lookAtPaths(node, looking);
  for (const child of node.children) lookAtNode(child, node, looking);
}

/** Programs go to what is seen, and so do scripts by their names. */
function addCommand(strings: readonly string[], where: string, seen: Seen): void {
  const form = otherForm(strings.join('\n'));
  if (form !== null) seen.obstacles.push(`${where} has ${form}, which Debian’s program takes otherwise`);
  const dash = forSh(strings);
  if (dash !== null) seen.doubts.push(`${where} has ${dash}, which dash does not take as ash does`);
  for (const program of programsOfStrings(strings)) addProgram(program, where, seen);
  for (const word of strings.flatMap((text) => text.split(/[\s"';&|()]+/))) if (/\.(?:sh|ash)$/.test(word)) seen.scripts.add(word.slice(word.lastIndexOf('/') + 1));
}

/** What a command line gives to `sh -c`, or to the shell of a health check, and dash does not take; null if there is none. */
function forSh(strings: readonly string[]): string | null {
  const text = strings.join(' ');
  const [, given] = /(?:^|[\s/"'])a?sh\s+-\w*c\s+([^]*)$/.exec(text) ?? (strings[0] === 'CMD-SHELL' ? [text, strings.slice(1).join(' ')] : []);
  const script = given?.replace(/^(["'])([^]*)\1\s*$/, '$2').replaceAll('$$', '$');
  return script === undefined ? null : dashObstacle(script);
}

function programsOfStrings(strings: readonly string[]): readonly string[] {
  const [first, ...rest] = strings;
  const words = first !== undefined && /^(?:CMD|CMD-SHELL|NONE)$/.test(first) ? rest : strings;
  const [only] = words;
  return words.length === 1 && only !== undefined ? [...programsIn(only)] : programsOfArgv(words);
}

/** Mounts and variables that name places of Alpine's. */
function lookAtPaths(service: YamlNode, { file, seen }: Looking): void {
  for (const part of service.children.filter(({ key }) => key === 'volumes' || key === 'environment')) {
    for (const { kind, text } of textsOf(part).flatMap((line) => mentionsIn(line.replaceAll(/[:=]\//g, ' /')))) {
      if (!text.startsWith('/')) continue;
      if (kind === 'alpine') seen.obstacles.push(`${file} (line ${part.line}) names \`${text}\`, which is Alpine’s`);
      if (kind === 'unknown') seen.doubts.push(`${file} (line ${part.line}) names \`${text}\`, of which it is not known whether Debian has it there`);
    }
  }
}

/** Images that are surely not made from the Dockerfiles of the repository. Any other may be. */
const wellKnown = /^(?:docker\.io\/|public\.ecr\.aws\/docker\/)?(?:library\/)?(?:postgres|redis|valkey|mysql|mariadb|mongo|rabbitmq|memcached|nginx|httpd|traefik|caddy|haproxy|busybox|alpine|debian|ubuntu|node|python|golang|ruby|php|openjdk|elasticsearch|kibana|logstash|influxdb|telegraf|grafana|consul|vault|registry|docker|adminer|nats|zookeeper|cassandra|couchdb|neo4j|eclipse-mosquitto|solr|sonarqube|wordpress|ghost)(?:[:@]|$)|^(?:docker\.io\/)?(?:bitnami|bitnamilegacy|grafana|prom|hashicorp|confluentinc|curlimages|amazon|localstack|minio|mailhog|axllent|dpage|rediscommander|redis|postgis|timescale|pgvector|clickhouse|opensearchproject|jaegertracing|otel|portainer|containrrr|certbot|jwilder|nginxproxy|cloudflare|selenium|prometheuscommunity|kiwigrid|jaegertracing|apache|keycloak|getmeili|typesense|qdrant|chromadb|semitechnologies|ollama)\/|^(?:quay\.io\/(?:keycloak|prometheus|minio)|mcr\.microsoft\.com|gcr\.io\/(?:distroless|google|cloud)|registry\.k8s\.io|k8s\.gcr\.io|docker\.elastic\.co)\//;

/** A container of another image: one that is well known, or that another Dockerfile makes. */
function isForeign(node: YamlNode, { file, dockerfiles }: Looking): boolean {
  const build = childOf(node, 'build');
  if (build !== undefined) {
    const context = childOf(build, 'context')?.value ?? (build.value === '' ? '.' : build.value);
    const dockerfile = childOf(build, 'dockerfile')?.value ?? 'Dockerfile';
    if (childOf(build, 'dockerfile_inline') !== undefined) return true;
    if (/[$*&{]|:\/\//.test(context + dockerfile)) return false;
    const from = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
    return !dockerfiles.includes(normal(`${from}/${plain(context)}/${plain(dockerfile)}`));
  }
  const image = childOf(node, 'image');
  return image !== undefined && wellKnown.test(plain(image.value));
}

function plain(text: string): string {
  return text.trim().replaceAll(/^["']|["']$/g, '');
}

function normal(path: string): Path {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

// ------------------------------------------------------------------------------------------------------------- recipes

const inContainer = /\b(?:docker|podman|nerdctl|kubectl|oc|docker-compose|compose)\b[^|;&\n]*?\s(?:run|exec)\s+([^\n]*)/;

/** Lines of makefiles, scripts and workflows that run something in a container. */
function lookAtRecipes(file: Path, text: string, seen: Seen): void {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (/^\s*#/.test(line)) continue;
    const whole = line.endsWith('\\') ? `${line.slice(0, -1)} ${lines[index + 1] ?? ''}` : line;
    const [, rest] = inContainer.exec(whole) ?? [];
    if (rest === undefined || rest.split(/\s+/).some((word) => wellKnown.test(word))) continue;
    const where = `${file} (line ${index + 1})`;
    const words = rest.split(/[\s"'=;&|()]+/).filter((word) => word !== '' && !word.startsWith('-'));
    // The first word that is no option is the container's name, or the value of an option.
    for (const word of words.slice(1)) {
      if (packageOfProgram.has(baseName(word)) || /(?:^|\/)(?:ash|su-exec|crond)$/.test(word)) addProgram(word, where, seen);
      if (word.endsWith('.sh')) seen.scripts.add(baseName(word));
    }
  }
}
