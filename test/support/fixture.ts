import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files below a folder, by path relative to it. */
export function readFolder(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  const visit = (directory: string, prefix: string): void => {
    for (const name of readdirSync(directory).toSorted()) {
      const absolute = join(directory, name);
      if (statSync(absolute).isDirectory()) visit(absolute, `${prefix}${name}/`);
      else files[`${prefix}${name}`] = readFileSync(absolute, 'utf8');
    }
  };
  visit(folder, '');
  return files;
}
