import { type Diagnostic, type Network, type Node, type PathMtu, pathMtus, vxlanHeaders } from "@nix-nos/topology";
import type { Endpoint } from "./endpoints.js";
import type { Overlay } from "./schema.js";

/** RFC 8200 §5. */
const leastIPv6Mtu = 1280;

/** OVN's one Geneve option: 4 bytes of header (RFC 8926 §3.5) and the two logical ports (ovn-architecture(7)). */
const ovnOption = 8;

/**
 * Bytes around each packet of the overlay, the inner Ethernet header among them: VXLAN's 50 over IPv4 and 70 over IPv6
 * (RFC 7348 §5), Geneve's as many (RFC 8926 §3) and OVN's option, so 58 and 78.
 */
export function encapsulationHeaders(encapsulation: Overlay["encapsulation"], ends: readonly Endpoint[]): number {
  return vxlanHeaders(ends.map(({ address }) => address)) + (encapsulation === "geneve" ? ovnOption : 0);
}

/** What each node's part of the paths between the tunnels' ends lets through, by node. */
export function underlayMtus(network: Network, ends: readonly Endpoint[]): ReadonlyMap<string, PathMtu> {
  return pathMtus(
    network,
    ends.map(({ node, address, routed }) => {
      const own = network.index.nodeByName.get(node);
      // Routes of iBGP between `ip`s lead over the network that these are in.
      const way = own !== undefined && routed && usesIp(network, own) ? Object.values(own.ip) : [];
      return { node, addresses: [address, ...way.filter((text) => text !== null)], routed };
    }),
  );
}

function usesIp(network: Network, { name }: Node): boolean {
  const system = network.index.autonomousSystemByNode.get(name);
  return system !== undefined && system.ibgp.strategy !== "none" && system.ibgp.transport === "ip";
}

/** The narrowest of a cluster's paths, which all of its packets must fit. */
export function narrowestPath(paths: ReadonlyMap<string, PathMtu>): PathMtu {
  const [first = { mtu: 0, narrowest: null }, ...others] = paths.values();
  return others.reduce((least, own) => (own.mtu < least.mtu ? own : least), first);
}

/** Whether a cluster's packets fit: a chosen MTU the underlay, and any MTU what IPv6 needs. */
export function checkMtu(
  network: Network,
  overlay: Overlay,
  { path: { mtu: underlay, narrowest }, headers }: { readonly path: PathMtu; readonly headers: number },
): readonly Diagnostic[] {
  const base = ["services", "prismnet", "overlay"];
  const fitting = underlay - headers;
  const mtu = overlay.mtu ?? fitting;
  const own = narrowest === null ? undefined : network.index.nodeByName.get(narrowest.node);
  const place = own?.interfaces.find(({ name }) => name === narrowest?.interface);
  const where = narrowest === null ? "Ethernet" : `${narrowest.interface} of ${narrowest.node}`;
  const sum = `the ${headers} bytes of ${overlay.encapsulation === "geneve" ? "Geneve" : "VXLAN"}'s headers`;
  const related = place === undefined ? {} : { related: [{ message: `${underlay} bytes here`, path: place.path }] };
  const widen = (bytes: number) =>
    narrowest === null
      ? "say how large packets may be on the nodes' interfaces"
      : `raise the MTU of ${where} to ${bytes}`;
  if (mtu > fitting) {
    return [
      {
        code: "PC2015",
        severity: "error",
        message: `An MTU of ${mtu} and ${sum} are ${mtu + headers}, and ${where} lets ${underlay} through.`,
        path: [...base, "mtu"],
        hint: `Leave it out for ${fitting}, or ${widen(mtu + headers)}.`,
        ...related,
      },
    ];
  }
  const hasIPv6 = overlay.pool.prefixes.some((prefix) => prefix.includes(":"));
  const least = hasIPv6 ? leastIPv6Mtu : 576;
  if (mtu >= least) return [];
  const need = hasIPv6 ? `IPv6 needs ${leastIPv6Mtu} (RFC 8200)` : "IPv4 needs 576 (RFC 791)";
  const isWritten = overlay.mtu !== undefined;
  return [
    {
      code: "PC2016",
      severity: "error",
      message: isWritten
        ? `The overlay's MTU is ${mtu}, and ${need}.`
        : `${where} lets ${underlay} bytes through, of which ${sum} leave ${mtu}, and ${need}.`,
      path: isWritten ? [...base, "mtu"] : base,
      hint: isWritten
        ? `Choose ${least} to ${fitting}${fitting < least ? `, and ${widen(least + headers)}` : ""}.`
        : `${widen(least + headers).replace(/^./, (letter) => letter.toUpperCase())}.`,
      ...related,
    },
  ];
}
