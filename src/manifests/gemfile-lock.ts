import type { GemDemand, Gemfile, GitSource } from './gemfile.ts';
import { canonicalRequirements, satisfies } from './gem-versions.ts';

/** Gemfile.lock (`bundler/lib/bundler/lockfile_parser.rb`, `lockfile_generator.rb`). */
export interface GemfileLock {
  readonly sources: readonly LockedSource[];
  readonly platforms: ReadonlySet<string>;
  /** What the Gemfile asked for when the lock was written, by name. */
  readonly dependencies: ReadonlyMap<string, LockedDependency>;
  /** `3.2.2` of `ruby 3.2.2p53`; the whole text for another engine. */
  readonly ruby: string | null;
  /** Names with a checksum; null without that section. */
  readonly checksums: ReadonlySet<string> | null;
}

export interface LockedSource {
  readonly kind: string;
  readonly remotes: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  readonly specs: readonly LockedSpec[];
}

interface LockedSpec {
  readonly name: string;
  /** With its platform: `1.16.0-x86_64-linux`. */
  readonly version: string;
  readonly dependencies: string[];
}

interface LockedDependency {
  readonly requirements: readonly string[];
  /** `!`: its source is said in the Gemfile. */
  readonly isPinned: boolean;
}

const sourceKinds = new Set(['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE']);

/** Null for what holds a conflict of a merge. Never throws; linear. */
export function readGemfileLock(text: string): GemfileLock | null {
  if (/^(?:<{7}|={7}|>{7}|\|{7})/m.test(text)) return null;
  const sources: { kind: string; remotes: string[]; options: Map<string, string>; specs: LockedSpec[] }[] = [];
  const platforms = new Set<string>();
  const dependencies = new Map<string, LockedDependency>();
  const checksums = new Set<string>();
  let hasChecksums = false;
  let ruby: string | null = null;
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    if (/^\S/.test(line)) {
      section = line;
      hasChecksums ||= line === 'CHECKSUMS';
      if (sourceKinds.has(line)) sources.push({ kind: line, remotes: [], options: new Map(), specs: [] });
      continue;
    }
    const source = sources.at(-1);
    if (sourceKinds.has(section) && source) {
      readSourceLine(line, source);
    } else if (section === 'PLATFORMS') {
      if (line.trim() !== '') platforms.add(line.trim());
    } else if (section === 'DEPENDENCIES') {
      const match = /^ {2}(\S+)(?: \(([^)]*)\))?(!)?$/.exec(line);
      if (match) dependencies.set(match[1]?.replace(/!$/, '') ?? '', { requirements: match[2]?.split(', ') ?? [], isPinned: line.endsWith('!') });
    } else if (section === 'CHECKSUMS') {
      const match = /^ {2}(\S+) \(([^)]*)\) \S/.exec(line);
      if (match) checksums.add(`${match[1] ?? ''} ${match[2] ?? ''}`);
    } else if (section === 'RUBY VERSION' && line.trim() !== '') {
      ruby = /^ruby (\d[\w.]*?)(?:p-?\d+)?$/.exec(line.trim())?.[1] ?? line.trim();
    }
  }
  return { sources, platforms, dependencies, ruby, checksums: hasChecksums ? checksums : null };
}

function readSourceLine(line: string, source: { readonly remotes: string[]; readonly options: Map<string, string>; readonly specs: LockedSpec[] }): void {
  const option = /^ {2}(\w+): (.*)$/.exec(line);
  if (option) {
    if (option[1] === 'remote') source.remotes.push(option[2] ?? '');
    else source.options.set(option[1] ?? '', option[2] ?? '');
    return;
  }
  const spec = /^ {4}(\S+) \(([^)]*)\)$/.exec(line);
  if (spec) source.specs.push({ name: spec[1] ?? '', version: spec[2] ?? '', dependencies: [] });
  const dependency = /^ {6}([^\s!]+)/.exec(line)?.[1];
  if (dependency !== undefined) source.specs.at(-1)?.dependencies.push(dependency);
}

/**
 * Why `bundle install` writes a lock anew that belongs to a Gemfile; null where it leaves it as it is, but for its
 * spelling and the version of Bundler itself. As `Definition#something_changed?` and `#unlocking?` have it
 * (`bundler/lib/bundler/definition.rb`). `ruby` is the version that a file says,
 * `platform` that of the image.
 */
export function whyOutOfStep(gemfile: Gemfile, lock: GemfileLock, ruby: string | null, platform: string): string | null {
  return dependencyOutOfStep(gemfile.gems, lock) ?? sourceOutOfStep(gemfile, lock) ?? specOutOfStep(lock) ?? platformOutOfStep(lock, platform) ?? rubyOutOfStep(gemfile, lock, ruby);
}

function dependencyOutOfStep(gems: readonly GemDemand[], { dependencies, sources }: GemfileLock): string | null {
  const versions = new Map(sources.flatMap(({ specs }) => specs.map(({ name, version }) => [name, version.replace(/-.*/, '')] as const)));
  const names = new Set(gems.map(({ name }) => name));
  const dropped = [...dependencies.keys()].find((name) => !names.has(name));
  if (dropped !== undefined) return `${dropped} is in it, and not in the Gemfile`;
  for (const { name, requirements, source, isForPlatforms } of gems) {
    const locked = dependencies.get(name);
    if (locked === undefined) return `${name} is not in it`;
    const asked = canonicalRequirements(requirements);
    if (asked.join() !== canonicalRequirements(locked.requirements).join()) return `the Gemfile asks for another version of ${name}`;
    if (name === 'bundler') continue;
    if (locked.isPinned !== (source !== null)) return `the Gemfile has another source for ${name}`;
    const version = versions.get(name);
    if (version === undefined && !isForPlatforms) return `it has no version of ${name}`;
    if (version !== undefined && !satisfies(version, asked)) return `${name} ${version} is not what the Gemfile asks for`;
  }
  return null;
}

function sourceOutOfStep({ gems, remotes }: Gemfile, { sources }: GemfileLock): string | null {
  const pinned = gems.flatMap(({ source }) => (source?.kind === 'remote' ? [source.address] : []));
  const asked = new Set([...remotes, ...pinned].map(canonicalAddress));
  const ofRemotes = sources.filter(({ kind }) => kind === 'GEM');
  const locked = new Set(ofRemotes.flatMap((one) => one.remotes.map(canonicalAddress)));
  const other = [...asked].find((address) => !locked.has(address)) ?? [...locked].find((address) => !asked.has(address));
  if (new Set(remotes).size !== 1 || ofRemotes.some((one) => one.remotes.length > 1)) return 'it has not one source for all gems';
  if (other !== undefined) return `the Gemfile and it have other sources: ${other}`;
  const git = sources.filter(({ kind }) => kind === 'GIT');
  for (const { name, source } of gems) {
    if (source?.kind === 'git' && !git.some((one) => one.specs.some((spec) => spec.name === name) && isSameRepository(source, one))) return `the Gemfile has another repository for ${name}`;
  }
  const unused = git.find((one) => !gems.some(({ source }) => source?.kind === 'git' && isSameRepository(source, one)));
  return unused === undefined ? null : `${unused.remotes[0] ?? 'a repository'} is not in the Gemfile`;
}

/** Without the credentials, which a lock leaves out. */
function canonicalAddress(address: string): string {
  return `${address.replace(/\/+$/, '').replace(/^(\w+:\/\/)[^/@]*@/, '$1')}/`;
}

function isSameRepository({ address, options }: GitSource, { remotes, options: locked }: LockedSource): boolean {
  return address !== null && remotes[0] === address && locked.has('revision') && ['branch', 'tag', 'ref', 'glob', 'submodules'].every((name) => options.get(name) === locked.get(name));
}

/** Has each version all that it depends on, and its checksum where there are checksums? */
function specOutOfStep({ sources, checksums }: GemfileLock): string | null {
  const names = new Set(sources.flatMap(({ specs }) => specs.map(({ name }) => name)));
  for (const { kind, specs } of sources) {
    for (const { name, version, dependencies } of specs) {
      const missing = dependencies.find((one) => one !== 'bundler' && !names.has(one));
      if (missing !== undefined) return `it lacks ${missing}, on which ${name} depends`;
      if (kind === 'GEM' && checksums !== null && !checksums.has(`${name} ${version}`)) return `it lacks the checksum of ${name}`;
    }
  }
  return null;
}

/** A lock that has the platform of the image, or Ruby's own, gets no other one. */
function platformOutOfStep({ platforms }: GemfileLock, platform: string): string | null {
  return platforms.has('ruby') || platforms.has(platform) ? null : `it is not for ${platform}, and gets that platform`;
}

function rubyOutOfStep({ ruby }: Gemfile, lock: GemfileLock, ofFile: string | null): string | null {
  if ((ruby === null) !== (lock.ruby === null)) return `${ruby === null ? 'it' : 'the Gemfile'} says a version of Ruby, and ${ruby === null ? 'the Gemfile' : 'it'} does not`;
  if (ruby === null || lock.ruby === null) return null;
  const asked = ruby.file === null ? ruby.requirements : [ofFile ?? ''];
  return !ruby.isSpecial && satisfies(lock.ruby, asked) ? null : 'the Gemfile asks for another version of Ruby';
}
