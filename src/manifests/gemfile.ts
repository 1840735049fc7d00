import type { Token } from './ruby-words.ts';
import { wordsOfRuby } from './ruby-words.ts';

/**
 * Gemfiles (https://bundler.io/man/gemfile.5.html; `bundler/lib/bundler/dsl.rb`). A Gemfile is a program in Ruby. Understood
 * is what is written down in it: calls of Bundler's own methods with literals. What is computed is not.
 */
export interface Gemfile {
  readonly gems: readonly GemDemand[];
  /** Addresses of `source` without a block. */
  readonly remotes: readonly string[];
  /** What `ruby` says; null without it. */
  readonly ruby: RubyDemand | null;
  /** The first thing in it that makes files of the project a part of the bundle: `path:`, `gemspec`. */
  readonly local: Place | null;
}

interface Place {
  readonly line: number;
  readonly text: string;
}

export interface GemDemand {
  readonly name: string;
  readonly requirements: readonly string[];
  /** Is it only for some platforms? A lock has its version only if it has one of those. */
  readonly isForPlatforms: boolean;
  /** Where it comes from, if that is said of the gem itself or of a block around it. */
  readonly source: GemSource | null;
}

export type GemSource = { readonly kind: 'remote'; readonly address: string } | GitSource;

export interface GitSource {
  readonly kind: 'git';
  /** Null for a shorthand that is not known. */
  readonly address: string | null;
  /** `branch`, `tag`, `ref`, `glob`, `submodules`. */
  readonly options: ReadonlyMap<string, string>;
}

export interface RubyDemand {
  readonly requirements: readonly string[];
  /** A file that holds the version: relative to the Gemfile (`file:`), or to where Bundler runs (`File.read`). */
  readonly file: { readonly path: string; readonly from: 'gemfile' | 'cwd' } | null;
  /** Another engine than that of Ruby itself, or a patchlevel. */
  readonly isSpecial: boolean;
}

export type GemfileResult = { readonly kind: 'ok'; readonly gemfile: Gemfile } | ({ readonly kind: 'not-understood' } & Place);

type Value = string | number | boolean | null | readonly Value[] | Symbol;

/** `:name`. */
interface Symbol {
  readonly symbol: string;
}

interface Call {
  readonly name: string;
  readonly line: number;
  readonly values: readonly Value[];
  readonly options: ReadonlyMap<string, Value>;
  readonly opensBlock: boolean;
}

/** What the blocks around a call say of the gems in it. */
interface Block {
  readonly source: GemSource | null;
  readonly isForPlatforms: boolean;
}

/** Never throws; linear. */
export function readGemfile(text: string): GemfileResult {
  const reader = new Reader(text);
  const line = reader.read();
  if (line !== null) return { kind: 'not-understood', line, text: (text.split('\n')[line - 1] ?? '').trim() };
  return { kind: 'ok', gemfile: { gems: reader.gems, remotes: reader.remotes, ruby: reader.ruby, local: reader.local } };
}

/** `#{…}`, `#@name` and `#$name`. */
const interpolation = /#[{@$]/;

const optionsOfGems = new Set(['require', 'group', 'groups', 'platform', 'platforms', 'source', 'git', 'github', 'gist', 'bitbucket', 'gitlab', 'branch', 'tag', 'ref', 'glob', 'submodules', 'force_ruby_platform', 'path', 'name']);
const optionsOfGit = ['branch', 'tag', 'ref', 'glob', 'submodules'];

class Reader {
  readonly gems: GemDemand[] = [];
  readonly remotes: string[] = [];
  ruby: RubyDemand | null = null;
  local: Place | null = null;
  readonly #lines: readonly string[];
  readonly #tokens: readonly Token[];
  #at = 0;
  readonly #blocks: Block[] = [{ source: null, isForPlatforms: false }];
  /** Addresses of `git_source`, with `*` for what is given. */
  readonly #shorthands = new Map<string, string>([['github', 'https://github.com/*.git'], ['gitlab', 'https://gitlab.com/*.git'], ['gist', 'https://gist.github.com/*.git']]);

  constructor(text: string) {
    this.#lines = text.split('\n');
    this.#tokens = wordsOfRuby(text);
  }

  /** The first line that is not understood; null if all are. */
  read(): number | null {
    for (;;) {
      const token = this.#token();
      if (token === undefined) return this.#blocks.length === 1 ? null : this.#lines.length;
      if (token.kind === 'end-of-line') {
        this.#at += 1;
      } else if (token.kind === 'name' && token.text === 'end') {
        this.#at += 1;
        if (this.#blocks.length === 1 || !this.#endsStatement()) return token.line;
        this.#blocks.pop();
      } else if (!this.#statement(token)) {
        return token.line;
      }
    }
  }

  #token(offset = 0): Token | undefined {
    return this.#tokens[this.#at + offset];
  }

  #is(kind: Token['kind'], text: string, offset = 0): boolean {
    const token = this.#token(offset);
    return token?.kind === kind && token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#is('sign', text)) return false;
    this.#at += 1;
    return true;
  }

  #endsStatement(): boolean {
    const token = this.#token();
    return token === undefined || token.kind === 'end-of-line';
  }

  #skipLines(): void {
    while (this.#token()?.kind === 'end-of-line') this.#at += 1;
  }

  #statement(first: Token): boolean {
    if (first.kind !== 'name') return false;
    if (first.text === 'git_source') return this.#gitSource();
    if (first.text === 'ruby' && this.#rubyOfFile()) return this.#endsStatement();
    const call = this.#call(first);
    return call !== null && this.#evaluate(call);
  }

  /** `ruby File.read(".ruby-version").strip` */
  #rubyOfFile(): boolean {
    const words = ['ruby', 'File', '.', 'read', '('];
    const path = this.#token(words.length);
    if (!words.every((text, offset) => this.#token(offset)?.text === text) || path?.kind !== 'string' || interpolation.test(path.text) || !this.#is('sign', ')', words.length + 1)) return false;
    this.#at += words.length + 2;
    while (this.#is('sign', '.') && ['strip', 'chomp', 'to_s'].includes(this.#token(1)?.text ?? '')) this.#at += 2;
    this.ruby = { requirements: [], file: { path: path.text, from: 'cwd' }, isSpecial: false };
    return true;
  }

  /** `git_source(:github) { |repo| "https://github.com/#{repo}.git" }`, in one line or several: only what Rails' templates have. */
  #gitSource(): boolean {
    this.#at += 1;
    const isOpen = this.#take('(');
    const name = this.#token();
    this.#at += 1;
    if (name?.kind !== 'symbol' || (isOpen && !this.#take(')'))) return false;
    const close = this.#is('name', 'do') ? 'end' : this.#is('sign', '{') ? '}' : null;
    this.#at += 1;
    const body: string[] = [];
    for (let token = this.#token(); token !== undefined; token = this.#token()) {
      this.#at += 1;
      if (token.text === close && token.kind !== 'string') {
        const address = addressOfShorthand(body.join(' '));
        if (address === null || !this.#endsStatement()) return false;
        this.#shorthands.set(name.text, address);
        return true;
      }
      if (token.kind !== 'end-of-line') body.push(token.kind === 'string' ? `"${token.text}"` : token.text);
    }
    return false;
  }

  /** A call with its arguments, up to the end of the statement or to the `do` of its block. */
  #call({ text: name, line }: Token): Call | null {
    this.#at += 1;
    const inBrackets = this.#take('(');
    const values: Value[] = [];
    const options = new Map<string, Value>();
    const isAtEnd = (): boolean => (inBrackets ? this.#is('sign', ')') : this.#endsStatement() || this.#is('name', 'do'));
    while (!isAtEnd()) {
      if (!this.#argument(values, options)) return null;
      if (!this.#take(',')) break;
      this.#skipLines();
      if (isAtEnd()) return null;
    }
    if (inBrackets && !this.#take(')')) return null;
    const opensBlock = this.#is('name', 'do');
    if (opensBlock) this.#at += 1;
    return this.#endsStatement() ? { name, line, values, options, opensBlock } : null;
  }

  /** One value, or an option: `key: value`, `:key => value`, `"key" => value`. */
  #argument(values: Value[], options: Map<string, Value>): boolean {
    const token = this.#token();
    if (token?.kind === 'label') {
      this.#at += 1;
      this.#skipLines();
      return this.#option(token.text, options);
    }
    const value = this.#value();
    if (value === undefined) return false;
    if (!this.#take('=>')) {
      values.push(value);
      return options.size === 0;
    }
    this.#skipLines();
    const key = nameOf(value);
    return key !== null && this.#option(key, options);
  }

  #option(key: string, options: Map<string, Value>): boolean {
    const value = this.#value();
    if (value === undefined) return false;
    options.set(key, value);
    return true;
  }

  /** Undefined for what is no literal. */
  #value(): Value | undefined {
    const token = this.#token();
    this.#at += 1;
    switch (token?.kind) {
      case 'string':
        return interpolation.test(token.text) ? undefined : token.text;
      case 'symbol':
        return { symbol: token.text };
      case 'words':
        return token.text.split(/\s+/).filter((word) => word !== '');
      case 'number':
        return Number(token.text);
      case 'name':
        return constants.get(token.text);
      case 'sign':
        return token.text === '[' ? this.#list() : undefined;
      default:
        return undefined;
    }
  }

  /** A list of plain values; one in another is none. */
  #list(): Value | undefined {
    const values: Value[] = [];
    for (this.#skipLines(); !this.#take(']'); this.#skipLines()) {
      const value = this.#is('sign', '[') ? undefined : this.#value();
      if (value === undefined) return undefined;
      values.push(value);
      this.#skipLines();
      if (!this.#take(',') && !this.#is('sign', ']')) return undefined;
    }
    return values;
  }

  // ------------------------------------------------------------------------------------------------- what calls say

  #evaluate(call: Call): boolean {
    switch (call.name) {
      case 'gem':
        return !call.opensBlock && this.#gem(call);
      case 'source':
        return this.#source(call);
      case 'group':
        return call.opensBlock && call.values.length > 0 && hasOnly(call, ['optional']) && this.#open({});
      case 'platform':
      case 'platforms':
        return call.opensBlock && call.values.length > 0 && hasOnly(call, []) && this.#open({ isForPlatforms: true });
      case 'git':
      case 'github':
        return call.opensBlock && call.values.length === 1 && hasOnly(call, optionsOfGit) && this.#open({ source: this.#gitOf(call.name, call.values[0], call) });
      case 'path':
        this.#addLocal(call);
        return call.opensBlock ? this.#open({}) : false;
      case 'gemspec':
        this.#addLocal(call);
        return !call.opensBlock;
      case 'ruby':
        return !call.opensBlock && this.#ruby(call);
      default:
        return false;
    }
  }

  #open(block: Partial<Block>): boolean {
    const around = this.#blocks.at(-1);
    if (around) this.#blocks.push({ ...around, ...block });
    return true;
  }

  #addLocal({ line }: Call): void {
    this.local ??= { line, text: (this.#lines[line - 1] ?? '').trim() };
  }

  #gem(call: Call): boolean {
    const { values: [name, ...versions], options } = call;
    const around = this.#blocks.at(-1);
    const requirements = versions.flatMap((version) => version);
    if (typeof name !== 'string' || around === undefined || !requirements.every((one) => typeof one === 'string')) return false;
    if (![...options.keys()].every((key) => optionsOfGems.has(key) || this.#shorthands.has(key))) return false;
    if (options.has('path')) this.#addLocal(call);
    const remote = options.get('source');
    if (remote !== undefined && typeof remote !== 'string') return false;
    const shorthand = ['git', 'bitbucket', ...this.#shorthands.keys()].findLast((key) => options.has(key));
    const git = shorthand === undefined ? null : this.#gitOf(shorthand, options.get(shorthand), call);
    const isForPlatforms = around.isForPlatforms || options.has('platform') || options.has('platforms');
    this.gems.push({ name, requirements, isForPlatforms, source: git ?? (remote === undefined ? around.source : { kind: 'remote', address: remote }) });
    return true;
  }

  #gitOf(shorthand: string, value: Value | undefined, { options }: Call): GitSource {
    const found = optionsOfGit.flatMap((key): [string, string][] => (options.has(key) ? [[key, textOf(options.get(key))]] : []));
    const pattern = shorthand === 'git' ? '*' : this.#shorthands.get(shorthand);
    const given = typeof value === 'string' ? value : null;
    const whole = given !== null && shorthand !== 'git' && shorthand !== 'gist' && !given.includes('/') ? `${given}/${given}` : given;
    // `github: "https://github.com/owner/name/pull/1"` names a pull request.
    const isPlain = whole !== null && (shorthand === 'git' || !whole.includes(':'));
    return { kind: 'git', address: isPlain && pattern !== undefined ? pattern.replace('*', () => whole) : null, options: new Map(found) };
  }

  #source({ values: [address, ...rest], options, opensBlock }: Call): boolean {
    const text = typeof address === 'string' ? address : isSymbol(address) ? address.symbol : null;
    if (text === null || rest.length > 0 || options.size > 0) return false;
    if (opensBlock) return this.#open({ source: { kind: 'remote', address: text } });
    this.remotes.push(text);
    return true;
  }

  #ruby(call: Call): boolean {
    const requirements = call.values.flatMap((version) => version);
    const path = call.options.get('file') ?? null;
    if (!requirements.every((one) => typeof one === 'string') || !hasOnly(call, ['file', 'engine', 'engine_version', 'patchlevel'])) return false;
    if (path !== null && typeof path !== 'string') return false;
    this.ruby = { requirements, file: path === null ? null : { path, from: 'gemfile' }, isSpecial: ['engine', 'patchlevel'].some((key) => call.options.has(key)) };
    return true;
  }
}

const constants: ReadonlyMap<string, Value> = new Map<string, Value>([['true', true], ['false', false], ['nil', null]]);

function isSymbol(value: Value | undefined): value is Symbol {
  return typeof value === 'object' && value !== null && 'symbol' in value;
}

function nameOf(value: Value): string | null {
  return typeof value === 'string' ? value : isSymbol(value) ? value.symbol : null;
}

function textOf(value: Value | undefined): string {
  return isSymbol(value) ? value.symbol : String(value);
}

function hasOnly({ options }: Call, names: readonly string[]): boolean {
  return [...options.keys()].every((name) => names.includes(name));
}

/**
 * The address that a block of `git_source` makes, with `*` for the name. Rails 5.0 to 5.2 write a line more, by which
 * `rails` stands for `rails/rails`, as Bundler's own shorthand has it.
 */
function addressOfShorthand(body: string): string | null {
  const match = /^\| (\w+) \|(?: \1 = "#\{\1\}\/#\{\1\}" unless \1 \. include\? \( "\/" \))? "(https:\/\/[^"#]*)#\{(\w+)\}([^"#]*)"$/.exec(body);
  return match === null || match[1] !== match[3] ? null : `${match[2] ?? ''}*${match[4] ?? ''}`;
}
