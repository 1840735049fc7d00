/** Requests to the API of a forge: the token, time limits, rate limits, what is tried again, and pages. */
import { fields, list } from './answers.ts';
import type { ForgeFault } from './forge.ts';
import { ForgeError, isForgeError } from './forge.ts';
import { printable } from '../report/words.ts';
import type { Redact } from '../report/redact.ts';

export interface HttpSettings {
  /** Of the API, without a slash at the end. */
  readonly base: string;
  /** The header that holds the token, and the others that each request has. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the forge calls the number of entries on a page, and the most that it gives. */
  readonly perPage: { readonly name: string; readonly most: number };
  readonly redact: Redact;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly note: (message: string) => void;
  /** Milliseconds that one request may take, that lie between two that change something, and that may be waited for a limit. */
  readonly timeout: number;
  readonly pause: number;
  readonly longestWait: number;
  /** Bytes of an answer; a comparison of large files takes some. */
  readonly longestAnswer: number;
}

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A signal that comes after so long. */
  readonly limit: (milliseconds: number) => AbortSignal;
}

export const usualLimits = { timeout: 30_000, pause: 1000, longestWait: 65 * 60_000, longestAnswer: 64 * 1024 * 1024 } as const;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

export interface Request {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
  /** False for what must not be done twice, and may have been done if no answer came. */
  readonly isRepeatable?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

export interface Http {
  /** Throws a ForgeError for every answer that is not a success. */
  readonly send: (method: Method, path: string, request?: Request) => Promise<Answer>;
  /** The entries of a list, page by page, as the Link header leads. `field`: where in the answer the list is; else it is the answer. */
  readonly pages: (path: string, query?: Request['query'], field?: string) => AsyncIterable<unknown>;
  /** The time by the forge’s clock, as far as it has been heard; it need not go as the one here. */
  readonly now: () => number;
}

const triesOfFailures = 4;
const triesOfLimits = 6;
const mostRedirects = 5;
/** Of one list. */
const mostPages = 10_000;

export function httpClient(settings: HttpSettings): Http {
  const { base, clock, perPage } = settings;
  const origin = new URL(base).origin;
  let nextChange = 0;
  let limitedUntil = 0;
  /** How far the forge’s clock is ahead of the one here, in milliseconds. */
  let ahead = 0;
  /** Forges ask not to be asked for several things at once, nor while they limit how much they are asked. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const own = last.then(work);
    last = own.catch(() => undefined);
    return own;
  };
  const once = async (method: Method, url: URL, request: Request): Promise<Received> => {
    const wait = Math.max(limitedUntil, method === 'GET' ? 0 : nextChange) - clock.now();
    if (wait > 0) await clock.sleep(wait);
    const received = await receive(settings, origin, method, url, request);
    if (method !== 'GET') nextChange = clock.now() + settings.pause;
    const time = timeIn(received.headers);
    if (time !== null) ahead = time - clock.now();
    return received;
  };
  const sendTo = async (method: Method, url: URL, request: Request): Promise<Received> => {
    for (let failures = 0, limits = 0; ; ) {
      const received = await inTurn(() => once(method, url, request));
      const { fault } = received;
      if (fault === null) return received;
      if (fault.wait !== null) {
        limits += 1;
        if (limits >= triesOfLimits || fault.wait > settings.longestWait) throw fault.error;
        settings.note(`the forge asks to wait ${Math.ceil(fault.wait / 1000)} s (rate limit)`);
        limitedUntil = Math.max(limitedUntil, clock.now() + fault.wait * (fault.isGuess ? 2 ** (limits - 1) : 1));
        continue;
      }
      failures += 1;
      if (fault.error.code !== 'unavailable' || request.isRepeatable === false || failures >= triesOfFailures) throw fault.error;
      await clock.sleep(1000 * 2 ** (failures - 1));
    }
  };
  const send = async (method: Method, path: string, request: Request = {}): Promise<Answer> => sendTo(method, addressOf(base, path, request.query), request);
  async function* pages(path: string, query: Request['query'] = {}, field?: string): AsyncIterable<unknown> {
    let url: URL | null = addressOf(base, path, { ...query, [perPage.name]: perPage.most });
    const seen = new Set<string>();
    while (url !== null) {
      if (seen.has(url.href) || seen.size >= mostPages) throw new ForgeError('unavailable', `${path}: its pages do not end`);
      seen.add(url.href);
      const { json, headers }: Received = await sendTo('GET', url, {});
      yield* list(field === undefined ? json : fields(json)[field]);
      url = nextPage(headers.get('link'), url);
      // The token stays where it belongs; and a list without its end may say that there is no pull request where there is one.
      if (url !== null && url.origin !== origin) throw new ForgeError('unavailable', `${path}: its next page is on another host (${url.origin})`);
    }
  }
  return { send, pages, now: () => clock.now() + ahead };
}

/** Null where the forge says that there is no such thing. */
export async function orNull<Value>(ask: () => Promise<Value>, ...codes: readonly ForgeFault[]): Promise<Value | null> {
  try {
    return await ask();
  } catch (error) {
    if (isForgeError(error, ...(codes.length === 0 ? (['not-found'] as const) : codes))) return null;
    throw error;
  }
}

/** Of a name in an address only the slashes are those of an address. */
export function inPath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

function addressOf(base: string, path: string, query: Request['query'] = {}): URL {
  const url = new URL(base + path);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
}

/** `<https://…?page=2>; rel="next"` (RFC 8288). */
function nextPage(link: string | null, from: URL): URL | null {
  const written = (link ?? '').split(',').map((one) => /^\s*<([^>]*)>(.*)$/s.exec(one)).find((one) => one !== null && /;\s*rel="?next"?/i.test(one[2] ?? ''))?.[1];
  return written === undefined || !URL.canParse(written, from.href) ? null : new URL(written, from);
}

interface Received extends Answer {
  readonly headers: Headers;
  readonly fault: Fault | null;
}

interface Fault {
  readonly error: ForgeError;
  /** Milliseconds to wait, if the forge limits how much it is asked; null for other faults. */
  readonly wait: number | null;
  /** The forge did not say how long. */
  readonly isGuess: boolean;
}

const noHeaders = new Headers();

async function receive(settings: HttpSettings, origin: string, method: Method, address: URL, { body }: Request): Promise<Received> {
  const what = `${method} ${address.pathname}`;
  const failed = (message: string, code: ForgeFault = 'unavailable'): Received => ({ status: 0, json: null, headers: noHeaders, fault: { error: new ForgeError(code, settings.redact(`${what}: ${message}`)), wait: null, isGuess: false } });
  let url = address;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await settings
      .fetch(url, {
        method,
        headers: { ...settings.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal: settings.clock.limit(settings.timeout),
      })
      .then(async (answer) => ({ answer, text: await textOf(answer, settings.longestAnswer) }))
      .catch((error: unknown) => failed(reasonOf(error, settings.timeout), isUntrusted(error) ? 'untrusted' : 'unavailable'));
    if ('fault' in response) return response;
    const { answer, text } = response;
    if (answer.status >= 300 && answer.status < 400) {
      const next = redirectOf(answer, url, method);
      if (next === null || next.origin !== origin) return { ...failed(`a redirect (${answer.status}) that is not followed, because it leads elsewhere`), status: answer.status };
      url = next;
      continue;
    }
    const json = parsed(text);
    if (answer.ok) return json === undefined ? failed('the answer is not JSON') : { status: answer.status, json, headers: answer.headers, fault: null };
    return { status: answer.status, json: json ?? null, headers: answer.headers, fault: faultOf(settings, what, answer, json) };
  }
  return failed('too many redirects');
}

/** What a forge says has an end, or is not read to it. */
async function textOf({ body }: Response, longest: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.length;
    if (bytes > longest) throw new Error(`the answer is longer than ${longest} bytes`);
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

/** Whoever changes something is led on only by answers that keep the method. */
function redirectOf(answer: Response, from: URL, method: Method): URL | null {
  const location = answer.headers.get('location');
  const keeps = method === 'GET' || answer.status === 307 || answer.status === 308;
  return location !== null && keeps && URL.canParse(location, from.href) ? new URL(location, from) : null;
}

function parsed(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeout / 1000} s`;
  if (isUntrusted(error)) return `its certificate is not trusted: ${messageOfCause(error)} (NODE_EXTRA_CA_CERTS names certificates of your own)`;
  return error.cause instanceof Error ? `${error.message}: ${messageOfCause(error)}` : error.message;
}

function messageOfCause({ cause }: Error): string {
  return cause instanceof Error ? cause.message : '';
}

/** OpenSSL's names of what is wrong with a certificate, and Node.js's own. */
function isUntrusted(error: unknown): boolean {
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return false;
  const { cause } = error;
  return 'code' in cause && /CERT|UNABLE_TO_VERIFY|SELF_SIGNED/.test(String(cause.code));
}

/** Characters of what the forge says of a failure. */
const mostSaid = 500;

function faultOf({ redact, clock }: HttpSettings, what: string, { status, headers }: Response, json: unknown): Fault {
  // First what is hidden, then what is left out: half a token is too much.
  const said = redact(messageOf(json)).slice(0, mostSaid);
  const message = `${what}: ${status}${said === '' ? '' : ` ${said}`}`;
  const wait = status === 403 || status === 429 ? waitOf(status, headers, said, timeIn(headers) ?? clock.now()) : null;
  if (wait !== null) return { error: new ForgeError('rate-limit', message, status), ...wait };
  return { error: new ForgeError(codeOf(status), message, status), wait: null, isGuess: false };
}

function codeOf(status: number): ForgeFault {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410 || status === 451) return 'not-found';
  return status >= 500 || status === 408 ? 'unavailable' : 'rejected';
}

/** What time it is for the forge. */
function timeIn(headers: Headers): number | null {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? null : time;
}

const guessedWait = 60_000;

/**
 * How long to wait: as `retry-after` says; else until the limit is reset, if nothing of it is left; else a minute, and
 * longer each time. Null for a 403 that has nothing to do with limits.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api, https://docs.gitlab.com/security/rate_limits
 */
function waitOf(status: number, headers: Headers, said: string, now: number): { readonly wait: number; readonly isGuess: boolean } | null {
  const after = headers.get('retry-after');
  if (after !== null && /^\d+$/.test(after.trim())) return { wait: Number(after) * 1000, isGuess: false };
  if (after !== null && Number.isFinite(Date.parse(after))) return { wait: Math.max(0, Date.parse(after) - now), isGuess: false };
  const reset = headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset');
  const isUsedUp = (headers.get('x-ratelimit-remaining') ?? headers.get('ratelimit-remaining')) === '0';
  // A second more, because clocks differ.
  if (isUsedUp && reset !== null && /^\d+$/.test(reset)) return { wait: Math.max(0, Number(reset) * 1000 - now) + 1000, isGuess: false };
  return status === 429 || /secondary rate limit|abuse detection/i.test(said) ? { wait: guessedWait, isGuess: true } : null;
}

/** GitHub: `{message, errors: [{message} | text]}`; GitLab: `{message | error | error_description}`, a text, a list or lists by field. */
function messageOf(json: unknown): string {
  if (typeof json !== 'object' || json === null) return '';
  const { message, error, errors } = json as { readonly message?: unknown; readonly error?: unknown; readonly errors?: unknown };
  return [message ?? error, errors].flatMap(wordsOf).map(printable).join('; ');
}

function wordsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  if (typeof value !== 'object' || value === null) return [];
  const { message } = value as { readonly message?: unknown };
  return message === undefined ? Object.entries(value).map(([name, words]) => `${name} ${wordsOf(words).join(', ')}`) : wordsOf(message);
}
