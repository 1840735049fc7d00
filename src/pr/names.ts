/** Names of repositories, branches, labels and people, before they go into an address, a request or a command. */
import type { Platform } from './forge.ts';

const names: Readonly<Record<Platform, RegExp>> = {
  github: /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/[A-Za-z0-9._-]{1,100}$/,
  // https://docs.gitlab.com/user/reserved_names: letters, digits, `_`, `-`, `.`; groups within groups.
  gitlab: /^(?:[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}\/){1,21}[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}$/,
  gitea: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\/[A-Za-z0-9._-]{1,100}$/,
};

const owners: Readonly<Record<Platform, RegExp>> = {
  github: /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
  gitlab: /^(?:[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}\/){0,20}[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}$/,
  gitea: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/,
};

/**
 * The repository that somebody names as OWNER/NAME, or by its address on this forge, also that of ssh; null if that is none. What a name
 * may not have cannot lead to another address: no `..`, no `?`, no `%`, no space.
 */
export function repositoryName(written: string, platform: Platform, webUrl: string): string | null {
  const { hostname } = new URL(webUrl);
  const text = written.trim();
  const prefix = [`${webUrl}/`, `git@${hostname}:`, `ssh://git@${hostname}/`].find((one) => text.toLowerCase().startsWith(one.toLowerCase()));
  const rest = prefix === undefined ? text : text.slice(prefix.length).replace(/\/$/, '');
  const name = rest === text ? rest : rest.replace(/\.git$/, '');
  return names[platform].test(name) && !hasDots(name) ? name : null;
}

export function isOwnerName(written: string, platform: Platform): boolean {
  return owners[platform].test(written) && !hasDots(written);
}

/** An address would take these for directories. */
function hasDots(name: string): boolean {
  return name.split('/').some((part) => part === '.' || part === '..');
}

/** The rules of `git check-ref-format --branch`, and nothing that could be read as an option. */
export function isBranchName(name: string): boolean {
  if (name === '' || name === '@' || name.length > 200 || name.startsWith('-') || name.endsWith('.') || name.endsWith('/')) return false;
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\//.test(name)) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** GitLab takes labels as one list with commas. */
export function isLabel(name: string): boolean {
  return /^[^,\p{Cc}]{1,100}$/u.test(name);
}

/** A user, or `ORG/TEAM`. */
export function isReviewer(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_.-]+)?$/.test(name);
}
