/** Git over HTTP: `git http-backend` as a CGI program behind Node's server. https://git-scm.com/docs/git-http-backend */
import { spawn, spawnSync } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Serves the repositories below `root`. Whoever comes here is let in. When it is done, gives what says so. `isCut`: the
 * connection breaks in the middle: of what is sent here only the first half arrives, and of the answer only the first half leaves.
 */
export function serveGit(root: string, path: string, query: string, request: IncomingMessage, response: ServerResponse, isCut: boolean): Promise<() => void> {
  const child = spawn('git', ['http-backend'], {
    // git starts the program proper as a process of its own: a group of them can be ended together.
    detached: true,
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      HOME: root,
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'somebody',
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  if (isCut && query === '' && path.endsWith('/git-receive-pack')) void firstHalf(request).then((sent) => child.stdin.write(sent, () => child.pid !== undefined && process.kill(-child.pid)));
  else request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  return new Promise((resolve) => {
    child.on('close', () => resolve(() => respond(Buffer.concat(pieces), response, isCut)));
  });
}

async function firstHalf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const all = Buffer.concat(pieces);
  return all.subarray(0, Math.floor(all.length / 2));
}

/** Gives what a CGI program printed as the answer. */
function respond(output: Buffer, response: ServerResponse, isCut: boolean): void {
  const end = output.indexOf('\r\n\r\n');
  const lines = output.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n');
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
  const status = headers.find(([name]) => name === 'Status')?.[1];
  response.writeHead(end < 0 ? 500 : Number(status?.slice(0, 3) ?? 200), Object.fromEntries(headers.filter(([name]) => name !== 'Status' && name !== '')));
  const body = output.subarray(end + 4);
  if (isCut) response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
  else response.end(body);
}

/** Runs git in a directory, for the tests' own needs. */
export function git(directory: string, ...options: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', ['-c', 'user.name=Some Body', '-c', 'user.email=somebody@example.org', '-c', 'init.defaultBranch=main', ...options], {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' },
  });
  if (status !== 0) throw new Error(`git ${options.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** The same; null if git says no. */
export function gitOrNull(directory: string, ...options: readonly string[]): string | null {
  try {
    return git(directory, ...options);
  } catch {
    return null;
  }
}
