/**
 * Rewrites that the symbolic build calls the same although they are not. The smallest example of each lies in
 * `fixtures/_attacks/pending/property-NAME.txt`; an entry goes when its example is decided rightly.
 */
export interface KnownHole {
  readonly name: string;
  /** Does a difference between two concrete builds come from this hole? */
  readonly explains: (difference: string, before: string, after: string) => boolean;
}

/** Only owners or modes differ. */
const isAttributes = (difference: string): boolean => /^\/\S*: \d+:\d+ \d+ \/ \d+:\d+ \d+/.test(difference);

export const knownHoles: readonly KnownHole[] = [
  { name: 'run-as-user-not-there-yet', explains: (difference) => difference.includes('unable to find user') },
  { name: 'owner-and-mode-not-read', explains: (difference, _before, after) => isAttributes(difference) && / (?:mv|cp|chown) /.test(after) },
  { name: 'redirect-keeps-owner', explains: (difference, _before, after) => isAttributes(difference) && / > /.test(after) },
  { name: 'edit-without-its-directory', explains: (difference) => /^fails: line \d+: RUN .*(?:>>|touch|mv|cp) .*: status/.test(difference) },
  { name: 'missing-file-vouched-for-by-pattern', explains: (difference, before) => /COPY: \S+ not found/.test(difference) && before.includes('*.txt') },
  { name: 'pattern-misses-new-files', explains: (_difference, _before, after) => /(?:rm|cp|mv|chmod|chown|sed) .*\*/.test(after) },
  { name: 'argument-names-a-directory', explains: (difference, before) => /COPY: \S+ is a directory/.test(difference) && before.includes('${REQS}') },
];
