/** Words of Ruby, as far as files with declarations have them. */
export interface Token {
  /** `words` is `%w[…]` or `%i[…]`; `label` is `name:`; `other` is what is not known here. */
  readonly kind: 'name' | 'string' | 'symbol' | 'label' | 'words' | 'number' | 'sign' | 'end-of-line' | 'other';
  readonly text: string;
  readonly line: number;
}

const word =
  /[ \t\r]+|\\\r?\n|#[^\n]*|(\n|;)|"((?:[^"\\]|\\[^])*)"(:(?!:))?|'((?:[^'\\]|\\[^])*)'(:(?!:))?|:(?:"([^"\\#]*)"|'([^'\\]*)'|([A-Za-z_]\w*[?!]?))|([A-Za-z_]\w*[?!]?):(?!:)|%[wWiI](?:\[([^\][#]*)\]|\(([^()#]*)\)|\{([^{}#]*)\}|<([^<>#]*)>|\|([^|#]*)\|)|(\d[\d_.]*)|([A-Za-z_]\w*[?!]?)|(=>|[.,()[\]{}|=])/y;

/** In order; linear. Strings keep `#{…}` and its like, without which a program would be needed. */
export function wordsOfRuby(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  const add = (kind: Token['kind'], value: string): void => void tokens.push({ kind, text: value, line });
  while (at < text.length) {
    const remark = at === 0 || text[at - 1] === '\n' ? remarkAt(text, at) : 0;
    if (remark > 0) {
      line += text.slice(at, at + remark).split('\n').length - 1;
      at += remark;
      continue;
    }
    word.lastIndex = at;
    const match = word.exec(text);
    if (match === null) {
      add('other', text.charAt(at));
      // A string without an end.
      if (/["']/.test(text.charAt(at))) break;
      at += 1;
      continue;
    }
    const [whole, lineEnd, double, doubleLabel, single, singleLabel, symbolDouble, symbolSingle, symbol, label, square, round, curly, angle, bar, number, name, sign] = match;
    const string = double === undefined ? single : unescaped(double);
    const list = square ?? round ?? curly ?? angle ?? bar;
    const symbolText = symbolDouble ?? symbolSingle ?? symbol;
    if (lineEnd !== undefined) add('end-of-line', lineEnd);
    else if (string === null) add('other', whole);
    else if (string !== undefined) add((doubleLabel ?? singleLabel) === undefined ? 'string' : 'label', string);
    else if (symbolText !== undefined) add('symbol', symbolText);
    else if (label !== undefined) add('label', label);
    else if (list !== undefined) add('words', list);
    else if (number !== undefined) add('number', number);
    else if (name !== undefined) add('name', name);
    else if (sign !== undefined) add('sign', sign);
    for (const character of whole) if (character === '\n') line += 1;
    at += whole.length;
  }
  return tokens;
}

/** How long the text is at the beginning of a line that is no program: from `=begin` to `=end`, and from `__END__` on. */
function remarkAt(text: string, at: number): number {
  if (/^__END__(?:\r?\n|$)/.test(text.slice(at, at + 9))) return text.length - at;
  if (!/^=begin(?:\s|$)/.test(text.slice(at, at + 7))) return 0;
  const last = text.indexOf('\n=end', at);
  const lineEnd = last < 0 ? -1 : text.indexOf('\n', last + 1);
  return (lineEnd < 0 ? text.length : lineEnd) - at;
}

/** A string in double quotes without its escapes; null if it has others than `\"`, `\\` and `\#`. */
function unescaped(text: string): string | null {
  if (!text.includes('\\')) return text;
  return /\\[^"\\]/.test(text.replaceAll('\\\\', '')) ? null : text.replaceAll(/\\(["\\])/g, '$1');
}
