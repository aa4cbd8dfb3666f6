#!/usr/bin/env bash
# Builds the virtual machine that tests/vm boots: a kernel and an initramfs, of Debian's own packages, in a folder that
# is named by what goes into it. Prints the folder; does nothing when it is there. Nothing is installed on this machine.
#   scripts/vm-image.sh
set -euo pipefail

# systemd 257, which is new enough for what the units say (`IPv4Forwarding=` came with 256).
suite=trixie
packages=(
  bash bird2 coreutils dash grep iproute2 iputils-ping kmod liblzma5 linux-image-cloud-amd64 mount nftables sed systemd udev util-linux
  wireguard-tools
)
# What stays of 40 MB of modules; modprobe finds what these need themselves.
modules=(8021q bonding bridge dummy nf_tables nft_chain_nat veth virtio_net vrf vxlan wireguard)

root=$(cd "$(dirname "$0")/.." && pwd)
key=$({ echo "$suite ${packages[*]} ${modules[*]}"; cat "$0" "$root/scripts/debian-tree.sh"; } | sha256sum | cut -c1-16)
image="$root/node_modules/.cache/vm/$key"
if [ -e "$image/initramfs.cpio" ] && [ -e "$image/vmlinux" ]; then
  echo "$image"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree="$work/tree"
"$root/scripts/debian-tree.sh" "$suite" "$tree" "${packages[@]}"

kernel=$(ls "$tree/lib/modules")
# Unpacked here, as an emulated processor would take half a minute for it at each boot. The kernel's boot protocol says
# where it lies: payload_offset and payload_length of Documentation/arch/x86/boot.rst; its size follows in four bytes.
node --input-type=module - "$tree/boot/vmlinuz-$kernel" "$work/vmlinux" <<'EOF'
import { readFileSync, writeFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
const [, , from, to] = process.argv;
const image = readFileSync(from);
const start = (image[0x1f1] + 1) * 512 + image.readUInt32LE(0x248);
writeFileSync(to, zstdDecompressSync(image.subarray(start, start + image.readUInt32LE(0x24c) - 4)));
EOF
# No package's own script has run, so its users are made here.
echo "root:x:0:0:root:/root:/bin/bash" >"$tree/etc/passwd"
printf '%s\n' root:x:0: systemd-network:x:192: >"$tree/etc/group"
echo 'u bird - "BIRD"' >"$tree/usr/lib/sysusers.d/bird.conf"
chroot "$tree" systemd-sysusers 2>"$work/log" || { tail -n 20 "$work/log" >&2; exit 1; }

chroot "$tree" depmod "$kernel"
chroot "$tree" modprobe --set-version "$kernel" --show-depends --all "${modules[@]}" | sed -n 's/^insmod \([^ ]*\).*/\1/p' |
  sort -u >"$work/modules"
mkdir "$work/kept"
# A compressed module would be unpacked by an emulated processor, at each boot.
while read -r module; do (cd "$tree" && cp --parents ".$(realpath -m "$module")" "$work/kept"); done <"$work/modules"
libraries="$tree/usr/lib/x86_64-linux-gnu"
rm -rf "$tree/lib/modules/$kernel/kernel" "$tree"/boot "$tree"/usr/share \
  "$tree"/usr/lib/systemd/system{,-environment}-generators "$tree"/usr/lib/udev/hwdb.* "$tree"/var/{cache,lib}/{apt,dpkg} \
  "$tree"/usr/bin/perl* "$tree"/usr/lib/klibc "$libraries"/{gconv,perl-base,security,libdb-*,libsqlite*}
# What other units want of a Debian and nobody needs here.
units="$tree/usr/lib/systemd/system"
rm -rf "$units"/*.wants "$units"/{systemd-udev-load-credentials,systemd-networkd-persistent-storage}.service
# Rules for devices that the machine does not have, and a program for every link that reads files it does not have.
find "$tree/usr/lib/udev/rules.d" -type f ! -name '50-udev-default.rules' ! -name '75-net-description.rules' \
  ! -name '80-drivers.rules' ! -name '80-net-setup-link.rules' ! -name '99-systemd.rules' -delete
sed -i '/systemd-sysctl/d' "$tree/usr/lib/udev/rules.d/99-systemd.rules"
cp -r "$work/kept/." "$tree/"
find "$tree/lib/modules/$kernel" -name '*.ko.xz' -exec unxz {} +
chroot "$tree" depmod "$kernel"
(cd "$tree" && find . | cpio --quiet --create --format=newc --owner=+0:+0) >"$work/initramfs.cpio"

# Whole or not at all: two tests may build at once.
mkdir -p "$image.$$"
mv "$work/vmlinux" "$work/initramfs.cpio" "$image.$$/"
mv -T "$image.$$" "$image" 2>/dev/null || rm -rf "$image.$$"
echo "$image"
