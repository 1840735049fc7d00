/** From a platform, an address and a token to a forge. */
import packageJson from '../../package.json' with { type: 'json' };
import type { Endpoint } from './endpoint.ts';
import type { Forge, Platform } from './forge.ts';
import { gitHub, gitHubHeaders } from './github.ts';
import { gitLab } from './gitlab.ts';
import type { Clock } from './http.ts';
import { httpClient, usualLimits } from './http.ts';
import type { Redact } from './redact.ts';

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

export function connect({ platform, endpoint, token, redact, clock, note, limits }: Connection): Forge {
  // With it, Node.js would send the token to anybody. Git is kept from the like by bulk/clone.ts.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  const own = platform === 'github' ? { ...gitHubHeaders, authorization: `Bearer ${token}` } : { authorization: `Bearer ${token}` };
  const http = httpClient({ ...usualLimits, ...limits, base: endpoint.api, headers: { 'user-agent': `dockfix/${packageJson.version}`, ...own }, redact, fetch, clock, note });
  return platform === 'github' ? gitHub(http, endpoint.web, clock) : gitLab(http, endpoint.web, clock);
}

/** The time of this machine. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
};
