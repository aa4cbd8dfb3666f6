/**
 * What runs on a node that gets another system, in POSIX sh; its own text is its first argument, then come what it is to
 * do and the activation's id. It needs what every NixOS has: coreutils, util-linux, systemd, Nix.
 *
 * `begin` starts a unit of systemd, which goes on when the connection is lost. The unit activates the system with
 * `test`, which leaves the boot default as it is, and is a dead man's switch from then on: without a confirmation in
 * time it activates what ran before. Whoever comes first decides, by a hard link, so there is never both. Everything is
 * remembered under the id: `begin` again changes nothing, and whoever asks later hears what became of it.
 */
export const activationScript = String.raw`set -u
umask 077
base=/var/lib/nix-nos-push
profile=/nix/var/nix/profiles/system
script=$1 verb=$2 id=$3
dir=$base/$id
shift 3

boot() { cat /proc/sys/kernel/random/boot_id; }
uptime() { cut -d. -f1 /proc/uptime; }
runs() { readlink -e /run/current-system; }
get() { cat "$dir/$1" 2>/dev/null || :; }
put() { printf '%s\n' "$2" >"$dir/$1.new" && mv "$dir/$1.new" "$dir/$1"; }
last() { tail -n 1 | tr -d '\000-\037\177' | cut -c1-400; }
# Nothing was changed, and trying again changes nothing of that.
refuse() {
  echo "$*" >&2
  exit 3
}
# Nobody knows yet.
later() {
  echo "$*" >&2
  exit 4
}
# Its unit has the lock for as long as it lives.
busy() { [ -e "$base/lock" ] && ! flock -s -n "$base/lock" true; }
decide() { printf '%s\n' "$1" >"$dir/decision.$1" && ln "$dir/decision.$1" "$dir/decision" 2>/dev/null; }
isOpen() { case $(get status) in begun | activating | activated | rolling-back) ;; *) return 1 ;; esac; }

report() {
  printf 'boot %s\nsystem %s\ndefault %s\n' "$(boot)" "$(runs)" "$(readlink -e "$profile")"
  printf 'begun %s\nprevious %s\nstatus %s\nwhy %s\n' "$(get boot)" "$(get previous)" "$(get status)" "$(get why | last)"
  if busy; then echo 'alive yes'; else echo 'alive no'; fi
}

failedUnits() { systemctl list-units --failed --plain --no-legend --no-pager | sed 's/ .*//' | sort; }

# SYSTEM SECONDS LIMIT
begin() {
  [ -x "$1/bin/switch-to-configuration" ] || refuse "it has no $1"
  [ -n "$(runs)" ] || refuse "it runs no system to go back to"
  mkdir -p "$base"
  exec 8>"$base/begin"
  flock -w 20 8 || later "somebody else begins on it"
  # Its boot default was this system already, so the restart in between undid nothing.
  if isOpen && [ "$(get boot)" != "$(boot)" ] && [ "$(runs)" = "$1" ] && ! busy; then rm -rf "$dir"; fi
  if [ ! -e "$dir" ]; then
    ! busy || refuse "another activation is under way on it"
    rm -rf "$base"/*/
    mkdir "$dir.new"
    cd "$dir.new" || later "there is no room in $base"
    printf '%s\n' "$script" >script
    printf '%s\n' "$1" >system
    printf '%s\n' "$2" >seconds
    printf '%s\n' "$3" >limit
    runs >previous
    readlink -e "$profile" >default
    boot >boot
    echo begun >status
    failedUnits >failed 2>/dev/null
    # What is not the boot default yet, or not any more, is not to be collected as garbage meanwhile.
    mkdir -p /nix/var/nix/gcroots
    ln -sfn "$1" /nix/var/nix/gcroots/nix-nos-push-next
    ln -sfn "$(cat previous)" /nix/var/nix/gcroots/nix-nos-push-previous
    sync ./* . "$base"
    mv "$dir.new" "$dir"
    sync "$base"
  fi
  if isOpen && [ "$(get boot)" = "$(boot)" ] && ! busy; then
    said=$(systemd-run --quiet --collect --unit="nix-nos-push-$id" --setenv=PATH="$PATH" \
      /bin/sh "$dir/script" - unit "$id" 2>&1 8>&-) ||
      # A unit that is there already is the one that is wanted.
      case $said in *already*) ;; *)
        [ "$(get status)" = begun ] || later "$said"
        rm -rf "$dir"
        refuse "$said"
        ;;
      esac
  fi
  report
}

activate() {
  timeout -k 30 "$(get limit)" "$1/bin/switch-to-configuration" "$2" >>"$dir/log" 2>&1 </dev/null 9>&- && return 0
  code=$?
  put why "switch-to-configuration $2 ended with $code: $(last <"$dir/log")"
  return 1
}

unit() {
  exec 9>"$base/lock"
  flock -w 10 9 || exit 0
  [ "$(get boot)" = "$(boot)" ] || exit 0
  case $(get status) in
  begun)
    put status activating
    if activate "$(get system)" test; then
      put status activated
      await
    else
      decide rollback
    fi
    ;;
  activating | activated) ! decide rollback || put why "its activation was cut off" ;;
  rolling-back) ;;
  *) exit 0 ;;
  esac
  if [ "$(get decision)" = confirmed ]; then
    if nix-env --profile "$profile" --set "$(get system)" >>"$dir/log" 2>&1 9>&- && activate "$(get system)" boot; then
      put status confirmed
      exit 0
    fi
    why=$(get why)
    nix-env --profile "$profile" --set "$(get default)" >>"$dir/log" 2>&1 9>&-
    activate "$(get default)" boot
    put why "it could not be made the boot default: $why"
  fi
  why=$(get why)
  put status rolling-back
  activate "$(get previous)" test || why="$why; going back, $(get why)"
  put why "$why"
  if [ "$(runs)" = "$(get previous)" ]; then put status rolled-back; else put status astray; fi
}

# The dead man's switch, by the clock that nobody sets.
await() {
  end=$(($(uptime) + $(get seconds)))
  while [ ! -e "$dir/decision" ]; do
    if [ "$(uptime)" -ge "$end" ]; then ! decide rollback || put why "it was not confirmed in $(get seconds) s"; fi
    sleep 0.2
  done
}

# HEALTH...
confirm() {
  if [ "$(get status)" = activated ] && [ "$(get boot)" = "$(boot)" ]; then
    if [ "$(runs)" != "$(get system)" ]; then
      echo "unhealthy it runs $(runs)"
    elif ! health "$@" >"$dir/health" 2>&1; then
      printf 'unhealthy %s\n' "$(last <"$dir/health")"
    else
      decide confirmed || :
      while isOpen && busy; do sleep 0.2; done
    fi
  fi
  report
}

health() {
  if [ $# -gt 0 ]; then
    timeout -k 5 60 "$@" </dev/null
    return
  fi
  failedUnits >"$dir/failed.now" || return 1
  new=$(comm -13 "$dir/failed" "$dir/failed.now" | tr '\n' ' ')
  [ -z "$new" ] || { echo "failed: $new"; return 1; }
}

# Only out of the boot in which it was confirmed.
restart() {
  report
  if [ "$(get status)" = confirmed ] && [ "$(get boot)" = "$(boot)" ]; then reboot; fi
}

case $verb in
begin) begin "$@" ;;
unit) unit ;;
ask) report ;;
confirm) confirm "$@" ;;
restart) restart ;;
esac`;
