/** What can be set of a transform: `--option transform.key=value`. */

/** One setting. A transform declares it once; the command line, the help, the README and its page are made from that. */
export interface TransformOption {
  readonly key: string;
  readonly values: readonly [string, ...string[]] | ValuePattern;
  /** What it does, as half a sentence without a full stop. */
  readonly meaning: string;
}

/** Values that cannot be listed. */
export interface ValuePattern {
  /** As in "it can be: an absolute path". */
  readonly called: string;
  readonly pattern: RegExp;
}

/** What has options: a transform, or what stands for one before it is loaded. */
export interface Configurable {
  readonly id: string;
  readonly options?: readonly TransformOption[];
}

/** What is wrong with `--option id.key=value`, with all that would be right; null if nothing is. */
export function settingFault({ id, options = [] }: Configurable, key: string, value: string): string | null {
  const option = options.find((one) => one.key === key);
  if (!option) {
    const existing = options.map((one) => `${one.key} (${valuesOf(one)})`).join(', ');
    return `${id} has no option '${key}'; it has${existing === '' ? ' none' : `: ${existing}`}`;
  }
  return accepts(option, value) ? null : `${id}.${key} cannot be '${value}'; it can be: ${valuesOf(option)}`;
}

/** The same for a whole project's settings. Those of transforms that are not listed do not count. */
export function faultInSettings(settings: ReadonlyMap<string, string>, transforms: readonly Configurable[]): string | null {
  for (const [name, value] of settings) {
    const dot = name.indexOf('.');
    const transform = transforms.find(({ id }) => id === name.slice(0, dot));
    const fault = transform ? settingFault(transform, name.slice(dot + 1), value) : null;
    if (fault !== null) return fault;
  }
  return null;
}

/** The value that was given; undefined if none was. */
export function settingOf(settings: ReadonlyMap<string, string>, id: string, { key }: TransformOption): string | undefined {
  return settings.get(`${id}.${key}`);
}

/** `wheel-packages.mount=always, never: …`, one line an option. */
export function optionLines({ id, options = [] }: Configurable): readonly string[] {
  return options.map((option) => `${id}.${option.key}=${valuesOf(option)}: ${option.meaning}`);
}

function accepts({ values }: TransformOption, value: string): boolean {
  return 'pattern' in values ? values.pattern.test(value) : values.includes(value);
}

/** `always, never`, or what the value is called. */
export function valuesOf({ values }: TransformOption): string {
  return 'pattern' in values ? values.called : values.join(', ');
}
