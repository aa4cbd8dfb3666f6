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
# FIRST_BOOT_TRIES (60) and FIRST_BOOT_PAUSE (2, seconds) bound every wait.
set -eu
umask 077

state=$1
data=$2
shift 2
tries=${FIRST_BOOT_TRIES:-60}
pause=${FIRST_BOOT_PAUSE:-2}

say() { echo "first boot: $*" >&2; }
die() {
  say "$*"
  exit 1
}

[ ! -e "$state/done" ] || exit 0
mkdir -p "$state"

config=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  if [ -z "$config" ] && [ -r "$1" ]; then config=$1; fi
  shift
done
[ $# -eq 0 ] || shift
[ -n "$config" ] || die "there is no cluster-config.json"

of() { jq -er "$1" "$config"; }
[ "$(of .version)" = 1 ] || die "$config is of a version that this program does not know"
id=$(of .node_id)
case $id in *[!A-Za-z0-9_.-]*) die "$config has a node_id that is no name" ;; esac
ip=$(of .node_ip)
case $ip in *:*) host="[$ip]" ;; *) host=$ip ;; esac
bootstrap=$(jq -r .bootstrap "$config")
isMember=$(jq -r '.services | has("chainfire")' "$config")

# What a file says is whole or not there, also after a power cut.
write() {
  cat >"$1.new"
  sync "$1.new" 2>/dev/null || sync
  mv "$1.new" "$1"
}

post() { curl -sf --max-time 5 -d "$2" "http://$1"; }
healthy() { curl -sf --max-time 5 "http://$1/health" | jq -e '.health == "true" or .health == true' >/dev/null; }
answers() { curl -sf --max-time 5 -o /dev/null "$1"; }

# again WHAT COMMAND...: until the command succeeds, or for as long as is bearable.
again() {
  what=$1
  shift
  left=$tries
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || die "gave up waiting: $what"
    sleep "$pause"
  done
}

# Sets `endpoint` and `members` to those of the first endpoint that knows its cluster.
findCluster() {
  for endpoint in $endpoints; do
    members=$(post "$endpoint/v3/cluster/member/list" '{}') && [ -n "$members" ] && return 0
  done
  return 1
}

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
  token=$(of '.cluster_name | gsub("[^A-Za-z0-9_.-]"; "_")')
  write "$state/chainfire.env" <<END
ETCD_NAME=$id
ETCD_DATA_DIR=$data
ETCD_LISTEN_PEER_URLS=$peerUrl
ETCD_LISTEN_CLIENT_URLS=$clientUrl
ETCD_INITIAL_ADVERTISE_PEER_URLS=$peerUrl
ETCD_ADVERTISE_CLIENT_URLS=$clientUrl
ETCD_INITIAL_CLUSTER_TOKEN=$token
ETCD_INITIAL_CLUSTER_STATE=$1
ETCD_INITIAL_CLUSTER=$2
END
}

found() {
  say "$id founds the cluster"
  environment new "$id=$peerUrl"
}

join() {
  say "$id joins the cluster"
  again "a member of the cluster that takes $id in ($endpoints)" enter
  # A member that was there and has nothing left must not come back as itself: it has forgotten what it voted.
  [ -z "$(own '.name // ""')" ] || die "$id was a member already and its data is gone: remove member $(own .ID) first"
  environment existing "$(printf '%s' "$members" | jq -r --arg url "$peerUrl" --arg id "$id" '
    [.members[] | (if .peerURLs | index($url) then $id else .name // .ID | gsub("[^A-Za-z0-9_.-]"; "_") end) as $name
      | .peerURLs[] | "\($name)=\(.)"] | sort | join(",")')"
}

if [ "$isMember" = true ]; then
  clientUrl="http://$host:$(of .services.chainfire.client_port)"
  peerUrl="http://$host:$(of .services.chainfire.peer_port)"
  endpoints=$(jq -r '.join_endpoints[]' "$config")
  # A founder is told of nobody to join, but knows its peers by name.
  [ -n "$endpoints" ] || endpoints=$(jq -r '.node_id as $id | .services.chainfire
    | .client_port as $port | .peers[] | select(. != $id) | "\(.):\($port)"' "$config")
  if ! hasData; then
    [ ! -e "$state/formed" ] || die "$id was a member already and its data in $data is gone"
    # Decided once: a founder that was cut off before it started goes on as one. One whose disk is new may find the
    # cluster that it founded alive, and joins it.
    if grep -q '^ETCD_INITIAL_CLUSTER_STATE=new$' "$state/chainfire.env" 2>/dev/null; then
      say "$id goes on to found the cluster"
    elif [ "$bootstrap" = true ] && ! findCluster; then
      found
    else
      [ -n "$endpoints" ] || die "$id has nobody to join"
      join
    fi
  fi
  [ -e "$state/chainfire.env" ] || die "$data has data, but $state/chainfire.env is gone"
  systemctl start chainfire.service || die "chainfire.service does not start"
  if grep -q '^ETCD_INITIAL_CLUSTER_STATE=existing$' "$state/chainfire.env"; then
    again "$id to catch up with the cluster" vote
  fi
  again "ChainFire on $host to be healthy" healthy "${clientUrl#http://}"
else
  endpoints=$(jq -r '.join_endpoints[]' "$config")
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
