#!/bin/sh
# Installs a release of the Gleam compiler: get-gleam.sh VERSION
set -eu
version=$1
release="gleam-v$version-$(uname -m)-unknown-linux-musl.tar.gz"
wget -O /tmp/gleam.tar.gz "https://github.com/gleam-lang/gleam/releases/download/v$version/$release"
tar -xzf /tmp/gleam.tar.gz -C /usr/bin
rm /tmp/gleam.tar.gz
gleam --version
