/** Every diagnostic code of this package, explained. */
export const clusterCodes = {
  PC3001: {
    title: "Two nodes found one cluster",
    explanation:
      "A cluster is founded once: a second founder would make a second cluster of the same name, and the two would never join. Leave `bootstrap: true` on one of the nodes, or on none; then the first control-plane node that runs the consensus service founds the cluster.",
  },
  PC3002: {
    title: "A founder that cannot found",
    explanation:
      "The node marked `bootstrap: true` starts the cluster's consensus, so it must be a control-plane node on NixOS that runs the consensus service. Add the service to its `services`, or mark another node.",
  },
  PC3003: {
    title: "Consensus without the control plane",
    explanation:
      "The consensus service is listed on some nodes of the cluster, but on none of its control-plane nodes, which alone found a cluster. Add the service to at least one control-plane node.",
  },
  PC3004: {
    title: "A cluster without the consensus service",
    explanation:
      "The cluster has control-plane nodes, but no node lists the consensus service. The documents are written all the same, with the first control-plane node as founder; the cluster comes up once something else starts the service there. Add the service to a control-plane node's `services`.",
  },
  PC3005: {
    title: "A cluster's node without an address",
    explanation: "Founding and joining go by the node's own address. Give the node an `ip`, literally or from a pool.",
  },
} as const;

/** A code that this package can report. */
export type ClusterCode = keyof typeof clusterCodes;
