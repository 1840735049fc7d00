/**
 * YAML by its indentation alone: enough to tell to which container a command belongs, also in templates of Helm, which
 * are no YAML yet. What is written in another style than blocks stays the text of its line.
 */
export interface YamlNode {
  /** The key of the line; null for an item of a list without one. */
  readonly key: string | null;
  /** What stands behind the key, or the item. */
  readonly value: string;
  readonly line: number;
  readonly children: YamlNode[];
}

interface Open {
  readonly indent: number;
  readonly node: YamlNode;
}

export function yamlLines(text: string): readonly YamlNode[] {
  const root: YamlNode = { key: null, value: '', line: 0, children: [] };
  let open: Open[] = [{ indent: -1, node: root }];
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(written) || written.startsWith('---') || /^\s*\{\{-?\s*(?:if|else|end|with|range|include|define)\b/.test(written)) continue;
    let rest = written.trimStart();
    let indent = written.length - rest.length;
    for (;;) {
      const item = /^-(\s+|$)/.exec(rest);
      if (!item) break;
      // An item may stand as far left as the key of its list.
      open = upTo(open, indent + 0.5);
      const node: YamlNode = { key: null, value: '', line: index + 1, children: [] };
      open.at(-1)?.node.children.push(node);
      open.push({ indent: indent + 0.5, node });
      indent += item[0].length;
      rest = rest.slice(item[0].length);
    }
    if (rest === '') continue;
    open = upTo(open, indent);
    const [, key = null, value = rest] = /^["']?([\w.$/-]+)["']?\s*:(?:\s+(.*))?$/.exec(rest) ?? [];
    const node: YamlNode = { key, value: key === null ? rest : withoutComment(value === rest ? '' : value), line: index + 1, children: [] };
    open.at(-1)?.node.children.push(node);
    open.push({ indent, node });
  }
  return root.children;
}

function upTo(open: readonly Open[], indent: number): Open[] {
  return open.filter((one, index) => index === 0 || one.indent < indent);
}

function withoutComment(value: string): string {
  return value.replace(/\s+#.*$/, '');
}

export function childOf(node: YamlNode, key: string): YamlNode | undefined {
  return node.children.find((child) => child.key === key);
}

/** The strings of a value: items of a list in either style, or the one text of a scalar, of several lines or not. */
export function stringsOfNode({ value, children }: YamlNode): readonly string[] {
  if (/^\s*\[/.test(value)) return wordsOfFlow([value, ...children.map((child) => child.value)].join(' '));
  const items = children.filter((child) => child.key === null);
  const isBlock = /^[|>][+-]?\d?$/.test(value.trim());
  if (isBlock || (value !== '' && children.length > 0)) return [[...(isBlock ? [] : [value]), ...children.flatMap(textsOf)].join('\n')];
  if (items.length > 0) return items.map((item) => unquoted(withoutMark([item.value, ...item.children.flatMap(textsOf)])));
  return value === '' ? [] : [unquoted(value)];
}

/** An item may be a block of several lines: `- |`. */
function withoutMark(lines: readonly string[]): string {
  return lines.filter((line) => line !== '' && !/^[|>][+-]?\d?$/.test(line.trim())).join('\n');
}

/** All text below a node, as it is written. */
export function textsOf({ key, value, children }: YamlNode): readonly string[] {
  const own = key === null ? value : `${key}: ${value}`;
  return [...(own.trim() === '' ? [] : [own]), ...children.flatMap(textsOf)];
}

function wordsOfFlow(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s,[\]]+)/g)].map((match) => (match[1] ?? match[2] ?? match[3] ?? '').replaceAll(/\\(["\\])/g, '$1'));
}

function unquoted(text: string): string {
  const [, quoted] = /^\s*(?:"(.*)"|'.*')\s*$/.exec(text) ?? [];
  return quoted?.replaceAll(/\\(["\\])/g, '$1') ?? text.trim().replaceAll(/^'|'$/g, '');
}
