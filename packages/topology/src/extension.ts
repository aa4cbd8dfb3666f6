import type { z } from "zod";
import type { Artifact, Layer } from "./artifact.js";
import type { Outcome } from "./diagnostics/diagnostic.js";
import type { Network } from "./network/network.js";

/** Plain data that Nix can hold: what an extension sets as NixOS options. */
export type OptionValue =
  | string
  | number
  | boolean
  | null
  | readonly OptionValue[]
  | { readonly [name: string]: OptionValue };

/** What an extension adds to the output. */
export interface Contribution {
  /** Files of the extension's own. */
  readonly artifacts: readonly Artifact[];
  /** NixOS options to merge into a node's module, by node name: `{ services: { gobgpd: { enable: true } } }`. */
  readonly nixosOptions?: ReadonlyMap<string, { readonly [option: string]: OptionValue }>;
  /** NixOS modules that a node's module imports, by node name: paths of artifacts, whose kind is `nixos`. */
  readonly nixosModules?: ReadonlyMap<string, readonly string[]>;
  /**
   * Functions for `lib` in `nix/default.nix`, by name. Each takes `{ hostname }` and answers with the JSON document
   * of that name in the node's folder: `{ generateClusterConfig: "cluster-config.json" }`.
   */
  readonly nixLib?: Readonly<Record<string, string>>;
}

/**
 * What hangs a higher layer on to Layer 1. Layer 1 knows an extension by this interface alone.
 *
 * @typeParam Services - the extension's validated part of the document's `services`, by service name
 * @typeParam Plans - the plans of Layer 1 that the extension reads, as `{ bgp: BgpPlan }`
 */
export interface Extension<Services = unknown, Plans = unknown> {
  readonly name: string;
  readonly layer: Layer;
  /** The keys of `services` that belong to the extension, and the schema of each. */
  readonly schema: Readonly<Record<string, z.ZodType>>;
  /** Changes what the network means before anything is planned. Pure: gives a new network, leaves the old as it was. */
  extend?(network: Network, services: Services): Outcome<Network>;
  /** Renders the extension's own files and contributions. */
  render(network: Network, plans: Plans, services: Services): Outcome<Contribution>;
}
