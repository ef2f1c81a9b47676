#!/usr/bin/env bash
# Builds wasmtime's C API as a static library from ../wasmtime/, once a machine, and prints the directory that holds it
# (include/ and lib/libwasmtime.a) as the only line on stdout. Progress goes to stderr.
#
# The directory is outside of the checkout, named by wasmtime's version and a hash of all that decides what comes out:
# ../wasmtime/, this script, the compiler. It appears whole or not at all, and two builds at once wait for each other.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
crate="$here/../wasmtime"
cache="${XDG_CACHE_HOME:-${HOME:?expected HOME or XDG_CACHE_HOME, got neither}/.cache}/mesos-module-dvdi"

fail() {
  echo "build-wasmtime: $1" >&2
  exit 1
}

command -v cargo > /dev/null || fail 'expected cargo (Rust 1.95 or later), found none.
Install Rust (https://rustup.rs), or give a release of wasmtime'\''s C API: cmake -DWASMTIME_ROOT=DIRECTORY'
command -v cmake > /dev/null || fail 'expected cmake, found none'

version="$(sed --quiet 's/^wasmtime-c-api-impl = { version = "=\([^"]*\)".*/\1/p' "$crate/Cargo.toml")"
[ -n "$version" ] || fail "expected the version of wasmtime-c-api-impl in $crate/Cargo.toml, found none"
key="$({ cat "$crate/Cargo.toml" "$crate/src/lib.rs" "${BASH_SOURCE[0]}"; rustc -vV; } | sha256sum | cut --characters=1-12)"
target="$cache/wasmtime-$version-$key"

mkdir --parents "$cache"
exec 9> "$cache/wasmtime.lock"
flock --nonblock 9 || { echo 'build-wasmtime: waiting for another build' >&2; flock 9; }

if [ ! -d "$target" ]; then
  echo "build-wasmtime: building wasmtime $version, about 6 minutes on 2 cores, once a machine" >&2
  work="$(mktemp --directory "$cache/build-XXXXXX")"
  trap 'rm --recursive --force "$work"' EXIT
  cp --recursive "$crate/Cargo.toml" "$crate/src" "$work"
  # The lock of the cache is ours, not that of what we start.
  cargo build --release --manifest-path "$work/Cargo.toml" --target-dir "$work/target" 9>&- >&2

  mkdir --parents "$work/out/lib"
  cp "$work/target/release/libwasmtime.a" "$work/out/lib/"
  cp --recursive "$work"/target/release/build/wasmtime-c-api-impl-*/out/include "$work/out/include"
  mv --no-target-directory "$work/out" "$target"
fi
echo "$target"
