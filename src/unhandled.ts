import type { Instruction, ScannedDockerfile } from './dockerfile/scan.ts';

/** Why a file is left alone as a whole, whatever its instructions say. */
export interface Unhandled {
  readonly code: 'template' | 'syntax' | 'windows' | 'too-large';
  readonly message: string;
  /** 1-based. */
  readonly line: number;
}

/** Linux's MAX_ARG_STRLEN: no shell is started with a longer text. Other instructions are far shorter. */
const longestArgument = 131_072;

/** Null for a file that dockfix can handle. A template is named as one even where it is no valid Dockerfile either. */
export function unhandled(scanned: ScannedDockerfile): Unhandled | null {
  const template = templateLine(scanned);
  if (template !== null) return { code: 'template', message: 'it is a template: {{ }} or {% %} stands outside quoted shell text', line: template };
  const problem = scanned.problems[0] ?? misplaced(scanned);
  if (problem) return { code: 'syntax', message: `BuildKit rejects it: ${problem.message}`, line: problem.line };
  const long = scanned.instructions.find(({ text }) => text.length >= longestArgument);
  if (long) return { code: 'too-large', message: `its ${long.keyword} is longer than the 128 KB that Linux takes as one argument of a program`, line: long.lines.start };
  const windows = windowsStage(scanned);
  if (windows) return { code: 'windows', message: `its stage \`${oneLine(windows.text)}\` is based on a Windows image`, line: windows.lines.start };
  return null;
}

// --------------------------------------------------------------------------------------------------------------- syntax

/** BuildKit's instructions (moby/buildkit, frontend/dockerfile/command). */
const instructionKeywords: ReadonlySet<string> = new Set([
  'ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER', 'ONBUILD',
  'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR',
]);

/** What BuildKit's parser takes and its next pass rejects, in its words (frontend/dockerfile/instructions/parse.go). */
function misplaced({ instructions }: ScannedDockerfile): { readonly message: string; readonly line: number } | null {
  let inStage = false;
  for (const { keyword, text, lines } of instructions) {
    const line = lines.start;
    if (!instructionKeywords.has(keyword)) return { message: `unknown instruction: ${keyword.slice(0, 40)}`, line };
    if (keyword === 'FROM') {
      const words = text.trim().split(/\s+/).length;
      if (words !== 1 && !(words === 3 && /\sas\s/i.test(text))) return { message: 'FROM requires either one or three arguments', line };
      inStage = true;
    }
    if (!inStage && keyword !== 'ARG') return { message: 'no build stage in current context', line };
  }
  return inStage ? null : { message: 'dockerfile contains no stages to build', line: 1 };
}

// ------------------------------------------------------------------------------------------------------------ templates

/** Where quotes protect: `docker inspect -f '{{.State}}'` is text for another program, `ENV V="{{ v }}"` is a template. */
const shellKeywords: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/** The line of the first template marker that no quotes protect; the contents of heredocs count as quoted. */
function templateLine({ text, instructions }: ScannedDockerfile): number | null {
  if (!text.includes('{{') && !text.includes('{%')) return null;
  let at = 0;
  for (const instruction of instructions) {
    const { span, bodySpan, heredocs } = instruction;
    const marker = commentMarker(text, at, span.start) ?? instructionMarker(text, instruction);
    if (marker !== null) return lineOf(text, marker);
    at = heredocs.length > 0 ? span.end : Math.max(span.start, bodySpan.end);
  }
  const marker = commentMarker(text, at, text.length);
  return marker === null ? null : lineOf(text, marker);
}

function instructionMarker(text: string, { keyword, span, bodySpan, heredocs }: Instruction): number | null {
  const end = heredocs.length > 0 ? bodySpan.end : Math.max(span.end, bodySpan.end);
  if (!shellKeywords.has(keyword)) return markerBetween(text, span.start, end);
  return markerIn(withoutQuoted(text.slice(span.start, end)), span.start);
}

/** Between instructions there are only comments: `# docker inspect --format "{{.RepoTags}}" x` is documentation. */
function commentMarker(text: string, start: number, end: number): number | null {
  return start < end ? markerIn(text.slice(start, end).split('\n').map(commentWithoutQuoted).join('\n'), start) : null;
}

/** Only quotes that are closed in the same line: most apostrophes of a comment are none. */
function commentWithoutQuoted(line: string): string {
  return line.replaceAll(/"[^"]*"|'[^']*'/g, (quoted) => ' '.repeat(quoted.length));
}

function markerBetween(text: string, start: number, end: number): number | null {
  return start < end ? markerIn(text.slice(start, end), start) : null;
}

/** Both parts of a marker stand on one line. Only a line's first opening is tried, so that this stays linear. */
function markerIn(text: string, offset: number): number | null {
  let start = 0;
  for (const line of text.split('\n')) {
    for (const [open, close] of [['{{', '}}'], ['{%', '%}']] as const) {
      const at = line.indexOf(open);
      if (at >= 0 && line.includes(close, at + open.length)) return offset + start + at;
    }
    start += line.length + 1;
  }
  return null;
}

/** The text with quoted parts blanked. In comment lines inside a continuation quotes open nothing beyond the line. */
function withoutQuoted(text: string): string {
  let quote: string | null = null;
  const lines = text.split('\n').map((line) => {
    if (line.trimStart().startsWith('#')) return commentWithoutQuoted(line);
    let kept = '';
    for (let index = 0; index < line.length; index += 1) {
      const character = line[index] ?? '';
      const escaped = character === '\\' && quote !== "'" && index + 1 < line.length;
      if (escaped) {
        kept += '  ';
        index += 1;
      } else if (quote !== null) {
        kept += ' ';
        if (character === quote) quote = null;
      } else {
        if (character === '"' || character === "'") quote = character;
        kept += quote === null ? character : ' ';
      }
    }
    return kept;
  });
  return lines.join('\n');
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

// -------------------------------------------------------------------------------------------------------------- Windows

/** Microsoft's base images, and the tags that official images derive from them (`golang:1.22-windowsservercore-ltsc2022`). */
const windowsImage = /(?:^|\/)(?:windows|nanoserver|servercore|windowsservercore)(?:[/:@]|$)|[:-](?:windowsservercore|nanoserver)(?:-|$)/i;

/** The first FROM of a Windows image, directly or through the default of an ARG before it. */
function windowsStage({ instructions }: ScannedDockerfile): Instruction | undefined {
  const defaults = new Map<string, string>();
  return instructions.find((instruction) => {
    if (instruction.keyword === 'ARG') {
      for (const [, name, value] of instruction.text.matchAll(/\b([A-Za-z_]\w*)=["']?([^\s"']*)/g)) if (name !== undefined && value !== undefined) defaults.set(name, value);
    }
    if (instruction.keyword !== 'FROM') return false;
    if (instruction.flags.some((flag) => flag.name === 'platform' && /^windows\b/i.test(flag.value ?? ''))) return true;
    const [image = ''] = instruction.text.trim().split(/\s+/);
    const reference = image.replaceAll(/\$\{?(\w+)(?::?-([^}]*))?\}?/g, (_, name: string, fallback: string | undefined) => defaults.get(name) ?? fallback ?? '');
    return /windows|server/i.test(reference) && windowsImage.test(reference);
  });
}

function oneLine(text: string): string {
  const line = `FROM ${text.trim().replaceAll(/\s+/g, ' ')}`;
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}
