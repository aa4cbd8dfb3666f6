#!/usr/bin/env bash
# What the command line's build needs of npm, on one platform:
#   nix/node-modules.sh SOURCE OUT OS CPU
# The same lock file gives the same files, wherever and whenever it runs: nix/npm-hashes.json has their hashes.
set -euo pipefail
source=$1 out=$2 os=$3 cpu=$4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$source"
cp --parents package.json package-lock.json apps/*/package.json packages/*/package.json "$work"
cd "$work"
chmod -R u+w .

# No script of a package runs, so nothing but what the lock file has digests of gets in.
npm ci --ignore-scripts --no-audit --no-fund --no-progress --no-update-notifier --prefer-offline --loglevel=error \
  --os="$os" --cpu="$cpu" --libc=glibc --workspace=nix-nos --include-workspace-root=false
# npm's note to itself, which differs between its versions.
rm node_modules/.package-lock.json

find . -name node_modules -prune -print | while read -r folder; do
  mkdir -p "$out/${folder%/*}"
  mv "$folder" "$out/$folder"
done
