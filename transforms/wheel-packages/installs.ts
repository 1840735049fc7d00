import type { RequirementClosure } from '../../src/manifests/requirement-closure.ts';
import { inShort } from '../../src/edit/lines.ts';
import { localPathOf } from '../../src/manifests/requirements.ts';
import { requirementClosure } from '../../src/manifests/requirement-closure.ts';
import type { Argument } from '../../src/commands/command.ts';
import { additionsTo } from '../../src/build/ledger/additions.ts';
import { hasSetuptools } from '../../src/build/ledger/base-images.ts';
import { isByName } from '../../src/build/ledger/items.ts';
import { leavableTools } from '../../src/build/ledger/tools.ts';
import { readPipCall } from '../../src/build/ledger/pip-call.ts';
import type { PipCall } from '../../src/build/ledger/pip-call.ts';
import { lockedScopeOf } from '../../src/build/locked.ts';
import type { LockedScope } from '../../src/build/locked.ts';
import { describePlace, isWithin, pythonRegion, readable, resolvePath } from '../../src/build/places.ts';
import type { ExecutedCommand, ExecutedEffect } from '../../src/build/runner.ts';
import type { StageResult, StepRecord, SymbolicBuild } from '../../src/build/symbolic-build.ts';
import type { Token } from '../../src/build/values.ts';
import { viewOf } from '../../src/build/view.ts';
import { normaliseName, parseRequirementSpec } from '../../src/manifests/requirements.ts';
import type { Decline } from '../../src/plan/transform.ts';
import { decline } from '../../src/plan/transform.ts';
import type { Path } from '../../src/types.ts';

type Install = PipInstall | LockedInstall;

/** One call of pip that put packages into the copied directory. */
export interface PipInstall {
  readonly kind: 'pip';
  readonly step: StepRecord;
  readonly command: ExecutedCommand;
  readonly parts: PipCall;
  /** Names that it asks for and that are no tools of the builder. */
  readonly names: readonly Argument[];
  /** Names of tools that the final image does without. */
  readonly tools: readonly string[];
  readonly files: readonly RequirementFile[];
}

/** An install from a lock file. */
export interface LockedInstall {
  readonly kind: 'locked';
  readonly step: StepRecord;
  readonly command: ExecutedCommand;
  readonly manager: LockedScope['manager'];
  /** The command that writes the same packages to a requirements file, but for the option that names the file. */
  readonly exportCommand: string;
}

/** A requirements file with all that it includes, as paths of the context. */
export interface RequirementFile {
  readonly argument: Argument;
  readonly sources: readonly { readonly at: Path; readonly path: Path }[];
  /** Can its packages be found by their names in a directory of wheels? */
  readonly byName: boolean;
}

/** Everything that a copied directory of packages consists of. */
export interface Installs {
  readonly kind: 'installs';
  /** Installs of packages that the final image needs, in their order; empty if they come from a lock file. */
  readonly needed: readonly PipInstall[];
  readonly locked: LockedInstall | null;
  /** Calls of pip that install tools only. */
  readonly toolCalls: readonly PipInstall[];
  readonly tools: readonly string[];
}

/** What the packages below `prefix` in a stage were made by; a refusal if one of the makers is not an install that can be repeated. */
export function installsOf(build: SymbolicBuild, from: StageResult, final: StageResult, prefix: Path, directory: Path): Installs | Decline {
  const chain = from.chain.flatMap((index) => build.stages[index]?.steps ?? []);
  const opaque = chain.find((step) => step.opaque !== null);
  if (opaque) return decline('opaque-command', `\`RUN ${firstLine(opaque)}\` (line ${opaque.line}) may have changed the packages: ${opaque.opaque ?? ''}`);
  const region = pythonRegion(prefix);
  const additions = additionsTo(from.state, region);
  const byHand = chain.find((step) => writesInto(step, directory, region, additions));
  if (byHand) return decline('built-by-hand', `line ${byHand.line} changes ${directory} itself, which no wheel brings along`);
  if (additions === null) return decline('built-by-hand', `${describePlace(region)} are changed by something else than an install`);
  if (additions.length === 0) return decline('base-unknown', `no step of the stage installs packages below ${prefix}: they are those of its base image`);
  const needed: PipInstall[] = [];
  const locked: LockedInstall[] = [];
  const toolCalls: PipInstall[] = [];
  const tools: string[] = [];
  for (const token of new Set(additions)) {
    const found = effectOf(chain, token);
    if (!found) return decline('unsupported', `it is not known what put packages below ${prefix}`);
    const install = installOf(build, from, found, final, chain);
    if (install.kind === 'refusal') return install;
    if (install.kind === 'locked') {
      locked.push(install);
      continue;
    }
    tools.push(...install.tools);
    if (install.names.length + install.files.length > 0) needed.push(install);
    else toolCalls.push(install);
  }
  const [lock, ...more] = locked;
  if (lock && needed.length + more.length > 0) return decline('unsupported', `besides what \`${commandLine(lock.command)}\` takes from the lock, other packages are installed`);
  if (lock) return { kind: 'installs', needed, locked: lock, toolCalls, tools: [...new Set(tools)] };
  if (needed.length === 0) return decline('unsupported', `nothing but tools (${tools.join(', ')}) is installed there`);
  return { kind: 'installs', needed, locked: null, toolCalls, tools: [...new Set(tools)] };
}

interface Found {
  readonly step: StepRecord;
  readonly command: ExecutedCommand;
  readonly executed: ExecutedEffect;
}

function effectOf(steps: readonly StepRecord[], token: Token): Found | null {
  for (const step of steps) {
    for (const command of step.run?.commands ?? []) {
      const executed = command.effects.find((one) => one.token === token);
      if (executed) return { step, command, executed };
    }
  }
  return null;
}

/** Does a step write files into the directory of packages, or change the packages otherwise than by adding some? */
function writesInto(step: StepRecord, directory: Path, region: Path, additions: readonly Token[] | null): boolean {
  if (step.copy?.items.some((item) => isWithin(item.target, directory) || (item.directory && isWithin(directory, item.target) && item.target !== '/'))) return true;
  const effects = step.run?.commands.flatMap((command) => command.effects) ?? [];
  return effects.some(({ effect, token }) =>
    effect.writes.some(({ place, how }) => isWithin(place.path, directory) || (place.path === region && how !== 'add' && !(additions?.includes(token) ?? false))),
  );
}

function installOf(build: SymbolicBuild, from: StageResult, found: Found, final: StageResult, chain: readonly StepRecord[]): Install | Decline {
  const { step, command, executed } = found;
  const view = viewOf(from.state, { cwd: command.cwd, variables: new Map() });
  const locked = lockedScopeOf(executed.effect, view);
  if (locked?.how !== 'install') return pipInstall(build, found, final, chain);
  const what = `\`${commandLine(command)}\` (line ${step.line})`;
  if (executed.effect.kind === 'project-install') return decline('local-dependency', `${what} installs parts of the project`);
  if (command.call?.args.some((argument) => /^(?:-C|-P|--directory|--project)/.test(argument.text))) return decline('unsupported', `${what} names another directory`);
  const makesLock = executed.effect.writes.some((written) => /\/(?:poetry\.lock|Pipfile\.lock|uv\.lock)$/.test(written.place.path));
  if (makesLock) return decline('no-lock', `${what} finds no lock file, so that it decides the versions itself`);
  return { kind: 'locked', step, command, manager: locked.manager, exportCommand: locked.exportCommand };
}

function pipInstall(build: SymbolicBuild, { step, command, executed }: Found, final: StageResult, chain: readonly StepRecord[]): PipInstall | Decline {
  const { call } = command;
  const what = `\`${commandLine(command)}\` (line ${step.line})`;
  if (!call || !/^pip[\d.]*$/.test(call.program)) return decline('unsupported', `${what} is not an install that dockfix can make wheels for`);
  if (executed.effect.does.startsWith('ignoring failure')) return decline('ambiguous-shell', `${what} may fail without the build failing`);
  if (call.args.some((argument) => /^(?:-e|--editable)/.test(argument.text))) return decline('local-dependency', `${what} installs an editable project`);
  const parts = readPipCall(call);
  if (parts === null) return decline(executed.effect.kind === 'project-install' ? 'local-dependency' : 'unsupported', `${what} has options that dockfix does not carry over to \`pip wheel\``);
  const files: RequirementFile[] = [];
  for (const argument of parts.requirements) {
    const file = requirementFile(build, argument, command, executed, chain);
    if ('reason' in file) return { ...file, message: `${what}: ${file.message}` };
    files.push(file);
  }
  if (executed.effect.kind === 'project-install') return decline('local-dependency', `${what} installs the project itself`);
  const leavable = (argument: Argument): string | null => leavableTool(argument, final);
  const names = parts.names.filter((argument) => leavable(argument) === null);
  const local = names.find((argument) => localPathOf(parseRequirementSpec(argument.text)) !== null);
  if (local) return decline('local-dependency', `${what} installs ${readable(local.text)}, which is a file of the project`);
  return { kind: 'pip', step, command, parts, names, files, tools: parts.names.flatMap((argument) => leavable(argument) ?? []) };
}

/** The name of a tool that a builder needs and the final image does not. */
function leavableTool(argument: Argument, final: StageResult): string | null {
  const entry = parseRequirementSpec(argument.text);
  if (entry.kind !== 'named' || entry.url !== null) return null;
  const name = normaliseName(entry.name);
  if (!leavableTools.has(name)) return null;
  return name === 'setuptools' && !hasSetuptools(final.state) ? null : name;
}

function requirementFile(build: SymbolicBuild, argument: Argument, command: ExecutedCommand, executed: ExecutedEffect, chain: readonly StepRecord[]): RequirementFile | Decline {
  if (/^[a-z+]+:/i.test(argument.text)) return decline('unsupported', `${readable(argument.text)} is fetched during the build`);
  const entry = resolvePath(command.cwd, argument.text);
  const sources = new Map(executed.reads.filter((read) => !read.deep).map((read) => [read.at, read.path]));
  const closure = requirementClosure(entry, (at) => {
    const path = sources.get(at);
    return path === undefined ? undefined : build.files.readAnyUnicode(path);
  });
  const changed = closure.missing.map(({ path }) => chain.find((step) => step.run?.written.some((place) => place.path === path))).find((step) => step !== undefined);
  if (changed) return decline('file-changes-manifest', `${readable(closure.missing[0]?.path ?? '')} is made or changed in line ${changed.line}, so that the final stage could not read the same`);
  const refusal = closureRefusal(closure);
  if (refusal !== null) return refusal;
  const found = closure.files.flatMap((file) => {
    const path = sources.get(file.path);
    return path === undefined ? [] : [{ at: file.path, path }];
  });
  return { argument, sources: found, byName: closure.variables.length === 0 && isByName(closure) };
}

function closureRefusal(closure: RequirementClosure): Decline | null {
  for (const { path, entries } of closure.files) {
    for (const entry of entries) {
      const editable = (entry.kind === 'local' || entry.kind === 'url') && entry.editable;
      if (editable) return decline('local-dependency', `${readable(path)} line ${entry.line} asks for an editable project`);
      if (localPathOf(entry) !== null) return decline('local-dependency', `${readable(path)} line ${entry.line} asks for a path of the project`);
      if (entry.kind === 'unreadable') return decline('unsupported', `${readable(path)} line ${entry.line} is no requirement`);
    }
  }
  const [missing] = closure.missing;
  if (missing) return decline('manifest-missing', `the text of ${readable(missing.path)} is not known`);
  if (closure.urls.length > 0) return decline('unsupported', `${readable(closure.urls[0]?.url ?? '')} is fetched during the build`);
  if (closure.findLinks.length > 0) return decline('local-dependency', `${readable(closure.findLinks[0]?.value ?? '')} is a directory of archives of the project`);
  return null;
}

export function commandLine(command: ExecutedCommand): string {
  const text = [command.call?.program ?? '', ...(command.call?.args.map((argument) => argument.raw) ?? [])].join(' ');
  return inShort(text);
}

function firstLine(step: StepRecord): string {
  return inShort(step.instruction.text.split('\n')[0] ?? '', 50);
}
