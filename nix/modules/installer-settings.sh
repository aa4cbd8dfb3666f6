#!/bin/sh
# Applies a machine's settings to its installer before it phones home: mounts the seed, sets the addresses, and lets the
# deployer in by SSH. What is there already stays, so it may run again.
#
#   installer-settings.sh RUN SETTINGS...
#
#   RUN       /run, or another folder for trying it
#   SETTINGS  files, as of phone-home.sh; the first that names a server is read. Of its lines, these are for the installer:
#               mac 52:54:00:12:34:56        the port that has the addresses; else every one with a cable
#               address 192.0.2.10/24        and gateway, nameserver; without an address the network gives them
#               authorized-key ssh-ed25519 … who may log in as root
set -eu
umask 077
export LC_ALL=C

run=$1
shift

say() { echo "installer settings: $*" >&2; }

seed=/dev/disk/by-label/NIXNOS
if [ -e "$seed" ] && ! mountpoint -q "$run/nixnos-seed"; then
  mkdir -p "$run/nixnos-seed"
  mount -t iso9660 -o ro,nosuid,nodev,noexec,mode=0400,dmode=0500 "$seed" "$run/nixnos-seed" || say "the seed cannot be mounted"
fi

settings=
for each; do
  if [ -z "$settings" ] && grep -q '^server ' "$each" 2>/dev/null; then settings=$each; fi
done
if [ -z "$settings" ]; then
  say "there are none yet: $*"
  exit 0
fi
# all WORD: its values that are of a harmless form.
all() { sed -n "s/^$1 \\([A-Za-z0-9+/=.:@ -]*[^ ]\\) *\$/\\1/p" "$settings"; }

mkdir -p "$run/nixnos"
all authorized-key >"$run/nixnos/authorized_keys"

if [ -n "$(all address)" ]; then
  network=$run/systemd/network/05-nixnos.network
  # networkd is another user.
  umask 022
  mkdir -p "$run/systemd/network"
  {
    echo "[Match]"
    mac=$(all mac)
    if [ -n "$mac" ]; then echo "PermanentMACAddress=$mac"; else printf 'Type=ether\nKind=!*\n'; fi
    echo
    echo "[Network]"
    all address | sed 's/^/Address=/'
    all gateway | sed 's/^/Gateway=/'
    all nameserver | sed 's/^/DNS=/'
  } >"$network.new"
  mv "$network.new" "$network"
  # Before networkd runs it needs no telling, and asking for it would wait for what waits for this.
  if systemctl is-active --quiet systemd-networkd.service 2>/dev/null; then networkctl reload; fi
fi
