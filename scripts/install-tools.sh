#!/usr/bin/env bash
# Installs the Debian packages whose programs the tests run for real. Does nothing when all are there.
#   scripts/install-tools.sh           install what is missing (needs root, or sudo without a password)
#   scripts/install-tools.sh --check   say what is missing; exit 1 if anything is
set -euo pipefail

# program or file, and the package that brings it
tools=(
  "bird bird2"
  "birdc bird2"
  "gobgpd gobgpd"
  "gobgp gobgpd"
  "nix-instantiate nix-bin"
  "etcd etcd-server"
  "etcdctl etcd-client"
  "openssl openssl"
  "sshd openssh-server"
  "ip iproute2"
  "nft nftables"
  "vtysh frr"
  "/usr/lib/frr/bgpd frr"
  "bgpq4 bgpq4"
  "ovs-vswitchd openvswitch-switch"
  "ovn-northd ovn-central"
  "ovn-controller ovn-host"
  "systemd-networkd systemd"
  "systemd-analyze systemd"
  "podman podman"
  "named-checkzone bind9-utils"
  "named bind9"
  "dig bind9-dnsutils"
  "prometheus prometheus"
  "promtool prometheus"
  "dot graphviz"
  "chromium chromium"
  "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf fonts-dejavu-core"
  "qemu-system-x86_64 qemu-system-x86"
  "xorriso xorriso"
  "mmdebstrap mmdebstrap"
  "cpio cpio"
  "/usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring"
)

# Daemons live in folders that a plain user's PATH often lacks.
export PATH="$PATH:/usr/sbin:/sbin:/usr/lib/systemd:/lib/systemd"

missing=()
for entry in "${tools[@]}"; do
  read -r program package <<<"$entry"
  if [ -e "$program" ] || command -v "$program" >/dev/null 2>&1; then continue; fi
  case " ${missing[*]-} " in *" $package "*) ;; *) missing+=("$package") ;; esac
done

if [ ${#missing[@]} -eq 0 ]; then
  echo "tools: all programs that the tests run are installed"
  exit 0
fi

install="apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
if [ "${1-}" = "--check" ]; then
  echo "tools: missing ${missing[*]}; install with: sudo sh -c '$install'" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "tools: missing the programs of ${missing[*]}, and this is no Debian or Ubuntu." >&2
  echo "       Install BIRD 2, GoBGP, FRR, Nix, etcd, OpenSSH, iproute2, nftables, bgpq4, BIND, Prometheus, Open vSwitch, OVN, systemd-networkd, podman, Graphviz, Chromium, QEMU, xorriso, mmdebstrap and cpio with your system's own package manager." >&2
  exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  echo "tools: missing ${missing[*]}, and installing needs root. Run this, then try again:" >&2
  echo "       sudo sh -c '$install'" >&2
  exit 1
fi

echo "tools: installing ${missing[*]} with apt-get"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# policy-rc.d: the tests start their own daemons; the packages shall not start theirs on this machine.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap 'rm -f "$log"; "${as_root[@]}" rm -f "$policy"' EXIT
fi
if ! { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update &&
       "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "tools: apt-get failed; the last lines are above. By hand: sudo sh -c '$install'" >&2
  exit 1
fi
"$0" --check
