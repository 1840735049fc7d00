import type { ProjectView } from './project.ts';
import type { Match } from './transform.ts';

/**
 * `# dockfix-ignore split-copy: why` above an instruction, and `# dockfix-ignore-file split-copy: why` anywhere, keep a
 * transform away; without a name they keep all away. Gives the comment's own reason, or null.
 */
export function suppressedBy(view: ProjectView, transform: string, match: Match): string | null {
  const dockerfile = view.dockerfiles.find((one) => one.path === match.dockerfile);
  if (!dockerfile?.text.includes('dockfix-ignore')) return null;
  const lines = dockerfile.text.split(/\r?\n/);
  for (const line of lines) {
    const reason = read(line, 'dockfix-ignore-file', transform);
    if (reason !== null) return reason;
  }
  for (let index = match.line - 2; index >= 0; index -= 1) {
    const line = lines[index]?.trim() ?? '';
    if (!line.startsWith('#')) return null;
    const reason = read(line, 'dockfix-ignore', transform);
    if (reason !== null) return reason;
  }
  return null;
}

function read(line: string, word: string, transform: string): string | null {
  const match = /^\s*#\s*(dockfix-ignore(?:-file)?)(\s[a-z,\s-]*)?(?::(.*))?$/.exec(line);
  if (!match || match[1] !== word) return null;
  const names = (match[2] ?? '').split(/[\s,]+/).filter((name) => name !== '');
  if (names.length > 0 && !names.includes(transform)) return null;
  const reason = match[3]?.trimStart() ?? '';
  return reason === '' ? 'a comment asks for it' : `a comment asks for it: ${reason}`;
}
