import { describe, expect, test } from 'vitest';

import { readEntry } from '../src/bulk/address.ts';

describe('lines of a list of repositories', () => {
  test.each([
    ['https://github.com/owner/name', 'https://github.com/owner/name', 'github.com/owner/name'],
    ['https://github.com/owner/name.git', 'https://github.com/owner/name.git', 'github.com/owner/name'],
    ['HTTPS://github.com/owner/.github', 'https://github.com/owner/.github', 'github.com/owner/.github'],
    ['https://git.example.org:8443/a/b/c/', 'https://git.example.org:8443/a/b/c/', 'git.example.org+8443/a/b/c'],
    ['https://dev.azure.com/org/My%20Project/_git/repo', 'https://dev.azure.com/org/My%20Project/_git/repo', 'dev.azure.com/org/My%20Project/_git/repo'],
    ['https://[::1]:8080/a', 'https://[::1]:8080/a', '__1+8080/a'],
    ['ssh://git@github.com/owner/name.git', 'ssh://git@github.com/owner/name.git', 'github.com/owner/name'],
    ['ssh://git@host:2222/~user/x', 'ssh://git@host:2222/~user/x', 'host+2222/~user/x'],
    ['git@github.com:owner/name.git', 'git@github.com:owner/name.git', 'github.com/owner/name'],
    ['git@[2001:db8::1]:owner/name.git', 'git@[2001:db8::1]:owner/name.git', '2001_db8__1/owner/name'],
    ['[::1]:name', '[::1]:name', '__1/name'],
    ['host:repository', 'host:repository', 'host/repository'],
    ['git://host/x', 'git://host/x', 'host/x'],
    ['file:///srv/git/x.git', 'file:///srv/git/x.git', 'file/srv/git/x'],
    ['file:///srv/gît/x', 'file:///srv/gît/x', 'file/srv/g%C3%AEt/x'],
  ])('%s is cloned', (line, address, directory) => {
    expect(readEntry(line)).toEqual({ kind: 'clone', clone: { address, directory, authorization: null } });
  });

  test.each([
    ['https://user:s%40cret@host/a/b', 'Basic dXNlcjpzQGNyZXQ='],
    ['https://token@host/a/b', 'Basic dG9rZW46'],
    ['https://a@b:c@host/a/b', 'Basic YUBiOmM='],
  ])('credentials of %s are kept apart', (line, authorization) => {
    expect(readEntry(line)).toEqual({ kind: 'clone', clone: { address: 'https://host/a/b', directory: 'host/a/b', authorization } });
  });

  test.each(['/srv/x', 'x', '../x', './a:b', 'a/b:c', 'C:\\src\\x', 'with space', '~/x', '.'])('%s is a path', (line) => {
    expect(readEntry(line)).toEqual({ kind: 'path', path: line });
  });

  test.each([
    ['--upload-pack=touch /tmp/x'],
    ['-oProxyCommand=x'],
    ['ext::sh -c whoami'],
    ['fd::17'],
    ['http://host/a/b'],
    ['ftp://host/a'],
    ['https:///a'],
    ['https://host'],
    ['https://host/'],
    ['https://-host/a'],
    ['ssh://-oProxyCommand=x/a'],
    ['ssh://-l@host/a'],
    ['ssh://user:password@host/a'],
    ['-x@host:a'],
    ['git@-host:a'],
    ['host:-x'],
    ['https://host/a/../../b'],
    ['https://host/a/.'],
    ['https://host/a/.git/hooks'],
    ['https://host/a/.GIT'],
    ['https://host/-a'],
    ['https://host/a?x=1'],
    ['https://host/a#b'],
    ['https://host/a b'],
    ['https://host/a\u0000b'],
    ['https://host/a\\b'],
    ['https://host:port/a'],
    ['https://ho$t/a'],
    ['https://%zz@host/a'],
    ['git://user@host/a'],
    ['file://host/a'],
    ['file:///a/../b'],
    ['file://'],
    ['ho st:a'],
    ['user:password@host/a'],
  ])('%j is refused', (line) => {
    expect(readEntry(line)).toEqual({ kind: 'fault', message: expect.any(String) });
  });

  test('what is said of a fault holds no credentials', () => {
    for (const line of ['https://user:s3cret@/a', 'https://user:s3cret@host/a?b', 'ssh://user:s3cret@host/a', 'ftp://user:s3cret@host/a', 'git://user:s3cret@host/a', 'https://user:s3cret%zz@host/a', 'https://user:s3cret@host:x/a', 'user:s3cret@host/a', 'https:/user:s3cret@host/a', 'https:user:s3cret@host/a']) expect(JSON.stringify(readEntry(line))).not.toContain('s3cret');
  });
});
