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
  PC3006: {
    title: "A service that the catalogue does not know",
    explanation:
      "The name on the node is not one of PlasmaCloud's services, so nothing is configured or started there. A name that is nearly one of theirs is an error; any other is a warning, unless a `vipAdvertisements` entry or a workload has it: it may be a service of your own.",
  },
  PC3007: {
    title: "A service different on what is not there",
    explanation:
      "`services.<name>.clusters` and `services.<name>.nodes` say what is different on one cluster or node, and there is none of that name.",
  },
  PC3008: {
    title: "A service different where it does not run",
    explanation:
      "`services.<name>.clusters` or `services.<name>.nodes` names a cluster or node that does not run the service, so what is said there has no effect.",
  },
  PC3009: {
    title: "A dependency that runs nowhere",
    explanation:
      "A service cannot work without another one, and no node of the topology runs that. It may run on any node, also of another cluster. `catalogue` of `@plasmacloud/cluster` says what depends on what.",
  },
  PC3010: {
    title: "A quorum that is even or too small",
    explanation:
      "Members of such a service agree by majority. Of two, none may fail; of three, one; of four, still one: an even number costs a machine and gains nothing. One member alone is worth a warning where the cluster has machines for three.",
  },
  PC3011: {
    title: "A consensus at one site, used from others",
    explanation:
      "All members of the service are at one site, and services at other sites depend on it: when the line between the sites is cut, they stand still, though nothing at their own site has failed. Run it at their site too, or live with it.",
  },
  PC3012: {
    title: "A port used twice on a node",
    explanation:
      "Two services, or a service and a workload, a tunnel or BGP, listen on one port of one node: the second to start fails. Give one of them another port with `services.<name>.ports`, on all nodes or on some.",
  },
  PC3013: {
    title: "A second founder for a cluster that runs",
    explanation:
      "The lock file remembers who founded a cluster, and `bootstrap: true` stands on another node: on its first boot that would make a second cluster of the same name. A node that is added joins, whatever its name; it needs no mark.",
  },
  PC3014: {
    title: "A cluster that nobody is left of",
    explanation:
      "The lock file remembers which nodes formed the cluster, and none of them is in the topology any more: new nodes would wait for somebody to join for ever. Replace members one after the other, or say that the cluster is built anew by removing its lines from the lock file.",
  },
  PC3015: {
    title: "Two founders on record",
    explanation:
      "Two branches each rendered the cluster for the first time with another founder, and were merged. Only one of the two can have founded the cluster that runs.",
  },
  PC3016: {
    title: "TLS turned on or off in a cluster that runs",
    explanation:
      "The lock file remembers whether a cluster was formed with mutual TLS. Its members know each other by addresses that begin with `https:` or `http:`, so they cannot go over one by one, and nobody falls back to plain text in silence. Leave `services.tls.enable` as it was, or form the cluster anew.",
  },
  PC3040: {
    title: "Nobody gets a certificate",
    explanation:
      "Certificates are for services on nodes with NixOS, and are brought to `/etc/nixos/secrets/tls` there; no node of the topology has this platform. Switches and access routers speak no mTLS with each other.",
  },
  PC3050: {
    title: "A zone that is there already",
    explanation:
      "`services.flashdns.settings.zones` are zones besides those that are made of the topology: its domain, and the networks of its addresses. One zone has one file.",
  },
  PC3051: {
    title: "A name server without names",
    explanation:
      "FlashDNS answers for the zones that are made of the topology, and their names end in its domain (`nix-nos.domain`). Without one there are no zones; FlashDNS runs, and has only those of its own settings.",
  },
  PC3060: {
    title: "Services that nobody scrapes",
    explanation:
      "NightLight scrapes every service on every node of its cluster, by the node's own address, and this node has none.",
  },
  PC3070: {
    title: "Orchestration that nobody knows",
    explanation:
      "A cluster's `orchestration` is `k8shost`, which runs pods over Kubernetes's API, or `systemd`, which runs the topology's workloads as units and containers. Without the key, workloads are systemd's, and k8shost has its pods where it is listed.",
  },
  PC3071: {
    title: "Workloads on a cluster of k8shost",
    explanation:
      "With `orchestration: k8shost`, the topology has the cluster's nodes, network and certificates, and k8shost decides what runs there and where. A workload of the topology is a unit of one node, of which k8shost knows nothing: the two would fight for ports, memory and processors. Give it to k8shost as a pod, or to a cluster with `orchestration: systemd`.",
  },
  PC3072: {
    title: "A cluster of k8shost without k8shost",
    explanation:
      "With `orchestration: k8shost`, what runs on the cluster's nodes is k8shost's business, and no node of the cluster runs it: nothing would ever run there.",
  },
  PC3073: {
    title: "k8shost where systemd runs the workloads",
    explanation:
      "The cluster says `orchestration: systemd`, no layer over systemd, and one of its nodes runs k8shost, whose pods would run beside the workloads.",
  },
} as const;

/** A code that this package can report. */
export type ClusterCode = keyof typeof clusterCodes;
