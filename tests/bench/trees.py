#!/usr/bin/env python3
"""Makes a large app, the same one on every machine.

    trees.py javascript|python|django|rust|go|reactor DIRECTORY

javascript: a workspace of 2,000 packages, 100,000 files. python, django: 50,000 modules. rust: 500 crates and a
`target` of 100,000 files. go: 2,000 packages and two programs. reactor: Maven's, of 200 modules. Standard library only.
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


def go(root):
    put(f"{root}/go.mod", "module example.com/big\n\ngo 1.26\n")
    for package in range(2000):
        # Chains of ten packages.
        other = f"g{(package + 1) // 50:02}/p{(package + 1) % 50:02}"
        needed = f'import _ "example.com/big/internal/{other}"\n\n' if package % 10 < 9 else ""
        body = "".join(f"func f{number}(a int) int {{\n\treturn a * {number}\n}}\n\n" for number in range(20))
        name = f"p{package % 50:02}"
        put(f"{root}/internal/g{package // 50:02}/{name}/{name}.go", f"package {name}\n\n{needed}{body}")
    put(f"{root}/cmd/server/main.go", 'package main\n\nimport (\n\t"net/http"\n\n\t_ "example.com/big/internal/g00/p00"\n)\n\n'
        'func main() { http.ListenAndServe(":8080", nil) }\n')
    put(f"{root}/cmd/import/main.go", "package main\n\nfunc main() { println() }\n")


def reactor(root):
    head = "<project>\n  <modelVersion>4.0.0</modelVersion>\n"
    own = "<groupId>com.example</groupId><artifactId>{}</artifactId><version>1</version>"
    listed = "".join(f"<module>m{module:03}</module>" for module in range(200))
    put(f"{root}/pom.xml", f"{head}  {own.format('big')}<packaging>pom</packaging>\n  <modules>{listed}</modules>\n</project>\n")
    for module in range(200):
        names = [own.format(f"m{other:03}") for other in range(max(0, module - 5), module)]
        if module == 199:
            names.append("<groupId>io.javalin</groupId><artifactId>javalin</artifactId><version>7.2.3</version>")
        needed = "".join(f"    <dependency>{name}</dependency>\n" for name in names)
        put(f"{root}/m{module:03}/pom.xml", f"{head}  <parent>{own.format('big')}</parent>\n  <artifactId>m{module:03}</artifactId>\n"
            f"  <dependencies>\n{needed}  </dependencies>\n</project>\n")
        for file in range(10):
            main = "public static void main(String[] a) { io.javalin.Javalin.create(); }" if (module, file) == (199, 0) else ""
            put(f"{root}/m{module:03}/src/main/java/com/example/m{module:03}/C{file}.java",
                f"package com.example.m{module:03};\n\npublic class C{file} {{ {main}\n" + f"    int f() {{ return {file}; }}\n" * 15 + "}\n")


TREES = {"javascript": javascript, "python": python, "django": django, "rust": rust, "go": go, "reactor": reactor}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in TREES:
        sys.exit(__doc__)
    name, directory = sys.argv[1:]
    if os.path.exists(directory):
        sys.exit(f"trees.py: {directory} is there already")
    TREES[name](directory)
