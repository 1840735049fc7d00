import { isWithin, join, parentOf, readable, relativeTo } from '../build/places.ts';
import type { Path } from '../types.ts';
import type { Argument, Call, ImageView, Outcome, Tool, Write } from './command.ts';
import { effects, everythingBelow, file, opaque } from './command.ts';
import { notUnderstood, spell } from './operands.ts';
import { expandGlob, grammar, readOptions, valuesOf } from './options.ts';

/** Programs that make code or tables from files which they are given, and from nothing else of the project. */

export const generators: Tool = {
  id: 'generators',
  recognises: (program) => program === 'protoc' || program === 'grpc_tools.protoc' || program === 'pybabel',
  effects: (call, view) => (call.program === 'pybabel' ? compileCatalogs(call, view) : compileProtos(call, view)),
  leftovers: ['**/*_pb2.py', '**/*_pb2.pyi', '**/*_pb2_grpc.py', '**/*.mo'],
};

const interpreterVariables = ['PYTHONPATH', 'PYTHONHOME'];

// ---------------------------------------------------------------------------------------------------- protocol buffers

const protocGrammar = grammar({ flags: '--experimental_allow_proto3_optional', values: '-I|--proto_path --python_out --pyi_out --grpc_python_out' });

/** What each option makes of `a/b.proto` (documentation of protoc, "Python Generated Code Guide"; gRPC, "Python Quick start"). */
const madeFrom: ReadonlyMap<string, string> = new Map([
  ['--python_out', '_pb2.py'],
  ['--pyi_out', '_pb2.pyi'],
  ['--grpc_python_out', '_pb2_grpc.py'],
]);

interface Inputs {
  readonly roots: readonly Path[];
  /** What is read, or of which it matters that it is not there; where the result goes has to be there. */
  readonly files: Set<Path>;
  /** The text of one of them is not known: then it may import any other. */
  isWhole: boolean;
}

/** `protoc`, and `python -m grpc_tools.protoc`: reads the named files and what they import, and writes modules of their names. */
function compileProtos(call: Call, view: ImageView): Outcome {
  const reading = readOptions(call.args, protocGrammar);
  const refused = notUnderstood(call, reading);
  if (refused) return refused;
  const searched = valuesOf(reading, '--proto_path').flatMap(({ text }) => text.replace(/^=/, '').split(':'));
  if (searched.some((text) => text.includes('='))) return opaque('`protoc` with a directory under another name');
  const roots = searched.map(view.resolve);
  const inputs: Inputs = { roots: roots.length === 0 ? [view.cwd] : roots, files: new Set(), isWhole: false };
  const named = reading.operands.flatMap(({ argument }): readonly (Argument | null)[] => (argument.glob ? (expandGlob(argument, view) ?? [null]) : [argument]));
  // What a pattern gives depends on all that lies there.
  const listed = reading.operands.flatMap(({ argument: { text, glob } }) => (glob ? [view.resolve(parentOf(text.slice(0, text.search(/[*?[]/) + 1)) || '.')] : []));
  const writes: Write[] = [];
  for (const operand of named) {
    const path = operand === null ? null : virtualPath(operand.text, inputs, view);
    if (path === null) return opaque('which files `protoc` is given is not known');
    readProto(path, inputs, view);
    for (const [option, ending] of madeFrom) {
      for (const { text } of valuesOf(reading, option)) {
        if (text.includes(':')) return opaque(`\`protoc\` with options for the ${option.slice(2)} plugin`);
        const made = join(view.resolve(text), path.replace(/\.proto$/, '').replaceAll('-', '_') + ending);
        inputs.files.add(view.resolve(text));
        if (path.includes('/')) writes.push({ place: file(parentOf(made)), how: 'make-directory' });
        writes.push({ place: file(made), how: 'edit' });
      }
    }
  }
  if (writes.length === 0) return opaque('`protoc` in a form that dockfix does not read');
  const reads = [...[...inputs.files].map(file), ...[...listed, ...(inputs.isWhole ? inputs.roots : [])].map(everythingBelow), ...shadows(call, view)];
  return effects({ does: spell(call), kind: 'build', reads, env: interpreterVariables, writes });
}

/** A file below one of the roots, as other files import it; null if it is below none. */
function virtualPath(text: string, { roots }: Inputs, view: ImageView): Path | null {
  const path = view.resolve(text);
  const root = roots.find((one) => isWithin(path, one) && path !== one);
  return root === undefined || !text.endsWith('.proto') ? null : relativeTo(path, root);
}

/** Follows imports; those that come with protoc itself are found below no root. */
function readProto(start: Path, inputs: Inputs, view: ImageView): void {
  const seen = new Set<Path>();
  const pending = [start];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const candidates = inputs.roots.map((root) => join(root, path ?? ''));
    const at = candidates.findIndex((one) => view.presence(one) === 'yes');
    for (const candidate of at < 0 ? candidates : candidates.slice(0, at + 1)) inputs.files.add(candidate);
    if (at < 0) continue;
    const text = view.text(candidates[at] ?? '');
    if (text === undefined) inputs.isWhole = true;
    else for (const [, name = ''] of text.matchAll(/\bimport\s+(?:\w+\s+)?["']([^"'\n]*)["']/g)) pending.push(name);
  }
}

/** What would be run instead of the module: from the working directory with `python -m`, and from where PYTHONPATH leads. */
function shadows({ interpreter, program }: Call, view: ImageView): ReturnType<typeof file>[] {
  const variable = view.variable('PYTHONPATH');
  const searched = typeof variable === 'string' ? variable.split(':').filter((path) => path !== '') : [];
  const names = modules.get(program) ?? [];
  return [...(interpreter === null ? [] : ['.']), ...searched].flatMap((path) => names.map((name) => join(view.resolve(path), name))).filter((path) => view.text(path) !== undefined).map(file);
}

const modules: ReadonlyMap<string, readonly Path[]> = new Map([
  ['grpc_tools.protoc', ['grpc_tools.py', 'grpc_tools/__init__.py', 'grpc_tools/protoc.py']],
  ['pybabel', ['babel.py', 'babel/__init__.py']],
]);

// ------------------------------------------------------------------------------------------------ message catalogs

const pybabelGrammar = grammar({ flags: '-f|--use-fuzzy --statistics', values: '-d|--directory -D|--domain -l|--locale' });

/** `pybabel compile -d DIR`: each `LOCALE/LC_MESSAGES/DOMAIN.po` below gets a `.mo` beside it, unless it is fuzzy (documentation of Babel). */
function compileCatalogs(call: Call, view: ImageView): Outcome {
  const [action, ...args] = call.args;
  if (action?.text !== 'compile') return opaque('only `pybabel compile` is known of pybabel');
  const reading = readOptions(args, pybabelGrammar);
  const refused = notUnderstood(call, reading);
  if (refused) return refused;
  const [directory, ...others] = valuesOf(reading, '--directory').map(({ text }) => view.resolve(text));
  const domains = valuesOf(reading, '--domain').flatMap(({ text }) => text.split(/\s+/));
  if (directory === undefined || others.length > 0 || reading.operands.length > 0) return opaque('`pybabel compile` without a directory');
  const { names, complete } = view.list(directory);
  if (!complete) return opaque(`what lies in ${readable(directory)} is not known`);
  const chosen = valuesOf(reading, '--locale').map(({ text }) => text);
  const folders = (chosen.length === 0 ? names : chosen).filter((name) => view.text(join(directory, name)) === undefined).map((locale) => join(directory, `${locale}/LC_MESSAGES`));
  const catalogs = folders.flatMap((folder) => (domains.length === 0 ? ['messages'] : domains).filter((domain) => mayHold(folder, `${domain}.po`, view)).map((domain) => join(folder, domain)));
  const writes = catalogs.map((path): Write => ({ place: file(`${path}.mo`), how: 'edit' }));
  return effects({ does: spell(call), kind: 'build', reads: [everythingBelow(directory), ...shadows(call, view)], env: interpreterVariables, writes });
}

function mayHold(folder: Path, name: string, view: ImageView): boolean {
  const { names, complete } = view.list(folder);
  return names.includes(name) || (!complete && view.presence(join(folder, name)) !== 'no');
}
