#!/usr/bin/env python3
"""Builds example apps on every engine there is, asks them, edits a line, builds again, and writes RESULTS.md.

    run.py [--app NAME]... [--engine NAME]... [--bin PROGRAM] [--work DIR] [--loop N] [--results FILE]

apps.toml lists the apps. Rows that were not run stay as they are. Caches are emptied before each app, so engines must be there for this alone: `docker` is that of DOCKER_HOST; `buildah`
and `podman` have the storage in RIG_DIR; `nix` has the machine's store, whose packages stay, and a cache of its own; `buildctl` and `buildx` are BuildKit itself, if BUILDKITD, BUILDCTL and BUILDX name the programs `buildkitd`, `buildctl` and `docker-buildx`.
Packages come from the network or from the stand-in of tests/rig; images go to the registry RIG_REGISTRY, which takes plain HTTP. Needs root, nsenter, ip and curl. Standard library only.
"""
import argparse
import contextlib
import datetime
import fcntl
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import time
import tomllib
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "support"))
from asking import Fault, ask_image, run  # noqa: E402

ENGINES = ["docker", "buildah", "podman", "buildctl", "buildx", "nix"]
APPS = HERE.parent.parent / "examples/apps"
# What installing makes inside of an app, and so is no part of the app itself.
INSTALLED = {"node_modules", "vendor", ".venv", "venv"}
MANIFESTS = ["application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json",
             "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.oci.image.index.v1+json"]


class Engine:
    """An engine: how Plugpacks is told to use it. `clean` empties its cache, `push` pushes an image if building does not."""

    def __init__(self, name, builder, version, arguments=(), environment=None, push=None, clean=None):
        self.name, self.builder, self.version = name, builder, version
        self.arguments, self.environment = list(arguments), {**os.environ, **(environment or {})}
        self.push, self.clean = push, clean

    def empty(self):
        subprocess.run(self.clean, capture_output=True, env=self.environment)


def version_of(*command, pattern=r"\d+\.\d+\.\d+", **options):
    """The version that a command prints; nothing if it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, **options)
    except OSError:
        return None
    found = re.search(pattern, done.stdout)
    return found.group() if found and not done.returncode else None


def docker():
    version = version_of("docker", "version", "--format", "{{.Server.Version}}")
    return version and Engine("docker", "docker", version, push=lambda image: ["docker", "push", image], clean=["docker", "builder", "prune", "--all", "--force"])


def buildah_or_podman(program):
    """The engine of one of the programs, with the storage and registries of the stand-in."""
    directory = os.environ["RIG_DIR"]
    environment = {"CONTAINERS_REGISTRIES_CONF": f"{directory}/buildah/registries.conf", "CONTAINERS_STORAGE_CONF": f"{directory}/buildah/storage.conf"}
    version = version_of(program, "--version")
    return version and Engine(program, program, version, ["--insecure-registry"], environment, lambda image: [program, "push", "--tls-verify=false", image],
                              [program, "rmi", "--all", "--force"])


def nix(work):
    """No engine: Nix, whose store stays as it is, with a cache of its own."""
    cache = work / "nix-cache"
    environment = {"XDG_CACHE_HOME": str(cache)}
    if url := os.environ.get("RIG_CACHE_URL"):
        # The stand-in's packages are made without Nix's own sandbox.
        settings = [f"substituters = {url}", "require-sigs = false", "sandbox = false", "filter-syscalls = false", "build-users-group ="]
        environment |= {"NIX_CONFIG": "\n".join(settings), "NIXPACKS_NIXPKGS_URL": os.environ["RIG_NIXPKGS_URL_TEMPLATE"]}
    version = version_of("nix-env", "--version")
    return version and Engine("nix", "nix", version, ["--push", "--insecure-registry"], environment, clean=["rm", "--recursive", "--force", str(cache)])


class Daemon:
    """A BuildKit daemon of its own, with a folder that goes away with it."""

    def __init__(self, program, work, registry):
        self.folder = work / "buildkitd"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.address = f"unix://{self.folder}/socket"
        mirrors = "".join(f'[registry."{host}"]\n  mirrors = ["{registry}"]\n' for host in ["docker.io", "ghcr.io"])
        (self.folder / "buildkitd.toml").write_text(f'{mirrors}[registry."{registry}"]\n  http = true\n')
        command = [program, "--config", self.folder / "buildkitd.toml", "--root", self.folder / "root", "--addr", self.address,
                   "--allow-insecure-entitlement", "network.host", "--containerd-worker=false", "--oci-worker-net=host"]
        self.process = subprocess.Popen(command, stdout=(self.folder / "log").open("w"), stderr=subprocess.STDOUT)
        for _ in range(100):
            if (self.folder / "socket").exists():
                return
            time.sleep(0.1)
        raise Fault(f"buildkitd does not listen: {(self.folder / 'log').read_text()[-300:]}")

    def end(self):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)


def buildkit_engines(daemon, work):
    """BuildKit by its own client and by Docker's."""
    programs = work / "programs"
    shutil.rmtree(programs, ignore_errors=True)
    (programs / "config/cli-plugins").mkdir(parents=True, exist_ok=True)
    path = {"PATH": f"{programs}:{os.environ['PATH']}"}
    if client := os.environ.get("BUILDCTL"):
        (programs / "buildctl").symlink_to(client)
        prune = [client, "--addr", daemon.address, "prune", "--all"]
        yield Engine("buildctl", "buildctl", version_of(client, "--version"), ["--push", "--insecure-registry"], {**path, "BUILDKIT_HOST": daemon.address}, clean=prune)
    if plugin := os.environ.get("BUILDX"):
        (programs / "config/cli-plugins/docker-buildx").symlink_to(plugin)
        environment = {**path, "DOCKER_CONFIG": f"{programs}/config", "BUILDX_BUILDER": "plugpacks-engines"}
        create = ["docker", "buildx", "create", "--name", "plugpacks-engines", "--driver", "remote", daemon.address]
        run(create, 60, "buildx create", env={**os.environ, **environment, "BUILDX_BUILDER": ""})
        yield Engine("buildx", "docker", version_of(plugin, "version"), ["--output", "type=registry"], environment, clean=["docker", "buildx", "prune", "--all", "--force"])


@contextlib.contextmanager
def engines(wanted, work, registry):
    """The engines that are wanted, as far as they are there."""
    found = [docker()] if "DOCKER_HOST" in os.environ else []
    found += [buildah_or_podman("buildah"), buildah_or_podman("podman")] if "RIG_DIR" in os.environ else []
    found += [nix(work)]
    found = [engine for engine in found if engine and engine.name in wanted]
    if not os.environ.get("BUILDKITD") or not wanted & {"buildctl", "buildx"}:
        yield found
        return
    daemon = Daemon(os.environ["BUILDKITD"], work, registry)
    try:
        yield found + [engine for engine in buildkit_engines(daemon, work) if engine.name in wanted]
    finally:
        daemon.end()


def manifest(registry, repository):
    """Sizes of the layers that a registry has of an image's first platform, by digest."""
    def get(reference):
        request = urllib.request.Request(f"http://{registry}/v2/{repository}/manifests/{reference}", headers={"Accept": ", ".join(MANIFESTS)})
        return json.load(urllib.request.urlopen(request, timeout=60))
    document = get("latest")
    if "manifests" in document:
        document = get(document["manifests"][0]["digest"])
    return {layer["digest"]: layer["size"] for layer in document["layers"]}


def steps(log):
    """How many of a build's steps were not in the cache, and how many there were. Base images are no steps."""
    if own := re.search(r"(\d+) commands run, (\d+) unchanged", log):
        return int(own[1]), int(own[1]) + int(own[2])
    counted = r"(?!\[internal\])\[[^\]]*\d+/\d+\] (?!FROM )"
    buildkit = {number for number in re.findall(rf"^#(\d+) {counted}", log, re.M)}
    cached = set(re.findall(r"^#(\d+) CACHED", log, re.M))
    buildah = re.findall(r"^(?:\[\d+/\d+\] )?STEP \d+/\d+: (?!FROM)", log, re.M)
    if buildah:
        return len(buildah) - len(re.findall(r"^--> Using cache", log, re.M)), len(buildah)
    return len(buildkit - cached), len(buildkit)


def size_of_app(image):
    """What an image has of the app itself, compressed, without what installing made."""
    container = run(["docker", "create", image], 60, "create").strip()
    try:
        archive = subprocess.run(["docker", "cp", f"{container}:/app", "-"], capture_output=True, check=True).stdout
    finally:
        subprocess.run(["docker", "rm", container], capture_output=True)
    packed = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(archive)) as whole, tarfile.open(fileobj=packed, mode="w:gz") as own:
        for member in whole:
            if not INSTALLED & set(pathlib.PurePath(member.name).parts):
                own.addfile(member, whole.extractfile(member) if member.isfile() else None)
    return len(packed.getvalue())


class Trial:
    """One app on one engine."""

    def __init__(self, app, engine, options, registry):
        self.app, self.engine, self.options, self.registry = app, engine, options, registry
        self.folder = options.work / engine.name / app["name"]
        self.repository = f"plugpacks-engines/{engine.name}-{app['name']}"
        self.image = f"{registry}/{self.repository}"
        self.cells = {}

    def go(self):
        """Takes the steps, as far as they succeed."""
        try:
            self.take()
            self.cells["result"] = "answers"
        except Fault as fault:
            self.cells["result"] = str(fault)
        finally:
            subprocess.run(["docker", "rmi", "--force", self.image], capture_output=True)
            self.engine.empty()
            shutil.rmtree(self.folder, ignore_errors=True)
        print(f"{self.app['name']} on {self.engine.name}: {self.cells}", file=sys.stderr, flush=True)
        return self

    def take(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(APPS / self.app["name"], self.folder)
        self.engine.empty()
        self.cells["cold"], _ = self.build()
        first = self.pushed()
        self.cells["size"] = sum(first.values())
        self.ask("Hello")
        self.cells["again"], log = self.build()
        self.cells["rerun"] = steps(log)[0]
        self.edit("Hello", "Howdy")
        self.cells["edit"], log = self.build()
        self.cells["edit steps"] = steps(log)
        second = self.pushed()
        self.cells["pushed"] = sum(size for digest, size in second.items() if digest not in first)
        self.ask("Howdy")
        self.cells["app"] = size_of_app(self.image)
        self.compare()

    def build(self, *arguments):
        """Builds the image; how long that took, and what the engine said."""
        command = [self.options.bin, "build", str(self.folder), "--name", self.image, "--builder", self.engine.builder, "--progress", "plain", *self.engine.arguments, *arguments]
        if host := os.environ.get("RIG_ADD_HOST"):
            command += ["--add-host", host, "--network", "host"]
        log, start = self.options.work / f"{self.engine.name}-{self.app['name']}.log", time.monotonic()
        run(command, 1800, "build", log=log, env={**self.engine.environment, "NO_COLOR": "1"})
        return time.monotonic() - start, log.read_text()

    def pushed(self):
        if self.engine.push:
            run(self.engine.push(self.image), 600, "push", env=self.engine.environment)
        return manifest(self.registry, self.repository)

    def ask(self, greeting):
        """Asks what the registry has."""
        if self.engine.name != "docker":
            run(["docker", "pull", self.image], 600, "pull")
        ask_image(self.image, expect=f"{greeting} from {self.app['name']}")

    def edit(self, old, new):
        file = self.folder / self.app["edit"]
        file.write_text(file.read_text().replace(old, new))

    def compare(self):
        """The edit loop beside that of a Dockerfile written by hand, which has the same packages: the shortest of some rounds each."""
        by_hand = HERE / "by-hand" / f"{self.app['name']}.Dockerfile"
        if self.engine.name != "docker" or not by_hand.exists() or not self.options.loop:
            return
        self.build("--target", "build", "--tag", f"{self.image}-stage")
        command = ["docker", "build", "--file", str(by_hand), "--tag", f"{self.image}-by-hand", "--network", "host", "--build-arg", f"BUILD={self.image}-stage",
                   "--build-arg", f"RUN={self.image}", str(self.folder)]
        ours, hand = [], []
        for number in range(self.options.loop + 1):
            self.edit("Howdy", f"Howdy{number}")
            start = time.monotonic()
            run(command, 600, "by hand", env={**os.environ, "DOCKER_BUILDKIT": "1"})
            hand.append(time.monotonic() - start)
            ours.append(self.build()[0])
            self.edit(f"Howdy{number}", "Howdy")
        # The first round installs.
        self.cells["loop"], self.cells["by hand"] = min(ours[1:]), min(hand[1:])
        subprocess.run(["docker", "rmi", "--force", f"{self.image}-stage", f"{self.image}-by-hand"], capture_output=True)


HEAD = """# Example apps on every engine

Written by `run.py`, a row whenever its app is built on its engine; the machine has {cores} cores. *Cold* is a build with nothing in the engine's cache. *Again* is a second build of the same app: its time, and how many steps ran again. *Edit* is a build after one source
line changed: its time, steps that ran of all, and what is then pushed, beside the size of the app without what installing made. Sizes are those of layers, compressed, as in the registry; `×` is how often the app's size is pushed.
*By hand* is the same edit with a Dockerfile of two stages written by hand (`by-hand/`), beside ours, in seconds: the shortest of some rounds each. Times in seconds; BuildKit's, buildx's and nix' include the push; a cold build of nix finds its packages in the machine's store.

| App | Engine | Date | Result | Size | Cold | Again | Edit | Steps after edit | Pushed | App | × | Ours / by hand |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


def size(count):
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"


def row(trial):
    """The row of one trial."""
    cells = trial.cells
    result = re.sub(r"\s+", " ", cells["result"])[:200].replace("<", "&lt;").replace("|", "\\|")
    shown = [trial.app["name"], f"{trial.engine.name} {trial.engine.version}", datetime.date.today().isoformat(), result]
    if "app" not in cells:
        return [*shown, *[""] * 9]
    ran, total = cells["edit steps"]
    again = f"{cells['again']:.1f} ({cells['rerun']} steps)"
    loop = f"{cells['loop']:.1f} / {cells['by hand']:.1f}" if "loop" in cells else ""
    return [*shown, size(cells["size"]), f"{cells['cold']:.1f}", again, f"{cells['edit']:.1f}", f"{ran} of {total}", size(cells["pushed"]), size(cells["app"]),
            f"{cells['pushed'] / cells['app']:.1f}", loop]


def write(path, trial, names):
    """Puts a row into the table."""
    with open(path, "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in file if line.startswith("| ")][1:]
        keyed = {(row[0], row[1].split(" ")[0]): row for row in [*rows, row(trial)] if row[0] in names}
        file.truncate(0)
        file.write(HEAD.format(cores=os.cpu_count()) + "".join(f"| {' | '.join(keyed[key])} |\n" for key in sorted(keyed)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--app", action="append", default=[])
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--bin", default="plugpacks")
    parser.add_argument("--loop", type=int, default=3, help="rounds of the comparison with Dockerfiles written by hand; 0: none")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/plugpacks-engines"))
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "RESULTS.md")
    options = parser.parse_args()
    registry = os.environ.get("RIG_REGISTRY") or sys.exit("RIG_REGISTRY names no registry")
    apps = tomllib.loads((HERE / "apps.toml").read_text())["app"]
    options.work.mkdir(parents=True, exist_ok=True)
    with engines(set(options.engine or ENGINES), options.work, registry) as found:
        for app in apps:
            for engine in found:
                if not options.app or app["name"] in options.app:
                    write(options.results, Trial(app, engine, options, registry).go(), {app["name"] for app in apps})


if __name__ == "__main__":
    main()
