import type { Diagnostic, Outcome } from "../diagnostics/diagnostic.js";
import type { Topology } from "../document/schema.js";
import { indexNetwork } from "../network/index-network.js";
import type { Vlan } from "../network/interface.js";
import type { Network } from "../network/network.js";
import { createAddressBook } from "./addresses.js";
import { resolveBgp } from "./bgp.js";
import { resolveFirewall } from "./firewall.js";
import { withForwarding } from "./forwarding.js";
import { type IrrAnswers, resolveRegistered } from "./irr.js";
import { resolveLab } from "./lab.js";
import { resolveLinks } from "./links.js";
import { resolveClusters, resolveNodes } from "./nodes.js";
import { resolvePools, resolveReservations } from "./pools.js";
import { sortedEntries } from "./sorted-entries.js";
import { resolveWorkloads } from "./workloads.js";

/** What is kept between runs. */
export type Remembered = Partial<Pick<Network, "allocations" | "released" | "choices">>;

/**
 * Spells out what a validated document means: defaults, interfaces, addresses from pools, AS members, announcers.
 *
 * @param topology - from `loadTopology` or `validateTopology`
 * @param options - `previous`: `allocations` and `released` of an earlier run; a key that stands there keeps its address.
 *   `choices` are passed on to the extensions. `now`: the time in milliseconds, by which given-back addresses have rested or not; without it, all rest on.
 *   `irr`: what routing registries answered to {@link irrQuestions}
 * @returns the network, its `allocations` and `released` to be kept for the next run; NN1215 when a pool runs out, NN1222
 *   for a peer whose addresses do not fit the nodes, NN1280 for a set without an answer. With such errors, the network is there as far as it goes, to be
 *   looked at and not to be used: `unwrap` refuses it
 *
 * @example
 * ```ts
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   network: { pools: { loopbacks: { prefixes: [10.255.0.0/24] } } }
 *   clusters: { lab: { nodes: { n1: { role: leaf, loopback: auto } } } }
 * `;
 * const { document } = unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" }));
 * unwrap(resolveTopology(document)).nodes[0]?.loopback; // => { "ipv4": "10.255.0.1", "ipv6": null }
 * ```
 */
export function resolveTopology(
  topology: Topology,
  options: { readonly previous?: Remembered; readonly now?: number; readonly irr?: IrrAnswers } = {},
): Outcome<Network> {
  const diagnostics: Diagnostic[] = [];
  const { name = null, domain = null, network } = topology["nix-nos"];
  const pools = resolvePools(topology);
  const reservations = resolveReservations(topology);
  const previous = { allocations: {}, released: {}, ...options.previous };
  const now = options.now ?? null;
  const book = createAddressBook(pools, reservations, previous, now, diagnostics);
  const vlans: readonly Vlan[] = sortedEntries(network?.vlans).map(([vlan, { id, mtu }]) => {
    return { name: vlan, id, mtu: mtu ?? null };
  });
  const links = resolveLinks(topology, book);
  const nodes = resolveNodes(topology, links, new Map(vlans.map((vlan) => [vlan.name, vlan])), book);
  const cables = links.map(({ link }) => link);
  const bgp = resolveBgp(topology, nodes, resolveRegistered(topology, options.irr, diagnostics), diagnostics);
  const firewall = resolveFirewall(topology);
  const { allocations, released } = book.remembered();
  const resolved = indexNetwork({
    name,
    domain,
    sites: sortedEntries(topology["nix-nos"].sites).map(([site]) => site),
    clusters: resolveClusters(topology),
    nodes: withForwarding(topology, nodes, cables, bgp, firewall),
    pools,
    reservations,
    vlans,
    links: cables,
    bgp,
    firewall,
    dns: { nameServers: [], services: [] },
    workloads: resolveWorkloads(topology),
    lab: resolveLab(topology),
    allocations,
    released,
    earlier: { allocations: previous.allocations, released: previous.released, now },
    choices: options.previous?.choices ?? {},
  });
  return { value: resolved, diagnostics };
}
