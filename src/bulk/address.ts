/** Addresses of repositories that are cloned. Pure: nothing is asked of any host. */

/** Where a repository is cloned from, and to. */
export interface Clone {
  /** Without credentials: what reports show, and the clone keeps. */
  readonly address: string;
  /** Below the directory of clones, with `/`. */
  readonly directory: string;
  /** The value of an Authorization header, from credentials in the address; null if there were none. */
  readonly authorization: string | null;
}
