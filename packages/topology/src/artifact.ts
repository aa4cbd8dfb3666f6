/** Which of the three layers a file belongs to: 1 generic, 2 the cloud's network, 3 the cloud's cluster. */
export type Layer = 1 | 2 | 3;

/**
 * One file that rendering produced. The text is complete; writing it is the caller's business.
 */
export interface Artifact {
  /** Path relative to the output folder, with `/` between its parts: `nodes/node01/bird/bird.conf`. */
  readonly path: string;
  readonly text: string;
  /** The node that the file is for, or `null` for a file of the whole topology. */
  readonly node: string | null;
  readonly layer: Layer;
  /** What kind of file it is, as `bird`, `networkd`, `nixos`, `gobgp`, `cluster-config`, `nix`. */
  readonly kind: string;
  /** The file names secrets, so it is written readable by its owner alone. */
  readonly secret?: boolean;
}

/**
 * The folder of a node's files in the output tree.
 *
 * @param node - its name, which validation holds to one DNS label
 *
 * @example
 * ```ts
 * import { nodeFolder } from "@nix-nos/topology";
 *
 * nodeFolder("node01"); // => "nodes/node01"
 * ```
 */
export function nodeFolder(node: string): string {
  return `nodes/${node}`;
}
