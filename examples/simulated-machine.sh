#!/bin/sh
# A machine to try the deployer with, for want of a real one: a folder that phone-home.sh takes for the machine's own,
# an sshd on a port of its own, an installation that installs nothing, and a reboot that is a new boot id.
#
#   sh examples/simulated-machine.sh NAME BOOTSTRAP_KEY [DATA] [SERVER] [PORT]
#
# DATA is the deployer's data folder (deployer-data), SERVER its address (https://localhost:7443), PORT where the
# machine's sshd listens (2222): the deployer's configuration has to name that port, and you as the user.
# It needs openssh-server, curl and openssl 3, and no root. Ctrl-C switches the machine off.
set -eu

name=${1:?a name for the machine, as node01}
key=${2:?the secret of a bootstrap key}
data=${3:-deployer-data}
server=${4:-https://localhost:7443}
port=${5:-2222}
here=$(cd "$(dirname "$0")" && pwd)
program=$here/../nix/modules/phone-home.sh
system=/nix/store/00000000000000000000000000000000-nixos-system-$name-simulated
sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd)

machine=$(mktemp -d)
running=
ssh_server=
off() {
  [ -z "$running" ] || kill "$running" 2>/dev/null || :
  [ -z "$ssh_server" ] || kill "$ssh_server" 2>/dev/null || :
  rm -rf "$machine"
}
trap off EXIT
trap 'exit 130' INT TERM

put() {
  mkdir -p "$(dirname "$machine/$1")"
  cat >"$machine/$1"
}
boot() { put proc/sys/kernel/random/boot_id </proc/sys/kernel/random/uuid; }

boot
printf 'MemTotal:        8000000 kB\n' | put proc/meminfo
printf 'processor\t: 0\n' | put proc/cpuinfo
# A hardware address of the machine's own, by its name: as another machine has another one.
mac=$(printf %s "$name" | sha256sum | sed 's/\(..\)\(..\)\(..\).*/52:54:00:\1:\2:\3/')
printf '%s\n' "$mac" | put sys/class/net/eth0/address
printf '' | put sys/class/net/eth0/device/vendor
printf '20000000\n' | put sys/block/vda/size
mkdir -p "$machine/run" "$machine/etc/ssh"
ssh-keygen -q -t ed25519 -N '' -C "root@$name" -f "$machine/etc/ssh/ssh_host_ed25519_key"
{
  printf 'server %s\nbootstrap-key %s\nhostname %s\n' "$server" "$key" "$name"
  cat "$data/ca.crt"
} | put nixnos.conf

put install <<'INSTALL'
#!/bin/sh
# Called with partition, install and reboot, one after the other.
echo "machine: $1" >&2
case $1 in
install) echo "$SIMULATED_SYSTEM" ;;
reboot) : >"$PHONE_HOME_ROOT/rebooting" ;;
esac
INSTALL
chmod +x "$machine/install"

"$sshd" -D -e -f /dev/null -p "$port" -o ListenAddress=localhost -h "$machine/etc/ssh/ssh_host_ed25519_key" \
  -o PidFile=none -o StrictModes=no -o UsePAM=no -o PasswordAuthentication=no \
  -o "AuthorizedKeysFile=$(cd "$data" && pwd)/ssh/id_ed25519.pub" 2>"$machine/sshd.log" &
ssh_server=$!

export PHONE_HOME_ROOT="$machine" SIMULATED_SYSTEM="$system"
PHONE_HOME_INSTALL="$machine/install" sh "$program" "$machine/state" "$machine/absent" "$machine/nixnos.conf" &
running=$!
echo "machine: $name is on; approve it with: nix-nos deploy approve $name" >&2
while [ ! -e "$machine/rebooting" ]; do
  # Refused, as with a key that is spent: it said so itself.
  kill -0 "$running" 2>/dev/null || exit 1
  sleep 1
done
kill "$running"
wait "$running" || :
boot
ln -s "$system" "$machine/run/current-system"
echo "machine: $name boots from its disk" >&2
sh "$program" "$machine/state" "$machine/absent" "$machine/nixnos.conf" &
running=$!
wait "$running"
