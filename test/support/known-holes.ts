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
  { name: 'argument-aliases-a-path', explains: (_difference, before) => before.includes('${DIR}') },
  { name: 'argument-with-a-slash', explains: (difference, before) => /dev\.txt/.test(difference) && before.includes('${REQS}') },
  { name: 'argument-names-a-directory', explains: (difference, before) => /COPY: \S+ is a directory/.test(difference) && before.includes('${REQS}') },
];
