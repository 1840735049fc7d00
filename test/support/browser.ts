import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import type { Browser } from 'playwright-core';

/** Chromium as the system has it; null if it has none. */
export const chromium = findChromium();

function findChromium(): string | null {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const programs = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => directories.map((directory) => join(directory, name)));
  return programs.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Without a network of its own: what Chromium asks for by itself is nothing of a test. */
export async function startBrowser(): Promise<Browser> {
  const { chromium: playwright } = await import('playwright-core');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return playwright.launch({ executablePath: chromium ?? '', args });
}
