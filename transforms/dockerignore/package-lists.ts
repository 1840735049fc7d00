import type { Path } from '../../src/types.ts';
import { dependenciesIn } from './package-scripts.ts';
import { nameOf } from './survey.ts';

/** Names of packages that a manifest asks for; null if it is no list of packages. */
export function packagesIn(path: Path, text: string): readonly string[] | null {
  const name = nameOf(path);
  if (name === 'package.json') return dependenciesIn(text);
  if (/^requirements|\.(?:txt|in)$/.test(name)) return [...text.matchAll(/^\s*([A-Za-z][\w.-]*)/gm)].map((match) => match[1] ?? '');
  if (name === 'pyproject.toml' || name === 'Pipfile') return [...text.matchAll(/^\s*["']?([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:[<>=!~]=?[^=]|["'],?\s*$)/gm)].map((match) => match[1] ?? '').filter((one) => !/^(?:name|version|description|readme|authors?|license|python|requires(?:-python)?|build-backend|packages|include|line-length|target-version|dependencies|url|verify_ssl|python_version|package-mode|dev|optional|homepage|repository|documentation|keywords|classifiers|scripts|select|ignore|fix|src)$/.test(one));
  if (name === 'composer.json') return [...text.matchAll(/"([\w.-]+\/[\w.-]+)"\s*:/g)].map((match) => match[1] ?? '');
  if (name === 'go.mod') return [...text.matchAll(/^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+)\s+v/gm)].map((match) => match[1] ?? '').filter((one) => /dotenv|viper|env/.test(one));
  if (name === 'Cargo.toml') return [...text.matchAll(/^\s*(?:\[(?:\w+\.)*dependencies\.)?([\w-]+)\]?(?:\.workspace)?\s*(?:=|$)/gm)].map((match) => match[1] ?? '').filter((one) => one === 'sqlx' || (/env/.test(one) && one !== 'env_logger'));
  if (/\.(?:cs|fs|vb)proj$/.test(name)) return [...text.matchAll(/Include="([^"]+)"/g)].map((match) => match[1] ?? '').filter((one) => /dotnetenv|dotenv|\benv\b/i.test(one));
  if (name === 'Gemfile') return [...text.matchAll(/^\s*gem\s+["']([\w.-]+)/gm)].map((match) => match[1] ?? '');
  return null;
}
