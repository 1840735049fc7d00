/** Versions of gems, and what is asked of them (`Gem::Version`, `Gem::Requirement`: guides.rubygems.org/patterns). */

const operators = /^\s*(=|!=|>=|<=|~>|>|<)?\s*([0-9A-Za-z.-]+)\s*$/;

/** In one spelling: `= 1.0` for `1.0`, and nothing for `>= 0`, which is no demand. */
export function canonicalRequirements(requirements: readonly string[]): readonly string[] {
  const spelled = requirements.map((one) => {
    const match = operators.exec(one);
    return match === null ? one : `${match[1] ?? '='} ${match[2] ?? ''}`;
  });
  return [...new Set(spelled)].filter((one) => one !== '>= 0').toSorted();
}

/** False also for what is not understood. */
export function satisfies(version: string, requirements: readonly string[]): boolean {
  return requirements.every((one) => {
    const match = operators.exec(one);
    return match !== null && holds(version, match[1] ?? '=', match[2] ?? '');
  });
}

function holds(version: string, operator: string, wanted: string): boolean {
  const order = compare(version, wanted);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    default:
      return order >= 0 && compare(releaseOf(version), bumped(wanted)) < 0;
  }
}

/** Numbers and words, without zeros at the end: a word makes it a version before the release. */
function segmentsOf(version: string): readonly (number | string)[] {
  const segments = version.replaceAll('-', '.pre.').match(/\d+|[a-z]+/gi)?.map((one) => (/^\d/.test(one) ? Number(one) : one)) ?? [];
  const word = segments.findIndex((one) => typeof one === 'string');
  const [release, rest] = word < 0 ? [segments, []] : [segments.slice(0, word), segments.slice(word)];
  return [...withoutZeros(release), ...withoutZeros(rest)];
}

function withoutZeros(segments: readonly (number | string)[]): readonly (number | string)[] {
  return segments.slice(0, segments.findLastIndex((one) => one !== 0) + 1);
}

function compare(one: string, other: string): number {
  const left = segmentsOf(one);
  const right = segmentsOf(other);
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [a, b] = [left[at] ?? 0, right[at] ?? 0];
    if (a === b) continue;
    if (typeof a !== typeof b) return typeof a === 'string' ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return 0;
}

function releaseOf(version: string): string {
  return /^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '0';
}

/** What `~>` stays below: `~> 1.2.3` below 1.3, `~> 1` below 2. */
function bumped(version: string): string {
  const numbers = releaseOf(version).split('.').map(Number);
  const kept = numbers.length > 1 ? numbers.slice(0, -1) : numbers;
  return kept.map((number, at) => (at === kept.length - 1 ? number + 1 : number)).join('.');
}
