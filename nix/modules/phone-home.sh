#!/bin/sh
# Phone home: a machine introduces itself to the deployer, says that it lives for as long as it runs, and installs
# itself when it is told to. It needs a shell, coreutils, sed, grep, curl and openssl 3: what a NixOS installer has.
#
#   phone-home.sh STATE SETTINGS...
#
#   STATE     folder of this program: node.key, which never leaves the machine, and what must outlive a restart
#   SETTINGS  files; the first that names a server is read. Lines of a word and its value, then the deployer's authority:
#               server https://deployer.example:7443
#               bootstrap-key KEY
#               hostname node01              (where it knows who it is to be)
#               -----BEGIN CERTIFICATE----- ...
#
# PHONE_HOME_INSTALL is a program that installs: it is called with `partition`, `install` and `reboot`, each once, with
# STATE as its second argument, where cluster-config.json lies by then. `install` prints the path of the system that it
# installed as its last line. Without it this machine runs the system that it is to run, or is installed from outside.
# PHONE_HOME_ROOT is where /sys, /proc, /etc and /run of the machine are, for trying it on another.
set -eu
umask 077
export LC_ALL=C

state=$1
shift
root=${PHONE_HOME_ROOT:-}
install=${PHONE_HOME_INSTALL:-}

say() { echo "phone home: $*" >&2; }
die() {
  say "$*"
  exit 1
}

settings=
for each; do
  if [ -z "$settings" ] && grep -q '^server ' "$each" 2>/dev/null; then settings=$each; fi
done
[ -n "$settings" ] || die "there are no settings: $*"
said() { sed -n "s/^$1 \\(.*[^ ]\\) *\$/\\1/p" "$settings" | head -n 1; }
server=$(said server)
case $server in https://*) server=${server%/} ;; *) die "$settings names no server that begins with https://" ;; esac
mkdir -p "$state"
sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/p' "$settings" >"$state/ca.pem"
[ -s "$state/ca.pem" ] || die "$settings has no certificate of the deployer's authority"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# What a file says is whole or not there, also after a power cut.
write() {
  cat >"$1.new"
  sync "$1.new" 2>/dev/null || sync
  mv "$1.new" "$1"
}

[ -s "$state/node.key" ] || openssl genpkey -algorithm ed25519 | write "$state/node.key"
publicKey=$(openssl pkey -in "$state/node.key" -pubout -outform DER | tail -c 32 | base64)

# --- texts of the machine, as JSON --------------------------------------------------------------------------------

# One line of a file without what JSON would have to escape, or nothing.
line() { head -n 1 "$root$1" 2>/dev/null | tr -cd ' !#-[]-~' | head -c 200 || :; }
string() { printf '"%s"' "$(printf '%s' "$1" | tr -cd ' !#-[]-~' | head -c 900)"; }
orNull() { if [ -n "$1" ]; then string "$1"; else printf null; fi; }
joined() { sed '$!s/$/,/' | tr -d '\n'; }

bootId=$(line /proc/sys/kernel/random/boot_id)

interfaces() {
  for path in "$root"/sys/class/net/*; do
    # What has no device behind it is no card.
    [ -e "$path/device" ] || continue
    mac=$(line "${path#"$root"}/address")
    case $mac in ??:??:??:??:??:??) ;; *) continue ;; esac
    printf '{"name":%s,"mac":"%s"}\n' "$(string "${path##*/}")" "$mac"
  done | joined
}

disks() {
  for path in "$root"/sys/block/*; do
    [ -e "$path/device" ] || continue
    # A CD is no disk to install to.
    case $path in */sr[0-9]*) continue ;; esac
    sectors=$(line "${path#"$root"}/size")
    case $sectors in '' | *[!0-9]*) continue ;; esac
    serial=$(line "${path#"$root"}/device/serial")
    printf '{"name":%s,"bytes":%s,"serial":%s}\n' "$(string "${path##*/}")" $((sectors * 512)) "$(orNull "$serial")"
  done | joined
}

inventory() {
  firmware=bios
  [ ! -d "$root/sys/firmware/efi" ] || firmware=uefi
  kilobytes=$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' "$root/proc/meminfo")
  printf '{"architecture":"%s","firmware":"%s","serial":%s,"product":%s,"cpus":%s,"memoryBytes":%s,' \
    "$(uname -m)" "$firmware" "$(orNull "$(line /sys/class/dmi/id/product_serial)")" \
    "$(orNull "$(line /sys/class/dmi/id/product_name)")" "$(grep -c '^processor' "$root/proc/cpuinfo")" \
    $((kilobytes * 1024))
  printf '"interfaces":[%s],"disks":[%s]}' "$(interfaces)" "$(disks)"
}

hostKeys() {
  cat "$root"/etc/ssh/ssh_host_*_key.pub |
    sed -n 's/^\([a-z0-9-]* [A-Za-z0-9+/=]*\).*$/"\1"/p' | grep -E '^"(ssh|ecdsa)' | joined
}

health() {
  failed=
  if command -v systemctl >/dev/null; then
    failed=$(systemctl list-units --failed --plain --no-legend 2>/dev/null | sed 's/ .*//' | tr -c 'A-Za-z0-9._\n-' '_' |
      sed -n 's/^\([A-Za-z0-9].\{0,63\}\).*$/{"name":"\1","ok":false,"message":null}/p' | head -n 16 | joined)
  fi
  if [ -n "$failed" ]; then status=degraded; else status=ok; fi
  printf '{"status":"%s","checks":[%s]}' "$status" "$failed"
}

# What it runs: nothing that counts in an installer.
system() {
  path=$(readlink "$root/run/current-system" || :)
  case $path in /nix/store/*) if [ -z "$install" ]; then string "$path"; else printf null; fi ;; *) printf null ;; esac
}

# --- speaking to the deployer -------------------------------------------------------------------------------------

# Signed as RFC 9421 says: four lines, without a newline at the end.
sign() {
  digest="sha-256=:$(openssl dgst -sha256 -binary "$work/body" | base64):"
  parameters='("@method" "@path" "content-digest");nonce="'$(head -c 16 /dev/urandom | base64)'";keyid="'$publicKey'";alg="ed25519"'
  printf '"@method": %s\n"@path": %s\n"content-digest": %s\n"@signature-params": %s' \
    "$1" "$2" "$digest" "$parameters" >"$work/signed"
  signature=$(openssl pkeyutl -sign -rawin -inkey "$state/node.key" -in "$work/signed" | base64 -w 0)
  printf '%s\n' "content-type: application/json" "content-digest: $digest" "signature-input: node=$parameters" \
    "signature: node=:$signature:"
}

# call METHOD PATH [BEARER]: sends $work/body until it is answered for good; sets `status`, leaves $work/answer.
# Full jitter up to a minute, so that a thousand machines whose deployer came back do not come at once.
call() {
  ceiling=2
  while :; do
    sign "$1" "$2" >"$work/headers"
    [ -z "${3:-}" ] || echo "authorization: Bearer $3" >>"$work/headers"
    data=
    [ "$1" = GET ] || data="--data-binary @$work/body"
    # What is secret stands in a file: everybody reads a command line. $data is no word or two without blanks.
    # shellcheck disable=SC2086
    status=$(curl -sS --proto =https --cacert "$state/ca.pem" --connect-timeout 10 --max-time 30 --max-filesize 1048576 \
      -X "$1" -H "@$work/headers" $data -D "$work/answer.headers" -o "$work/answer" -w '%{http_code}' "$server$2") ||
      status=000
    case $status in
    000 | 408 | 429 | 5??) ;;
    *) return 0 ;;
    esac
    pause=$((1 + $(od -An -N4 -tu4 /dev/urandom) % ceiling))
    after=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]\{1,3\}\)[^0-9]*$/\1/p' "$work/answer.headers" 2>/dev/null | tail -n 1)
    [ -z "$after" ] || [ "$after" -le "$pause" ] || pause=$after
    say "$server does not take it ($status); again in $pause s"
    rm -f "$work/answer.headers"
    sleep "$pause" &
    wait $!
    ceiling=$((ceiling < 30 ? ceiling * 2 : 60))
  done
}

# field NAME: of the answer, which is one object of JSON; a text or a number.
field() { sed -n "s/.*\"$1\": *\"\\{0,1\\}\\([^\",}]*\\).*/\\1/p" "$work/answer" | head -n 1; }

refused() { die "the deployer refuses ($status): $(field title) $(field detail)"; }

introduce() {
  key=$(said bootstrap-key)
  [ -n "$key" ] || die "$settings has no bootstrap-key"
  printf '{"hostname":%s,"nodeKey":"%s","bootId":"%s","sshHostKeys":[%s],"inventory":%s}' \
    "$(orNull "$(said hostname)")" "$publicKey" "$bootId" "$(hostKeys)" "$(inventory)" >"$work/body"
  call POST /v1/phone-home "$key"
  case $status in 200 | 201) ;; *) refused ;; esac
  id=$(field id)
  case $id in '' | *[!a-z0-9-]*) die "the deployer gave no name" ;; esac
  echo "$id" | write "$state/id"
  say "this is $id"
}

# Sets `sequence`, which grows within a boot, also when this program starts again.
number() {
  read -r boot last 2>/dev/null <"$state/sequence" || :
  [ "${boot:-}" = "$bootId" ] || last=0
  sequence=$((last + 1))
  echo "$bootId $sequence" | write "$state/sequence"
}

# tell FIELDS: an event, with what is its own.
tell() {
  number
  printf '{"bootId":"%s","events":[{"sequence":%s,"at":"%s",%s}]}' \
    "$bootId" "$sequence" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >"$work/body"
  call POST "/v1/nodes/$id/events"
  [ "$status" = 200 ] || refused
}

# perform PHASE: what installs does it; a failure is told, and a person decides.
perform() {
  phase=$1
  say "$phase"
  if "$install" "$1" "$state" >"$work/output"; then return 0; fi
  tell "\"type\":\"failed\",\"phase\":\"$1\",\"errorType\":\"$1\",\"message\":$(string "$(tail -n 1 "$work/output")")"
  return 1
}

fetchConfig() {
  : >"$work/body"
  call GET "/v1/nodes/$id/cluster-config"
  case $status in
  200) write "$state/cluster-config.json" <"$work/answer" ;;
  404) rm -f "$state/cluster-config.json" ;; # A node of a cluster without a control plane has none.
  *) refused ;;
  esac
}

installation() {
  fetchConfig
  perform partition || return 0
  tell '"type":"partitioned"'
  perform install || return 0
  installed=$(tail -n 1 "$work/output")
  case $installed in
  /nix/store/*[!A-Za-z0-9+._?=/-]* | /nix/store/) false ;;
  /nix/store/*) ;;
  *) false ;;
  esac || die "$install printed no path of a system: $(string "$installed")"
  tell "\"type\":\"installed\",\"system\":\"$installed\""
  phase=reboot
}

phase=
id=$(cat "$state/id" 2>/dev/null || :)
[ -n "$id" ] || introduce
while :; do
  number
  printf '{"bootId":"%s","sequence":%s,"system":%s,"phase":%s,"health":%s}' \
    "$bootId" "$sequence" "$(system)" "$(orNull "$phase")" "$(health)" >"$work/body"
  call POST "/v1/nodes/$id/heartbeat"
  [ "$status" = 200 ] || refused
  pause=$(field nextCallSeconds)
  case $(field action) in
  install)
    if [ -n "$install" ]; then
      installation
      pause=1
    fi
    ;;
  reboot) [ -z "$install" ] || perform reboot || : ;;
  esac
  # In the background, so that a signal ends the wait.
  sleep "$pause" &
  wait $!
done
