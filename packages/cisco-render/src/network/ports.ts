import type { BridgeInterface, Interface, Node } from "@nix-nos/topology";

/** A node's interfaces by IOS's names. */
export interface Ports {
  readonly node: Node;
  /** IOS's name of an interface; `null` for one that is none there: a bridge, or one without a name. */
  readonly nameOf: (entry: Interface) => string | null;
  readonly byName: ReadonlyMap<string, Interface>;
  /** The bridge that an interface is a port of. */
  readonly bridgeOf: ReadonlyMap<string, BridgeInterface>;
  /** The port-channel that an interface is a member of, by the topology's name. */
  readonly bondOf: ReadonlyMap<string, string>;
}

/** Kinds of ports that a device makes by itself when they are configured, and that `no interface` takes away. */
export const madePort = /^(?:Loopback|Vlan|Port-channel|Tunnel|BDI)\d|\.\d+$/;

/** Names that stand by themselves: in full, as IOS writes them. */
const iosName = /^(?:[A-Z][A-Za-z-]*[A-Za-z])\d+$/;

export function portsOf(node: Node): Ports {
  const byName = new Map(node.interfaces.map((entry) => [entry.name, entry]));
  const bridges = node.interfaces.filter((entry) => entry.kind === "bridge");
  const bridgeOf = new Map(bridges.flatMap((bridge) => bridge.members.map((name) => [name, bridge] as const)));
  const bonds = node.interfaces.filter((entry) => entry.kind === "bond");
  const bondOf = new Map(bonds.flatMap((bond) => bond.members.map((name) => [name, bond.name] as const)));
  const nameOf = (entry: Interface): string | null => {
    const given = node.cisco?.ports.get(entry.name);
    if (given !== undefined) return given;
    switch (entry.kind) {
      case "loopback":
        return "Loopback0";
      case "bridge":
        return null;
      case "vlan": {
        const parent = byName.get(entry.parent);
        // What stands on a bridge that tells VLANs apart is the switch's own end in the VLAN.
        if (parent?.kind === "bridge") return `Vlan${entry.vlanId}`;
        const below = parent === undefined ? null : nameOf(parent);
        return below === null ? null : `${below}.${entry.vlanId}`;
      }
      default:
        return iosName.test(entry.name) ? entry.name : null;
    }
  };
  return { node, nameOf, byName, bridgeOf, bondOf };
}

/** The interface that carries an address, and IOS's name of it. */
export function carrierOf(address: string, { node, nameOf }: Ports): { entry: Interface; port: string } | null {
  for (const entry of node.interfaces) {
    const port = nameOf(entry);
    if (port !== null && entry.addresses.some((text) => text.split("/")[0] === address)) return { entry, port };
  }
  return null;
}
