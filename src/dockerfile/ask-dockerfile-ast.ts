import { DockerfileParser } from 'dockerfile-ast';
import type { Copy, From, PropertyInstruction } from 'dockerfile-ast';
import type { LogicalWord } from './scan.ts';

/** The places of the words as dockerfile-ast gives them for one instruction in one line; null for a keyword that it is not asked about. */
export function askDockerfileAst(keyword: string, text: string): readonly LogicalWord[] | null {
  const prefix = `${keyword} `;
  const [instruction] = DockerfileParser.parse(prefix + text).getInstructions();
  if (instruction === undefined) return null;
  const ranges = rangesOf(keyword, instruction);
  if (ranges === null) return null;
  return ranges.map((range) => {
    const start = range.start.character - prefix.length;
    const end = range.end.character - prefix.length;
    return { text: text.slice(start, end), start, end };
  });
}

type AstInstruction = ReturnType<ReturnType<typeof DockerfileParser.parse>['getInstructions']>[number];
type AstRange = ReturnType<AstInstruction['getRange']>;

/** dockerfile-ast tells its classes apart by the keyword only. */
function rangesOf(keyword: string, instruction: AstInstruction): readonly AstRange[] | null {
  switch (keyword) {
    case 'FROM': {
      const from = instruction as From;
      return [from.getImageRange(), from.getBuildStageRange()].filter((range) => range !== null);
    }
    case 'ARG':
    case 'ENV':
    case 'LABEL':
      return (instruction as PropertyInstruction).getProperties().map((property) => property.getRange());
    case 'COPY':
    case 'ADD':
    case 'EXPOSE':
    case 'VOLUME':
      return (instruction as Copy).getArguments().map((argument) => argument.getRange());
    default:
      return null;
  }
}
