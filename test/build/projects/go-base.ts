/** An image with Debian's go and a few modules, which a directory serves as their proxy. */
import { rm } from 'node:fs/promises';
import { build, writeProject } from '../../support/engine.ts';

export const goImages = 'dockfix-test-go';
export const goBase = `${goImages}/base`;

/** Checksums of its modules example.org/id and example.org/deep. */
export const goSums = 'example.org/deep v1.0.0 h1:4vihESATAMLkbAexnIT1rmMC21WPQOu6cDNsy/QY480=\nexample.org/deep v1.0.0/go.mod h1:VKM7XDlKDPASCwX+m04J+IwIK2ch/XkQ84An6T9uubo=\nexample.org/id v1.6.0 h1:s9OjX3hokJ5+eKlEme9Bq+4FKjIHw6OHxi4pb89w6NU=\nexample.org/id v1.6.0/go.mod h1:DCB3osI2ouygEIcAND2asKaxRu3PxP+OEEEvacytKRE=\n';

/** Writes modules as a proxy serves them (https://go.dev/ref/mod#goproxy-protocol). */
const proxy = `import json, os, zipfile

def module(path, version, files):
    folder = f"/proxy/{path}/@v"
    os.makedirs(folder, exist_ok=True)
    open(f"{folder}/list", "a").write(version + "\\n")
    open(f"{folder}/{version}.info", "w").write(json.dumps({"Version": version, "Time": "2024-01-01T00:00:00Z"}))
    open(f"{folder}/{version}.mod", "w").write(files["go.mod"])
    with zipfile.ZipFile(f"{folder}/{version}.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{path}@{version}/{name}", text)

module("example.org/deep", "v1.0.0", {"go.mod": "module example.org/deep\\n\\ngo 1.17\\n", "deep.go": 'package deep\\n\\nconst Name = "deep"\\n'})
module("example.org/id", "v1.6.0", {
    "go.mod": "module example.org/id\\n\\ngo 1.17\\n\\nrequire example.org/deep v1.0.0\\n",
    "id.go": 'package id\\n\\nimport "example.org/deep"\\n\\nfunc New() string { return deep.Name }\\n',
})
module("example.org/tool", "v0.1.0", {"go.mod": "module example.org/tool\\n\\ngo 1.17\\n", "tool.go": 'package main\\n\\nimport "os"\\n\\nfunc main() { os.WriteFile("made.go", []byte("package main"), 0o644) }\\n'})
`;

const base = `FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends golang-go && rm -rf /var/lib/apt/lists/*
COPY proxy.py /proxy.py
RUN python /proxy.py
ENV GOPROXY=file:///proxy GONOSUMDB=* CGO_ENABLED=0
`;

/** Builds the image. */
export async function buildGoBase(): Promise<void> {
  const folder = await writeProject({ Dockerfile: base, 'proxy.py': proxy });
  const { imageId, log } = await build(folder, { tag: goBase });
  await rm(folder, { recursive: true });
  if (imageId === null) throw new Error(`the base image cannot be built:\n${log}`);
}
