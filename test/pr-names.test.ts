import { describe, expect, test } from 'vitest';

import { endpointOf } from '../src/pr/endpoint.ts';
import { isBranchName, isOwnerName, repositoryName } from '../src/pr/names.ts';
import { gitAuthorization } from '../src/pr/git-users.ts';
import type { Ask } from '../src/pr/token.ts';
import { findToken } from '../src/pr/token.ts';
import { redactor, secretsIn } from '../src/report/redact.ts';

describe('names', () => {
  const web = 'https://github.com';

  test.each(['o/r', 'octo-org/Hello.World_1', 'a_b/c', 'o/.github'])('%s is a repository', (name) => expect(repositoryName(name, 'github', web)).toBe(name));

  test.each(['', 'o', 'o/', '/r', 'o/r/s', 'o/..', 'o/.', '../r', '-o/r', 'o/r?x=1', 'o/r#x', 'o/%2e%2e', 'o/r r', 'o/r\n', 'o\\r', 'o/r:x', 'https://evil.example/o/r', 'git@evil.example:o/r.git', 'me@github.com:o/r', 'git@github.com:../r', 'ssh://git@github.com:22/o/r', 'o/\u{202e}r', `o/${'r'.repeat(101)}`])('%j is none', (name) =>
    expect(repositoryName(name, 'github', web)).toBe(name === 'o/r\n' ? 'o/r' : null),
  );

  test('an address on the forge itself', () => {
    expect(['https://github.com/o/r', 'https://GitHub.com/o/r.git', ' https://github.com/o/r/ ', 'git@github.com:o/r.git', 'ssh://git@github.com/o/r'].map((one) => repositoryName(one, 'github', web))).toEqual(['o/r', 'o/r', 'o/r', 'o/r', 'o/r']);
    expect(repositoryName('git@git.example:g/h/p.git', 'gitlab', 'https://git.example:8443/gitlab')).toBe('g/h/p');
    expect(['https://github.com.evil.example/o/r', 'https://github.com@evil.example/o/r', 'https://github.com/o/r/tree/main', 'http://github.com/o/r'].map((one) => repositoryName(one, 'github', web))).toEqual([null, null, null, null]);
  });

  test('groups within groups', () => {
    expect(['g/p', 'g/h/i/p', 'G_1/h.i/p-q', 'g/.p'].map((one) => repositoryName(one, 'gitlab', 'https://gitlab.com'))).toEqual(['g/p', 'g/h/i/p', 'G_1/h.i/p-q', 'g/.p']);
    expect(['g', 'g/../p', 'g/./p', './p', 'g/..', 'g//p', 'g/p?', 'g/-p', '/g/p'].filter((one) => repositoryName(one, 'gitlab', 'https://gitlab.com') !== null)).toEqual([]);
    expect([isOwnerName('org', 'github'), isOwnerName('o/p', 'github'), isOwnerName('g/h', 'gitlab'), isOwnerName('..', 'gitlab'), isOwnerName('g/.', 'gitlab'), isOwnerName('a b', 'github')]).toEqual([true, false, true, false, false, false]);
  });

  test('branches', () => {
    expect(['main', 'dockfix/dockerfile-cache', 'release/1.x', 'ä'].filter((one) => !isBranchName(one))).toEqual([]);
    expect(['', '-b', '--upload-pack=x', 'a..b', 'a b', 'a~1', 'a^', 'a:b', 'a?', 'a*', 'a[b', 'a\\b', 'a//b', '/a', 'a/', 'a.', '.a', 'a/.b', 'a.lock', 'a.lock/b', '@', 'a@{1}', 'a\n', 'a\u007f'].filter(isBranchName)).toEqual([]);
  });
});

describe('endpoints', () => {
  test.each([
    ['github', null, { api: 'https://api.github.com', web: 'https://github.com', host: 'github.com' }],
    ['github', 'https://api.github.com', { api: 'https://api.github.com', web: 'https://github.com', host: 'github.com' }],
    ['github', 'https://ghe.example', { api: 'https://ghe.example/api/v3', web: 'https://ghe.example', host: 'ghe.example' }],
    ['github', 'https://ghe.example/api/v3/', { api: 'https://ghe.example/api/v3', web: 'https://ghe.example', host: 'ghe.example' }],
    ['github', 'https://api.octocorp.ghe.com', { api: 'https://api.octocorp.ghe.com', web: 'https://octocorp.ghe.com', host: 'octocorp.ghe.com' }],
    ['gitlab', null, { api: 'https://gitlab.com/api/v4', web: 'https://gitlab.com', host: 'gitlab.com' }],
    ['gitlab', 'https://git.example:8443/gitlab', { api: 'https://git.example:8443/gitlab/api/v4', web: 'https://git.example:8443/gitlab', host: 'git.example:8443' }],
    ['gitlab', 'http://127.0.0.1:8080', { api: 'http://127.0.0.1:8080/api/v4', web: 'http://127.0.0.1:8080', host: '127.0.0.1:8080' }],
  ] as const)('%s %s', (platform, written, endpoint) => expect(endpointOf(platform, written)).toEqual(endpoint));

  test.each([
    ['http://ghe.example', 'it has to begin with https://'],
    ['http://127.0.0.1.evil.example', 'it has to begin with https://'],
    ['ssh://ghe.example', 'it has to begin with https://'],
    ['ghe.example', '"ghe.example" is not an address'],
    ['https://user:secret@ghe.example', 'it holds credentials; they belong in the environment'],
    ['https://ghe.example/?x=1', '"https://ghe.example/?x=1" is more than an address of a server'],
  ])('%s cannot be used', (written, message) => expect(endpointOf('github', written)).toBe(message));
});

describe('tokens', () => {
  const github = { api: 'https://api.github.com', web: 'https://github.com', host: 'github.com' };
  const own = { api: 'https://ghe.example/api/v3', web: 'https://ghe.example', host: 'ghe.example' };
  const asked = (answers: Readonly<Record<string, string | null>>): { ask: Ask; log: string[] } => {
    const log: string[] = [];
    return { log, ask: (program, options, input) => (log.push([program, ...options, input].join(' ').trim()), answers[program] ?? null) };
  };

  test('from the environment, before anything is asked', () => {
    const { ask, log } = asked({ gh: 'from gh' });
    expect(findToken('github', github, { GITHUB_TOKEN: 'a', GH_TOKEN: 'b' }, ask)).toBe('b');
    expect(findToken('github', github, { GITHUB_TOKEN: 'a', GH_ENTERPRISE_TOKEN: 'c' }, ask)).toBe('a');
    expect(findToken('github', own, { GITHUB_TOKEN: 'a', GH_ENTERPRISE_TOKEN: 'c' }, ask)).toBe('c');
    expect(findToken('github', own, { GITHUB_TOKEN: ' a\n' }, ask)).toBe('a');
    expect(findToken('gitlab', { ...own, web: 'https://gitlab.com', host: 'gitlab.com' }, { GITLAB_TOKEN: 'd' }, ask)).toBe('d');
    expect(log).toEqual([]);
  });

  test('from the forge’s own program, then from git', () => {
    expect(findToken('github', github, {}, asked({ gh: 'gho_x\n', git: 'password=y\n' }).ask)).toBe('gho_x');
    const { ask, log } = asked({ git: 'protocol=https\nhost=github.com\nusername=u\npassword=y\n' });
    expect(findToken('github', github, { GITHUB_TOKEN: '' }, ask)).toBe('y');
    expect(log).toEqual(['gh auth token --hostname github.com', 'git credential fill protocol=https\nhost=github.com']);
    const gitlab = asked({});
    expect(findToken('gitlab', own, {}, gitlab.ask)).toBeNull();
    expect(gitlab.log).toEqual(['glab config get token --host ghe.example', 'git credential fill protocol=https\nhost=ghe.example']);
  });

  test('what no header can hold is no token', () => {
    expect(findToken('github', github, { GITHUB_TOKEN: 'a\r\nX-Evil: 1' }, asked({ gh: 'two words' }).ask)).toBeNull();
  });
});

describe('secrets are not shown', () => {
  const secret = 'a+secret/that=is"odd';
  const redact = redactor(['', ...secretsIn(gitAuthorization('github', secret))]);

  test.each([
    [`token ${secret}!`, 'token [hidden]!'],
    [encodeURIComponent(secret), '[hidden]'],
    [JSON.stringify({ a: secret }), '{"a":"[hidden]"}'],
    [gitAuthorization('github', secret), 'Basic [hidden]'],
    [btoa(secret), '[hidden]'],
    ['fatal: unable to access https://x-access-token:other@host/o/r.git/', 'fatal: unable to access https://[hidden]@host/o/r.git/'],
    ['https://host/a@b', 'https://host/a@b'],
    ['ghp_0123456789abcdefghijABCDEFGHIJ012345 and github_pat_11AAAAAAA0abcdefghij_klmnop', '[hidden] and [hidden]'],
    ['glpat-abcdefghij0123456789', '[hidden]'],
    ['Authorization: Bearer abc', 'Authorization: [hidden]'],
    ['"private-token":"abc"', '"private-token":"[hidden]"'],
    ['nothing to hide: GITHUB_TOKEN', 'nothing to hide: GITHUB_TOKEN'],
  ])('%s', (text, shown) => expect(redact(text)).toBe(shown));
});
