import { parse } from '../dockerfile/parse.ts';
import type { DockerfileModel } from '../dockerfile/stages.ts';
import type { Claim, Path } from '../types.ts';
import { remove } from './image-tree.ts';
import type { Ledger } from './ledger.ts';
import { createLedger } from './ledger.ts';
import { leavableTools } from './ledger/tools.ts';
import type { StageResult, SymbolicBuild } from './symbolic-build.ts';
import { symbolicBuild } from './symbolic-build.ts';
import type { Token } from './values.ts';

/**
 * Comparing a build that copies site-packages with one that installs wheels. Both are built again with a ledger, which
 * sees packages as what they are made from; what then comes after the packages is compared as exactly as ever.
 */

/** What the claims of a rewrite say of packages. */
export interface PackageClaims {
  readonly leftOut: ReadonlySet<string>;
  /** Directories whose console scripts may come to those that were copied. */
  readonly scripts: ReadonlySet<Path>;
  /** Directories of wheels that stay in a layer. */
  readonly inLayer: readonly Path[];
}

/** Null if the claims say nothing of packages: then none of this takes place. */
export function packageClaims(claims: readonly Claim[]): PackageClaims | null {
  if (!claims.some((claim) => claim.kind === 'installed-from-wheels')) return null;
  return {
    leftOut: new Set(claims.flatMap((claim) => (claim.kind === 'tool-left-out' ? claim.tools.filter((tool) => leavableTools.has(tool)) : []))),
    scripts: new Set(claims.flatMap((claim) => (claim.kind === 'scripts-added' ? [claim.path] : []))),
    inLayer: claims.flatMap((claim) => (claim.kind === 'wheels-in-layer' ? [claim.path] : [])),
  };
}

export interface RebuiltWithLedgers {
  readonly before: SymbolicBuild;
  readonly after: SymbolicBuild;
  /** Is the effect of the rewritten build one that the installs of the original vouch for? */
  readonly vouchedFor: (effect: Token) => boolean;
  /** Is it what a COPY of a directory of wheels writes? */
  readonly bringsWheels: (written: Token) => boolean;
}

/** The two builds again, with packages as what they are made from. */
export function rebuiltWithLedgers(original: SymbolicBuild, rewritten: SymbolicBuild, claims: PackageClaims): RebuiltWithLedgers {
  const { leftOut, scripts, inLayer: absent } = claims;
  const values = original.stages[0]?.state.values ?? rewritten.stages[0]?.state.values;
  if (!values) return { before: original, after: rewritten, vouchedFor: () => false, bringsWheels: () => false };
  const copying = stagesThatCopyPackages(rewritten.model);
  // Where the rewritten stage still copies, the scripts are what they were.
  const replaced = (index: number): boolean => {
    const stage = original.model.stages[index];
    const name = stage?.name ?? null;
    const other = name === null ? rewritten.model.stages.length - (original.model.stages.length - index) : rewritten.model.stages.find((one) => one.name === name)?.index;
    return other !== undefined && !copying.has(other);
  };
  const then = createLedger(values, { leftOut, absent, bringsScripts: (stage, directory) => scripts.has(directory) && replaced(stage) });
  const now = createLedger(values, { leftOut, absent, bringsScripts: () => false });
  const again = (build: SymbolicBuild, ledger: Ledger): SymbolicBuild => symbolicBuild(build.model, build.build, build.files, values, { ...build.options, ledger });
  const before = again(original, then);
  const after = again(rewritten, now);
  for (const stage of [...before.stages, ...after.stages]) for (const directory of absent) remove(stage.state.tree, directory);
  return { before, after, vouchedFor: (effect) => now.vouchesFor(effect, then), bringsWheels: now.bringsWheels };
}

function stagesThatCopyPackages(model: DockerfileModel): ReadonlySet<number> {
  const copying = model.stages.filter((stage) =>
    stage.instructions.some((instruction) => {
      const parsed = parse(instruction, model.scanned);
      return parsed.keyword === 'COPY' && parsed.from !== null && parsed.sources.some((source) => /\/(?:site|dist)-packages(?:\/|$)/.test(source.text));
    }),
  );
  return new Set(copying.map((stage) => stage.index));
}

/** Tools that stages without them could still call: the first one that an image names in a command, or may in a script that is not seen. */
export function calledTool(build: SymbolicBuild, stage: StageResult, leftOut: ReadonlySet<string>): string | null {
  const names = [...leftOut];
  if (names.length === 0) return null;
  const instructions = stage.chain.flatMap((index) => build.stages[index]?.stage.instructions ?? []);
  const started = instructions.filter(({ keyword }) => ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(keyword)).map(({ text }) => text);
  const made = instructions.flatMap(({ keyword, text, heredocs }) => [...(keyword === 'RUN' || heredocs.length > 0 ? [text] : []), ...heredocs.map(({ content }) => content)]);
  const isNamed = (name: string, texts: readonly string[]): boolean => texts.some((text) => new RegExp(`(?:^|[^\\w.-])${name}(?![\\w.-])`).test(text) || scriptsNamed(build, text).some((script) => script.includes(`${name} `)));
  // Of pip, setuptools and wheel the base image has its own, with which packages can be installed.
  const called = names.find((name) => isNamed(name, ['pip', 'setuptools', 'wheel'].includes(name) ? started : [...started, ...made]));
  if (called !== undefined) return called;
  const unseen = started.some((text) => shellScriptsIn(text).some((script) => scriptsNamed(build, script).length === 0 && !made.some((other) => other.includes(script))));
  return unseen ? (names.find((name) => !['pip', 'setuptools', 'wheel'].includes(name)) ?? null) : null;
}

function shellScriptsIn(text: string): readonly string[] {
  return (text.match(/[\w./-]+\.(?:sh|bash)(?![\w.-])/g) ?? []).filter((name) => name.length < longestName);
}

/** No script has a longer name. */
const longestName = 300;

/** The texts of files of the context that a command names, such as an entrypoint script. */
function scriptsNamed(build: SymbolicBuild, text: string): readonly string[] {
  const words = text.match(/[\w./-]+/g) ?? [];
  const names = words.filter((word) => word.length < longestName && /\.(?:sh|bash|py)$|entrypoint|start|run/.test(word));
  return names.flatMap((name) => {
    const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
    const candidates = segments.map((_, index) => segments.slice(index).join('/'));
    return candidates.flatMap((path) => build.files.read(path) ?? []);
  });
}
