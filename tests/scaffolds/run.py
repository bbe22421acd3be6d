#!/usr/bin/env python3
"""Makes apps with today's create tools, plans, builds and starts them, asks them on PORT, and writes RESULTS.md.

    run.py [--only NAME]... [--language LANGUAGE]... [--gate] [--until plan|build|answer] [--bin PROGRAM] [--work DIR]

Rows of tools that were not run stay as they are. tools.toml says how each app is made. What an app needs to build comes from the network, or from the stand-in whose variables are
set (tests/rig). The container has no network: the address that it is asked on is added inside its own network namespace, so that an
app that listens on the loopback address alone does not answer. Needs root, Docker, nsenter and ip for that. Standard library only.
"""
import argparse
import concurrent.futures
import datetime
import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "support"))
from asking import Fault, ask_image, run  # noqa: E402

MADE, PLANNED, BUILT, ANSWERED, SAID = range(5)
WORDS = {MADE: "made", PLANNED: "planned", BUILT: "built", ANSWERED: "answers", SAID: "says why not"}


class Said(Exception):
    """The plan says why this app cannot answer, and what to write: the end, and as it should be."""


class Scaffold:
    def __init__(self, tool, options):
        self.tool, self.options = tool, options
        self.folder = options.work / tool["name"]
        self.app = self.folder / tool.get("app", "app")
        self.image = f"plugpacks-scaffold-{tool['name']}"
        self.reached, self.message, self.version = None, "", tool.get("version", "")
        self.said = ""  # the plan's warnings

    def go(self):
        """Takes the steps, as far as they are asked for and succeed."""
        steps = [(MADE, self.make), (PLANNED, self.plan), (BUILT, self.build), (ANSWERED, self.ask)]
        try:
            for state, step in steps[: self.options.until + 1]:
                step()
                self.reached = state
        except Said:
            self.reached, self.message = SAID, self.said
        except Fault as fault:
            self.message = f"{self.said} {fault}".strip()
        finally:
            if self.options.until > PLANNED:
                subprocess.run(["docker", "rmi", "--force", self.image], capture_output=True)
        print(f"{self.tool['name']}: {self.state()} {self.message}", file=sys.stderr, flush=True)
        return self

    def state(self):
        return "not made" if self.reached is None else WORDS[self.reached]

    def make(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if "package" in self.tool and not self.version:
            self.version = run(["npm", "view", self.tool["package"], "version"], 120, "npm view").strip()
        for path, text in self.tool.get("files", {}).items():
            file = self.app / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        if "make" in self.tool:
            environment = {**os.environ, "CI": "1", "npm_config_yes": "true", "npm_config_audit": "false", "npm_config_fund": "false", "DO_NOT_TRACK": "1"}
            command = self.tool["make"].replace("VERSION", self.version)
            run(["bash", "-euo", "pipefail", "-c", command], 600, "the tool", cwd=self.folder, env=environment)
        if not self.app.is_dir():
            raise Fault(f"the tool made no folder {self.app.name}")
        # What a fresh clone of the app would not have.
        for left in ["node_modules", ".git", "target", ".venv"]:
            shutil.rmtree(self.app / left, ignore_errors=True)

    def plan(self):
        command = [self.options.bin, "plan", str(self.app)]
        done = subprocess.run(command, timeout=60, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
        self.said = " ".join(line for line in done.stderr.splitlines() if line.startswith(("Error:", "Warning:")))
        if "says" in self.tool and re.search(self.tool["says"], self.said):
            raise Said
        start = done.returncode == 0 and json.loads(done.stdout).get("start", {}).get("cmd")
        if not start:
            raise Fault("plan: no start command" if self.said else "plan: no start command, and no word about it")
        self.message = f"`{start}` {self.said}"

    def build(self):
        command = [self.options.bin, "build", str(self.app), "--name", self.image]
        if host := os.environ.get("RIG_ADD_HOST"):
            command += ["--add-host", host, "--network", "host"]
        run(command, 1800, "build", log=self.folder / "build.log", env={**os.environ, "NO_COLOR": "1"})

    def ask(self):
        ask_image(self.image, self.tool.get("run", []), self.tool.get("path", "/"), self.tool.get("expect", ""))


HEAD = """# What today's create tools make, and what becomes of it

Written by `run.py`, a row whenever its tool is run. A result is the last step that succeeded: {steps}. An app that cannot answer as its tool
makes it is not built: the plan has to say so, and what to write.

{total}

| Language | Tool | Version | Date | Result | Start command, or what was said |
|---|---|---|---|---|---|
"""


def rows_of(file):
    """The rows of a written table, by language and tool."""
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in file if line.startswith("| ")]
    return {(row[0], row[1]): row for row in rows[1:] if len(row) == 6}


def row(result):
    """The row of one tool."""
    message = re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", result.message)).strip()[:500].replace("<", "&lt;").replace("|", "\\|")
    return [result.tool["language"], result.tool["name"], result.version, datetime.date.today().isoformat(), result.state(), message]


def write(file, results, tools):
    """Puts the rows of what was run into RESULTS.md; rows of tools that are no more are left out."""
    known = {(tool["language"], tool["name"]) for tool in tools}
    with open(file, "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        rows = rows_of(file) | {(result.tool["language"], result.tool["name"]): row(result) for result in results}
        rows = [rows[key] for key in sorted(rows) if key in known]
        counts = [f"{sum(row[4] == word for row in rows)} {word}" for word in ["not made", *WORDS.values()]]
        total = f"{len(rows)} tools: {', '.join(counts)}."
        head = HEAD.format(steps=", ".join(WORDS[step] for step in range(SAID)), total=total)
        file.truncate(0)
        file.write(head + "".join(f"| {' | '.join(row)} |\n" for row in rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--language", action="append", default=[])
    parser.add_argument("--gate", action="store_true", help="the pinned ones; no table is written, and a fault is an error")
    parser.add_argument("--until", choices=["plan", "build", "answer"], default="answer")
    parser.add_argument("--bin", default="plugpacks")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/plugpacks-scaffolds"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "RESULTS.md")
    options = parser.parse_args()
    options.until = {"plan": PLANNED, "build": BUILT, "answer": ANSWERED}[options.until]
    tools = tomllib.loads((HERE / "tools.toml").read_text())["tool"]
    wanted = [tool for tool in tools
              if (not options.only or tool["name"] in options.only) and (not options.language or tool["language"] in options.language) and (not options.gate or tool.get("gate"))]

    def take(tool):
        result = Scaffold(tool, options).go()
        if not options.gate:
            write(options.results, [result], tools)
        return result

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as executor:
        results = list(executor.map(take, wanted))
    failed = [result.tool["name"] for result in results if result.reached not in (options.until, SAID)]
    print(f"{len(results) - len(failed)} of {len(results)}; not: {' '.join(failed) or 'none'}", file=sys.stderr)
    sys.exit(bool(failed and options.gate))


if __name__ == "__main__":
    main()
