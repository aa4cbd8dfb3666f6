import type { Artifact } from "@nix-nos/topology";

/** Files that services read, and the modules that nodes import to tell their services so. */
export interface Delivery {
  readonly artifacts: readonly Artifact[];
  readonly modules: readonly { readonly node: string; readonly path: string }[];
}
