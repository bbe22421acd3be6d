#!/usr/bin/env python3
"""Measures planning beside Nixpacks, and guards its cost.

    run.py small --bin PROGRAM --peer NIXPACKS [--rounds N]     twelve small apps: CPU time and instructions, as a table
    run.py trees --bin PROGRAM --peer NIXPACKS [--rounds N]     large apps: CPU time and memory beside a floor, as a table
    run.py instructions --bin PROGRAM [--record]                the gate's guard: no clock, callgrind alone

Programs that are compared take turns. Needs valgrind for instructions, rustc for the floor. Standard library only.
"""
import argparse
import datetime
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORKLOADS = HERE / "workloads.toml"
EDITIONS = ["nixpacks", "2026.11"]
# How much dearer a guarded command may become, of what was recorded.
TOLERANCE = 0.02
# Neither configuration of the user nor variables of the machine.
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}


def execute(command):
    """Runs a command; its CPU time in milliseconds and its memory in MiB."""
    null = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=null, stdout=null, stderr=null, env=ENVIRONMENT, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode < 0:
        sys.exit(f"run.py: {command} was ended by signal {-process.returncode}")
    return (usage.ru_utime + usage.ru_stime) * 1e3, usage.ru_maxrss / 1024


def instructions(command):
    """How many instructions a command takes."""
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    done = subprocess.run(valgrind, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", env=ENVIRONMENT, cwd=ROOT)
    collected = re.findall(r"Collected : (\d+)", done.stderr)
    if not collected:
        sys.exit(f"run.py: {command} cannot be measured:\n{done.stderr}")
    return int(collected[-1])


def medians(commands, rounds):
    """Median CPU time and largest memory of each command, which take turns; the first round does not count."""
    measured = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            measured[name].append(execute(command))
    return {
        name: (statistics.median(time for time, _ in values[1:]), max(memory for _, memory in values))
        for name, values in measured.items()
    }


def planners(arguments, command, app):
    """The command lines that are compared."""
    ours = {edition: [arguments.bin, command, str(app), "--edition", edition] for edition in EDITIONS}
    return {"peer": [arguments.peer, command, str(app)], **ours}


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def heading(*cells):
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print(f"{datetime.date.today()}, {cpu}, {os.cpu_count()} cores\n")
    row(*cells)
    row(*["---"] * len(cells))


def small(arguments, workloads):
    heading("App", "Command", "Nixpacks ms", *[f"{edition} ms, of it" for edition in EDITIONS], "Nixpacks M instr.",
            *[f"{edition} M instr., of it" for edition in EDITIONS])
    for app in workloads["small"]:
        for command in ["plan", "detect"]:
            commands = planners(arguments, command, ROOT / "examples/apps" / app)
            times = {name: time for name, (time, _) in medians(commands, arguments.rounds).items()}
            counts = {name: instructions(line) / 1e6 for name, line in commands.items()}
            cells = []
            for values in (times, counts):
                cells.append(f"{values['peer']:.2f}")
                cells += [f"{values[edition]:.2f}, {values[edition] / values['peer']:.2f}×" for edition in EDITIONS]
            row(app, command, *cells)


def trees(arguments, workloads):
    heading("Tree", "Command", "Floor ms", *[f"{name} ms, of the floor, MiB" for name in ["Nixpacks", *EDITIONS]])
    with tempfile.TemporaryDirectory(dir=arguments.work) as work:
        floor = f"{work}/floor"
        subprocess.run(["rustc", "--edition", "2024", "-O", "-o", floor, HERE / "floor.rs"], check=True)
        for tree in workloads["tree"]:
            app = f"{work}/{tree['name']}"
            subprocess.run([sys.executable, HERE / "trees.py", tree["name"], app], check=True, stdout=subprocess.DEVNULL)
            for command in ["plan", "detect"]:
                commands = {"floor": [floor, app, *tree["floor"]], **planners(arguments, command, app)}
                measured = medians(commands, arguments.rounds)
                least, _ = measured.pop("floor")
                cells = [f"{time:.1f}, {time / least:.2f}×, {memory:.0f}" for time, memory in measured.values()]
                row(tree["name"], command, f"{least:.1f}", *cells)
            shutil.rmtree(app)


def guard(arguments, workloads):
    """Compares instructions with the recorded ones, or records them."""
    if not shutil.which("valgrind"):
        return print("SKIPPED instructions: valgrind is not there")
    text = WORKLOADS.read_text()
    failed = 0
    for workload in workloads["guard"]:
        command, recorded = workload["command"], workload["instructions"]
        counted = instructions([arguments.bin, *command])
        if arguments.record:
            line = "command = [" + ", ".join(f'"{word}"' for word in command) + "]\ninstructions = "
            text = text.replace(f"{line}{recorded}\n", f"{line}{counted}\n")
            continue
        change = counted / recorded - 1 if recorded else float("inf")
        failed += change > TOLERANCE
        verdict = "too many" if change > TOLERANCE else "fewer than recorded" if change < -TOLERANCE else "as recorded"
        print(f"plugpacks {' '.join(command)}: {counted:,} instructions, {change:+.1%}: {verdict}")
    WORKLOADS.write_text(text)
    if failed:
        sys.exit("run.py: planning became dearer. If it has to, `tests/bench/run.py instructions --bin PROGRAM --record` writes new figures")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["small", "trees", "instructions"])
    parser.add_argument("--bin", required=True, type=os.path.abspath, help="plugpacks")
    parser.add_argument("--peer", type=os.path.abspath, help="nixpacks 1.41")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--work", help="where trees are made; a file system in memory is best")
    parser.add_argument("--record", action="store_true", help="write the figures that the guard compares with")
    arguments = parser.parse_args()
    if arguments.what != "instructions" and not arguments.peer:
        parser.error("--peer is needed to compare with")
    workloads = tomllib.loads(WORKLOADS.read_text())
    {"small": small, "trees": trees, "instructions": guard}[arguments.what](arguments, workloads)


if __name__ == "__main__":
    main()
