#!/usr/bin/env node
/**
 * Plays the command line of an engine for tests of `dockfix verify`: `docker`, `podman` or `buildah`, by the name under
 * which it is called. It knows FROM (an image or a stage), COPY of the context, RUN and CMD: an image
 * holds the files that were copied to /app, and for each RUN a file that is named after it; `RUN noise` writes the number
 * of the build, `RUN order` what was there before it. Images that are not distroless have /bin/sh, and `RUN apt-get install git`
 * makes /usr/bin/git. A command that is run in an image is run by the shell of this machine, where its files are written out. A step is cached by its text, what it copies, and the step before it.
 *
 * FAKE_ENGINE is the directory of its state. The file `behaviour` in it says what goes wrong, one word a line:
 * `no-engine`, `no-buildx`, `old-buildx`, `podman`, `dies:N` (after N builds), `hangs:N` (the Nth build),
 * `full:N`, `killed:N` (the Nth build is ended by a signal), `busy:N` (the kernel does not let it begin), `broken-archive`,
 * `loses:N` (the Nth build says nothing of its first steps), `unremoved:N` (the Nth removal is ended by a signal),
 * `remote` (it is another process), `no-network-for:IMAGE` (its registry is not reached). A Dockerfile
 * itself may say `RUN fail` or `RUN fail-when-rewritten`. The file `calls` lists all calls.
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const home = process.env.FAKE_ENGINE;
const stateFile = join(home, 'state.json');
const state = existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, 'utf8')) : { builds: 0, images: {}, containers: {}, cache: [] };
const behaviour = existsSync(join(home, 'behaviour')) ? readFileSync(join(home, 'behaviour'), 'utf8').split(/\s+/) : [];
const program = basename(process.argv[1]);
const args = process.argv.slice(2).filter((word) => word !== '--log-level=debug');
appendFileSync(join(home, 'calls'), `${args.join(' ')}\n`);

const numbered = (word) => behaviour.map((one) => new RegExp(`^${word}:(\\d+)$`).exec(one)).find((match) => match !== null)?.[1];
const save = () => writeFileSync(stateFile, JSON.stringify(state));
const hash = (text) => createHash('sha256').update(text).digest('hex');
const print = (text) => process.stdout.write(text);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const isGone = behaviour.includes('no-engine') || state.builds >= Number(numbered('dies') ?? Infinity);
const gone = 'Cannot connect to the Docker daemon at unix:///fake.sock. Is the docker daemon running?';
const [first, second] = args;
if (program === 'docker') await asDocker();
else await asBuildah();

async function asDocker() {
  if (first === 'buildx' && second === 'version') {
    if (behaviour.includes('no-buildx')) fail("docker: 'buildx' is not a docker command.");
    print(behaviour.includes('podman') ? 'buildah 1.33.7\n' : `github.com/docker/buildx ${behaviour.includes('old-buildx') ? 'v0.12.1' : 'v0.13.1'} abc\n`);
  } else if (isGone && first !== 'buildx') fail(gone);
  else if (first === 'version') print('26.1.5\n');
  else if (first === 'buildx') await build();
  else if (first === 'create') create();
  else if (first === 'start') start(args[2]);
  else if (first === 'container') print(`${state.containers[args.at(-1)].startedAt}|${state.containers[args.at(-1)].exitCode}\n`);
  else if (first === 'export') exportFiles();
  else if (first === 'rm') removeContainers();
  else if (first === 'ps') print(Object.entries(state.containers).flatMap(([id, { image }]) => (isLabelled(state.images[image]) ? [`${id}\n`] : [])).join(''));
  else if (first === 'image' && second === 'inspect') inspect(Object.entries(state.images).find(([id, { tags }]) => [id, ...tags].includes(args.at(-1))) ?? fail('Error: No such image'));
  else if (first === 'image' && second === 'ls') print(Object.entries(state.images).flatMap(([id, image]) => (isLabelled(image) ? image.tags.map((tag) => `${id} ${tag}\n`) : [])).join(''));
  else if (first === 'image' && second === 'rm') removeImages();
  else fail(`the fake knows no docker ${args.join(' ')}`);
}

/** Podman and Buildah. Images are listed with all of their tags, containers are those that builds work in. */
async function asBuildah() {
  if (behaviour.includes('no-engine')) fail('Error: database is locked');
  if (first === 'info') print(`${option('format') === undefined ? '{}' : behaviour.includes('remote')}\n`);
  else if (first === '--version') print(`${program} version 4.9.4\n`);
  else if (first === 'build') await build();
  else if (first === 'image' && second === 'save') archive(args.at(-1));
  else if (first === 'push') archive(args.at(-2));
  else if (program === 'podman' && first === 'create') create();
  else if (program === 'podman' && first === 'start') start(args[2]);
  else if (program === 'podman' && first === 'container') print(`${state.containers[args.at(-1)].startedAt}|${state.containers[args.at(-1)].exitCode}\n`);
  else if (program === 'buildah' && first === 'from') from();
  else if (program === 'buildah' && first === 'inspect') print(`${args.at(-1).replace('working-', '')}\n`);
  else if (program === 'buildah' && first === 'run') runIn(args[3], args.slice(5));
  else if (first === 'ps' || first === 'containers') print(Object.keys(state.containers).map((id) => `${id}\n`).join(''));
  else if (first === 'rm') removeContainers();
  else if (first === 'images') print(Object.entries(state.images).flatMap(([id, image]) => (isLabelled(image) ? image.tags.map((tag) => `${id} ${tag}\n`) : [])).join(''));
  else if (first === 'rmi') removeImages();
  else fail(`the fake knows no ${program} ${args.join(' ')}`);
}

function option(name) {
  const at = args.indexOf(`--${name}`);
  return args.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? (at < 0 ? undefined : args[at + 1]);
}

function isLabelled(image) {
  const wanted = option('filter')?.replace(/^label=/, '');
  return image !== undefined && Object.entries(image.labels).some(([name, value]) => `${name}=${value}` === wanted);
}

async function build() {
  state.builds += 1;
  save();
  const number = state.builds;
  if (number === Number(numbered('hangs') ?? 0)) {
    if (program === 'docker') process.stderr.write(`${JSON.stringify({ vertexes: [{ digest: 'x', name: '[1/2] RUN sleep', started: 'now' }] })}\n`);
    else begin();
    writeFileSync(join(home, 'hanging'), String(process.pid));
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  }
  if (number === Number(numbered('killed') ?? 0)) {
    if (program !== 'docker') begin();
    process.kill(process.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  }
  if (isGone || number > Number(numbered('dies') ?? Infinity)) fail(`ERROR: ${gone}`);
  if (number === Number(numbered('full') ?? 0)) fail('ERROR: failed to solve: write /var/lib/x: no space left on device');
  if (behaviour.includes(`busy:${number}`)) fail('sealing memfd copy: Device or resource busy\nError: building at STEP "RUN pip": exit status 1');
  const base = /^FROM (\S+)/m.exec(readFileSync(option('file'), 'utf8'))[1];
  if (behaviour.includes(`no-network-for:${base}`)) fail(`ERROR: failed to solve: ${base}: failed to resolve source metadata for docker.io/library/${base}: failed to do request: Head "https://registry.example/v2/": dial tcp: lookup registry.example: no such host`);
  const working = program === 'docker' ? null : begin();
  const context = args.at(-1);
  const dockerfile = readFileSync(option('file'), 'utf8');
  const files = {};
  const config = { Env: ['PATH=/usr/bin'], Cmd: null, Labels: {} };
  const ignoreFile = [option('ignorefile'), `${option('file')}.dockerignore`, join(context, '.dockerignore')].find((file) => file !== undefined && existsSync(file));
  const ignored = ignoreFile === undefined ? [] : readFileSync(ignoreFile, 'utf8').split('\n');
  if (!base.includes('distroless')) files['/bin/sh'] = { content: 'shell' };
  let key = '';
  const lines = stagesOf(dockerfile.split('\n').filter((line) => /^[A-Z]/.test(line)), option('target')?.toLowerCase());
  const steps = lines.filter((line) => !line.startsWith('CMD'));
  for (const line of lines) {
    const name = `[${steps.indexOf(line) + 1}/${steps.length}] ${line}`;
    const [keyword, ...words] = line.split(' ');
    const copied = keyword === 'COPY' ? copy(context, words[0], ignored) : {};
    key = hash(`${key}\n${line}\n${JSON.stringify(copied)}`);
    const cached = !args.includes('--no-cache') && state.cache.includes(key);
    state.cache.push(key);
    for (const [path, file] of Object.entries(copied)) files[`/app/${path}`] = file;
    const fails = line === 'RUN fail' || (line === 'RUN fail-when-rewritten' && !/^COPY \. /m.test(dockerfile.slice(0, dockerfile.indexOf('RUN pip'))));
    if (program !== 'docker') print(`STEP ${lines.indexOf(line) + 1}/${lines.length + 1}: ${line}\n${cached ? `--> Using cache ${key}\n` : ''}`);
    else if (steps.includes(line) && !(number === Number(numbered('loses') ?? 0) && line !== steps.at(-1))) process.stderr.write(`${JSON.stringify({ vertexes: [{ digest: key, name, started: 'now', ...(cached ? { cached } : {}), ...(fails ? { error: 'exit code: 1' } : {}) }] })}\n`);
    if (fails && working !== null) end(working);
    if (fails && program === 'docker' && process.env.BUILDX_GIT_INFO !== 'false') process.stderr.write('WARNING: current commit information was not captured by the build\n');
    if (fails) fail(`ERROR: failed to solve: process "${words.join(' ')}" did not complete successfully: exit code: 1`);
    if (keyword === 'RUN') files[`/run-${hash(line).slice(0, 8)}`] = { content: `${line}${line.includes('noise') ? number : ''}` };
    if (keyword === 'RUN' && line.includes('order')) files['/order'] = { content: Object.keys(files).join(' ') };
    if (line.includes('apt-get install git')) files['/usr/bin/git'] = { content: 'git' };
    if (keyword === 'CMD') config.Cmd = JSON.parse(words.join(' '));
  }
  const labels = Object.fromEntries(args.filter((word) => word.startsWith('--label=')).map((word) => word.slice(8).split('=')));
  if (working !== null) for (const [name, value] of Object.entries(labels)) print(`STEP ${lines.length + 1}/${lines.length + 1}: LABEL "${name}"="${value}"\nCOMMIT ${option('tag')}\n`);
  if (working !== null) end(working);
  const id = `sha256:${hash(JSON.stringify([files, number]))}`;
  state.images[id] = { tags: [option('tag')], labels, config, files };
  save();
  if (program !== 'docker') writeFileSync(option('iidfile'), id);
}

/** The lines of a stage, with those of the stage that it starts from. A stage is found by its name only. */
function stagesOf(lines, target) {
  const starts = lines.flatMap((line, at) => (line.startsWith('FROM ') ? [at] : []));
  const nameAt = (at) => / AS (\S+)$/i.exec(lines[at])?.[1].toLowerCase();
  const start = target === undefined ? starts.at(-1) : starts.findLast((at) => nameAt(at) === target);
  if (start === undefined) fail(`ERROR: failed to solve: target stage "${target}" could not be found`);
  const own = lines.slice(start, starts.find((at) => at > start));
  const base = own[0].split(' ')[1].toLowerCase();
  return starts.some((at) => at < start && nameAt(at) === base) ? [...stagesOf(lines.slice(0, start), base), ...own.slice(1)] : own;
}

/** Begins to work in a container and a directory, and says in which. */
function begin() {
  const id = hash(randomUUID());
  state.containers[id] = null;
  save();
  mkdirSync(directoryOf(id));
  process.stderr.write(`time="2024-01-01T00:00:00Z" level=debug msg="Container ID: ${id}"\ntime="2024-01-01T00:00:00Z" level=debug msg="using \\"${directoryOf(id)}\\" to hold bundle data"\n`);
  return id;
}

/** In the directory for temporary files, named after a number. */
function directoryOf(id) {
  return join(process.env.TMPDIR, `buildah${Number.parseInt(id.slice(0, 8), 16)}`);
}

function end(id) {
  rmdirSync(directoryOf(id));
  delete state.containers[id];
  save();
}

function copy(context, source, ignored, path = source === '.' ? '' : source.replace(/\/$/, '')) {
  if (path !== '' && ignored.some((pattern) => pattern === path || pattern === `**/${path.split('/').at(-1)}`)) return {};
  const at = join(context, path);
  const status = lstatSync(at);
  if (status.isSymbolicLink()) return { [path]: { link: readlinkSync(at) } };
  if (status.isFile()) return { [path]: { content: readFileSync(at, 'latin1'), mode: status.mode & 0o777 } };
  return Object.assign({}, ...readdirSync(at).sort().map((name) => copy(context, source, ignored, path === '' ? name : `${path}/${name}`)));
}

/** Of the words after the image an entrypoint makes a command. */
function create() {
  const at = args.findIndex((word) => state.images[word] !== undefined);
  if (at < 0) fail('Error: No such image');
  const entrypoint = option('entrypoint');
  const words = [...(entrypoint === undefined ? [] : entrypoint.startsWith('[') ? JSON.parse(entrypoint) : [entrypoint]), ...args.slice(at + 1)];
  const id = program === 'docker' ? randomUUID() : hash(randomUUID());
  state.containers[id] = { image: args[at], words };
  save();
  print(`${id}\n`);
}

function from() {
  const id = hash(randomUUID());
  state.containers[id] = { image: args.at(-1) };
  save();
  print(`working-${id}\n`);
}

/** Podman says of a container that never started that it ended with 0. */
function start(id) {
  if (behaviour.includes('no-start')) {
    Object.assign(state.containers[id], { startedAt: '0001-01-01 00:00:00 +0000 UTC', exitCode: 0 });
    save();
    process.stderr.write('Error: crun: setrlimit: Operation not permitted\n');
    process.exit(125);
  }
  state.containers[id].startedAt = '2026-12-01T10:00:00Z';
  runIn(id, state.containers[id].words);
}

/** Where the files are written out, the program is looked for on this machine. The number of runs is in RUNS. */
function runIn(name, [word, ...others]) {
  const id = name.replace('working-', '');
  const root = join(home, `root-${id}`);
  state.runs = (state.runs ?? 0) + 1;
  mkdirSync(join(root, 'app'), { recursive: true });
  for (const [path, { content = '' }] of Object.entries(state.images[state.containers[id].image].files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), Buffer.from(content, 'latin1'));
  }
  const { status } = spawnSync(word, others, { cwd: join(root, 'app'), stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, RUNS: String(state.runs) } });
  rmSync(root, { recursive: true });
  state.containers[id].exitCode = status ?? 127;
  save();
  process.exitCode = status ?? 127;
}

function exportFiles() {
  print(tarOf(state.images[state.containers[second].image].files));
}

/** One layer. */
function archive(image) {
  const { config, labels, files } = state.images[image] ?? fail('Error: no such image');
  if (behaviour.includes('broken-archive')) fail('Error: copying layers: broken pipe');
  const texts = { 'config.json': JSON.stringify({ config: { ...config, Labels: labels } }), 'manifest.json': JSON.stringify([{ Config: 'config.json', Layers: ['layer.tar'] }]) };
  const members = Object.entries(texts).map(([path, content]) => [path, { content }]);
  print(tarOf({ 'layer.tar': { content: tarOf(files).toString('latin1') }, ...Object.fromEntries(members) }));
}

function tarOf(files) {
  const blocks = [];
  for (const [path, { content = '', link = '', mode = 0o644 }] of Object.entries(files)) {
    const bytes = Buffer.from(content, 'latin1');
    blocks.push(header(path.replace(/^\//, ''), bytes.length, mode, link), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(path, size, mode, link) {
  const block = Buffer.alloc(512);
  block.write(path, 0);
  block.write(mode.toString(8).padStart(7, '0'), 100);
  block.write('0000000', 108);
  block.write('0000000', 116);
  block.write(size.toString(8).padStart(11, '0'), 124);
  block.write('        ', 148);
  block.write(link === '' ? '0' : '2', 156);
  block.write(link, 157);
  block.write('ustar\u000000', 257);
  block.write(`${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\u0000 `, 148);
  return block;
}

function inspect([id, { config, labels, files }]) {
  const size = Object.values(files).reduce((sum, { content = '' }) => sum + content.length, 1_000_000);
  const values = { '{{.Id}}': id, '{{.Size}}': size };
  print(`${values[option('format')] ?? JSON.stringify({ ...config, Labels: labels })}\n`);
}

/** Some removals come to nothing. */
function beginRemoval() {
  state.removals = (state.removals ?? 0) + 1;
  save();
  if (behaviour.includes(`unremoved:${state.removals}`)) process.kill(process.pid, 'SIGKILL');
}

function removeContainers() {
  beginRemoval();
  for (const id of args) delete state.containers[id.replace('working-', '')];
  save();
}

function removeImages() {
  beginRemoval();
  for (const name of args) {
    delete state.images[name];
    for (const [id, image] of Object.entries(state.images)) {
      image.tags = image.tags.filter((tag) => tag !== name);
      if (image.tags.length === 0) delete state.images[id];
    }
  }
  save();
}
