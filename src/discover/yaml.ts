import { parse } from 'yaml';

/** The value of a YAML text. */
export function readYaml(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    // Unique keys are left to others to check: it takes time that grows with the square of their number.
    return { value: parse(text, { merge: true, uniqueKeys: false, logLevel: 'error', prettyErrors: false }) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
