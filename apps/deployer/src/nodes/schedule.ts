import { randomInt } from "node:crypto";
import { latestBeat } from "@plasmacloud/deployer-client";

/** Seconds until a node's next call: between 0.3 and 0.6 of the lost-timeout, so that two may be lost, and at random. */
export function nextCallSeconds(lostTimeout: number): number {
  const part = latestBeat * (0.5 + randomInt(1_000_001) / 2_000_000);
  return Math.round(lostTimeout * part) / 1000;
}
