/** The containers in which people work: https://containers.dev/implementors/json_reference/ */
import type { Path } from '../types.ts';
import type { Surroundings } from './asked/said.ts';
import { readCompose } from './compose.ts';
import type { Declarations } from './declared.ts';
import { directoryOf, isMapping, joinDeclarations, lineOfKey, mappingOf, parseYaml, resolveBuild, resolvePath, scalarText, unreadFile } from './declared.ts';
import { discoveredKind } from './files.ts';
import { withoutComments } from './json.ts';

/** A build with a context of its own, or services of a compose file. */
export async function readDevcontainer(text: string, path: Path, { tree }: Surroundings): Promise<Declarations> {
  const parsed = parseJson(withoutComments(text)) ?? (await parseYaml(withoutComments(text)));
  if ('error' in parsed) return unreadFile(path, `not read: ${parsed.error}`);
  const build = buildIn(parsed.value);
  const files = mappingOf(parsed.value)['dockerComposeFile'];
  const composed = (Array.isArray(files) ? files : [files]).flatMap((one) => {
    const written = scalarText(one);
    const file = written === null ? null : resolvePath(directoryOf(path), written);
    return file === null || discoveredKind(file) === 'compose' || tree.kind(file) !== 'file' ? [] : [file];
  });
  const others = await Promise.all(composed.map((file) => readCompose(tree.read(file) ?? '', file)));
  if (build === null) return joinDeclarations(others);
  const isVariable = (word: string): boolean => word.includes('${');
  const line = lineOfKey(text)('dockerfile');
  const written = { name: 'the devcontainer', line, context: isVariable(build.context) ? undefined : build.context, dockerfile: isVariable(build.dockerfile) ? undefined : build.dockerfile, dockerfileFrom: 'base', target: build.target, args: build.args, namedContexts: [] } as const;
  return joinDeclarations([resolveBuild(written, directoryOf(path), 'devcontainer', path), ...others]);
}

function parseJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** Paths start from the directory of the file. */
function buildIn(value: unknown): { readonly dockerfile: string; readonly context: string; readonly target: string | null; readonly args: ReadonlyMap<string, string> } | null {
  if (!isMapping(value)) return null;
  const build = isMapping(value['build']) ? value['build'] : {};
  const dockerfile = scalarText(build['dockerfile']) ?? scalarText(build['dockerFile']) ?? scalarText(value['dockerFile']);
  if (dockerfile === null) return null;
  const args = isMapping(build['args']) ? Object.entries(build['args']).flatMap(([name, one]) => (scalarText(one) === null || (scalarText(one) ?? '').includes('$') ? [] : [[name, scalarText(one) ?? ''] as const])) : [];
  return { dockerfile, context: scalarText(build['context']) ?? scalarText(value['context']) ?? '.', target: scalarText(build['target']), args: new Map(args) };
}
