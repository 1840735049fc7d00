import { defineConfig } from 'vitest/config';

/** The build tests: they need a Docker Engine with BuildKit (DOCKER_HOST, or the default socket). */
export default defineConfig({
  test: { include: ['test/build/*.test.ts'], testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false, maxConcurrency: 2 },
});
