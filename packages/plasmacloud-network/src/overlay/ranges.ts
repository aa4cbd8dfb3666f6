import {
  addressBits,
  familyOf,
  findOverlaps,
  formatPrefix,
  networkOf,
  type Prefix,
  parseInterfaceAddress,
  parsePrefix,
} from "@nix-nos/ipam";
import {
  type AddressPair,
  allocateBlocks,
  type BlockLengths,
  blockLengths,
  type Diagnostic,
  type Network,
  type Outcome,
  type Path,
} from "@nix-nos/topology";
import { overlayMembers } from "./members.js";
import type { Overlay } from "./schema.js";

const poolName = "prismnet/overlay";
const poolPath: Path = ["services", "prismnet", "overlay", "pool"];

/** What Kubernetes gives a node as well: room for its containers, and SLAAC's own length (RFC 4291 §2.5.1). */
const usualLength: BlockLengths = { ipv4: 24, ipv6: 64 };

/** The network with a range of the overlay's pool for each of its nodes, which they keep from run to run. */
export function withRanges(network: Network, { pool }: Overlay): Outcome<Network> {
  const blockLength = blockLengths(pool.prefixes, pool.allocate, usualLength);
  const faults = [...overlapping(network, pool.prefixes), ...wrongLength(pool.prefixes, blockLength)];
  if (faults.length > 0) return { value: null, diagnostics: faults };
  const names = overlayMembers(network).flatMap(({ nodes }) => nodes.map(({ name }) => name));
  const own = { name: poolName, document: pool, blockLength, path: poolPath };
  const { network: extended, wanting } = allocateBlocks(network, own, names.map(keyOf));
  if (wanting.length > 0) return { value: null, diagnostics: [exhausted(names, wanting, blockLength)] };
  return { value: extended, diagnostics: [] };
}

/** A node's range of each family that the pool has, canonical. */
export function rangesOf({ allocations }: Network, node: string): AddressPair {
  const of = (family: keyof AddressPair) => allocations[`${keyOf(node)}/${family}`]?.address ?? null;
  return { ipv4: of("ipv4"), ipv6: of("ipv6") };
}

function keyOf(node: string): string {
  return `node/${node}/overlay`;
}

function wrongLength(prefixes: readonly string[], lengths: BlockLengths): readonly Diagnostic[] {
  if (lengths.ipv4 > 30) {
    const message = `A node's range of IPv4 is a /30 or larger, and \`allocate\` asks for a /${lengths.ipv4}.`;
    return [{ code: "PC2013", severity: "error", message, path: [...poolPath, "allocate"], hint: "As allocate: 26." }];
  }
  return prefixes.flatMap((text, index): Diagnostic[] => {
    const prefix = parsePrefix(text);
    const family = prefix?.address.family ?? "ipv4";
    if (prefix === null || prefix.length <= lengths[family]) return [];
    return [
      {
        code: "PC2013",
        severity: "error",
        message: `The overlay's prefix ${formatPrefix(prefix)} is smaller than one node's range, which is a /${lengths[family]}.`,
        path: [...poolPath, "prefixes", index],
        hint: `Widen the prefix, or give nodes less with \`allocate\`, as allocate: ${Math.min(prefix.length + 4, family === "ipv4" ? 30 : 126)}.`,
      },
    ];
  });
}

function exhausted(names: readonly string[], wanting: readonly string[], lengths: BlockLengths): Diagnostic {
  const without = names.filter((name) => wanting.some((key) => key.startsWith(`${keyOf(name)}/`)));
  const family = wanting.some((key) => key.endsWith("/ipv4")) ? "ipv4" : "ipv6";
  const listed =
    without.length > 3 ? `${without.slice(0, 3).join(", ")} and ${without.length - 3} more` : without.join(", ");
  return {
    code: "PC2013",
    severity: "error",
    message: `The overlay's pool has no range of /${lengths[family]} left for ${listed}: ${names.length} nodes need one each.`,
    path: [...poolPath, "prefixes"],
    hint: "Add a prefix, or make ranges smaller with `allocate`, which gives every node another one.",
  };
}

interface Place {
  readonly what: string;
  readonly path: Path | null;
  readonly prefix: Prefix;
  readonly isOwn: boolean;
}

/** An address of the overlay is nobody else's: the same on both sides, and packets go to one of the two. */
function overlapping(network: Network, prefixes: readonly string[]): Diagnostic[] {
  const own = prefixes.flatMap((text, index): Place[] => {
    const prefix = parsePrefix(text);
    return prefix
      ? [{ what: `the overlay's own ${text}`, path: [...poolPath, "prefixes", index], prefix, isOwn: true }]
      : [];
  });
  const places = [...own, ...underlay(network)];
  const seen = new Set<Place>();
  return findOverlaps(places.map(({ prefix }) => prefix)).flatMap((pair): Diagnostic[] => {
    const [mine, other] = pair
      .flatMap((index) => places[index] ?? [])
      .sort((a, b) => Number(b.isOwn) - Number(a.isOwn));
    if (mine === undefined || other === undefined || !mine.isOwn || seen.has(mine)) return [];
    seen.add(mine);
    return [
      {
        code: "PC2014",
        severity: "error",
        message: `The overlay's prefix ${formatPrefix(mine.prefix)} overlaps with ${other.what} (${formatPrefix(other.prefix)}).`,
        path: mine.path ?? poolPath,
        hint: "Choose addresses for the overlay that nothing else of the topology uses.",
        ...(other.path !== null && { related: [{ message: "overlaps with this", path: other.path }] }),
      },
    ];
  });
}

/** Every network of the topology, each once. */
function underlay(network: Network): readonly Place[] {
  const places = new Map<string, Place>();
  const add = (text: string, what: string, path: Path | null) => {
    const own = parseInterfaceAddress(text) ?? parseInterfaceAddress(`${text}/${addressBits(familyOf(text))}`);
    if (own === null) return;
    const prefix = networkOf(own.address, own.length);
    const key = formatPrefix(prefix);
    if (!places.has(key)) places.set(key, { what, path, prefix, isOwn: false });
  };
  for (const { name, prefixes, path } of network.pools) {
    for (const prefix of prefixes) add(prefix, `the pool ${name}`, path);
  }
  for (const { name, interfaces } of network.nodes) {
    for (const { name: port, addresses, path } of interfaces) {
      for (const address of addresses) add(address, `the network of ${port} of ${name}`, path);
    }
  }
  for (const { name, vips, path } of network.bgp.vipAdvertisements) {
    for (const vip of vips) add(vip, `a VIP of ${name}`, path);
  }
  for (const { key, address } of network.reservations) add(address, key, null);
  return [...places.values()];
}
