/** What stages take from images, and from stages on images, of which it is not known for which C library they are. */
import { parse } from '../../dockerfile/parse.ts';
import { stageReference } from '../../dockerfile/stages.ts';
import { libcOfReference } from '../../images/base-facts.ts';
import type { StageResult, SymbolicBuild } from '../symbolic-build.ts';
import { crossingsOf, libcOf } from './crossing.ts';

export interface Taken {
  readonly kind: 'musl' | 'unknown';
  readonly message: string;
}

/** Files that are no programs, by their names. */
const plainFile = /\.(?:conf|cfg|ini|types|pem|crt|cer|json|ya?ml|toml|txt|html|css|js|py|sh|sql|xml|tmpl|tpl|gz|zip|jar)$/;

/** Programs without a C library of their own, by their makers' documentation: uv's images hold static ones. */
const staticPrograms = /^(?:ghcr\.io\/astral-sh\/uv|(?:docker\.io\/)?astral\/uv)(?:[:@]|$)/;

export function takenFromImages(build: SymbolicBuild, members: readonly StageResult[]): readonly Taken[] {
  return [...members.flatMap((member) => member.stage.instructions.flatMap((instruction) => takenBy(build, member, instruction))), ...fromUnknownStages(build, members)];
}

function takenBy(build: SymbolicBuild, member: StageResult, instruction: StageResult['stage']['instructions'][number]): readonly Taken[] {
  const parsed = parse(instruction, build.model.scanned);
  const taken = parsed.keyword === 'COPY' && parsed.from !== null ? [{ image: parsed.from, sources: parsed.sources.map(({ text }) => text) }] : parsed.keyword === 'RUN' ? parsed.mounts.flatMap((mount) => (mount.from === null ? [] : [{ image: mount.from, sources: [mount.source ?? '/'] }])) : [];
  return taken.flatMap(({ image, sources }): Taken[] => {
    const [program] = sources.filter((source) => !plainFile.test(source));
    if (program === undefined || stageReference(build.model, member.stage.index, image) !== null) return [];
    if (staticPrograms.test(image) && sources.every((source) => /(?:^|\/)uvx?$/.test(source))) return [];
    const where = `(line ${instruction.lines.start})`;
    const libc = /\$/.test(image) ? null : libcOfReference(image);
    if (libc === 'glibc') return [];
    if (libc === 'musl') return [{ kind: 'musl', message: `${program} comes from ${image}, which is Alpine: it is made for musl ${where}` }];
    return [{ kind: 'unknown', message: `${program} comes from ${image}, of which it is not known whether it is made for musl ${where}` }];
  });
}

function fromUnknownStages(build: SymbolicBuild, members: readonly StageResult[]): readonly Taken[] {
  const inside = new Set(members.map(({ stage }) => stage.index));
  return crossingsOf(build).flatMap(({ from, to, source, line, compiled }): Taken[] => {
    if (!compiled || !inside.has(to) || inside.has(from) || libcOf(build, from) !== null) return [];
    return [{ kind: 'unknown', message: `${source} comes from a stage on ${build.stages[from]?.reference || 'an image that is not known'}, of which it is not known whether it is made for musl (line ${line})` }];
  });
}
