/** Does a text name a path, as a word or a part of one? */
export function namesPath(text: string, name: string): boolean {
  return new RegExp(`(?:^|[\\s/"'=:,])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:$|[\\s/"';,:&|)])`, 'm').test(text);
}
