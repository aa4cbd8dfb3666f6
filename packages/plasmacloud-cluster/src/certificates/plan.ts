import type { Diagnostic, Network, Node, Outcome } from "@nix-nos/topology";
import { addressesOf, dnsNamesOf } from "./names.js";

/** Who gets a certificate, and what stands in it: all but keys, serial numbers and times. */
export interface CertificatePlan {
  /** Of the authority and its subject: the topology's name, by which its own authority is told from another one. */
  readonly organization: string;
  /** By node in network order; the operator's last. */
  readonly certificates: readonly PlannedCertificate[];
}

/** One certificate, with a key of its own. */
export interface PlannedCertificate {
  /** Name of the node that it is for; `null` for the operator's. */
  readonly node: string | null;
  /** The service's name; `node` is for the node itself, as first boot and health checks need it. */
  readonly service: string;
  readonly subject: CertificateSubject;
  /** DNS names (RFC 5280 §4.2.1.6), in lower case. */
  readonly dnsNames: readonly string[];
  /** IP addresses, canonical text. */
  readonly addresses: readonly string[];
  /** Extended key usage (RFC 5280 §4.2.1.12): in mTLS a service is both. */
  readonly uses: readonly CertificateUse[];
  /** Where it is kept among all certificates, a relative path: `nodes/node01/chainfire`. */
  readonly folder: string;
  /** Folder on the node where it is to be brought, for the service to read; `null` for the operator's. */
  readonly installedIn: string | null;
}

/** What identifies the holder; etcd takes the common name for the user's name. */
export interface CertificateSubject {
  readonly commonName: string;
  /** The node, or `null`. */
  readonly organizationalUnit: string | null;
  /** The cluster; of the operator's, the topology. */
  readonly organization: string;
}

export type CertificateUse = "server" | "client";

/** Files of each certificate's folder, named as Kubernetes and cert-manager name them. */
export const certificateFiles = { certificate: "tls.crt", key: "tls.key", authorities: "ca.crt" } as const;

/** Folder of all certificates on a node. */
const installed = "/etc/nixos/secrets/tls";

/** The service that stands for the node itself. */
const nodeItself = "node";

/**
 * Plans the certificates of a topology, for mTLS: one for each service on each node with NixOS, one for each such node
 * itself, and one for the operator, a client alone.
 *
 * Each is good for every name and address of its node, because a server is reached by any of them and etcd checks the
 * address that a peer comes from against the peer's certificate; for the name that the service has in its cluster; and
 * for the node's VIPs of the service's own advertisement, and their name.
 *
 * @returns the plan, always; with warning PC3040 where no node gets a certificate
 *
 * @example
 * ```ts
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 * import { planCertificates } from "@plasmacloud/cluster";
 *
 * const text = "nix-nos: { domain: lab.example, clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1, services: [iam] } } } } }";
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * const [node, iam] = unwrap(planCertificates(network)).certificates;
 *
 * node?.service; // => "node"
 * iam?.dnsNames; // => ["n1", "n1.lab.example", "localhost"]
 * iam?.addresses; // => ["10.0.0.1", "127.0.0.1", "::1"]
 * iam?.folder; // => "nodes/n1/iam"
 * iam?.installedIn; // => "/etc/nixos/secrets/tls/iam"
 * ```
 */
export function planCertificates(network: Network): Outcome<CertificatePlan> & { readonly value: CertificatePlan } {
  const organization = network.name ?? "nix-nos";
  const certificates = network.nodes
    .filter(({ platform }) => platform === "nixos")
    .flatMap((node) =>
      [...new Set([nodeItself, ...node.services])].map((service) => certificateOf(network, node, service)),
    );
  const diagnostics = certificates.length === 0 ? [nobody()] : [];
  return { value: { organization, certificates: [...certificates, operatorOf(organization)] }, diagnostics };
}

function certificateOf(network: Network, node: Node, service: string): PlannedCertificate {
  return {
    node: node.name,
    service,
    subject: { commonName: service, organizationalUnit: node.name, organization: node.cluster },
    dnsNames: dnsNamesOf(network, node, service),
    addresses: addressesOf(network, node, service),
    uses: ["server", "client"],
    folder: `nodes/${node.name}/${service}`,
    installedIn: `${installed}/${service}`,
  };
}

/** Without it, whoever runs `etcdctl` would have to borrow a node's key. */
function operatorOf(organization: string): PlannedCertificate {
  return {
    node: null,
    service: "operator",
    subject: { commonName: "operator", organizationalUnit: null, organization },
    dnsNames: [],
    addresses: [],
    uses: ["client"],
    folder: "operator",
    installedIn: null,
  };
}

function nobody(): Diagnostic {
  return {
    code: "PC3040",
    severity: "warning",
    message: "No node of the topology runs NixOS, so none gets a certificate.",
    path: ["nix-nos", "clusters"],
    hint: "Certificates are for nodes with `platform: nixos`, which is the default.",
  };
}
