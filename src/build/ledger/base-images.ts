/** What is known of the image that a stage starts from. */
import type { BaseFacts } from '../../images/base-facts.ts';
import { baseFacts } from '../../images/base-facts.ts';
import { readable } from '../places.ts';
import type { StageState } from '../state.ts';

const factsByReference = new Map<string, BaseFacts | null>();

/** What is known of an image by its reference; worked out once. */
export function factsOfReference(reference: string): BaseFacts | null {
  const known = factsByReference.get(reference);
  if (known !== undefined) return known;
  const facts = baseFacts(reference);
  factsByReference.set(reference, facts);
  return facts;
}

/** What is known of the image that a stage starts from. */
export function factsOf(state: StageState): BaseFacts | null {
  const { operation, operands } = state.values.made(state.base.token);
  const [reference] = operands;
  if (operation !== 'image' || typeof reference !== 'string') return null;
  return factsOfReference(readable(reference));
}

/** Does the base image of a stage bring setuptools? */
export function hasSetuptools(state: StageState): boolean {
  // docker-library/python installs setuptools and wheel beside pip up to 3.11 only.
  const minor = factsOf(state)?.python?.minor ?? null;
  return minor !== null && /^(?:2\.\d+|3\.(?:\d|1[01]))$/.test(minor);
}

/** The platform that FROM asks for; empty for the one that the image is built for. */
export function platformOf(state: StageState): string {
  const written = state.values.made(state.base.token).operands[1];
  const platform = typeof written === 'string' ? written.replace(/^\$\{(\w+)\}$/, '$$$1') : '';
  return platform === '$TARGETPLATFORM' ? '' : platform;
}

/** Do packages that were built in one stage fit the Python of the other? */
export function sameInterpreter(a: StageState, b: StageState): boolean {
  if (a.base.token === b.base.token) return true;
  const [one, other] = [factsOf(a), factsOf(b)];
  if (!one?.python || !other?.python) return false;
  return (
    one.python.minor !== null && one.python.minor === other.python.minor && one.python.prefix === other.python.prefix &&
    one.libc !== null && one.libc === other.libc && platformOf(a) === platformOf(b)
  );
}

/** Does the base image of a stage have pip? Distroless images have Python without it, and no shell; Debian's has neither. */
export function hasPip(state: StageState): boolean {
  const facts = factsOf(state);
  return facts !== null && facts.python !== null && facts.python.prefix === state.base.pythonPrefix && facts.shell !== 'none';
}
