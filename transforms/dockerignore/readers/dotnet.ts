import { plainBuildReferences } from '../known-programs.ts';
import type { Run } from '../runs.ts';
import type { Answer, Setting } from './setting.ts';

/**
 * From .NET 8 on the SDK writes the commit into the version of each assembly (Source Link is part of it):
 * https://learn.microsoft.com/dotnet/core/compatibility/sdk/8.0/source-link
 */
export function dotnetBuild({ args, where }: Run, { arrival, survey, interest }: Setting): Answer {
  if (interest !== 'git' || !args.some((arg) => /^(?:build|publish|pack|test|run|msbuild)$/.test(arg ?? ''))) return null;
  const major = /\/sdk:(\d+)\.\d/.exec(arrival.stage.reference)?.[1];
  const projects = survey.files.filter((path) => /\.(?:cs|fs|vb)proj$|Directory\.(?:Build|Packages)\.(?:props|targets)$/.test(path));
  const texts = projects.map((path) => [path, survey.read(path) ?? ''] as const);
  const isOff = texts.some(([, text]) => /<EnableSourceControlManagerQueries>\s*false|<IncludeSourceRevisionInInformationalVersion>\s*false/i.test(text));
  if (!isOff && (major === undefined || Number(major) >= 8)) return { kind: 'reads', because: `${where} runs \`dotnet ${args[0] ?? ''}\`, which writes the commit into the version of the assembly` };
  for (const [path, text] of texts) {
    const imported = [...text.matchAll(/<Import\b[^>]*?\bProject="([^"]+)"/g)].map((match) => match[1] ?? '').find((one) => !survey.byName.has(one.split(/[\\/]/).at(-1) ?? ''));
    if (imported !== undefined) return { kind: 'unknown', because: `${where} runs \`dotnet\`, and ${path} imports ${imported}, which is not in the context` };
    const references = [...text.matchAll(/<(?:PackageReference|GlobalPackageReference)\b[^>]*?Include="([^"]+)"[^>]*?(?:\/>|>([^]*?)<\/PackageReference>)/g)];
    const unknown = references.find(([all, name = '']) => (/PrivateAssets/.test(all) || all.startsWith('<Global')) && !plainBuildReferences.has(name.toLowerCase()));
    if (unknown) return { kind: 'unknown', because: `${where} runs \`dotnet\`, and ${path} builds with \`${unknown[1] ?? ''}\`, which is not known` };
  }
  return null;
}
