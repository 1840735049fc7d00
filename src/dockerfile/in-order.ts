/**
 * Does `then` stand behind `first`, with no separator between the two? It says what one expression (`first[^;]*then`)
 * would say, but in linear time: such an expression looks through the whole rest again from each `first` on.
 */
export function inOrder(text: string, first: RegExp, then: RegExp, separators: RegExp = /[\n;&|]/): boolean {
  return text.split(separators).some((part) => {
    const found = first.exec(part);
    return found !== null && then.test(part.slice(found.index + found[0].length));
  });
}
