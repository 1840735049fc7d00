/** From a platform, an address and a token to a forge. */
import packageJson from '../../package.json' with { type: 'json' };
import type { Endpoint } from './endpoint.ts';
import type { Forge, Platform } from './forge.ts';
import { gitea } from './gitea.ts';
import { gitHub, gitHubHeaders } from './github.ts';
import { gitLab } from './gitlab.ts';
import type { Clock, Http, HttpSettings } from './http.ts';
import { httpClient, usualLimits } from './http.ts';
import type { Redact } from '../report/redact.ts';

export interface Connection {
  readonly platform: Platform;
  readonly endpoint: Endpoint;
  readonly token: string;
  readonly redact: Redact;
  readonly clock: Clock;
  readonly note: (message: string) => void;
  /** Other limits than the usual ones. */
  readonly limits?: Partial<typeof usualLimits>;
}

interface Dialect extends Pick<HttpSettings, 'headers' | 'perPage'> {
  readonly make: (http: Http, webUrl: string, clock: Clock) => Forge;
}

const dialects: Readonly<Record<Platform, Dialect>> = {
  github: { make: gitHub, headers: gitHubHeaders, perPage: { name: 'per_page', most: 100 } },
  gitlab: { make: gitLab, headers: {}, perPage: { name: 'per_page', most: 100 } },
  gitea: { make: gitea, headers: {}, perPage: { name: 'limit', most: 50 } },
};

export function connect({ platform, endpoint, token, redact, clock, note, limits }: Connection): Forge {
  // With it, Node.js would send the token to anybody. Git is kept from the like by bulk/clone.ts.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  const { make, headers, perPage } = dialects[platform];
  const own = { 'user-agent': `dockfix/${packageJson.version}`, ...headers, authorization: `Bearer ${token}` };
  return make(httpClient({ ...usualLimits, ...limits, base: endpoint.api, headers: own, perPage, redact, fetch, clock, note }), endpoint.web, clock);
}

/** The time of this machine. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
  limit: (milliseconds) => AbortSignal.timeout(milliseconds),
};
