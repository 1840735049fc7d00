/**
 * Stand-ins for poetry, pipenv, uv and pdm, for engines without a package index: a wheel with one module that does, by
 * means of pip, what the model claims of the real tool, and nothing else. They say nothing about the real tools: what
 * is tested with them is that a rewrite gives the same image if a tool behaves as `src/commands/` says.
 */
import { wheel } from './wheel.ts';

/** All read the locked packages of the current directory and install them with pip, without their dependencies. */
const module = `"""A stand-in for a package manager: installs what the lock file of the current directory names."""
import json, os, pathlib, re, subprocess, sys, tomllib

def read(name):
    path = pathlib.Path(name)
    if not path.exists():
        sys.exit(f"{name} is not in {os.getcwd()}")
    return path.read_text()

def install(python, packages):
    if packages:
        subprocess.run([python, "-m", "pip", "install", "--no-deps", "--no-warn-script-location", *packages], check=True)

def locked_toml(name):
    return [f"{one['name']}=={one['version']}" for one in tomllib.loads(read(name))["package"]
            if "virtual" not in one.get("source", {})]

def install_root(python, project):
    """An editable install: a path file and metadata, as poetry, uv and pdm leave them."""
    source = pathlib.Path(project["name"].replace("-", "_") + ".py")
    if not source.exists():
        sys.exit(f"{source} is not there")
    site = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], check=True, capture_output=True, text=True).stdout.strip()
    info = pathlib.Path(site, f"{project['name']}-{project['version']}.dist-info")
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\\nName: {project['name']}\\nVersion: {project['version']}\\n")
    pathlib.Path(site, f"{project['name']}.pth").write_text(os.getcwd() + "\\n")

def poetry():
    arguments = sys.argv[1:]
    if arguments[:1] == ["config"]:
        settings = pathlib.Path.home() / ".config/pypoetry/config.toml"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("[virtualenvs]\\ncreate = false\\n")
        return
    if arguments[:1] != ["install"]:
        sys.exit(f"poetry {arguments}: not in the stand-in")
    project = tomllib.loads(read("pyproject.toml"))["tool"]["poetry"]
    install(sys.executable, locked_toml("poetry.lock"))
    if "--no-root" not in arguments and project.get("package-mode", True):
        install_root(sys.executable, project)

def pipenv():
    arguments = sys.argv[1:]
    if arguments[:1] not in (["install"], ["sync"]) or "--system" not in arguments:
        sys.exit(f"pipenv {arguments}: not in the stand-in")
    read("Pipfile")
    install(sys.executable, [name + one["version"] for name, one in json.loads(read("Pipfile.lock"))["default"].items()])

def uv():
    arguments = sys.argv[1:]
    if arguments[:2] == ["pip", "install"]:
        at = arguments.index("-r")
        return install(sys.executable, ["-r", arguments[at + 1]])
    if arguments[:1] != ["sync"]:
        sys.exit(f"uv {arguments}: not in the stand-in")
    project = tomllib.loads(read("pyproject.toml"))
    if not pathlib.Path(".venv").exists():
        subprocess.run([sys.executable, "-m", "venv", ".venv"], check=True)
    install(".venv/bin/python", [one for one in locked_toml("uv.lock") if not one.startswith(project["project"]["name"] + "==")])
    if "--no-install-project" not in arguments and "build-system" in project:
        install_root(".venv/bin/python", project["project"])

def pdm():
    arguments = sys.argv[1:]
    if arguments[:1] not in (["install"], ["sync"]):
        sys.exit(f"pdm {arguments}: not in the stand-in")
    project = tomllib.loads(read("pyproject.toml"))["project"]
    if not pathlib.Path(".venv").exists():
        subprocess.run([sys.executable, "-m", "venv", ".venv"], check=True)
    install(".venv/bin/python", locked_toml("pdm.lock"))
    if "--no-self" not in arguments:
        install_root(".venv/bin/python", project)
`;

const versions = { poetry: '1.8.5', pipenv: '2024.4.1', uv: '0.5.10', pdm: '2.22.1' } as const;

export type StandIn = keyof typeof versions;

/** The wheel of a stand-in by the path at which projects keep it. */
export function standIn(name: StandIn): Readonly<Record<string, { readonly bytes: Uint8Array }>> {
  const version = versions[name];
  const made = wheel({ name, version, modules: { [`${name}_stand_in.py`]: module }, scripts: { [name]: `${name}_stand_in:${name}` } });
  return { [`tools/${name}-${version}-py3-none-any.whl`]: { bytes: made } };
}

/** The instruction that brings it into an image. */
export function installStandIn(name: StandIn): string {
  return `RUN --mount=type=bind,source=tools,target=/tools pip install --no-index --find-links=/tools ${name}==${versions[name]}`;
}
