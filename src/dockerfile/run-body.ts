import type { Instruction, ScannedDockerfile } from './scan.ts';
import type { ShellBody } from './shell.ts';
import { parseRun, parseScript } from './shell.ts';

const bodies = new WeakMap<Instruction, ShellBody>();

/** The commands of a RUN in shell form, here-documents included. The same instruction is read once only. */
export function shellBodyOf(scanned: ScannedDockerfile, instruction: Instruction): ShellBody {
  const known = bodies.get(instruction);
  if (known !== undefined) return known;
  const body = readShellBody(scanned, instruction);
  bodies.set(instruction, body);
  return body;
}

function readShellBody(scanned: ScannedDockerfile, instruction: Instruction): ShellBody {
  return instruction.heredocs.length > 0 ? heredocBody(scanned, instruction) : parseRun(scanned.text, instruction.bodySpan, scanned.escape);
}

/** `RUN <<EOF` is a script of its own; `RUN cat <<EOF > file` a command that reads a here-document. */
function heredocBody(scanned: ScannedDockerfile, instruction: Instruction): ShellBody {
  const [heredoc] = instruction.heredocs;
  const isScript = heredoc !== undefined && instruction.heredocs.length === 1 && instruction.text.trim() === scanned.text.slice(heredoc.operatorSpan.start, heredoc.operatorSpan.end);
  if (isScript) return parseScript(scanned.text, heredoc.contentSpan, heredoc.chomp);
  return parseRun(scanned.text, { start: instruction.bodySpan.start, end: instruction.span.end }, scanned.escape);
}
