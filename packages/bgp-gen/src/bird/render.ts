import { type Artifact, type Network, nodeFolder } from "@nix-nos/topology";
import type { BgpPlan } from "../plan/types.js";
import { birdConfig } from "./config.js";

/**
 * `nodes/NODE/bird/bird.conf` of every node whose speaker is BIRD, made as they are asked for.
 *
 * @param network - says each node's platform; a Cisco device runs no BIRD
 * @param plan - from `planBgp`
 *
 * @example
 * ```ts
 * import { renderBird } from "@nix-nos/bgp-gen";
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { clusters: { lab: { nodes: { a: { role: worker, ip: 10.0.0.1 } } } } }";
 * const { document } = unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" }));
 * const network = unwrap(resolveTopology(document));
 * [...renderBird(network, { speakers: [], speakerByNode: new Map() })]; // => []
 * ```
 */
export function* renderBird(network: Network, plan: BgpPlan): Iterable<Artifact> {
  for (const speaker of plan.speakers) {
    if (speaker.daemon !== "bird" || network.index.nodeByName.get(speaker.node)?.platform === "cisco-ios") continue;
    yield {
      path: `${nodeFolder(speaker.node)}/bird/bird.conf`,
      text: birdConfig(speaker),
      node: speaker.node,
      layer: 1,
      kind: "bird",
    };
  }
}
