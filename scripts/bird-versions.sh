#!/usr/bin/env bash
# Unpacks the BIRDs of a newer Debian than this machine's, version 2 and version 3, with their libraries, in a folder that
# is named by what goes into it. Prints the folder, in which `bird2` and `bird3` can be run; does nothing when it is there.
#   scripts/bird-versions.sh
set -euo pipefail

suite=trixie
scripts=$(cd "$(dirname "$0")" && pwd)
key=$(cat "$0" "$scripts/debian-tree.sh" | sha256sum | cut -c1-16)
birds="$scripts/../node_modules/.cache/bird/$key"
if [ ! -e "$birds" ]; then
  mkdir -p "$(dirname "$birds")"
  work=$(mktemp -d "$birds.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  unpack() {
    bird=$1 tree="$work/$1.tree"
    "$scripts/debian-tree.sh" "$suite" "$tree" "$bird"
    libraries=$(dirname "$(find "$tree/usr/lib" -name libc.so.6)")
    mkdir "$work/$bird.d"
    cp -L "$tree/usr/sbin/bird" "$libraries"/*.so* "$work/$bird.d"
    # With the C library that it was built for, which may be newer than this machine's.
    loader=$(cd "$work/$bird.d" && ls ld-linux*.so*)
    cat >"$work/$bird" <<EOF
#!/bin/sh
here=\$(dirname "\$0")/$bird.d
exec "\$here/$loader" --library-path "\$here" "\$here/bird" "\$@"
EOF
    chmod 755 "$work/$bird"
    rm -rf "$tree"
  }
  # Side by side: most of it is waiting for the archive.
  unpack bird2 &
  unpack bird3
  wait $!
  # Whole or not at all: two tests may unpack at once.
  mv -T "$work" "$birds" 2>/dev/null || [ -e "$birds" ]
fi
realpath "$birds"
