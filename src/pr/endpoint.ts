/** Where a forge's API and its repositories are. Pure. */
import type { Platform } from './forge.ts';

export interface Endpoint {
  /** Of the API, without a slash at the end. */
  readonly api: string;
  /** Of the pages and of git, without a slash at the end. */
  readonly web: string;
  readonly host: string;
}

const usual: Readonly<Record<Platform, Endpoint>> = {
  github: { api: 'https://api.github.com', web: 'https://github.com', host: 'github.com' },
  gitlab: { api: 'https://gitlab.com/api/v4', web: 'https://gitlab.com', host: 'gitlab.com' },
  gitea: { api: 'https://gitea.com/api/v1', web: 'https://gitea.com', host: 'gitea.com' },
};

const apiPaths: Readonly<Record<Platform, string>> = { github: '/api/v3', gitlab: '/api/v4', gitea: '/api/v1' };

/**
 * The forge itself, or the one at the address that `--endpoint` has: its pages or its API. Without TLS only this machine
 * is talked to. Gives what is wrong, as a text, if it cannot be used.
 */
export function endpointOf(platform: Platform, written: string | null): Endpoint | string {
  if (written === null) return usual[platform];
  if (!URL.canParse(written)) return `"${written}" is not an address`;
  const url = new URL(written);
  if (url.username !== '' || url.password !== '') return 'it holds credentials; they belong in the environment';
  if (url.search !== '' || url.hash !== '') return `"${written}" is more than an address of a server`;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine(url.hostname))) return 'it has to begin with https://';
  const path = url.pathname.replace(/\/+$/, '');
  const place = path.endsWith(apiPaths[platform]) ? path.slice(0, -apiPaths[platform].length) : path;
  const isOwnHost = platform === 'github' && url.hostname.startsWith('api.');
  if (!isOwnHost) return { api: `${url.origin}${place}${apiPaths[platform]}`, web: `${url.origin}${place}`, host: url.host };
  // github.com and GHE.com have their API on a host of its own.
  const host = url.host.slice('api.'.length);
  return { api: `${url.origin}${path}`, web: `${url.protocol}//${host}`, host };
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
