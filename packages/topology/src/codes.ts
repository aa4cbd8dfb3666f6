/** What docs/diagnostics.md says of one code. */
export interface CodeEntry {
  readonly title: string;
  /** What it means, why it is refused, and how to mend it. */
  readonly explanation: string;
}

/** Every diagnostic code of this package, explained. */
export const topologyCodes = {
  NN1001: {
    title: "The file is not valid YAML or JSON",
    explanation:
      "The text could not be read as the language its name promises. Mend the place that the message names; what stands after it was not looked at.",
  },
  NN1002: {
    title: "The file is empty",
    explanation:
      "There is nothing in the file, or only comments. A topology is a map with the key `nix-nos`; examples/seed.yaml is the smallest one.",
  },
  NN1003: {
    title: "The file is not text",
    explanation:
      "The file holds bytes that no text has, such as NUL, or is not UTF-8. Most often the wrong file was named.",
  },
  NN1004: {
    title: "A key stands twice in one map",
    explanation:
      "Only one of the two values could be kept, and which one would depend on the reader. Remove one, or merge them.",
  },
  NN1005: {
    title: "The file is too large, too deep, or grows too large",
    explanation:
      "The text is over 32 MiB, or 4 MiB in YAML, which takes long to read; it nests more than 100 levels deep; or its YAML aliases stand inside what they name, or expand to more than a million values. No topology needs that; most often the wrong file was named. A large topology is divided with `include`, or written in JSON.",
  },
  NN1011: {
    title: "A file that cannot be included",
    explanation:
      "`include` names other topology files relative to the one that it stands in. The file is not there, cannot be read, or the path is not a relative one. In standard input, paths are relative to the current folder.",
  },
  NN1012: {
    title: "Files that include each other in a circle",
    explanation:
      "A file that includes itself, over others or at once, has no end. Remove one of the `include` entries; the message shows the way around.",
  },
  NN1013: {
    title: "One value in two files",
    explanation:
      "Included files add to one another: maps are merged key by key, and the lists `links`, `members` and `reflectors` are put together. Any other value may stand in one file alone, because nothing says which of two would hold.",
  },
  NN1101: {
    title: "Unknown key",
    explanation:
      "The topology's format is strict: a key that nothing reads is most often a misspelt one, and a setting that is silently ignored is worse than an error. The hint names the nearest known key.",
  },
  NN1102: {
    title: "A required key is missing",
    explanation: "The map cannot be understood without this key. Add it; `nix-nos schema` describes what it holds.",
  },
  NN1103: {
    title: "A value is of the wrong kind",
    explanation:
      "A map, list, text, number or boolean was expected and something else was found. In YAML, quotes turn a number into text, and a missing space after a colon turns a map into text.",
  },
  NN1104: {
    title: "A value is none of the allowed ones",
    explanation: "The key takes one of a few words. The message lists them; the hint names the nearest.",
  },
  NN1105: {
    title: "A number is out of range, or not a whole one",
    explanation: "The message says the smallest and the largest value that the protocol or the system can hold.",
  },
  NN1106: {
    title: "A name that the target systems cannot hold",
    explanation:
      "Names become host names, interface names, file names and identifiers in several languages. A node's name is a host-name label (RFC 1123: letters, digits and inner hyphens, at most 63), an interface's at most 15 characters, without `/` or spaces.",
  },
  NN1107: {
    title: "Not the path of a secret's file",
    explanation:
      "A secret is never written into a topology: keys like `passwordFile` name a file that exists on the node, by its absolute path without `..`, and only what runs there reads it.",
  },
  NN1201: {
    title: "Not an IP address",
    explanation:
      "An IPv4 address has four decimal numbers from 0 to 255 without leading zeros, an IPv6 address follows RFC 4291. A prefix length belongs only where the message asks for one.",
  },
  NN1202: {
    title: "Not a prefix, or a prefix with host bits",
    explanation:
      "A prefix is an address and a length, `10.0.0.0/24`, and all bits after the length are zero. An interface's address has a length too, and keeps its host bits: `10.0.0.7/24`.",
  },
  NN1203: {
    title: "A reflector that is no member",
    explanation:
      "A route reflector (RFC 4456) reflects inside its own autonomous system, so it must be listed in `members` of the same system.",
  },
  NN1204: {
    title: "A node in two autonomous systems",
    explanation: "A node speaks BGP with one AS number. Remove it from one of the two `members` lists.",
  },
  NN1205: {
    title: "Unknown node",
    explanation: "The name stands in no cluster's `nodes`. The hint names the nearest known node.",
  },
  NN1206: {
    title: "Not a usable AS number",
    explanation:
      "An AS number is a whole number from 1 to 4294967294 (RFC 6793), in quotes as a map's key. 0 (RFC 7607), 23456 (RFC 6793), 65535 and 4294967295 (RFC 7300) are reserved.",
  },
  NN1207: {
    title: "Two nodes with one name",
    explanation:
      "Node names are unique in the whole topology, upper and lower case alike: every reference is by name alone, and a node's name is its host name.",
  },
  NN1208: {
    title: "One address on two nodes or interfaces",
    explanation:
      "Two owners of one address lose each other's traffic. The other place is shown; change one of the two.",
  },
  NN1209: {
    title: "Not a BGP community",
    explanation:
      "`A:B` is a standard community with both numbers up to 65535 (RFC 1997), `A:B:C` a large one with three numbers up to 4294967295 (RFC 8092), `rt:A:B` and `ro:A:B` extended ones (RFC 4360), whose two numbers share six bytes.",
  },
  NN1210: {
    title: "Route reflection without a reflector",
    explanation:
      "The strategy `route-reflector` needs at least one name in `reflectors`; and `reflectors` has no meaning with another strategy.",
  },
  NN1211: {
    title: "A VIP is a node's own address",
    explanation:
      "A virtual address that a node already has is always reachable, healthy or not. Give the VIP an address of its own.",
  },
  NN1212: {
    title: "A VIP announced twice",
    explanation: "Each VIP belongs to one `vipAdvertisements` entry, which decides its communities and its nodes.",
  },
  NN1213: {
    title: "A VIP that nobody can announce",
    explanation:
      "A VIP is announced over BGP, so each of its nodes must be a member of an autonomous system, and there must be at least one.",
  },
  NN1214: {
    title: "Unknown pool, VLAN or site",
    explanation: "The name is not defined. The hint names the nearest known one.",
  },
  NN1215: {
    title: "A pool cannot give an address",
    explanation:
      "The pool has no free address left, or what is free rests: an address that was given back is kept for its owner for `quarantineDays`. Add a prefix, free addresses, or shorten the rest.",
  },
  NN1216: {
    title: "A link's interface is taken",
    explanation:
      "A point-to-point cable ends in one interface of each of two nodes. An interface that is not written down is a port of the machine, but one whose name is almost that of a written one is taken for a slip. An interface cannot hold two cables, join a node to itself, or carry addresses of its own as a bond's or bridge's member. A link is addressed in one way: by `addresses`, from a `pool`, or `unnumbered`.",
  },
  NN1217: {
    title: "An interface that cannot be stacked so",
    explanation:
      "An interface that is not written down is a port of the machine; one whose name is almost that of a written one is taken for a slip. An interface belongs to one bond or bridge, and no interface stands, over others, upon itself, or on more others than Linux stacks.",
  },
  NN1218: {
    title: "A gateway outside its networks",
    explanation:
      "A gateway is another machine that is reached directly: it lies inside a prefix of the same interface or pool, and is neither the interface's own address nor, in IPv4, the first or last of the network.",
  },
  NN1219: {
    title: "One VLAN twice on one parent",
    explanation: "Two interfaces with one VLAN id on one parent would be the same one. Use one of them.",
  },
  NN1220: {
    title: "A loopback or ip without an address",
    explanation:
      "`auto` and `{ pool }` take an address from a pool: `loopback: auto` from the pool named `loopbacks`, an interface from its VLAN's pool. Define the pool, or write the address.",
  },
  NN1221: {
    title: "Unknown policy, set, community or neighbour",
    explanation:
      "A session's `import` and `export` name entries of `bgp.policies`, and a term's `prefixSet` one of `bgp.prefixSets` or the built-in `bogons`. `originAs: { set }` names one of `bgp.asSets`, a community without a colon one of `bgp.communities`, and `neighbor` a peer or a node. A daemon may let everything pass where a name is missing, so it is refused here.",
  },
  NN1222: {
    title: "A peer that no session can be made with",
    explanation:
      "A peer is a neighbour outside the topology: it is met by a node that is a member of an AS, at an address that is not the topology's own, once, over addresses of one family, and `localAddress` is one of the node's. Sessions between the topology's own nodes are computed and never written.",
  },
  NN1223: {
    title: "Two interfaces of a node in one network",
    explanation:
      "A node reaches each network over one interface. With two in the same one, or in networks that overlap, packets leave by either. Bond or bridge the two, move one to another network, or put it into a VRF.",
  },
  NN1224: {
    title: "An address that no machine can have",
    explanation:
      "The first address of a network names the network (in IPv6, all its routers: RFC 4291 §2.6.1), the last one of an IPv4 network is its broadcast address. Both are usable in /31, /32, /127 and /128 alone (RFC 3021, RFC 6164). Nor has a machine a multicast group, the broadcast address, or a loopback address such as 127.0.0.1 as its own: each of the others has it too.",
  },
  NN1225: {
    title: "A workload that cannot run",
    explanation:
      "A workload has an `image` or a `command`, runs on nodes of the cluster that it is written in, and has each of its ports on a node to itself: BGP and WireGuard have theirs already.",
  },
  NN1226: {
    title: "A block too small for a link",
    explanation:
      "A link needs two addresses, so `allocate` of a pool that links take from is at most 31 for IPv4 and 127 for IPv6, and no pool's prefix is smaller than the block. A number is of the family that the pool has; where it has both, up to 31 it is of IPv4 and above 32 of IPv6, and `{ ipv4: 30, ipv6: 126 }` says it for each.",
  },
  NN1227: {
    title: "Two pools overlap",
    explanation:
      "An address that lies in two pools could be given out by both, and nobody could say which of them it belongs to. Make the prefixes disjoint, or take from one pool.",
  },
  NN1228: {
    title: "A built-in name",
    explanation:
      "The prefix set `bogons` is part of every topology: the special-purpose prefixes of both families, with everything inside them; and so is the AS set `bogons`: AS numbers that nobody may announce. A set of your own needs another name.",
  },
  NN1229: {
    title: "A link between two networks",
    explanation: "The two ends of a cable reach each other directly, so their addresses lie in one network.",
  },
  NN1230: {
    title: "A term that no route reaches",
    explanation:
      "The first term whose match holds decides, and a term without `match` holds for every route: what stands after it is never looked at. The same is true of a term with the match of an earlier one. Move it to the end, or give it another `match`.",
  },
  NN1231: {
    title: "A peer without a policy",
    explanation:
      "With a neighbour outside, nothing is taken and nothing is given unless a policy says so (RFC 8212). If that is meant, write an empty list.",
  },
  NN1232: {
    title: "An MTU larger than that of the interface below",
    explanation:
      "A VLAN, bond, bridge or tunnel cannot send larger packets than what it stands on: the kernel refuses the MTU, or drops the packets. A VXLAN needs room for its headers besides, 50 bytes over IPv4 and 70 over IPv6. Raise the lower one, or leave it out, and it follows what stands on it.",
  },
  NN1233: {
    title: "A member without one place among the reflectors",
    explanation:
      "With `ibgp.groups`, each member of the AS is in one group, as its reflector or its client, or directly below the AS's own `reflectors`; and following a group's `parent` leads to those. A node in two groups, or a group over itself, would make routes go round.",
  },
  NN1240: {
    title: "A place in a VIP's order for a node that does not announce it",
    explanation:
      "`standby.order` says which of a VIP's announcers is preferred. It names nodes that announce the VIP (`nodes`, or those that run the service of its name), each once.",
  },
  NN1241: {
    title: "A confederation with the number of an AS",
    explanation:
      "Neighbours outside know a confederation by its identifier (RFC 5065), as if it were one AS. It is the number of no AS of the topology, neither of one of its parts nor of another: who meets it could not tell the two apart.",
  },
  NN1242: {
    title: "A multihop session that cannot be",
    explanation:
      "An entry of `bgp.multihop` joins two nodes of different ASes, once. Sessions inside an AS follow from its `ibgp`, those over cables from `links`.",
  },
  NN1250: {
    title: "Not a regular expression of AS numbers",
    explanation:
      "The letters of an `asPath` expression are AS numbers, with spaces between: `^64500 (64501|64502)* [64512-65534]$`. `.` is any of them, `[ ]` one of several, `[^ ]` any other; `( ) | * + ? {2,4}` are as everywhere, and without `^` and `$` the path only contains it. The message says which character is wrong. One that would grow too large is refused too.",
  },
  NN1251: {
    title: "A term that holds for no route",
    explanation:
      "No route can be what the term asks for: the expression needs something before a path's beginning or after its end, or the prefix sets have no prefix of the family. Most often an end is on the wrong side: a path begins with the neighbour and ends with the origin.",
  },
  NN1252: {
    title: "Changes that make no sense together",
    explanation:
      "`replaceCommunities` says everything that the route carries afterwards, so adding or removing beside it could only contradict it. A term that rejects a route changes nothing in it. `nextHop: self` and `unchanged` are for routes that go out, and a `weight` is for those that come in.",
  },
  NN1260: {
    title: "Text for a daemon that does not stand by itself",
    explanation:
      "`extraConfig` is put into the daemon's configuration as it is. What it opens (braces, brackets, strings, comments) it must close, or what follows would mean something else; and it is printable ASCII.",
  },
  NN1261: {
    title: "RPKI without a cache",
    explanation:
      "Routers learn what the RPKI says from a cache that validates for them (RFC 8210). Without one, every route is unknown and nothing would ever be rejected.",
  },
  NN1270: {
    title: "The lab plays nobody",
    explanation:
      "`lab.peers` says what `nix-nos lab` announces in the place of neighbours that the topology does not own: each name is one of `bgp.peers`, and announces a prefix once.",
  },
  NN1280: {
    title: "A set that no registry was asked for",
    explanation:
      "A prefix set or AS set that names an AS-SET has what routing registries say of it. Rendering asks no network: `nix-nos bgp irr TOPOLOGY` asks, with bgpq4, and keeps the answers in a file beside the topology; look at what changed there, and commit it. The same is said when the set has been changed since, because the answer on record is to another question.",
  },
  NN1310: {
    title: "One port under two names",
    explanation:
      "`match.macAddress` says which port gets the interface's name, so an address stands once in the whole topology. The address is the card's permanent one, as `ip link` shows it after `permaddr`, or after `link/ether` where the two are the same.",
  },
  NN1311: {
    title: "A setting that a port or the loopback cannot have",
    explanation:
      "A port of a bond or bridge only carries frames: addresses, leases, routes and name servers are those of the bond or bridge. The loopback asks for nothing and has no neighbours.",
  },
  NN1312: {
    title: "An option of another bonding mode",
    explanation:
      "The bonding driver takes each option in some modes alone, and leaves it out, or refuses the bond, in the others. `lacpRate`, `minLinks` and `adSelect` are LACP's (`802.3ad`); a hash is used by `802.3ad`, `balance-xor` and `balance-tlb`; one member is preferred in `active-backup`, `balance-tlb` and `balance-alb`.",
  },
  NN1313: {
    title: "Bond options that contradict one another",
    explanation:
      "A bond watches its members by their links (`miiMonitor`) or by ARP (`arpInterval` and `arpTargets`), delays are multiples of the time between two looks, and no more links can be needed than there are members.",
  },
  NN1314: {
    title: "No member of this bond or bridge",
    explanation: "`primary` and the keys of `ports` are names in `members`.",
  },
  NN1315: {
    title: "VLANs on a bridge that does not tell them apart",
    explanation:
      "`vlans` and `pvid` need `vlanFiltering: true` on the bridge; without it, every port carries every frame. With it, a port carries the VLANs that it lists, and untagged frames are in its `pvid`, else in the bridge's, else in VLAN 1. A port that has neither carries nothing.",
  },
  NN1316: {
    title: "Untagged frames in a range of VLANs",
    explanation: "A frame without a tag belongs to one VLAN, so `pvid` is one number or name.",
  },
  NN1317: {
    title: "Spanning tree settings that do not go together",
    explanation:
      "`priority`, `forwardDelay`, `helloTime` and `maxAge` are for a bridge with `stp: true`. The three times must keep 2 × (forwardDelay - 1) ≥ maxAge ≥ 2 × (helloTime + 1) (IEEE 802.1D, 8.10.2), or a change makes loops before all bridges know of it.",
  },
  NN1320: {
    title: "A route with what it has no use for",
    explanation:
      "A `blackhole`, `unreachable`, `prohibit` or `throw` route sends nothing, so it has no router, source or MTU; and `onLink` is said of a router.",
  },
  NN1321: {
    title: "A route of two families, or of none",
    explanation:
      "The place that a route leads to and its source are of one family; a router of IPv6 may lead to IPv4 (RFC 8950), not the other way round. Of `default`, the router or the source says the family: without them, write `0.0.0.0/0` or `::/0`.",
  },
  NN1322: {
    title: "A route or rule that stands twice",
    explanation:
      "In one table, routes to one place differ by their metric; a `gateway` is a default route as well. The kernel refuses the second one, or shares the traffic among the two without having been asked.",
  },
  NN1323: {
    title: "A routing rule that does not hold together",
    explanation:
      "A rule has a `table` where the way is looked up, or a `type` that refuses the packets, and its addresses are of one family, which is the rule's.",
  },
  NN1330: {
    title: "A router advertisement that hosts cannot use",
    explanation:
      "Hosts make their addresses of a /64 of IPv6 (RFC 4862 §5.5.3, RFC 4291 §2.5.1), and are told name servers and routes of IPv6. Without `prefixes`, those of the interface's own addresses are advertised.",
  },
  NN1331: {
    title: "A router that heeds routers on the same link",
    explanation:
      "`sendRa` makes the node the router of the link, `acceptRa` makes it a host there. A node between two links heeds routers on the one and is the router on the other.",
  },
  NN1332: {
    title: "IPv6 without a link-local address",
    explanation:
      "Router advertisements and DHCPv6 go between link-local addresses, so `linkLocal` cannot switch those off.",
  },
  NN1333: {
    title: "An option of another family's lease",
    explanation:
      "DHCPv6 gives addresses and name servers, and no routes: those come with router advertisements, with options of their own under `acceptRa`.",
  },
  NN1340: {
    title: "Unknown zone",
    explanation:
      "An interface or a forwarding names a firewall zone that `network.zones` does not define. A misspelt zone would keep out what was meant to be let in. A topology without `network.zones` may name zones all the same: each keeps everything out but what the node itself needs.",
  },
  NN1341: {
    title: "Not a service or a port",
    explanation:
      "`allow` takes names of services (`ssh`, `dns`, `https`), `PORT/tcp` or `PORT/udp`, and ranges `FIRST-LAST/udp`. Ports are 1 to 65535.",
  },
  NN1342: {
    title: "A zone where no packet comes in",
    explanation:
      "Packets come in by the bond or the bridge that a port belongs to, and by the members of a VRF: a zone elsewhere would never be looked at. The loopback is in no zone, because a node never keeps out what it sends to itself.",
  },
  NN1343: {
    title: "A forwarding that says nothing new",
    explanation:
      "A forwarding leads from one zone to another, and each pair stands once: what may pass is one list. Packets between two interfaces of one zone pass with `forward: accept` in the zone.",
  },
  NN1344: {
    title: "A zone without an interface",
    explanation:
      "Nothing is in the zone, so nothing of what it says is done. Most often the interface's `zone` has another name, or is missing.",
  },
  NN1345: {
    title: "An entry of a zone that changes nothing",
    explanation:
      "What is let in anyway needs no entry: the same ports stand twice, are open to everybody and then to some, or the zone accepts everything. Most often another port, or another `input`, was meant.",
  },
  NN1346: {
    title: "Unknown workload in a zone",
    explanation: "`workloads` of a zone names entries of `clusters.<name>.workloads`, whose ports get in by the zone.",
  },
  NN1347: {
    title: "A node that ssh does not reach",
    explanation:
      "Every interface of the node with an address is in a zone, and none of the zones lets `ssh` in: once the firewall is there, nobody can log in over the network. Give the zone that you come in by `allow: [ssh]`, or with `from` for your own networks alone. Where ssh listens on another port, allow that one as well as 22/tcp, or leave one interface without a zone.",
  },
  NN1348: {
    title: "A zone that nothing defines",
    explanation:
      "The topology has no `network.zones`, so the zone has every default: by its interfaces nothing comes in but what the node itself needs (routing, neighbour discovery, answers), and nothing goes through. Define it under `network.zones`.",
  },
  NN1360: {
    title: "Not a calendar expression",
    explanation:
      "`schedule` is written as systemd.time(7) does: weekdays, a date, a time and a time zone, each of them optional, as `Mon..Fri 03:00`, or a word as `daily`. systemd would refuse the timer, and nothing would ever run.",
  },
  NN1361: {
    title: "A program without its path",
    explanation:
      "The first word of `command` is a program of the node by its absolute path. systemd would look for a bare name in folders that NixOS does not have. In a container, any name may stand.",
  },
  NN1362: {
    title: "A workload that cannot wait",
    explanation:
      "`after` and `requires` name other workloads of the same cluster, and following them never leads back to where it began: systemd would break such a circle at a place of its own choice.",
  },
  NN1363: {
    title: "Workloads that are not on the same node",
    explanation:
      "systemd orders what runs on one machine. A workload with `requires` needs the other on each of its nodes; one with `after` needs it on one of them at least. Across machines, the program itself has to wait and try again.",
  },
  NN1364: {
    title: "Keys of a workload that do not go together",
    explanation:
      "What has an `image` is a container, what has a `schedule` runs now and then, everything else is a program that runs always. `hardening` is for programs of the node, two different ports are for containers, and `healthCheck` and `restart: always` are for what runs always.",
  },
  NN1365: {
    title: "A health check that checks nothing",
    explanation:
      "A health check has one probe: `http` with a port and the path of a URL, `tcp` with a port, or `exec` with a program. A container is asked by a port of the node that leads to it.",
  },
  NN1366: {
    title: "An image without a version",
    explanation:
      "Without a tag or a digest an image is whatever was newest when each node first fetched it. Name a tag, or a digest, which never changes.",
  },
  NN1367: {
    title: "A name that the DNS cannot hold",
    explanation:
      "Workloads and services are found as NAME.CLUSTER.DOMAIN, and virtual addresses as ENTRY.DOMAIN, in every node's hosts and in the zone file. What has `_` in its name has none of these names, because host names are letters, digits and hyphens (RFC 1123).",
  },
  NN1368: {
    title: "A name too long for the DNS",
    explanation:
      "A name in the DNS has at most 253 characters, its domain and the dots included (RFC 1035). The message shows the longest name that the topology makes with its domain.",
  },
  NN1369: {
    title: "Two things of one name",
    explanation:
      "Nodes are found as NODE.DOMAIN, their interfaces as INTERFACE.NODE.DOMAIN, workloads and services as NAME.CLUSTER.DOMAIN, virtual addresses as ENTRY.DOMAIN, and all of them without the domain, in any case. Whoever asks for a name that two things have gets the addresses of both.",
  },
} as const satisfies Record<string, CodeEntry>;

/** A code that this package can report. */
export type TopologyCode = keyof typeof topologyCodes;
