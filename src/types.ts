/**
 * The nouns of dockfix. Everything that crosses a folder border is declared here; what a Dockerfile says is in
 * `dockerfile/`, what commands do in `commands/`, what follows from both in `build/`.
 */

/** Half-open range of UTF-16 offsets into one file's text. Lines and columns exist only in reports. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A path with `/` as separator, without `.`/`..` segments and without a trailing slash.
 * In a repository or build context it is relative and `''` is the root; in an image it is absolute.
 */
export type Path = string;

/** Is a path in the build context? `maybe`: on this disk but not in git, or a known leftover of a tool. */
export type Presence = 'yes' | 'no' | 'maybe';

/** What a path of a repository is. A `link` is a symbolic link; it is never followed out of the root. */
export type EntryKind = 'file' | 'directory' | 'link' | 'absent';

/** A repository (or a folder outside any) as files: read-only, never outside its root, nothing executed. */
export interface Tree {
  readonly kind: (path: Path) => EntryKind;
  /** The text of a regular file (links inside the root are followed); undefined if absent, binary, not UTF-8, too large, or outside the root. */
  readonly read: (path: Path) => string | undefined;
  /** The text of a regular file that a byte order mark says to be UTF-16. A tree may leave it out if it holds none. */
  readonly readUtf16?: (path: Path) => string | undefined;
  /** Names of a directory's entries, sorted; empty if it is not a directory. */
  readonly list: (path: Path) => readonly string[];
  /** Does git hold the file, or (for a directory) a file below it? Always true where there is no git. */
  readonly tracked: (path: Path) => boolean;
  /** Is one of the execute bits set? */
  readonly executable: (path: Path) => boolean;
}

/** What a build sends to the builder: a directory of a tree, less what the ignore file in force hides. */
export interface BuildContext {
  /** The directory, relative to the tree's root. */
  readonly root: Path;
  /** Paths below are relative to `root`. A directory is present as far as something visible in it is. */
  readonly has: (path: Path) => Presence;
  /** `absent` for what the ignore file hides. */
  readonly kind: (path: Path) => EntryKind;
  /** Undefined for what is hidden, absent, binary, or reached through a symbolic link. */
  readonly read: (path: Path) => string | undefined;
  /** The same, also of UTF-16 with a byte order mark: what Windows PowerShell writes, and pip reads. */
  readonly readAnyUnicode: (path: Path) => string | undefined;
  /** Visible entries of one directory, sorted. */
  readonly list: (path: Path) => readonly string[];
  /** Would the ignore file hide it, and all below it, if it were there? */
  readonly hides: (path: Path) => boolean;
  /** All visible files, depth first, sorted within a directory. */
  readonly files: (under?: Path) => Iterable<Path>;
  readonly executable: (path: Path) => boolean;
}

/** One way an image is built: `docker build -f dockerfile --target … context`. Paths are relative to the repository root. */
export interface Build {
  readonly dockerfile: Path;
  readonly context: Path;
  /** Stages (names, or indices as text) whose images are used; empty means the last stage. */
  readonly outputs: readonly string[];
  readonly args: ReadonlyMap<string, string>;
  /** Arguments that get another value with each commit (`github.sha`); left out if none is known to. */
  readonly perCommit?: readonly string[];
  /** Compose's additional_contexts, bake's contexts: names that `COPY --from` may use without being a stage or an image. */
  readonly namedContexts: readonly string[];
  readonly declaredBy: 'compose' | 'bake' | 'workflow' | 'devcontainer' | 'script' | 'option' | 'guess';
  /** What compose files have its image run: `command`, `entrypoint` and the like of services. */
  readonly commands?: readonly StartCommand[];
}

/** A command that is run in a container of an image, instead of or beside its own. */
export interface StartCommand {
  /** The words of an exec form; null where a shell runs the text. */
  readonly words: readonly string[] | null;
  readonly text: string;
  /** Where it is written: `compose.yaml:12`, or the file alone. */
  readonly where: string;
}

/** What asks for a build, or may do so, and was not read: nobody knows what it takes of its context. */
export interface UnreadUser {
  readonly file: Path;
  /** 1-based. */
  readonly line: number;
  /** null: it may be any directory. */
  readonly context: Path | null;
  /** What was not understood, as a sentence. */
  readonly because: string;
}

/** One replacement in one file. Creating a file is an edit of an empty, absent one. */
export interface Edit {
  readonly file: Path;
  readonly span: Span;
  readonly text: string;
}

/** A difference from the original image that a fix makes on purpose. Everything else is compared exactly. */
export type Claim =
  | { readonly kind: 'hidden-from-context'; readonly paths: readonly string[] }
  | { readonly kind: 'base-changed'; readonly stage: number; readonly from: string; readonly to: string }
  | { readonly kind: 'packages-translated'; readonly packages: readonly (readonly [apk: string, apt: string])[] }
  | { readonly kind: 'user-command-translated'; readonly from: string; readonly to: string }
  | { readonly kind: 'installed-from-wheels'; readonly prefix: Path }
  | { readonly kind: 'wheels-in-layer'; readonly path: Path }
  | { readonly kind: 'scripts-added'; readonly path: Path }
  | { readonly kind: 'lock-now-honoured'; readonly path: Path }
  | LockKept
  | InstallScriptsTrusted
  | { readonly kind: 'tool-left-out'; readonly tools: readonly string[] }
  | { readonly kind: 'assumes'; readonly assumption: Assumption };

/** A lock file (path of the context) that is in step with its manifest is taken to stay as it is, although an install might write it anew. */
export interface LockKept {
  readonly kind: 'lock-kept';
  readonly path: Path;
}

/**
 * An install runs with other files of the project around it than before, and scripts of packages run with it that are
 * taken to read none of them. `lock` is the name of the lock file; `packages` is null where it does not say which have scripts.
 */
export interface InstallScriptsTrusted {
  readonly kind: 'install-scripts-trusted';
  readonly lock: string;
  readonly packages: readonly string[] | null;
}

/** What a fix takes for granted, because only a person can know it. */
export type Assumption =
  /** No installed package has the name of a file or folder of the project. */
  | { readonly kind: 'disjoint-names' }
  /**
   * What runs in a directory of the context, and is not understood, reads and writes nothing of the project outside it,
   * and changes no file of the project in it, and no users: `npm run build` in `frontend/`.
   */
  | { readonly kind: 'works-in'; readonly directory: Path }
  /** Nothing reads what the patterns hide, although `because` was not understood. */
  | { readonly kind: 'nothing-reads'; readonly patterns: readonly string[]; readonly because: string }
  /** The versions of a lock (path of the context), which no install has used so far, are those that the image is to have. */
  | { readonly kind: 'lock-wanted'; readonly lock: Path }
  /** What is not known of an Alpine image works on Debian as well; each part is a sentence. */
  | { readonly kind: 'runs-on-debian'; readonly unknown: readonly string[] };

export type ClaimKind = Claim['kind'];

/** All of `edits` is applied, or none of it. */
export interface Fix {
  readonly kind: 'fix';
  /** One sentence: what changes and why, as the report prints it. */
  readonly message: string;
  readonly claims: readonly Claim[];
  readonly edits: readonly [Edit, ...Edit[]];
  /** What it does to other Dockerfiles, which are right only if all of them change. */
  readonly linked?: readonly LinkedFix[];
}

/** The part of a fix that concerns another Dockerfile, with what is claimed of that one. Lines are 1-based. */
export interface LinkedFix {
  readonly dockerfile: Path;
  readonly line: number;
  readonly endLine: number;
  readonly message: string;
  readonly claims: readonly Claim[];
}

/** "I looked at this and left it alone, because …" */
export interface Refusal {
  readonly kind: 'refusal';
  readonly reason: RefusalReason;
  readonly message: string;
}

/** Every reason for which dockfix leaves something alone, each with the sentence that the documentation prints. */
export const refusalReasons = {
  'ambiguous-shell': 'The RUN has a construct (pipe, `||`, loop, substitution, background job) that cannot be cut safely.',
  'archive-extracted': 'ADD would extract this archive, or fetch this URL.',
  'base-unknown': 'The base image is not known well enough (digest pin, unlisted tag, another distribution).',
  'broken-today': 'The image that is built today is probably broken; a person has to decide.',
  'built-by-hand': 'Files were put among the installed packages by hand.',
  'changes-shipped-files': 'A layer would hold files that no layer holds today.',
  'context-unknown': 'No directory holds everything that the Dockerfile copies and installs from.',
  'differs': 'The rewritten Dockerfile would not give the same image.',
  'dynamic-metadata': 'The dependencies are computed by code of the project.',
  'file-changes-manifest': 'The manifest is made or changed during the build.',
  'hidden-from-context': 'A file that the install needs is hidden by the ignore file.',
  'local-dependency': 'A dependency is a path of the project itself.',
  'lock-changed-by-command': 'The command rewrites the lock file.',
  'manifest-missing': 'A manifest that the install reads was not found in the build context.',
  'may-be-in-context': 'A file that git does not hold may exist in somebody’s build context and would then win over what the install wrote.',
  'needs-another-file': 'The fix needs a change of another file, which standard input cannot carry, or of a Dockerfile that was not asked about.',
  'never-hides-needed': 'The pattern would hide a file that a build needs.',
  'no-gain': 'The change would not make any step cached more often.',
  'no-lock': 'There is no lock file, so the dependencies are not known.',
  'not-needed': 'It could be changed, but there is no reason to.',
  'onbuild': 'ONBUILD runs in another build, which is not seen here.',
  'opaque-command': 'A command in between does something that dockfix does not know.',
  'output-stage': 'The stage is itself an image that somebody uses.',
  'reads-source': 'The command reads the project’s source.',
  'secret-in-layer': 'A secret would stay in a layer.',
  'stale-lists': 'Something that installs packages of the distribution would run with package lists of an older layer.',
  'stale-lock': 'The lock file was not made from the manifest beside it.',
  'suppressed': 'A comment in the file asks for it.',
  'suppression': 'A comment that keeps transforms away names none that there is, or keeps none from anything.',
  'tag-missing': 'No such tag of the base image exists.',
  'too-many-rounds': 'The fixes do not settle after ten rounds.',
  'too-much-to-verify': 'It has more stages and fixes than can be verified one by one.',
  'unmapped-package': 'The package has no known counterpart in Debian.',
  'unresolved-variable': 'A path depends on a variable whose value is not known.',
  'unsupported': 'dockfix does not handle this form.',
  'user-cannot-write': 'The user of that stage may not write where the packages go.',
} as const;

export type RefusalReason = keyof typeof refusalReasons;

/** How sure a fix is. The engine computes it; no transform states it. */
export type Safety = 'exact' | 'equivalent' | 'unsafe';

/** `info`: could move, no reason to (shown with --verbose). `warning`: broken today. */
export type Level = 'info' | 'refusal' | 'warning';
