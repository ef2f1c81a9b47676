#!/usr/bin/env bash
# mesos-headers.sh SOURCE DIRECTORY: the headers of one Mesos and of what it bundles, as `make install` of a Mesos that
# was configured with --enable-install-module-dependencies lays them out, without building Mesos: 5 minutes, not 60.
# SOURCE is a version, which is fetched from Apache's archive, or the directory of an unpacked release.
#
# A module must be compiled with the very protobuf and glog of its agent: these are those that Mesos brings along. For
# an agent that was built with others (--with-protobuf, --with-glog), take its own installation or build tree as
# MESOS_ROOT, or name its protoc: PROTOC=/usr/bin/protoc; headers are then those that the compiler finds by itself.
#
# MESOS_SHA512, when set, is what the archive must have.
set -euo pipefail

fail() {
  echo "mesos-headers: $1" >&2
  exit 1
}

[ $# = 2 ] || fail "expected SOURCE DIRECTORY, got $# arguments"
for program in curl tar patch make g++ sha512sum; do
  command -v "$program" > /dev/null || fail "expected the program $program, found none"
done
[ ! -e "$2" ] || fail "expected a directory that does not exist yet, got $2"

work="$(mktemp --directory)"
trap 'rm --recursive --force "$work"' EXIT

if [ -d "$1" ]; then
  source="$(cd "$1" && pwd)"
else
  [[ "$1" =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "expected a version X.Y.Z or a directory, got $1"
  echo "mesos-headers: fetching Mesos $1" >&2
  curl --fail --silent --show-error --location --proto '=https' --output "$work/mesos.tar.gz" \
    "https://archive.apache.org/dist/mesos/$1/mesos-$1.tar.gz" || fail "cannot fetch Mesos $1: is there such a release?"
  if [ -n "${MESOS_SHA512:-}" ]; then
    echo "$MESOS_SHA512  $work/mesos.tar.gz" | sha512sum --check --status || fail 'the archive is not the one of MESOS_SHA512'
  fi
  tar --extract --file="$work/mesos.tar.gz" --directory="$work"
  source="$work/mesos-$1"
fi
version="$(sed --quiet --regexp-extended 's/^AC_INIT\(\[mesos\], \[([0-9.]+)\].*/\1/p' "$source/configure.ac")"
[ -n "$version" ] || fail "expected the version of Mesos in $source/configure.ac, found none"

# What a bundle has, patched as Mesos patches it.
unpack() {
  local bundle
  for bundle in "$source"/3rdparty/"$1"-*.tar.gz "$source"/3rdparty/libprocess/3rdparty/"$1"-*.tar.gz; do
    [ -f "$bundle" ] || continue
    local name
    name="$(basename "$bundle" .tar.gz)"
    tar --extract --file="$bundle" --directory="$work"
    if [ -f "${bundle%.tar.gz}.patch" ]; then
      patch --quiet --strip=1 --directory="$work/$name" < "${bundle%.tar.gz}.patch"
    fi
    echo "$work/$name"
  done
}

out="$work/out"
include="$out/include"
bundled="$out/lib/mesos/3rdparty/include"
mkdir --parents "$include" "$bundled"

for part in include 3rdparty/stout/include 3rdparty/libprocess/include 3rdparty/libprocess/3rdparty/stout/include; do
  if [ -d "$source/$part" ]; then cp --recursive "$source/$part/." "$include/"; fi
done

for name in boost picojson concurrentqueue rapidjson elfio http-parser; do
  for directory in $(unpack "$name"); do
    if [ -d "$directory/include" ]; then directory="$directory/include"; fi
    (cd "$directory" && find . \( -name '*.h' -o -name '*.hpp' -o -name '*.ipp' \) -print0 \
      | tar --create --null --files-from=-) | tar --extract --directory="$bundled"
  done
done

protoc="${PROTOC:-}"
if [ -z "$protoc" ]; then
  glog="$(unpack glog)"
  (cd "$glog" && ./configure --disable-shared > "$work/log" 2>&1) || { cat "$work/log" >&2; fail 'glog was not configured'; }
  cp --recursive "$glog/src/glog" "$bundled/"

  protobuf="$(unpack protobuf)"
  echo "mesos-headers: building protoc of $(basename "$protobuf")" >&2
  (cd "$protobuf" && ./configure --disable-shared CXXFLAGS='-O1 -w' && make --jobs="$(nproc)" -C src protoc) \
    > "$work/log" 2>&1 || { tail --lines=40 "$work/log" >&2; fail 'protoc was not built'; }
  protoc="$protobuf/src/protoc"
  (cd "$protobuf/src" && find google -name '*.h' -print0 | tar --create --null --files-from=-) \
    | tar --extract --directory="$bundled"
  cp --recursive "$protobuf/src/google/protobuf/descriptor.proto" "$work/"
fi

echo "mesos-headers: messages of Mesos $version" >&2
# The v1 API and storage plugins are for schedulers and providers: no isolator sees them.
(cd "$include" && find mesos -name '*.proto' -not -path 'mesos/v1/*' -not -path '*csi*' -print0 \
  | xargs --null "$protoc" -I. --cpp_out=.) 2> "$work/log" || { cat "$work/log" >&2; fail 'protoc failed'; }

IFS=. read -r major minor patch <<< "$version"
if [ -f "$include/mesos/version.hpp.in" ]; then
  sed --expression="s/@PACKAGE_VERSION@/$version/; s/@MESOS_MAJOR_VERSION@/$major/" \
    --expression="s/@MESOS_MINOR_VERSION@/$minor/; s/@MESOS_PATCH_VERSION@/$patch/" \
    "$include/mesos/version.hpp.in" > "$include/mesos/version.hpp"
fi

mkdir --parents "$(dirname "$2")"
mv --no-target-directory "$out" "$2"
echo "$2"
