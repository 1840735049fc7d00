/** JSON with the places of everything in it, for messages that name a line. RFC 8259; a name twice is a fault, too. */

export interface JsonNode {
  readonly value: unknown;
  readonly start: number;
  /** By name or index: the node, and where its name begins. */
  readonly children: ReadonlyMap<string | number, { readonly nameStart: number; readonly node: JsonNode }>;
}

export interface JsonFault {
  readonly fault: string;
  readonly at: number;
}

const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const space = /[ \t\r\n]*/y;

const deepest = 50;

export function parseJson(text: string): JsonNode | JsonFault {
  let at = 0;
  const fail = (fault: string): never => {
    throw new Stop(fault, at);
  };
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  const sign = (character: string): boolean => {
    take(space);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const node = (depth: number): JsonNode => {
    take(space);
    const start = at;
    if (depth > deepest) fail('it is nested too deeply');
    if (sign('{')) return object(start, depth);
    if (sign('[')) return array(start, depth);
    const written = take(string) ?? take(scalar) ?? fail(at >= text.length ? 'something is missing at the end' : 'a value is expected here');
    return { value: JSON.parse(written), start, children: new Map() };
  };
  const object = (start: number, depth: number): JsonNode => {
    const children = new Map<string, { nameStart: number; node: JsonNode }>();
    if (sign('}')) return { value: {}, start, children };
    do {
      take(space);
      const nameStart = at;
      const name = String(JSON.parse(take(string) ?? fail('a name in quotes is expected here')));
      if (children.has(name)) throw new Stop(`"${name}" is here twice`, nameStart);
      if (!sign(':')) fail('a colon is expected here');
      children.set(name, { nameStart, node: node(depth + 1) });
    } while (sign(','));
    if (!sign('}')) fail('a comma or } is expected here');
    return { value: Object.fromEntries([...children].map(([name, child]) => [name, child.node.value])), start, children };
  };
  const array = (start: number, depth: number): JsonNode => {
    const children = new Map<number, { nameStart: number; node: JsonNode }>();
    if (sign(']')) return { value: [], start, children };
    do {
      take(space);
      children.set(children.size, { nameStart: at, node: node(depth + 1) });
    } while (sign(','));
    if (!sign(']')) fail('a comma or ] is expected here');
    return { value: [...children.values()].map((child) => child.node.value), start, children };
  };
  try {
    const whole = node(0);
    take(space);
    if (at < text.length) fail('nothing more is expected here');
    return whole;
  } catch (error) {
    if (error instanceof Stop) return { fault: error.message, at: error.at };
    throw error;
  }
}

class Stop extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}
