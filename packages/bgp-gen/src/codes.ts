/** Every diagnostic code of this package, explained. */
export const bgpCodes = {
  NN3001: {
    title: "A BGP speaker without a router id",
    explanation:
      "The BGP identifier is a 32-bit number, written like an IPv4 address (RFC 6286). It is the node's IPv4 loopback or `ip` unless `bgp.routerId` says otherwise, and a number made of its name where it has only IPv6 addresses. 0.0.0.0 is none, and a node without addresses speaks with nobody.",
  },
  NN3002: {
    title: "Two speakers with one router id",
    explanation:
      "Inside an AS the BGP identifier must be unique: two speakers with the same one refuse each other, and reflected routes are dropped as loops. Give one of them another `bgp.routerId`.",
  },
  NN3003: {
    title: "Two neighbours without a common address family",
    explanation:
      "A session runs between two addresses of one family. Give both nodes an address of the same family, or take one out of the AS. With `transport: loopback`, both need a loopback.",
  },
  NN3004: {
    title: "A link between two autonomous systems without addresses",
    explanation:
      "Sessions between different ASes are computed from links, and this one has no addresses to speak between, so the two nodes get no session over it. Give the link `addresses` or a `pool`, or make it `unnumbered`.",
  },
  NN3005: {
    title: "A VIP whose family no session carries",
    explanation:
      "The node announces a VIP of a family that none of its sessions carries, so nobody hears of it. Give the node and its neighbours addresses of that family.",
  },
  NN3006: {
    title: "GoBGP cannot originate by configuration",
    explanation:
      "GoBGP takes the routes that it originates through its API, not from its configuration file. On a node whose speaker is GoBGP, whoever injects the VIPs must inject these prefixes too (`gobgp global rib add`), and the policy lets them out.",
  },
  NN3007: {
    title: "What GoBGP does otherwise",
    explanation:
      "`bgp.defaults.bfd` asks for BFD on every session, or `bgp.bfd` of a link on its own, and GoBGP does not speak it, so the sessions of this node go without on both ends. A short `holdTime` finds a dead neighbour within seconds too. After too many routes (`maxPrefixes`) it keeps a session down until somebody starts it, also where `restart` is asked for. It judges a route by the RPKI when the route comes, and does not do so again when the cache learns of something new; `refresh` of a cache means nothing to it.",
  },
  NN3008: {
    title: "A peer that no interface reaches",
    explanation:
      "A session with a directly connected neighbour runs from an address in the same network, and the node has none there. Give an interface one, or, for a neighbour further away, name `localAddress` and `multihop`.",
  },
  NN3009: {
    title: "A policy that GoBGP cannot say",
    explanation:
      "A filter of a session on this node asks for something that GoBGP's policies have no words for: a weight, a LOCAL_PREF of 0, traffic that is thrown away, another AS in front of the own one, all extended communities taken away, an own next hop over a session of the other family, the next hop that an earlier policy has set, or an expression of AS numbers that is too large for its regular expressions, for which it would run on without any policy. Write it in another way, let BIRD speak for the node, or let another node meet the neighbour.",
  },
  NN3030: {
    title: "Settings of a session that does not run",
    explanation:
      "`bgp` of a link says something of the eBGP session over it, and there is one only between nodes of different ASes. Inside an AS, sessions run between `ip` addresses or loopbacks, whatever cables there are.",
  },
  NN3031: {
    title: "A session that one of its daemons cannot have",
    explanation:
      "GoBGP reads passwords from its configuration, which holds no secret; it ends a session that brings too many routes, and does nothing else about them; what it tells of one family over a session of the other has a next hop that nobody reaches; it does less for neighbours of a `range` than for those with an address, and its policies cannot tell one link-local address at two interfaces apart. Both ends of a session must be able to do what one asks.",
  },
  NN3032: {
    title: "Two reflector clusters with one cluster id",
    explanation:
      "A reflector puts its CLUSTER_ID on what it reflects, and drops what already carries it (RFC 4456 §8). Redundant reflectors of one level may share one, since they have the same clients; those of another level or group must not, or their clients never hear of each other.",
  },
  NN3033: {
    title: "One reflector for many clients",
    explanation:
      "Clients hear of each other from their reflector alone. With ten or more of them on a single one, its restart takes all their routes away; a second reflector costs each client one session.",
  },
  NN3034: {
    title: "A family that no reflector of its members has",
    explanation:
      "A session inside an AS carries a family that both of its ends have an address of. Where a reflector lacks one that its clients have, their routes of that family reach nobody.",
  },
  NN3035: {
    title: "Parts of an AS that meet only through other ASes",
    explanation:
      "A path that holds a speaker's own AS number is a loop to it, and dropped (RFC 4271 §9.1.2). Hosts of one AS without iBGP that meet over a fabric so lose each other's routes. `bgp.allowLocalAs` on the nodes takes such paths; iBGP between them needs none.",
  },
  NN3036: {
    title: "An AS in parts that never meet",
    explanation:
      "With `ibgp: none`, members hear of each other through neighbours of other ASes or not at all, and here there is no chain of sessions between them.",
  },
  NN3037: {
    title: "Two sessions with one address",
    explanation:
      "A daemon tells neighbours apart by their addresses: BIRD leaves the second session idle without a word, and GoBGP keeps only one. Two nodes may have several sessions, each between addresses of its own.",
  },
  NN3038: {
    title: "Routes from outside that stay on one node",
    explanation:
      "The node takes routes of a family from neighbours outside, and none of its sessions with the topology's own nodes carries that family, so no other node hears of them. Sessions inside an AS carry the families that both ends have addresses of.",
  },
  NN3039: {
    title: "A default route for who cannot be sent one",
    explanation:
      "`defaultOriginate` tells a neighbour of a default route that begins here. BIRD makes it of the best default route that it has, and keeps that back, before any filter of ours, where routes of its kind may not go: what came from a provider or peer goes to customers alone (RFC 9234), and what came over iBGP to no other member of the AS (RFC 4456). The neighbour would then have a default route at times, and at times none.",
  },
} as const satisfies Record<string, { readonly title: string; readonly explanation: string }>;
