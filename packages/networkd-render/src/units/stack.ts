import type { Interface, Node } from "@nix-nos/topology";

/** One interface with what the others of its node make of it. */
export interface StackedInterface {
  readonly interface: Interface;
  /** Names of the VLANs that it carries. */
  readonly vlans: readonly string[];
  /** The bond or bridge that it is a port of. */
  readonly controller: { readonly kind: "bond" | "bridge"; readonly name: string } | null;
  /** Bytes: its own MTU, else the largest of the interfaces above it; `null` leaves it to the system. */
  readonly mtu: number | null;
  /** The largest MTU that an interface above it needs, and that one's name. */
  readonly needed: { readonly mtu: number; readonly by: string } | null;
}

interface Draft {
  readonly interface: Interface;
  readonly vlans: string[];
  controller: StackedInterface["controller"];
  needed: StackedInterface["needed"];
}

/** A node's interfaces in order, parents first, each with what stands on it. */
export function stackInterfaces(node: Node): readonly StackedInterface[] {
  const drafts = new Map<string, Draft>();
  for (const entry of node.interfaces) {
    drafts.set(entry.name, { interface: entry, vlans: [], controller: null, needed: null });
  }
  for (const entry of node.interfaces) {
    if (entry.kind === "vlan") drafts.get(entry.parent)?.vlans.push(entry.name);
    if (entry.kind !== "bond" && entry.kind !== "bridge") continue;
    for (const member of entry.members) {
      const draft = drafts.get(member);
      if (draft !== undefined) draft.controller = { kind: entry.kind, name: entry.name };
    }
  }
  // Children come after their parents, so one walk from the end carries every need down to the ports.
  for (const draft of [...drafts.values()].reverse()) {
    const mtu = effectiveMtu(draft);
    if (mtu === null) continue;
    for (const name of lowerNames(draft.interface)) {
      const lower = drafts.get(name);
      if (lower !== undefined && mtu > (lower.needed?.mtu ?? 0)) lower.needed = { mtu, by: draft.interface.name };
    }
  }
  return [...drafts.values()].map((draft) => ({ ...draft, mtu: effectiveMtu(draft) }));
}

function effectiveMtu(draft: Draft): number | null {
  return draft.interface.mtu ?? draft.needed?.mtu ?? null;
}

/** The interfaces that one stands on. */
function lowerNames(entry: Interface): readonly string[] {
  switch (entry.kind) {
    case "vlan":
      return [entry.parent];
    case "bond":
    case "bridge":
      return entry.members;
    default:
      return [];
  }
}
