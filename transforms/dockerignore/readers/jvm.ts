/** Maven, Gradle and sbt run the plugins that their manifests name. */
import { plainGradlePlugins, plainMavenPlugins, plainSbtPlugins } from '../known-programs.ts';
import type { Run } from '../runs.ts';
import { nameOf } from '../survey.ts';
import type { Answer, Setting } from './setting.ts';
import { manifestsNamed } from './setting.ts';

export function mavenBuild({ where }: Run, { survey, interest }: Setting): Answer {
  if (interest !== 'git') return null;
  const poms = manifestsNamed('pom.xml', survey);
  const own = new Set(poms.map((path) => artifactOf(survey.read(path) ?? '')));
  if (survey.files.some((path) => path.endsWith('.mvn/extensions.xml'))) return { kind: 'unknown', because: `${where} runs Maven with the extensions of .mvn/extensions.xml` };
  for (const path of poms) {
    const text = survey.read(path) ?? '';
    const parent = /<parent>([^]*?)<\/parent>/.exec(text)?.[1];
    const parentName = parent === undefined ? undefined : /<artifactId>\s*([^<\s]+)/.exec(parent)?.[1];
    if (parentName !== undefined && parentName !== 'spring-boot-starter-parent' && !own.has(parentName)) return { kind: 'unknown', because: `${where} runs Maven, and ${path} takes plugins from its parent \`${parentName}\`, which is not in the context` };
    const blocks = [...text.matchAll(/<(?:plugin|extension)>([^]*?)<\/(?:plugin|extension)>/g)].map((match) => match[1] ?? '');
    const unknown = blocks.map((block) => /<artifactId>\s*([^<\s]+)/.exec(block)?.[1] ?? '').find((name) => !plainMavenPlugins.has(name));
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs Maven, and ${path} names the plugin \`${unknown}\`, which is not known` };
  }
  return poms.length === 0 ? { kind: 'unknown', because: `${where} runs Maven, and no pom.xml is in the context` } : null;
}

function artifactOf(pom: string): string {
  return /<artifactId>\s*([^<\s]+)/.exec(pom.replace(/<parent>[^]*?<\/parent>/, ''))?.[1] ?? '';
}

export function gradleBuild({ where }: Run, { survey, interest }: Setting): Answer {
  if (interest !== 'git') return null;
  const scripts = survey.files.filter((path) => /\.gradle(?:\.kts)?$/.test(path) || nameOf(path) === 'libs.versions.toml');
  for (const path of scripts) {
    const unknown = gradlePluginsIn(survey.read(path) ?? '', nameOf(path)).find((name) => !plainGradlePlugins.has(name));
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs Gradle, and ${path} names the plugin \`${unknown}\`, which is not known` };
  }
  return scripts.length === 0 ? { kind: 'unknown', because: `${where} runs Gradle, and no build.gradle is in the context` } : null;
}

function gradlePluginsIn(text: string, name: string): readonly string[] {
  if (name === 'libs.versions.toml') {
    const section = /^\[plugins\]([^]*?)(?:^\[|(?![^]))/m.exec(text)?.[1] ?? '';
    return [...section.matchAll(/(?:id\s*=\s*|=\s*)"([\w.-]+)(?::[^"]*)?"/g)].map((match) => match[1] ?? '').filter((id) => /[a-z]/i.test(id));
  }
  // A class path has plugins by their modules: `org.springframework.boot:spring-boot-gradle-plugin:3.3.0`.
  const modules = [...text.matchAll(/\bclasspath\b(?!\s*[-+=.])[^"'\n]*(?:["']([\w.-]+):|$)/gm)].map((match) => match[1] ?? 'classpath');
  const unknownModule = modules.find((group) => ![...plainGradlePlugins].some((id) => id === group || id.startsWith(`${group}.`)));
  // A catalog that is published elsewhere may name any plugin.
  const catalog = /\bfrom\s*\(\s*["']([\w.-]+:[\w.-]+:[^"']+)["']/.exec(text)?.[1];
  const ids = [...text.matchAll(/\bid\s*\(?\s*["']([\w.-]+)["']/g), ...text.matchAll(/\bkotlin\s*\(\s*["']([\w.-]+)["']\s*\)\s*(?:version|$)/gm), ...text.matchAll(/apply\s*\(?\s*plugin\s*[:=]\s*["']([\w.-]+)["']/g)];
  // `apply from: "https://…"` or a file, which is searched with all others.
  const remote = /apply\s*\(?\s*from\s*[:=]\s*["'](https?:[^"']*)["']/.exec(text)?.[1];
  return [...ids.map((match) => match[1] ?? ''), ...[remote, unknownModule, catalog].filter((one) => one !== undefined)];
}

export function sbtBuild({ where }: Run, { survey, interest }: Setting): Answer {
  if (interest !== 'git') return null;
  for (const path of survey.files.filter((one) => one.endsWith('.sbt'))) {
    const names = [...(survey.read(path) ?? '').matchAll(/addSbtPlugin\(\s*"[^"]*"\s*%\s*"([^"]*)"/g)].map((match) => match[1] ?? '');
    const unknown = names.find((name) => !plainSbtPlugins.has(name));
    if (unknown !== undefined) return { kind: 'unknown', because: `${where} runs sbt, and ${path} names the plugin \`${unknown}\`, which is not known` };
  }
  return null;
}
