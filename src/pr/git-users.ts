/** What git is told of a token. */
import type { Platform } from './forge.ts';

/** The user that goes with a token in git's basic authentication. */
const gitUsers: Readonly<Record<Platform, string>> = { github: 'x-access-token', gitlab: 'oauth2', gitea: 'oauth2' };

/** The value of the Authorization header for git. */
export function gitAuthorization(platform: Platform, token: string): string {
  return `Basic ${Buffer.from(`${gitUsers[platform]}:${token}`, 'utf8').toString('base64')}`;
}
