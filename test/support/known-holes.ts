/**
 * Rewrites that the symbolic build calls the same although they are not. The smallest example of each lies in
 * `fixtures/_attacks/pending/property-NAME.txt`; an entry goes when its example is decided rightly.
 */
export interface KnownHole {
  readonly name: string;
  /** Does a difference between two concrete builds come from this hole? */
  readonly explains: (difference: string, before: string, after: string) => boolean;
}

export const knownHoles: readonly KnownHole[] = [
  { name: 'existence-not-told', explains: (difference) => /^fails: line \d+: RUN .*(?:chmod|chown|sed) .*: status/.test(difference) },
  { name: 'copy-onto-unknown-kind', explains: (difference, before) => /directory/.test(difference) && /(?:cp -[ra]|mv) /.test(before) },
  { name: 'redirect-onto-directory', explains: (difference, _before, after) => /directory|missing|RUN .* >>? .*status/.test(difference) && / >>? /.test(after) },
  { name: 'false-counts-as-looking', explains: (difference) => /RUN .*\bfalse\b.*: status/.test(difference) },
  { name: 'argument-with-a-slash', explains: (difference, before) => /dev\.txt/.test(difference) && before.includes('${REQS}') },
  { name: 'argument-names-a-directory', explains: (difference, before) => /COPY: \S+ is a directory/.test(difference) && before.includes('${REQS}') },
];
