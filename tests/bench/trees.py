#!/usr/bin/env python3
"""Makes a large app, the same one on every machine.

    trees.py javascript|python|django|rust DIRECTORY

javascript: a workspace of 2,000 packages, 100,000 files. python, django: 50,000 modules. rust: 500 crates and a
`target` of 100,000 files. Standard library only.
"""
import os
import random
import sys

SEED = 20240607
WORDS = ("alpha beta gamma delta config server client router model view util index parse render state "
         "store query cache token session user order item price cart auth login page form field").split()


def put(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def source(chance, ending, size):
    """Some `size` bytes of plausible source."""
    lines = []
    while sum(map(len, lines)) < size:
        one, other, number = chance.choice(WORDS), chance.choice(WORDS), chance.randrange(1000)
        first = len(lines) < 3
        if ending in ("ts", "tsx"):
            lines.append(f'import {{ {one} }} from "../{other}/{one}";\n' if first else f"export const {one}{number} = (x: number) => x * {number};\n")
        elif ending == "js":
            lines.append(f'const {one} = require("../{other}");\n' if first else f"module.exports.{one}{number} = (x) => x * {number};\n")
        elif ending == "py":
            lines.append(f"from {one} import {other}\n" if first else f"def {one}_{number}(x):\n    return x * {number} + len('{other}')\n\n")
        elif ending == "rs":
            lines.append(f"use crate::{one}::{other};\n" if first else f"pub fn {one}_{number}(x: u64) -> u64 {{ x * {number} }}\n")
        else:
            lines.append(f"{one} {other} {number}\n")
    return "".join(lines)


def javascript(root):
    chance = random.Random(SEED)
    put(f"{root}/package.json", '{ "name": "mono", "private": true, "workspaces": ["packages/*"], "engines": { "node": "24" },\n'
        '  "scripts": { "build": "tsc -b", "start": "node packages/p0000/dist/index.js" } }\n')
    locked = ",\n".join(f'    "node_modules/dep{number:05}": {{ "version": "1.{number % 7}.0" }}' for number in range(4000))
    put(f"{root}/package-lock.json", f'{{ "name": "mono", "lockfileVersion": 3, "packages": {{\n{locked}\n}} }}\n')
    endings = ["ts"] * 30 + ["tsx"] * 10 + ["js"] * 4 + ["json", "md", "css", "css", "svg", "snap"]
    folders = ["src", "src/lib", "src/components", "test"]
    for package in range(2000):
        folder = f"{root}/packages/p{package:04}"
        needed = ", ".join(f'"dep{chance.randrange(4000):05}": "^1.0.0"' for _ in range(8))
        put(f"{folder}/package.json", f'{{ "name": "@mono/p{package:04}", "scripts": {{ "build": "tsc" }}, "dependencies": {{ {needed} }} }}\n')
        for file in range(49):
            ending = endings[file % len(endings)]
            put(f"{folder}/{folders[file % 4]}/f{file:02}.{ending}", source(chance, ending, chance.randrange(300, 1800)))


def python(root, manifest="flask==3.0.0\nrequests==2.31.0\n"):
    chance = random.Random(SEED + 1)
    put(f"{root}/requirements.txt", manifest)
    put(f"{root}/main.py", "print('hi')\n")
    for package in range(1000):
        for file in range(50):
            folder = ("", "core/", "core/deep/", "tests/")[file % 4]
            put(f"{root}/pkg{package:04}/{folder}m{file:02}.py", source(chance, "py", chance.randrange(300, 2000)))


def django(root):
    python(root, "Django==5.2\npsycopg2==2.9\n")
    put(f"{root}/manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'zz.settings')\n")
    put(f"{root}/zz/settings.py", "WSGI_APPLICATION = 'zz.wsgi.application'\n"
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n")


def rust(root):
    chance = random.Random(SEED + 2)
    members = ", ".join(f'"crates/c{crate:03}"' for crate in range(500))
    put(f"{root}/Cargo.toml", f'[workspace]\nresolver = "2"\nmembers = [{members}]\n')
    put(f"{root}/Cargo.lock", "version = 3\n" + "".join(
        f'\n[[package]]\nname = "dep{number:04}"\nversion = "1.{number % 40}.0"\n' for number in range(1500)))
    for crate in range(500):
        folder = f"{root}/crates/c{crate:03}"
        put(f"{folder}/Cargo.toml", f'[package]\nname = "c{crate:03}"\nversion = "0.1.0"\nedition = "2024"\n')
        name, end = ("main", "fn main() {}\n") if crate == 499 else ("lib", "")
        put(f"{folder}/src/{name}.rs", source(chance, "rs", 600) + end)
        for file in range(8):
            put(f"{folder}/src/m{file}.rs", source(chance, "rs", chance.randrange(400, 2500)))
    for file in range(100_000):
        folder = "deps" if file % 5 < 2 else f"incremental/c{file // 6:05}"
        put(f"{root}/target/debug/{folder}/{chance.choice(WORDS)}-{file:08x}.o", "x" * (64 + file % 512))


TREES = {"javascript": javascript, "python": python, "django": django, "rust": rust}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in TREES:
        sys.exit(__doc__)
    name, directory = sys.argv[1:]
    if os.path.exists(directory):
        sys.exit(f"trees.py: {directory} is there already")
    TREES[name](directory)
