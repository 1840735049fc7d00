/** The engines by the names that `--engine` takes. */
import { docker } from './docker.ts';
import type { Engine } from './engine.ts';
import { buildah, podman } from './podman.ts';

export const engines: Readonly<Record<string, Engine>> & { readonly docker: Engine } = { docker, podman, buildah };
