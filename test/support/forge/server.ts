/** A server on this machine that is a forge: git under `/OWNER/NAME.git`, the API under its own path, and faults on demand. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { serveGit } from './git-http.ts';
import type { World } from './world.ts';

export interface ApiRequest {
  readonly method: string;
  /** Below the API's path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** What happens to a request instead of being answered, or before or after it is carried out. */
export type Fault =
  | ApiAnswer
  /** No answer, and nothing is done. */
  | 'silence'
  /** The connection breaks; nothing is done. */
  | 'cut'
  /** Of git: the connection breaks in the middle, of what is pushed or of what is fetched. */
  | 'cut-within'
  /** It is done, and then the connection breaks. */
  | 'cut-after';

export interface ForgeServer {
  readonly url: string;
  /** `METHOD path`, in order; of git the service. */
  readonly log: string[];
  readonly world: World;
  /** Asked before each request; the words are as in the log. */
  fault: (words: string) => Fault | null;
  /** Told after each request was carried out, before it is answered. */
  afterwards: (words: string) => void | Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Dialect {
  readonly apiPath: string;
  readonly answer: (request: ApiRequest, url: string) => Promise<ApiAnswer>;
  /** Is the value of git's Authorization header right? */
  readonly authorizesGit: (header: string | undefined) => boolean;
}

/** In PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** With a certificate it is talked to by TLS only. */
export async function startServer(world: World, dialect: Dialect, certificate: Certificate | null = null): Promise<ForgeServer> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    respond(state, dialect, request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: `the server of the tests: ${String(error)}` }));
    });
  };
  const server = certificate === null ? createServer(answer) : createTlsServer({ ...certificate }, answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const state: ForgeServer = {
    url: `${certificate === null ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log: [],
    world,
    fault: () => null,
    afterwards: () => undefined,
    close: () => closed(server),
  };
  return state;
}

function closed(server: Pick<Server, 'close' | 'closeAllConnections'>): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

async function respond(state: ForgeServer, dialect: Dialect, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', state.url);
  const isApi = url.pathname.startsWith(`${dialect.apiPath}/`);
  const path = isApi ? url.pathname.slice(dialect.apiPath.length) : url.pathname;
  const words = isApi ? `${request.method ?? ''} ${path}` : `git ${url.searchParams.get('service') ?? path.split('/').at(-1) ?? ''}${request.method === 'GET' ? ' refs' : ''}`;
  state.log.push(words);
  const fault = state.fault(words);
  if (fault === 'silence') return;
  if (fault === 'cut') return void request.socket.destroy();
  if (typeof fault === 'object' && fault !== null) return send(response, fault);
  if (!isApi) return gitRequest(state, dialect, url, request, response, words, fault);
  const text = await bodyOf(request);
  const answer = await dialect.answer({ method: request.method ?? 'GET', path, query: url.searchParams, body: text === '' ? undefined : JSON.parse(text), headers: request.headers }, state.url);
  state.world.settle();
  await state.afterwards(words);
  if (fault === 'cut-after') request.socket.destroy();
  else send(response, answer);
}

async function gitRequest({ world, afterwards }: ForgeServer, dialect: Dialect, url: URL, request: IncomingMessage, response: ServerResponse, words: string, fault: 'cut-within' | 'cut-after' | null): Promise<void> {
  const [, name = ''] = /^\/(.+?)\.git\//.exec(url.pathname) ?? [];
  const repository = world.find(name);
  if (!dialect.authorizesGit(request.headers.authorization)) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' });
    return void response.end();
  }
  const isPush = words.includes('receive-pack');
  if (repository === undefined || (isPush && (!repository.canPush || repository.isArchived))) {
    response.writeHead(repository === undefined ? 404 : 403);
    return void response.end('no');
  }
  const answer = await serveGit(world.root, url.pathname, url.search.slice(1), request, response, fault === 'cut-within');
  if (words === 'git git-receive-pack') world.settle();
  await afterwards(words);
  if (fault === 'cut-after') request.socket.destroy();
  else answer();
}

function send(response: ServerResponse, { status, headers = {}, json }: ApiAnswer): void {
  response.writeHead(status, { ...(json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }), ...headers });
  response.end(json === undefined ? undefined : JSON.stringify(json));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

/** One page of a list, with the Link header that leads to the next (RFC 8288). */
export function page<One>(all: readonly One[], { query, path }: ApiRequest, base: string, most: number, sizeName = 'per_page'): { readonly items: readonly One[]; readonly headers: Readonly<Record<string, string>> } {
  const size = Math.min(most, Number(query.get(sizeName) ?? 30));
  const at = Number(query.get('page') ?? 1);
  const items = all.slice((at - 1) * size, at * size);
  if (at * size >= all.length) return { items, headers: {} };
  const next = new URLSearchParams(query);
  next.set('page', String(at + 1));
  return { items, headers: { link: `<${base}${path}?${next.toString()}>; rel="next", <${base}${path}?page=9>; rel="last"` } };
}
