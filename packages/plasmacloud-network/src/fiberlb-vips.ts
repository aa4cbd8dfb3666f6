import { formatAddress, parseAddress } from "@nix-nos/ipam";
import { type Diagnostic, type Network, quote } from "@nix-nos/topology";
import type { NetworkServices } from "./services.js";

/** A virtual address of FiberLB, and how it finds out whether it is served. */
export interface FiberlbVip {
  /** Canonical. */
  readonly address: string;
  /** `null`: it is announced while FiberLB itself is well. */
  readonly healthCheck: FiberlbHealthCheck | null;
}

type HealthChecks = NonNullable<NonNullable<NonNullable<NetworkServices["fiberlb"]>["bgp"]>["healthChecks"]>;

/** As the topology says it, with every default. */
export type FiberlbHealthCheck = HealthChecks[string];

/** The `vipAdvertisements` entry that FiberLB injects. */
export const fiberlbEntry = "fiberlb";

/**
 * The virtual addresses that FiberLB announces through GoBGP, on the nodes that announce them and run FiberLB.
 *
 * @param network - resolved
 * @returns by node name; empty where FiberLB's BGP is not enabled
 *
 * @example
 * ```ts
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 * import { fiberlbVips, plasmacloudNetwork } from "@plasmacloud/network";
 *
 * const text = `
 * nix-nos:
 *   clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1, services: [fiberlb] } } } }
 *   network: { bgp: { autonomousSystems: { "65000": { members: [n1] } }, vipAdvertisements: { fiberlb: { vips: [192.0.2.10] } } } }
 * services: { fiberlb: { bgp: { enable: true, healthChecks: { 192.0.2.10: { port: 443 } } } } }
 * `;
 * const source = { file: "lab.yaml", text, format: "yaml" } as const;
 * const { document } = unwrap(loadTopology(source, { extensions: [plasmacloudNetwork] }));
 *
 * fiberlbVips(unwrap(resolveTopology(document)), document.services ?? {}).get("n1")?.[0]?.healthCheck?.port; // => 443
 * ```
 */
export function fiberlbVips(
  network: Network,
  { fiberlb }: NetworkServices,
): ReadonlyMap<string, readonly FiberlbVip[]> {
  const entry = network.bgp.vipAdvertisements.find(({ name }) => name === fiberlbEntry);
  if (entry === undefined || !fiberlb?.bgp?.enable) return new Map();
  const checks = new Map(
    Object.entries(fiberlb.bgp.healthChecks ?? {}).map(([address, check]) => [canonical(address), check]),
  );
  const vips = entry.vips.map((address) => ({ address, healthCheck: checks.get(address) ?? null }));
  const isServed = (node: string) => network.index.nodeByName.get(node)?.services.includes(fiberlbEntry);
  return new Map(entry.nodes.filter(isServed).map((node) => [node, vips]));
}

/** Each health check is of a VIP, and of another one. */
export function checkHealthChecks(vips: readonly string[], checks: HealthChecks = {}): readonly Diagnostic[] {
  const seen = new Set<string>();
  return Object.keys(checks).flatMap((key): readonly Diagnostic[] => {
    const address = canonical(key);
    const isTwice = seen.has(address);
    seen.add(address);
    if (vips.includes(address) && !isTwice) return [];
    const message = isTwice
      ? `The VIP ${quote(address)} has a health check already, in another spelling.`
      : `${quote(key)} is no VIP of \`vipAdvertisements.fiberlb\`, so there is nothing to check.`;
    const hint = isTwice ? "Remove one of them." : `Its VIPs are ${vips.join(", ")}.`;
    return [
      {
        code: "PC2002",
        severity: "error",
        message,
        path: ["services", "fiberlb", "bgp", "healthChecks", key],
        subject: "key",
        hint,
      },
    ];
  });
}

function canonical(text: string): string {
  const address = parseAddress(text);
  return address === null ? text : formatAddress(address);
}
