import { defineConfig } from 'vitest/config';

/** The tests on Podman and Buildah: they need both, and python:3.11-slim among their images. */
export default defineConfig({
  test: { include: ['test/podman/*.test.ts'], testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false },
});
