import type { BridgePort, Interface, Node } from "@nix-nos/topology";

/** One interface with what the others of its node make of it. */
export interface StackedInterface {
  readonly interface: Interface;
  /** Names of the VLANs that it carries. */
  readonly vlans: readonly string[];
  /** Names of the VXLANs whose tunnels leave by it. */
  readonly vxlans: readonly string[];
  /** The bond or bridge that it is a port of. */
  readonly controller: { readonly kind: "bond" | "bridge"; readonly name: string } | null;
  /** What it does as a port of a bridge, or a bridge as its own. */
  readonly port: BridgePort | null;
  /** The member that its bond prefers. */
  readonly isPrimary: boolean;
  readonly systemdVersion: number;
  /** Packets for others come in or leave by it. */
  readonly forwards: boolean;
  /** The VRF that its routes are in. */
  readonly vrf: string | null;
}

interface Draft {
  readonly interface: Interface;
  readonly vlans: string[];
  readonly vxlans: string[];
  readonly forwards: boolean;
  readonly systemdVersion: number;
  vrf: string | null;
  controller: StackedInterface["controller"];
  port: BridgePort | null;
  isPrimary: boolean;
}

/** A node's interfaces in order, parents first, each with what stands on it. */
export function stackInterfaces(node: Node): readonly StackedInterface[] {
  const drafts = new Map<string, Draft>();
  for (const entry of node.interfaces) {
    drafts.set(entry.name, {
      interface: entry,
      vlans: [],
      vxlans: [],
      forwards: node.forwards,
      systemdVersion: node.systemdVersion,
      vrf: null,
      controller: null,
      port: null,
      isPrimary: false,
    });
  }
  for (const entry of node.interfaces) {
    if (entry.kind === "vlan") drafts.get(entry.parent)?.vlans.push(entry.name);
    if (entry.kind === "vxlan" && entry.parent !== null) drafts.get(entry.parent)?.vxlans.push(entry.name);
    for (const member of entry.kind === "vrf" ? entry.members : []) {
      const draft = drafts.get(member);
      if (draft !== undefined) draft.vrf = entry.name;
    }
    if (entry.kind !== "bond" && entry.kind !== "bridge") continue;
    for (const member of entry.members) {
      const draft = drafts.get(member);
      if (draft === undefined) continue;
      draft.controller = { kind: entry.kind, name: entry.name };
      draft.isPrimary = entry.kind === "bond" && entry.bond.primary === member;
    }
    for (const port of entry.kind === "bridge" ? entry.bridge.ports : []) {
      const draft = drafts.get(port.name);
      if (draft !== undefined) draft.port = port;
    }
  }
  return [...drafts.values()];
}
