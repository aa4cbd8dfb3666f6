import type { Layer } from "@nix-nos/topology";

/** Which files a render writes. An empty set takes all; what is left out stays as it is on disk. */
export interface Selection {
  readonly layers: ReadonlySet<Layer>;
  readonly nodes: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

export const everything: Selection = { layers: new Set(), nodes: new Set(), kinds: new Set() };

/** Kinds of files that nodes' NixOS modules read although they are of no single node: none evaluates without them. */
const shared = new Set(["nixos", "dns"]);

/** Whether a file belongs to the selection. A file of the whole topology belongs to no single node. */
export function isSelected(selection: Selection, file: { layer: Layer; node: string | null; kind: string }): boolean {
  const { layers, nodes, kinds } = selection;
  return (
    (layers.size === 0 || layers.has(file.layer)) &&
    (nodes.size === 0 || (file.node === null ? shared.has(file.kind) : nodes.has(file.node))) &&
    (kinds.size === 0 || kinds.has(file.kind))
  );
}
