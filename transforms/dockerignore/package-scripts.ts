/** The scripts of a package.json or composer.json, by name; a script of several commands is several entries. */
export function scriptsOf(text: string): readonly (readonly [name: string, body: string])[] {
  const { scripts } = readJson(text);
  if (typeof scripts !== 'object' || scripts === null) return [];
  return Object.entries(scripts).flatMap(([name, body]: readonly [string, unknown]) => (Array.isArray(body) ? body : [body]).filter((one) => typeof one === 'string').map((one: string) => [name, one] as const));
}

/** The object that a JSON text holds; empty if it holds none. */
export function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Names of all packages that a package.json asks for. */
export function dependenciesIn(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value !== 'object' || value === null) return [];
    const manifest: Readonly<Record<string, unknown>> = { ...value };
    return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((key) => {
      const list = manifest[key];
      return typeof list === 'object' && list !== null ? Object.keys(list) : [];
    });
  } catch {
    return [];
  }
}
