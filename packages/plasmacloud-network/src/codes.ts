/** Every diagnostic code of this package, explained. */
export const networkCodes = {
  PC2001: {
    title: "FiberLB has no VIP to announce",
    explanation:
      "`services.fiberlb.bgp.enable` makes FiberLB announce the VIPs of the `vipAdvertisements` entry named `fiberlb`, and there is none. Add it with its `vips`, or do not enable it.",
  },
  PC2002: {
    title: "A health check of what is no VIP of FiberLB",
    explanation:
      "`services.fiberlb.bgp.healthChecks` says by VIP how FiberLB finds out whether it is served. Each is an address of the `vipAdvertisements` entry named `fiberlb`, in any spelling, and stands there once.",
  },
  PC2010: {
    title: "An overlay that nobody is on",
    explanation:
      "`services.prismnet.overlay` is for the nodes that list `prismnet`. Where no node of the topology lists it, it is for those with `plasmavmc` or `k8shost` and their cluster's control plane; and there are none of these either.",
  },
  PC2011: {
    title: "An overlay without databases",
    explanation:
      "Each cluster's overlay has OVN's two databases on its own control plane: on those of its control-plane nodes on NixOS that run PrismNET. Without one, the cluster's chassis would learn nothing.",
  },
  PC2012: {
    title: "Tunnels without an address",
    explanation:
      "Tunnels end at a node's loopback where it speaks BGP, else at its `ip`, and all those of a cluster are of one family: IPv4 if every node has it, else IPv6. A node has no such address, or the nodes have no family in common.",
  },
  PC2013: {
    title: "Too few addresses for the overlay",
    explanation:
      "Every node of the overlay has a range of its pool: a /24 of IPv4 and a /64 of IPv6, unless `allocate` says otherwise. A prefix is smaller than one range, or there are more nodes than ranges. A range that a node gave back rests for `quarantineDays` before another gets it.",
  },
  PC2014: {
    title: "An overlay on addresses that are taken",
    explanation:
      "The overlay's pool has addresses that a pool, an interface or a VIP of the topology has too. Nodes would then send to the overlay what is meant for a neighbour, or the other way round.",
  },
  PC2015: {
    title: "An MTU that the underlay is too narrow for",
    explanation:
      "Packets of the overlay travel inside others: with headers of 58 bytes for Geneve over IPv4 and 78 over IPv6 (RFC 8926, with OVN's option), 50 and 70 for VXLAN (RFC 7348). With the MTU that is said they are larger than what an interface or a cable between the nodes lets through, and are lost. An interface of which nothing is said has 1500.",
  },
  PC2016: {
    title: "An MTU that is too small for IP",
    explanation:
      "What is left for the overlay's packets is less than IP needs: 1280 bytes for IPv6 (RFC 8200), which is what a pool with an IPv6 prefix is for, and 576 for IPv4 (RFC 791).",
  },
  PC2017: {
    title: "Databases that nobody is left of",
    explanation:
      "The lock file remembers which nodes hold OVN's databases, and none of them is a control-plane node with PrismNET any more: new ones would wait for somebody to join for ever. Replace members one after the other, or say that the databases are made anew by removing their lines from the lock file.",
  },
  PC2018: {
    title: "Two founders of the databases on record",
    explanation:
      "Two branches each rendered the overlay for the first time with another founder of OVN's databases, and were merged. Both would make databases of their own, and only one of the two is in use.",
  },
} as const satisfies Record<string, { readonly title: string; readonly explanation: string }>;
