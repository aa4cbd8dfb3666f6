#!/usr/bin/env bash
# Unpacks packages of a Debian release and what they need into a folder; installs nothing, and runs no script of theirs.
#   scripts/debian-tree.sh SUITE FOLDER PACKAGE…
set -euo pipefail

suite=$1 tree=$2
shift 2

# The Debian archive that this machine itself uses is the one that answers here. A machine that knows none, as Ubuntu,
# takes the one that mmdebstrap knows.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if [ ! -e "$keyring" ]; then
  echo "debian-tree: $keyring is missing, and packages are not taken unverified; install debian-archive-keyring" >&2
  exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
list=$(IFS=,; echo "$*")
if ! mmdebstrap --mode=root --variant=extract --format=directory --keyring="$keyring" --include="$list" \
  "$suite" "$tree" ${mirror:+"$mirror"} >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi
