import { z } from "zod";

export const livenessSchema = z
  .enum(["online", "stale", "lost"])
  .meta({ id: "Liveness" })
  .describe("How long ago the node was heard. It is not a state, and causes nothing by itself.");
export type Liveness = z.infer<typeof livenessSchema>;

/** The latest a beat is due, as a part of the lost-timeout; the earliest is half of it. */
export const latestBeat = 0.6;

/**
 * What is known of a node that was last heard some time ago.
 *
 * @param silence - milliseconds since the node was heard
 * @param lostTimeout - milliseconds after which it counts as lost
 * @example
 * ```ts
 * import { livenessOf } from "@plasmacloud/deployer-client";
 *
 * [10_000, 50_000, 60_000].map((silence) => livenessOf(silence, 60_000)); // => ["online", "stale", "lost"]
 * ```
 */
export function livenessOf(silence: number, lostTimeout: number): Liveness {
  if (silence >= lostTimeout) return "lost";
  // A quarter of slack beyond the latest beat, for the network.
  return silence > lostTimeout * latestBeat * 1.25 ? "stale" : "online";
}
