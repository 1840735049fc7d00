#!/usr/bin/env node
/**
 * Plays the `docker` command line for tests of `dockfix verify`. It knows FROM, COPY of the context, RUN and CMD: an image
 * holds the files that were copied to /app, and for each RUN a file that is named after it; `RUN noise` writes the number
 * of the build, `RUN order` what was there before it. A step is cached by its text, what it copies, and the step before it.
 *
 * FAKE_DOCKER is the directory of its state. The file `behaviour` in it says what goes wrong, one word a line:
 * `no-engine`, `no-buildx`, `old-buildx`, `podman`, `dies:N` (after N builds), `hangs:N` (the Nth build), `full:N`. A Dockerfile
 * itself may say `RUN fail` or `RUN fail-when-rewritten`. The file `calls` lists all calls.
 */
import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const home = process.env.FAKE_DOCKER;
const stateFile = join(home, 'state.json');
const state = existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, 'utf8')) : { builds: 0, images: {}, containers: {}, cache: [] };
const behaviour = existsSync(join(home, 'behaviour')) ? readFileSync(join(home, 'behaviour'), 'utf8').split(/\s+/) : [];
const args = process.argv.slice(2);
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
if (first === 'buildx' && second === 'version') {
  if (behaviour.includes('no-buildx')) fail("docker: 'buildx' is not a docker command.");
  print(behaviour.includes('podman') ? 'buildah 1.33.7\n' : `github.com/docker/buildx ${behaviour.includes('old-buildx') ? 'v0.12.1' : 'v0.13.1'} abc\n`);
} else if (isGone && first !== 'buildx') fail(gone);
else if (first === 'version') print('26.1.5\n');
else if (first === 'buildx') await build();
else if (first === 'create') create(args.find((word) => state.images[word] !== undefined) ?? fail('Error: No such image'));
else if (first === 'export') exportFiles();
else if (first === 'rm') removeContainers();
else if (first === 'ps') print(Object.entries(state.containers).flatMap(([id, image]) => (isLabelled(state.images[image]) ? [`${id}\n`] : [])).join(''));
else if (first === 'image' && second === 'inspect') inspect(state.images[args.at(-1)] ?? fail('Error: No such image'));
else if (first === 'image' && second === 'ls') print(Object.entries(state.images).flatMap(([id, image]) => (isLabelled(image) ? image.tags.map((tag) => `${id} ${tag}\n`) : [])).join(''));
else if (first === 'image' && second === 'rm') removeImages();
else fail(`the fake knows no docker ${args.join(' ')}`);

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
    process.stderr.write(`${JSON.stringify({ vertexes: [{ digest: 'x', name: '[1/2] RUN sleep', started: 'now' }] })}\n`);
    writeFileSync(join(home, 'hanging'), String(process.pid));
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  }
  if (isGone || number > Number(numbered('dies') ?? Infinity)) fail(`ERROR: ${gone}`);
  if (number === Number(numbered('full') ?? 0)) fail('ERROR: failed to solve: write /var/lib/x: no space left on device');
  const context = args.at(-1);
  const dockerfile = readFileSync(option('file'), 'utf8');
  const files = {};
  const config = { Env: ['PATH=/usr/bin'], Cmd: null, Labels: {} };
  const ignored = existsSync(join(context, '.dockerignore')) ? readFileSync(join(context, '.dockerignore'), 'utf8').split('\n') : [];
  let key = '';
  const lines = dockerfile.split('\n').filter((line) => /^[A-Z]/.test(line));
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
    if (steps.includes(line)) process.stderr.write(`${JSON.stringify({ vertexes: [{ digest: key, name, started: 'now', ...(cached ? { cached } : {}), ...(fails ? { error: 'exit code: 1' } : {}) }] })}\n`);
    if (fails) fail(`ERROR: failed to solve: process "${words.join(' ')}" did not complete successfully: exit code: 1`);
    if (keyword === 'RUN') files[`/run-${hash(line).slice(0, 8)}`] = { content: `${line}${line.includes('noise') ? number : ''}` };
    if (keyword === 'RUN' && line.includes('order')) files['/order'] = { content: Object.keys(files).join(' ') };
    if (keyword === 'CMD') config.Cmd = JSON.parse(words.join(' '));
  }
  const labels = Object.fromEntries(args.filter((word) => word.startsWith('--label=')).map((word) => word.slice(8).split('=')));
  const id = `sha256:${hash(JSON.stringify([files, number]))}`;
  state.images[id] = { tags: [option('tag')], labels, config, files };
  save();
  writeFileSync(option('iidfile'), id);
}

function copy(context, source, ignored, path = source === '.' ? '' : source.replace(/\/$/, '')) {
  if (path !== '' && ignored.some((pattern) => pattern === path || pattern === `**/${path.split('/').at(-1)}`)) return {};
  const at = join(context, path);
  const status = lstatSync(at);
  if (status.isSymbolicLink()) return { [path]: { link: readlinkSync(at) } };
  if (status.isFile()) return { [path]: { content: readFileSync(at, 'latin1'), mode: status.mode & 0o777 } };
  return Object.assign({}, ...readdirSync(at).sort().map((name) => copy(context, source, ignored, path === '' ? name : `${path}/${name}`)));
}

function create(image) {
  const id = randomUUID();
  state.containers[id] = image;
  save();
  print(`${id}\n`);
}

function exportFiles() {
  const { files } = state.images[state.containers[second]];
  for (const [path, { content = '', link = '', mode = 0o644 }] of Object.entries(files)) {
    const bytes = Buffer.from(content, 'latin1');
    print(header(path.slice(1), bytes.length, mode, link));
    print(Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]));
  }
  print(Buffer.alloc(1024));
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

function inspect({ config, labels, files }) {
  const size = Object.values(files).reduce((sum, { content = '' }) => sum + content.length, 1_000_000);
  print(`${option('format').includes('Size') ? size : JSON.stringify({ ...config, Labels: labels })}\n`);
}

function removeContainers() {
  for (const id of args) delete state.containers[id];
  save();
}

function removeImages() {
  for (const name of args) {
    delete state.images[name];
    for (const [id, image] of Object.entries(state.images)) {
      image.tags = image.tags.filter((tag) => tag !== name);
      if (image.tags.length === 0) delete state.images[id];
    }
  }
  save();
}
