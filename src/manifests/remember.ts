/** More than the manifests of one project that are read in turn; few enough that large locks are soon forgotten. */
const longest = 8;

/**
 * A reader of texts that keeps what the last few gave, because each build of a project reads the same ones. What it
 * gives is shared and must not be changed.
 */
export function remembering<Result>(read: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, { readonly result: Result }>();
  return (text) => {
    const before = known.get(text);
    if (before) return before.result;
    const result = read(text);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= longest) known.delete(oldest);
    known.set(text, { result });
    return result;
  };
}
