/** ` (did you mean …?)` for a word that is near a known one; else nothing. */
export function suggestion(name: string, known: readonly string[], prefix = ''): string {
  const [nearest] = known.map((word) => ({ word, distance: distance(name, word) })).toSorted((a, b) => a.distance - b.distance);
  return nearest && nearest.distance <= Math.min(3, Math.floor(nearest.word.length / 2)) ? ` (did you mean ${prefix}${nearest.word}?)` : '';
}

/** Edits (insert, remove, replace) that make one word of another: Wagner and Fischer's algorithm. Words are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, letter] of Array.from(a.slice(0, 40)).entries()) {
    const next = [at + 1];
    for (let index = 0; index < b.length; index += 1) {
      const replaced = (row[index] ?? 0) + (b[index] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
