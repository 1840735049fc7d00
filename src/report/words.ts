/** Words and names as reports print them. */

/** A name of a repository may hold anything; nothing of it may steer the terminal. */
export function printable(name: string): string {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name) ? JSON.stringify(name).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`) : name;
}

/** The same for a message: its lines stay lines. */
export function printableLines(message: string): string {
  return message.replaceAll(/[^\n\t]+/g, printable);
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
