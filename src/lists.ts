/** The same as `list.flatMap(resultsOf)`, which takes V8 five to ten times as long. For what runs for each instruction. */
export function flatMap<Item, Result>(list: readonly Item[], resultsOf: (item: Item, index: number) => readonly Result[]): Result[] {
  if (list.length === 1) return resultsOf(list[0] as Item, 0).slice();
  const all: Result[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const results = resultsOf(list[index] as Item, index);
    for (let at = 0; at < results.length; at += 1) all.push(results[at] as Result);
  }
  return all;
}
