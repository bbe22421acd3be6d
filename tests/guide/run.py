#!/usr/bin/env python3
"""Does what sdk/GUIDE.md says, line by line, for each language whose tools are there, against a registry of its own.

    python3 tests/guide/run.py --bin target/release/plugpacks [--record]

`--record` writes the times into the page.
"""

import argparse
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "sdk/GUIDE.md"
TOOLS = {"Rust": "cargo", "Go": "go", "JavaScript": "npm"}
COMMON = ["Test and publish", "Use"]
TIMES = "## How long it takes\n"


def commands():
    """The lines of the page's code, by heading."""
    sections = re.split(r"^## (.+)$", PAGE.read_text(), flags=re.MULTILINE)[1:]
    block = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return {
        heading: [line for code in block.findall(text) for line in code.splitlines()]
        for heading, text in zip(sections[::2], sections[1::2])
    }


def registry(folder):
    """A registry; its process, and where it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = "127.0.0.1:%d" % free.getsockname()[1]
    configuration = folder / "registry.yml"
    configuration.write_text(
        f"version: 0.1\nlog: {{ level: error }}\nstorage: {{ filesystem: {{ rootdirectory: {folder}/data }} }}\nhttp: {{ addr: '{host}' }}\n"
    )
    process = subprocess.Popen(["docker-registry", "serve", configuration], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(host.split(":")[1]))) == 0:
                return process, host
        time.sleep(0.1)
    process.kill()
    sys.exit("run.py: the registry does not answer")


def run(lines, folder, environment):
    """Runs lines in one shell, which remembers where it is; the seconds of each."""
    marker = "=== guide ==="
    steps = [f'echo "{marker} $EPOCHREALTIME"\n{line}' for line in lines]
    script = "\n".join(["set -euo pipefail", *steps, f'echo "{marker} $EPOCHREALTIME"'])
    # `!` is exempt from `set -e`: a line that has to fail must not succeed.
    script = re.sub(r"^! (.+)$", r"if \1; then exit 1; fi", script, flags=re.MULTILINE)
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    times = [float(time.replace(",", ".")) for time in re.findall(f"^{marker} (.*)$", done.stdout, re.MULTILINE)]
    if done.returncode != 0:
        sys.exit(f"run.py: `{lines[len(times) - 1]}` ends with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return [after - before for before, after in zip(times, times[1:])]


def table(measured):
    """The times as the page has them: a row for each line."""
    rows = ["| Line | Seconds |", "|---|---|"]
    for language, times in measured.items():
        rows += [f"| **{language}** | **{sum(seconds for _, seconds in times):.0f}** |"]
        rows += [f"| `{line}` | {seconds:.1f} |" for line, seconds in times if seconds >= 0.05]
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    if not shutil.which("docker-registry"):
        print("SKIPPED the guide: there is no docker-registry")
        return
    page, measured = commands(), {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        process, host = registry(folder)
        try:
            for language, tool in TOOLS.items():
                if not shutil.which(tool):
                    print(f"SKIPPED the guide for {language}: there is no {tool}")
                    continue
                work = folder / tool
                (work / "bin").mkdir(parents=True)
                (work / "bin/plugpacks").symlink_to(arguments.bin.resolve())
                environment = {
                    **os.environ,
                    "PATH": f"{work}/bin:{os.environ['PATH']}",
                    "REGISTRY": f"{host}/{tool}",
                    "XDG_CACHE_HOME": str(work / "cache"),
                    # What tools keep of earlier runs is not what the guide is about.
                    "GOCACHE": os.environ.get("GOCACHE", str(pathlib.Path.home() / ".cache/go-build")),
                }
                lines = [line for heading in [language, *COMMON] for line in page[heading]]
                measured[language] = list(zip(lines, run(lines, work, environment)))
                print(f"{language}: {sum(seconds for _, seconds in measured[language]):.0f} s")
        finally:
            process.kill()
    if arguments.record:
        before = PAGE.read_text().split(TIMES)[0]
        about = f"Seconds of one run, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores with other work beside it; lines that take less than 0.05 are left out."
        PAGE.write_text(f"{before}{TIMES}\n{about}\n\n{table(measured)}\n")


main()
