#!/usr/bin/env bash
# Builds the installer that tests/vm/installer.test.ts boots: an ISO of Debian's kernel with the programs that
# phone-home.sh and an installation take, generic as NixOS's would be, with a reserved area; and its kernel and initramfs,
# for netboot. Prints the folder that they are in, named by what goes into it; does nothing when it is there. Nothing is
# installed on this machine.
#   scripts/installer-image.sh
set -euo pipefail

suite=trixie
packages=(
  base-files bash busybox coreutils curl e2fsprogs extlinux fdisk grep iproute2 isolinux kmod liblzma5 linux-image-cloud-amd64 mount
  openssh-client openssh-server openssl sed syslinux-common tar util-linux
)
# What stays of them, with the libraries that it is linked to: the BIOS reads the whole of it from the CD.
programs=(
  base64 bash busybox cat chmod cp curl cut date extlinux grep head ip kmod ln ls mke2fs mkdir mktemp mount mv od openssl readlink
  rm sed sfdisk sleep sort ssh-keygen sshd sshd-auth sshd-session sync tail tar timeout tr umount uname
)
modules=(ata_piix ext4 isofs sr_mod virtio_blk virtio_net)

root=$(cd "$(dirname "$0")/.." && pwd)
guest="$root/tests/vm/installer"
key=$({
  echo "$suite ${packages[*]} ${programs[*]} ${modules[*]}"
  cat "$0" "$root/scripts/debian-tree.sh" "$root/nix/modules/phone-home.sh" "$guest"/*
} | sha256sum | cut -c1-16)
image="$root/node_modules/.cache/installer/$key"
if [ -e "$image/installer.iso" ]; then
  echo "$image"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree="$work/tree" init="$work/init" iso="$work/iso"
"$root/scripts/debian-tree.sh" "$suite" "$tree" "${packages[@]}"

kernel=$(ls "$tree/lib/modules")
mkdir -p "$init"/{dev,etc/ssh,iso,nix,proc,root,run,sys,tmp,usr/{bin,lib,lib64,sbin},var/empty}
for folder in bin lib lib64 sbin; do ln -s "usr/$folder" "$init/$folder"; done
for program in "${programs[@]}"; do
  for folder in usr/bin usr/sbin usr/lib/openssh; do
    if [ -f "$tree/$folder/$program" ]; then echo "/$folder/$program"; fi
  done
done >"$work/programs"
# The loader itself says which libraries it would take.
while read -r program; do chroot "$tree" /lib64/ld-linux-x86-64.so.2 --list "$program"; done <"$work/programs" |
  grep -o '/[^ ]*' | sort -u >"$work/libraries"
while read -r file; do
  mkdir -p "$init$(dirname "$file")"
  cp -L "$tree$file" "$init$file"
done < <(cat "$work/programs" "$work/libraries")
ln -s bash "$init/usr/bin/sh"
ln -s ../bin/kmod "$init/usr/sbin/modprobe"

chroot "$tree" depmod "$kernel"
chroot "$tree" modprobe --set-version "$kernel" --show-depends --all "${modules[@]}" | sed -n 's/^insmod \([^ ]*\).*/\1/p' |
  sort -u >"$work/modules"
while read -r module; do (cd "$tree" && cp --parents ".$(realpath -m "$module")" "$init"); done <"$work/modules"
cp "$tree/lib/modules/$kernel"/modules.{builtin,builtin.modinfo,order} "$init/lib/modules/$kernel/"
find "$init/lib/modules" -name '*.ko.xz' -exec unxz {} +
ln -s ../bin/kmod "$init/usr/sbin/depmod"
chroot "$init" depmod "$kernel"

printf '%s\n' root:x:0:0::/root:/bin/bash sshd:x:100:100::/run/sshd:/bin/false >"$init/etc/passwd"
echo root:x:0: >"$init/etc/group"
cp "$tree/usr/lib/EXTLINUX/mbr.bin" "$init/usr/lib/"
cp "$root/nix/modules/phone-home.sh" "$guest"/{init,disk} "$init/usr/lib/"
cp "$guest/reboot" "$init/usr/bin/"
ln -s usr/lib/init "$init/init"

mkdir -p "$iso/isolinux"
cp "$tree/usr/lib/ISOLINUX/isolinux.bin" "$tree/usr/lib/syslinux/modules/bios/ldlinux.c32" "$guest/isolinux.cfg" "$iso/isolinux/"
cp "$tree/boot/vmlinuz-$kernel" "$iso/vmlinuz"
(cd "$init" && find . | cpio --quiet --create --format=newc --owner=+0:+0) >"$iso/initrd"
# As nix/modules/reserved-area.nix makes it.
head -c $((65536 - 116)) /dev/zero | tr '\0' '\n' >"$work/body"
{
  echo "# nixnos reserved area 1, 0000065536 bytes, sha256 $(sha256sum <"$work/body" | cut -c1-64)"
  cat "$work/body"
} >"$iso/nixnos.conf"
xorriso -as mkisofs -quiet -output "$work/installer.iso" -volid INSTALLER -rock -joliet -iso-level 3 \
  -eltorito-boot isolinux/isolinux.bin -eltorito-catalog isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
  -isohybrid-mbr "$tree/usr/lib/ISOLINUX/isohdpfx.bin" "$iso" 2>"$work/log" || { tail -n 20 "$work/log" >&2; exit 1; }

# Whole or not at all: two tests may build at once.
mkdir -p "$image.$$"
mv "$work/installer.iso" "$iso/vmlinuz" "$iso/initrd" "$image.$$/"
mv -T "$image.$$" "$image" 2>/dev/null || rm -rf "$image.$$"
echo "$image"
