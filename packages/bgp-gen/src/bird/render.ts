import { type Artifact, nodeFolder } from "@nix-nos/topology";
import type { BgpPlan } from "../plan/types.js";
import { birdConfig } from "./config.js";

/**
 * `nodes/NODE/bird/bird.conf` of every node whose speaker is BIRD, made as they are asked for.
 *
 * @param plan - from `planBgp`
 *
 * @example
 * ```ts
 * import { renderBird } from "@nix-nos/bgp-gen";
 *
 * [...renderBird({ speakers: [], speakerByNode: new Map() })]; // => []
 * ```
 */
export function* renderBird(plan: BgpPlan): Iterable<Artifact> {
  for (const speaker of plan.speakers) {
    if (speaker.daemon !== "bird") continue;
    yield {
      path: `${nodeFolder(speaker.node)}/bird/bird.conf`,
      text: birdConfig(speaker),
      node: speaker.node,
      layer: 1,
      kind: "bird",
    };
  }
}
