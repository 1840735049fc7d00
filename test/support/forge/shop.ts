/** The project that the stories of `dockfix pr` are about, before and after, and the branch that dockfix makes for it. */
import { expect } from 'vitest';

import type { World, WorldPullRequest } from './world.ts';

export const dockerfile = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n';
export const repaired = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\n';
export const shopFiles = { Dockerfile: dockerfile, 'requirements.txt': 'a\n', '.dockerignore': '.git\n' };
export const branch = 'dockfix/dockerfile-cache';

/** The pull request of a world that has to have one, and no other. */
export function onlyPullRequestOf({ pullRequests }: World): WorldPullRequest {
  expect(pullRequests).toHaveLength(1);
  return pullRequests[0] as WorldPullRequest;
}
