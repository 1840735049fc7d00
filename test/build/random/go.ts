/** Random Go projects. */
import { goBase, goSums } from '../projects/go-base.ts';
import type { BuildProject, BuildProjectFile } from '../projects/project.ts';
import { lines } from '../projects/project.ts';
import type { Dice } from './dice.ts';
import { copyFlags, diceOf } from './dice.ts';

export function randomGoProject(seed: number): BuildProject {
  const dice = diceOf(seed);
  const scene: Scene = { ...dice, home: dice.pick(['/src', '/src', '/go/src/shop', '/app/']) };
  return {
    name: `go-${seed}`,
    outcome: 'rewritten',
    installsAgain: true,
    files: { ...filesOf(dice, seed), Dockerfile: lines(...dockerfile(scene)) },
    changes: [dice.pick(['main.go', 'lib/log/log.go', 'go.mod'])],
  };
}

interface Scene extends Dice {
  /** Where most of it goes. */
  readonly home: string;
}

// ------------------------------------------------------------------------------------------------------------ the files

function filesOf({ pick, chance }: Dice, seed: number): Record<string, BuildProjectFile> {
  return {
    'go.mod': lines('module example.org/shop', '', `// Project ${seed}.`, `go ${pick(['1.17', '1.19', '1.19', '1.16'])}`, '', 'require (', '\texample.org/deep v1.0.0 // indirect', '\texample.org/id v1.6.0', '\texample.org/log v0.0.0', ')', '', 'replace example.org/log => ./lib/log'),
    'go.sum': pick([goSums, goSums, goSums, goSums.split('\n').slice(1).join('\n')]),
    'main.go': lines('package main', '', 'import (', '\t"fmt"', '', '\t"example.org/id"', '\t"example.org/log"', ')', '', `func main() { fmt.Println("${seed}", id.New(), log.Name) }`),
    'lib/log/go.mod': lines('module example.org/log', '', 'go 1.17'),
    'lib/log/log.go': lines('package log', '', 'const Name = "log"'),
    'web/index.html': '<p>\n',
    'README.md': '# hi\n',
    ...(chance(0.2) ? { 'tools/go.mod': lines('module example.org/tools', '', 'go 1.17'), 'tools/main.go': lines('package main', '', 'func main() {}') } : {}),
    ...(chance(0.1) ? { '.netrc': 'machine git.example.org login me password you\n' } : {}),
    // It hides the Dockerfile and itself from the start: a listing that the build makes would show the difference.
    '.dockerignore': lines(...pick([[], ['*.md'], ['web'], ['*', '!**/*.go', '!**/go.*'], ['go.sum', '!go.sum']]), '.git', 'Dockerfile', '.dockerignore'),
  };
}

// ------------------------------------------------------------------------------------------------------- the Dockerfile

function dockerfile(scene: Scene): readonly string[] {
  const stages = scene.chance(0.5) ? 2 : 1;
  return Array.from({ length: stages }, (_, index) => stage(scene, index, index === stages - 1)).flat();
}

function stage(scene: Scene, index: number, isLast: boolean): readonly string[] {
  const { pick, chance, number, home } = scene;
  const hasUser = chance(0.2);
  const steps: string[] = [`FROM ${index > 0 && chance(0.3) ? 'stage0' : goBase}${isLast ? '' : ` AS stage${index}`}`];
  if (chance(0.6)) steps.push(pick(['ENV GOPATH=/go', 'ENV GOPATH=/go', 'ENV GOMODCACHE=/modules', 'ENV GOFLAGS=-mod=mod', 'ENV GOFLAGS=-mod=readonly', 'ARG VERSION=1', 'LABEL a=b', 'ENV GOWORK=off', 'ENV GOBIN=/usr/local/bin', `ENV GOPATH=${home}`]));
  if (chance(0.2)) steps.push(`RUN mkdir -p ${home}${chance(0.5) ? ` && chown -R 1000:1000 ${home}` : ''}`);
  if (chance(0.9)) steps.push(`WORKDIR ${home}`);
  if (hasUser) steps.push('ENV HOME=/tmp', 'USER 1000');
  if (chance(0.1)) steps.push('COPY README.md .netr[c] /root/');
  steps.push(`${pick(['COPY', 'COPY', 'ADD'])} ${copyFlags(scene)}${pick(['.', './'])} ${pick(['.', './', home])}`);
  const body = number(4);
  for (let at = 0; at < body; at += 1) steps.push(step(scene, index, hasUser));
  steps.splice(steps.length - number(2), 0, download(scene));
  if (chance(0.7)) steps.push(`RUN ${pick(['go build -o /tmp/shop .', 'go build ./...', 'go vet ./... || true', 'go install ./... || true', 'CGO_ENABLED=0 go build -o shop .'])}`);
  if (chance(0.3)) steps.push(`RUN ${command(scene)}`);
  return steps;
}

function step(scene: Scene, stageIndex: number, hasUser: boolean): string {
  const { number, pick, home } = scene;
  const kind = number(100);
  if (kind < 20) return download(scene);
  if (kind < 38) return `COPY ${copyFlags(scene)}${pick(['go.mod go.sum ./', 'go.* ./', 'lib ./lib', '. .', 'web /srv/', 'main.go ./', 'lib/ .'])}`;
  if (kind < 46 && stageIndex > 0) return `COPY --from=stage0 ${pick([`${home} ${home}`, '/go/pkg /go/pkg', '/tmp /out'])}`;
  if (kind < 52 && hasUser) return pick(['USER 1000', 'USER root']);
  if (kind < 80) return `RUN ${command(scene)}`;
  return pick(['ENV A=b', 'EXPOSE 80', `WORKDIR ${pick([home, home, 'lib', '..'])}`, 'CMD ["/tmp/shop"]', 'VOLUME /data', 'ARG GIT_SHA=abc', 'ENV GOPRIVATE=git.example.org']);
}

function download(scene: Scene): string {
  const { pick, home } = scene;
  return `RUN ${pick([
    'go mod download', 'go mod download', 'go mod download', 'go mod download -x', 'go mod download && go mod verify', 'go mod verify', 'go mod download && go build -o /tmp/early .', `cd ${home} && go mod download`,
    'go env -w GOPRIVATE=git.example.org && go mod download', 'GOFLAGS=-mod=mod go mod download', 'go install example.org/tool@v0.1.0', '--mount=type=cache,target=/go/pkg/mod go mod download', 'go mod download || true',
    'set -e; go mod download; go list -m all > /tmp/modules', 'go mod download example.org/id', '(cd lib/log && go mod download)', `${command(scene)} && go mod download`, `go mod download && ${command(scene)}`,
    '--mount=type=bind,source=go.mod,target=go.mod --mount=type=bind,source=go.sum,target=go.sum go mod download', 'export GOPROXY=file:///proxy && go mod download', 'go mod download > /tmp/log 2>&1',
  ])}`;
}

/** A command that downloads nothing: some write beside the source, some over it, some look at what is there. */
function command({ pick }: Scene): string {
  return pick([
    'mkdir -p data', 'chmod +x main.go', 'chown -R 1000:1000 . || true', 'rm -rf lib/other', 'cp -r web /tmp/web', 'ls -A > /tmp/listing', 'go version', 'go env GOMODCACHE > /tmp/cache', 'cat go.mod', 'rm -rf ~/.cache/go-build', 'go clean -cache', 'go mod tidy',
    'go fmt ./... || true', 'sed -i s/log/log/ main.go', 'touch .env', 'cp go.mod /tmp/', 'wc -c go.sum > /tmp/size', 'find . -name "*.md" -delete', 'go env -w GONOSUMCHECK=1 || true', 'go generate ./... || true', 'rm -f go.sum && go mod download || true', 'git --version || true',
  ]);
}
