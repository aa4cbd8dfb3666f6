import { containsAddress, findOverlaps, formatPrefix, type Prefix, parseAddress, parsePrefix } from "@nix-nos/ipam";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import type { TopologyPool } from "../document/pool-schema.js";
import { blockLengths, linkBlockLengths } from "../network/block-lengths.js";
import { isGateway } from "./host-address.js";
import { entriesOf, itemsOf, type Loose, type LooseTopology } from "./loose.js";

/** The pool that `loopback: auto` takes from. */
export const loopbackPool = "loopbacks";

/** Pools are disjoint, hold their gateways, and every pool or VLAN that is named is there. */
export function checkPools(document: LooseTopology): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const network = document["nix-nos"]?.network;
  const pools: readonly (readonly [Path, Loose<TopologyPool>])[] = [
    ...entriesOf(network?.pools).map(([name, pool]) => [["nix-nos", "network", "pools", name], pool] as const),
    ...entriesOf(network?.vlans).flatMap(([name, { pool }]) =>
      pool ? [[["nix-nos", "network", "vlans", name, "pool"], pool] as const] : [],
    ),
  ];
  const prefixes: { prefix: Prefix; path: Path }[] = [];
  for (const [path, pool] of pools) {
    const own = itemsOf(pool.prefixes).flatMap(([index, text]) => {
      const prefix = parsePrefix(text);
      return prefix ? [{ prefix, path: [...path, "prefixes", index] }] : [];
    });
    prefixes.push(...own);
    checkGateway(
      pool,
      path,
      own.map((entry) => entry.prefix),
      diagnostics,
    );
  }
  for (const [left, right] of findOverlaps(prefixes.map((entry) => entry.prefix))) {
    const [first, second] = [prefixes[left], prefixes[right]];
    if (!first || !second) continue;
    diagnostics.push({
      code: "NN1227",
      severity: "error",
      message: `The pools' prefixes ${formatPrefix(first.prefix)} and ${formatPrefix(second.prefix)} overlap: one address could be given twice.`,
      path: second.path,
      hint: "Make them disjoint, or take both from one pool.",
      related: [{ message: "overlaps with this", path: first.path }],
    });
  }
  checkBlocks(document, diagnostics);
  checkReferences(document, diagnostics);
  return diagnostics;
}

/** A pool that links take from has blocks of two addresses at least, and prefixes that hold one. */
function checkBlocks(document: LooseTopology, diagnostics: Diagnostic[]): void {
  const network = document["nix-nos"]?.network;
  const used = new Set(itemsOf(network?.links).map(([, { pool }]) => pool));
  for (const [name, { prefixes, allocate }] of entriesOf(network?.pools)) {
    if (!used.has(name)) continue;
    const path: Path = ["nix-nos", "network", "pools", name];
    const parsed = itemsOf(prefixes).flatMap(([index, text]) => {
      const prefix = parsePrefix(text);
      return prefix ? [{ prefix, path: [...path, "prefixes", index] }] : [];
    });
    const texts = parsed.map(({ prefix }) => formatPrefix(prefix));
    const lengths = blockLengths(texts, allocate, linkBlockLengths);
    if (lengths.ipv4 > 31) {
      const message = `An IPv4 block of length ${lengths.ipv4} has no two addresses, which a link needs.`;
      const hint = "Write allocate: 31 (RFC 3021), or leave it out.";
      diagnostics.push({ code: "NN1226", severity: "error", message, path: [...path, "allocate"], hint });
      continue;
    }
    for (const { prefix, path: place } of parsed) {
      const length = lengths[prefix.address.family];
      if (prefix.length <= length) continue;
      const message = `The prefix ${formatPrefix(prefix)} is smaller than one block of length ${length}, which links take from it.`;
      const hint = "Widen the prefix, or take the links' addresses from another pool.";
      diagnostics.push({ code: "NN1226", severity: "error", message, path: place, hint });
    }
  }
}

function checkGateway(
  pool: Loose<TopologyPool>,
  path: Path,
  prefixes: readonly Prefix[],
  diagnostics: Diagnostic[],
): void {
  const written = typeof pool.gateway === "string" ? [pool.gateway] : (pool.gateway ?? []);
  for (const [index, text] of written.entries()) {
    const address = text === undefined ? null : parseAddress(text);
    if (!address) continue;
    const around = prefixes.filter((prefix) => containsAddress(prefix, address));
    if (around.some((prefix) => isGateway(prefix, address))) continue;
    const place = typeof pool.gateway === "string" ? [...path, "gateway"] : [...path, "gateway", index];
    const message =
      around.length === 0
        ? `The gateway ${text} is in none of the pool's prefixes.`
        : `The gateway ${text} is the network's own address or its broadcast address, and no machine's.`;
    const hint = `Prefixes: ${prefixes.map(formatPrefix).join(", ")}.`;
    diagnostics.push({ code: "NN1218", severity: "error", message, path: place, hint });
  }
}

function checkReferences(document: LooseTopology, diagnostics: Diagnostic[]): void {
  const network = document["nix-nos"]?.network;
  const pools = new Set(Object.keys(network?.pools ?? {}));
  const vlans = new Map(entriesOf(network?.vlans));
  const needPool = (name: string | undefined, path: Path) => {
    if (name === undefined || pools.has(name)) return;
    const hint = didYouMean(name, pools) ?? "Pools stand under `network.pools`.";
    diagnostics.push({ code: "NN1214", severity: "error", message: `Unknown pool ${quote(name)}.`, path, hint });
  };
  const needLoopback = (loopback: unknown, path: Path) => {
    if (loopback !== "auto" || pools.has(loopbackPool)) return;
    const message = `\`loopback: auto\` takes an address from the pool "${loopbackPool}", which is not there.`;
    const hint = `Add it under \`network.pools\`, or write { pool: NAME }.`;
    diagnostics.push({ code: "NN1220", severity: "error", message, path, hint });
  };
  for (const [index, { pool }] of itemsOf(network?.links)) {
    needPool(pool, ["nix-nos", "network", "links", index, "pool"]);
  }
  for (const [cluster, { defaults, nodes }] of entriesOf(document["nix-nos"]?.clusters)) {
    const base: Path = ["nix-nos", "clusters", cluster];
    needPool(defaults?.ip?.pool, [...base, "defaults", "ip", "pool"]);
    needLoopback(defaults?.loopback, [...base, "defaults", "loopback"]);
    if (typeof defaults?.loopback === "object")
      needPool(defaults.loopback.pool, [...base, "defaults", "loopback", "pool"]);
    for (const [name, { ip, loopback, interfaces }] of entriesOf(nodes)) {
      const path: Path = [...base, "nodes", name];
      if (typeof ip === "object") needPool(ip.pool, [...path, "ip", "pool"]);
      needLoopback(loopback, [...path, "loopback"]);
      if (typeof loopback === "object") needPool(loopback.pool, [...path, "loopback", "pool"]);
      for (const [key, { kind, vlan, addresses }] of entriesOf(interfaces)) {
        const place: Path = [...path, "interfaces", key];
        if (vlan !== undefined && !vlans.has(vlan)) {
          const message = `Unknown VLAN ${quote(vlan)}.`;
          const hint = didYouMean(vlan, vlans.keys()) ?? "VLANs stand under `network.vlans`.";
          diagnostics.push({ code: "NN1214", severity: "error", message, path: [...place, "vlan"], hint });
        } else if (addresses === "auto" && !(kind === "vlan" && vlan !== undefined && vlans.get(vlan)?.pool)) {
          const message = "`addresses: auto` needs a VLAN that has a pool.";
          const hint = "Give the VLAN a pool under `network.vlans`, or write the addresses.";
          diagnostics.push({ code: "NN1220", severity: "error", message, path: [...place, "addresses"], hint });
        }
      }
    }
  }
}
