#!/usr/bin/env python3
"""check.py --bin PLUGPACKS: holds files against the schemas that `plugpacks schema` prints, with a validator of PyPI.

Right: the configuration files of examples/apps, those of the cases of tests/conformance that are planned, and the plans of some
example apps. Wrong: the tables below."""

import argparse
import json
import pathlib
import subprocess
import sys
import tomllib

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A wrong configuration file, and a word of what the validator says about it.
WRONG = [
    ("providers = 'node'", "array"),
    ("provders = ['node']", "provders"),
    ("[phases.setup]\nnixPkg = ['x']", "nixPkg"),
    ("[phases.setup]\nnixPkgs = 'x'", "array"),
    ("[phases.setup]\nnixPkgs = [1]", "string"),
    ("[phases.build]\ncmds = ['a']\ncommands = ['b']", "not"),
    ("[phases.build]\nskip = 'yes'", "boolean"),
    ("[start]\ncommand = 'x'", "command"),
    ("[start]\ncmd = true", "not valid"),
    ("[variables]\nA = 1", "not valid"),
    ("[image]\nslim = 'no'", "not valid"),
    ("[image]\nhealthcheck = '/'", "healthcheck"),
    ("imageLabels = 'no'", "boolean"),
    ("edition = 2026", "string"),
]

# A wrong plan.
WRONG_PLANS = [({"phases": []}, "object"), ({"phases": {}, "start": {"cmd": 1}}, "not valid"), ({"phase": {}}, "phase")]

# Cases of tests/conformance whose configuration file has unknown keys, which is what they are about.
UNKNOWN_KEYS = ["toml-unknown-keys"]

PLANNED = ["node-npm", "python-flask", "php-laravel", "static-site", "go-http"]


def validator(program, document):
    schema = json.loads(subprocess.run([program, "schema", document], check=True, capture_output=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def configurations():
    """The configuration files that are meant to be right: where each is from, and what it says."""
    for path in sorted(ROOT.glob("examples/apps/*/nixpacks.*")):
        yield str(path.relative_to(ROOT)), path.name, path.read_text()
    for path in sorted(ROOT.glob("tests/conformance/*.json")):
        for case in json.loads(path.read_text())["cases"]:
            if "plan" not in case or case["name"] in UNKNOWN_KEYS:
                continue
            for name in ("nixpacks.toml", "nixpacks.json"):
                if isinstance(text := case.get("files", {}).get(name), str):
                    yield f"{path.name}: {case['name']}", name, text


def parsed(name, text):
    return tomllib.loads(text) if name.endswith(".toml") else json.loads(text)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--bin", required=True)
    program = arguments.parse_args().bin
    failures, right, wrong = [], 0, 0
    config, plan = validator(program, "config"), validator(program, "plan")
    for origin, name, text in configurations():
        errors = [error.message for error in config.iter_errors(parsed(name, text))]
        right += not errors
        failures += [f"{origin}: {error}" for error in errors]
    for app in PLANNED:
        printed = subprocess.run([program, "plan", ROOT / "examples/apps" / app], check=True, capture_output=True).stdout
        errors = [error.message for error in plan.iter_errors(json.loads(printed))]
        right += not errors
        failures += [f"plan of {app}: {error}" for error in errors]
    cases = [(config, tomllib.loads(text), word) for text, word in WRONG]
    cases += [(plan, document, word) for document, word in WRONG_PLANS]
    for checked, document, word in cases:
        messages = " ".join(error.message for error in checked.iter_errors(document))
        wrong += word in messages
        if word not in messages:
            failures.append(f"{document}: expected a word about {word!r}, got {messages!r}")
    print("\n".join(failures) or f"{right} right files pass, {wrong} wrong ones are refused")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
