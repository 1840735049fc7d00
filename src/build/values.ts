/**
 * Value numbering. A token stands for "the bytes that you get by doing this to that"; two tokens are equal exactly if
 * they were made the same way, so comparing images is comparing numbers. One `Values` is shared by the original and
 * the rewritten Dockerfile of a verification, and dropped with it.
 */

/** A number that stands for a value. Equal tokens: equal values. Different tokens: not known to be equal. */
export type Token = number;

/** How a token was made: an operation and what it was done to. */
export interface Made {
  readonly operation: string;
  readonly operands: readonly (string | Token)[];
}

export interface Values {
  /** The token for doing `operation` to `operands`; the same token for the same call. */
  token(operation: string, ...operands: (string | Token)[]): Token;
  /** How a token was made. */
  made(token: Token): Made;
  /** What a directory is, and what is not there; root, and what root makes: asked for again and again. */
  readonly directory: Token;
  readonly absent: Token;
  readonly root: Token;
  readonly ownedByRoot: Token;
  readonly usualMode: Token;
  /**
   * How often a token was asked for, and the same for what takes as long without asking: what was worked out so far, in a
   * measure that is the same on every machine.
   */
  work: number;
}

export function createValues(): Values {
  return new Numbering();
}

/**
 * Where tokens are kept, operand by operand: a token is at the end of the way that its operands lead. Most ways soon
 * belong to one token alone, which then waits where they part from the others.
 */
class Junction {
  /** Of the operands up to here. */
  token: Token | null = null;
  readonly next = new Map<string | Token, Junction | Token>();
}

/** A class because of what it counts: V8 frees an object literal with a getter, and all that it holds, only late. */
class Numbering implements Values {
  work = 0;
  private readonly operations = new Map<string, Junction>();
  private readonly history: Made[] = [];
  readonly directory = this.token('directory');
  readonly absent = this.token('absent');
  readonly root = this.token('user', 'root');
  readonly ownedByRoot = this.token('owner', '0:0');
  readonly usualMode = this.token('mode', '0755');

  token(operation: string, ...operands: (string | Token)[]): Token {
    this.work += 1;
    let junction = this.junctionOf(operation);
    for (let at = 0; ; at += 1) {
      const operand = operands[at];
      if (operand === undefined) return (junction.token ??= this.add(operation, operands));
      const next = junction.next.get(operand);
      if (next === undefined) {
        const token = this.add(operation, operands);
        junction.next.set(operand, token);
        return token;
      }
      if (typeof next === 'number') {
        const alone = this.made(next).operands;
        if (isSameFrom(at + 1, alone, operands)) return next;
        junction = parted(junction, operand, next, alone[at + 1]);
      } else junction = next;
    }
  }

  private junctionOf(operation: string): Junction {
    const known = this.operations.get(operation);
    if (known) return known;
    const junction = new Junction();
    this.operations.set(operation, junction);
    return junction;
  }

  private add(operation: string, operands: readonly (string | Token)[]): Token {
    this.history.push({ operation, operands });
    return this.history.length - 1;
  }

  made(token: Token): Made {
    const made = this.history[token];
    if (!made) throw new RangeError(`no such token: ${token}`);
    return made;
  }
}

/** Another token has come to a way that belonged to one alone, which goes on with `following` from there. */
function parted(junction: Junction, operand: string | Token, token: Token, following: string | Token | undefined): Junction {
  const made = new Junction();
  if (following === undefined) made.token = token;
  else made.next.set(following, token);
  junction.next.set(operand, made);
  return made;
}

/** Are two lists of operands, of which the first ones are the same, the same altogether? */
function isSameFrom(start: number, one: readonly (string | Token)[], other: readonly (string | Token)[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = start; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

/**
 * `list` with `element` at its end, for installs that add to what is there. An element that is already the last one
 * is not added again: installing the same requirements twice in a row changes nothing.
 */
export function add(values: Values, list: Token, element: Token): Token {
  const made = values.made(list);
  if (made.operation === 'add' && made.operands[1] === element) return list;
  return values.token('add', list, element);
}

/** What `after` has that `before` had not: the elements added, or `after` itself if it is no extension of `before`. */
export function addedElements(values: Values, before: Token, after: Token): readonly Token[] {
  const elements: Token[] = [];
  for (let at = after; at !== before; ) {
    const made = values.made(at);
    if (made.operation !== 'add') return [after];
    const rest = made.operands[0];
    const element = made.operands[1];
    if (typeof rest !== 'number' || typeof element !== 'number') return [after];
    elements.push(element);
    at = rest;
  }
  return elements.length > 1 ? elements.toReversed() : elements;
}

/** `context` may or may not win over `old`; the choice is the same wherever the two are the same. */
export function either(values: Values, old: Token, context: Token): Token {
  if (old === context) return old;
  const made = values.made(old);
  if (made.operation === 'either' && made.operands[1] === context) return old;
  return values.token('either', old, context);
}
