/** More than the texts of one project that are read in turn; few enough that they are soon forgotten. */
const mostTexts = 8;
/** Characters in all: what a parser makes of a long text takes many times its room. */
const mostCharacters = 2_000_000;

interface Room {
  readonly texts: number;
  readonly characters: number;
}

const usualRoom: Room = { texts: mostTexts, characters: mostCharacters };

/** For what is small whatever the text: all the locks of a large workspace. */
export const roomForSmall: Room = { texts: 100, characters: 20_000_000 };

/**
 * A reader of texts that keeps what the last few gave, because each build of a project reads the same ones. What it
 * gives is shared and must not be changed.
 */
export function remembering<Result>(read: (text: string) => Result, room: Room = usualRoom): (text: string) => Result {
  const known = new Map<string, { readonly result: Result }>();
  let characters = 0;
  return (text) => {
    const before = known.get(text);
    if (before) return before.result;
    const result = read(text);
    known.set(text, { result });
    characters += text.length;
    for (const oldest of known.keys()) {
      if (known.size <= room.texts && characters <= room.characters) break;
      known.delete(oldest);
      characters -= oldest.length;
    }
    return result;
  };
}

/** Works something out when it is first asked for, and then keeps it. */
export function once<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}

/** Works something out once for each key. */
export function memoised<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined || known.has(key)) return before as Value;
    const value = compute(key);
    known.set(key, value);
    return value;
  };
}
