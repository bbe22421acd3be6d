#!/bin/sh
# Installs a release of the Gleam compiler: get-gleam.sh VERSION
version=$1
release="gleam-v$version-$(arch)-unknown-linux-musl.tar.gz"
wget -O /gleam.tar.gz "https://github.com/gleam-lang/gleam/releases/download/v$version/$release"
tar -xzf /gleam.tar.gz -C /usr/bin
