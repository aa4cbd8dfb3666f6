#!/bin/sh
# The first boot of a node: founds its cluster or joins it over the etcd-compatible API of ChainFire, then starts the
# node's other services, each after those that it depends on. Every step may be cut off and is safe to repeat; when all
# is done a marker says so, and nothing is done again.
#
#   first-boot.sh STATE DATA CONFIG... [-- UNIT=HEALTH_URL...]
#
#   STATE     folder of this program: chainfire.env (what ChainFire starts with), formed and done (markers)
#   DATA      folder of ChainFire's data: a member with data has been in a cluster before
#   CONFIG    cluster-config.json; the first file that is there is read
#   UNIT      what is started after ChainFire, in this order; the next one waits until HEALTH_URL answers
#
# FIRST_BOOT_TRIES (60) and FIRST_BOOT_PAUSE (2, seconds) bound every wait. With FIRST_BOOT_CERT, FIRST_BOOT_KEY and
# FIRST_BOOT_CA, the node's own certificate, all is asked by mutual TLS; ChainFire finds its own in CHAINFIRE_TLS. Files
# in FIRST_BOOT_NEEDS, separated by colons, have to be there first.
set -eu
umask 077

state=$1
data=$2
shift 2
tries=${FIRST_BOOT_TRIES:-60}
pause=${FIRST_BOOT_PAUSE:-2}
cert=${FIRST_BOOT_CERT:-}
scheme=${cert:+https}
scheme=${scheme:-http}

say() { echo "first boot: $*" >&2; }
die() {
  say "$*"
  exit 1
}

[ ! -e "$state/done" ] || exit 0
mkdir -p "$state"

config=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  if [ -z "$config" ] && [ -e "$1" ]; then config=$1; fi
  shift
done
[ $# -eq 0 ] || shift
[ -n "$config" ] || die "there is no cluster-config.json"

# What is read below, held against schema/cluster-config.v1.json; in a regular expression of jq, `$` would also match
# before a line feed.
fault=$(jq -rs '
  def name: type == "string" and test("\\A[A-Za-z0-9_.-]{1,63}\\z");
  def port: type == "number" and . == floor and . >= 1 and . <= 65535;
  def address: type == "string" and test("\\A([0-9]+(\\.[0-9]+){3}|[0-9a-f:.]*:[0-9a-f:.]*)\\z");
  def endpoint: type == "string" and test("\\A([0-9.]+|\\[[0-9a-f:.]+\\]):[0-9]+\\z");
  def list(each): type == "array" and all(.[]; each);
  def told(key; is; what): if has(key) | not then "has no \(key)" elif .[key] | is | not then "has a \(key) that is \(what)" else empty end;
  if length != 1 or (.[0] | type) != "object" then "is no JSON document, or only a part of one"
  else .[0] | first(
    if .version != 1 then "is of version \(.version | tojson), and this program knows 1" else empty end,
    told("node_id"; name; "no name"),
    told("node_ip"; address; "no address"),
    told("cluster_name"; type == "string" and . != ""; "no name"),
    told("bootstrap"; type == "boolean"; "neither true nor false"),
    told("join_endpoints"; list(endpoint); "no list of ADDRESS:PORT"),
    told("services"; type == "object"; "no map of services"),
    (.services | select(has("chainfire")) | .chainfire | if type != "object" then "has a chainfire that is no map" else
      told("client_port"; port; "no port"),
      told("peer_port"; port; "no port"),
      told("peers"; list(name); "no list of names")
    end),
    ""
  ) end' "$config" 2>/dev/null) || fault="is no JSON document, or only a part of one"
[ -z "$fault" ] || die "$config $fault"

of() { jq -r "$1" "$config"; }
id=$(of .node_id)
bootstrap=$(of .bootstrap)
ip=$(of .node_ip)
case $ip in *:*) host="[$ip]" ;; *) host=$ip ;; esac

IFS=:
for file in ${FIRST_BOOT_NEEDS:-}; do
  [ -s "$file" ] || die "$file is not there: \`nix-nos certs\` makes it, in nodes/$id, and it is to be brought here"
done
unset IFS

# What a file says is whole or not there, also after a power cut.
write() {
  cat >"$1.new"
  sync "$1.new" 2>/dev/null || sync
  mv "$1.new" "$1"
}

ask() {
  [ -z "$cert" ] || set -- --cert "$cert" --key "$FIRST_BOOT_KEY" --cacert "$FIRST_BOOT_CA" "$@"
  curl -sSf --connect-timeout 3 --max-time 6 "$@" 2>"$state/said"
}
post() { ask -d "$2" "$scheme://$1"; }
healthy() { ask "$scheme://$1/health" | jq -e '.health == "true" or .health == true' >/dev/null; }
answers() { ask -o /dev/null "$1"; }

# again WHAT COMMAND...: until the command succeeds, or for as long as is bearable.
again() {
  what=$1
  shift
  left=$tries
  somebody=
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || die "gave up waiting: $what (${somebody:-$(head -n 1 "$state/said")})"
    sleep "$pause"
  done
}

# Sets `endpoint` and `members` to those of the first endpoint that knows its cluster; or `members` to nothing, and
# `somebody` to what one says that is there but does not answer as ChainFire does.
findCluster() {
  somebody=
  for endpoint in $endpoints; do
    code=0
    members=$(post "$endpoint/v3/cluster/member/list" '{}') || code=$?
    case $code in
      0)
        if printf '%s' "$members" | jq -e '.members | arrays | length > 0' >/dev/null 2>&1; then return 0; fi
        somebody="$endpoint answers, but not as ChainFire does"
        ;;
      # Nobody of that name, and nobody at that address.
      6 | 7) ;;
      *)
        # No connection in time is nobody too; a connection without an answer in time is somebody.
        if [ "$code" != 28 ] || grep -q 'Operation timed out' "$state/said"; then
          somebody="$endpoint: $(head -n 1 "$state/said")"
        fi
        ;;
    esac
  done
  members=
  return 1
}

# Whether there is a cluster: who refuses this node's certificate may be one, and a second must not be founded beside it.
isSettled() { findCluster || [ -z "$somebody" ]; }

# This node's entry among the members, by the URL that no other node has.
own() { printf '%s' "$members" | jq -r --arg url "$peerUrl" ".members[] | select(.peerURLs | index(\$url)) | $1"; }

hasData() { [ -n "$(ls -A "$data/" 2>/dev/null)" ]; }

# A learner has no vote: one that is cut off before it starts cannot cost the others their majority.
enter() {
  findCluster || return 1
  if [ -z "$(own .ID)" ]; then
    request=$(jq -cn --arg url "$peerUrl" '{ peerURLs: [$url], isLearner: true }')
    post "$endpoint/v3/cluster/member/add" "$request" >/dev/null || return 1
    findCluster || return 1
  fi
  [ -n "$(own .ID)" ]
}

vote() {
  findCluster || return 1
  [ -n "$(own .ID)" ] || die "$id is no member of the cluster any more; remove $data and start again"
  [ "$(own '.isLearner // false')" = true ] || return 0
  post "$endpoint/v3/cluster/member/promote" "$(jq -cn --arg id "$(own .ID)" '{ ID: $id }')" >/dev/null
}

environment() {
  {
    cat <<END
ETCD_NAME=$id
ETCD_DATA_DIR=$data
ETCD_LISTEN_PEER_URLS=$peerUrl
ETCD_LISTEN_CLIENT_URLS=$clientUrl
ETCD_INITIAL_ADVERTISE_PEER_URLS=$peerUrl
ETCD_ADVERTISE_CLIENT_URLS=$clientUrl
ETCD_INITIAL_CLUSTER_TOKEN=$(of '.cluster_name | gsub("[^A-Za-z0-9_.-]"; "_")')
ETCD_INITIAL_CLUSTER_STATE=$1
ETCD_INITIAL_CLUSTER=$2
END
    [ -z "$cert" ] || for side in "" PEER_; do
      cat <<END
ETCD_${side}CERT_FILE=$CHAINFIRE_TLS/tls.crt
ETCD_${side}KEY_FILE=$CHAINFIRE_TLS/tls.key
ETCD_${side}TRUSTED_CA_FILE=$CHAINFIRE_TLS/ca.crt
ETCD_${side}CLIENT_CERT_AUTH=true
END
    done
  } | write "$state/chainfire.env"
}

found() {
  say "$id founds the cluster"
  environment new "$id=$peerUrl"
}

join() {
  say "$id joins the cluster"
  again "a member of the cluster that takes $id in ($endpoints)" enter
  # A member that was there and has nothing left must not come back as itself: it has forgotten what it voted.
  [ -z "$(own '.name // ""')" ] || die "$id was a member already and its data is gone: remove it from the cluster first"
  environment existing "$(printf '%s' "$members" | jq -r --arg url "$peerUrl" --arg id "$id" '
    [.members[] | (if .peerURLs | index($url) then $id else .name // .ID | gsub("[^A-Za-z0-9_.-]"; "_") end) as $name
      | .peerURLs[] | "\($name)=\(.)"] | sort | join(",")')"
}

endpoints=$(of '.join_endpoints | join(" ")')
if [ "$(of '.services | has("chainfire")')" = true ]; then
  clientUrl="$scheme://$host:$(of .services.chainfire.client_port)"
  peerUrl="$scheme://$host:$(of .services.chainfire.peer_port)"
  # A founder is told of nobody to join, but knows its peers by name.
  [ -n "$endpoints" ] || endpoints=$(of '.node_id as $id | .services.chainfire | .client_port as $port
    | [.peers[] | select(. != $id) | "\(.):\($port)"] | join(" ")')
  if ! hasData; then
    [ ! -e "$state/formed" ] || die "$id was a member already and its data in $data is gone: remove it from the cluster, and $state here"
    # Decided once: a founder that was cut off before it started goes on as one. One whose disk is new may find the
    # cluster that it founded alive, and joins it.
    if grep -q '^ETCD_INITIAL_CLUSTER_STATE=new$' "$state/chainfire.env" 2>/dev/null; then
      say "$id goes on to found the cluster"
    else
      members=
      [ "$bootstrap" = false ] || again "a clear answer whether the cluster is there already ($endpoints)" isSettled
      if [ "$bootstrap" = true ] && [ -z "$members" ]; then
        found
      else
        [ -n "$endpoints" ] || die "$id has nobody to join"
        join
      fi
    fi
  fi
  [ -e "$state/chainfire.env" ] || die "$data has data, but $state/chainfire.env is gone"
  systemctl start chainfire.service || die "chainfire.service does not start"
  if grep -q '^ETCD_INITIAL_CLUSTER_STATE=existing$' "$state/chainfire.env"; then
    again "$id to catch up with the cluster" vote
  fi
  again "ChainFire on $host to be healthy" healthy "${clientUrl#*://}"
  # From now on it must not start without its data, as a member that has forgotten what it voted or as a founder again.
  if ! grep -q '^CHAINFIRE_FORMED=' "$state/chainfire.env"; then
    { cat "$state/chainfire.env" && echo CHAINFIRE_FORMED=true; } | write "$state/chainfire.env"
  fi
else
  anyHealthy() {
    for endpoint in $endpoints; do healthy "$endpoint" && return 0; done
    return 1
  }
  [ -z "$endpoints" ] || again "a healthy member of the cluster ($endpoints)" anyHealthy
fi
: | write "$state/formed"

for each in "$@"; do
  unit=${each%%=*}
  systemctl start "$unit" || die "$unit does not start"
  again "$unit to be healthy" answers "${each#*=}"
done
: | write "$state/done"
say "$id is up"
