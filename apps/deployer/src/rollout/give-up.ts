import { type RolloutWait, waitsInWords } from "@plasmacloud/deployer-client";
import type { Deployer } from "../deployer.js";
import type { NodeRecord } from "../records/node-record.js";
import type { Leadership } from "../store/store.js";
import { stepRolloutNode } from "./step.js";

/** Of a message, in characters. */
const longest = 500;

/** A node that could not begin, and why. */
export interface Held {
  readonly node: string;
  readonly record: NodeRecord | undefined;
  readonly waits: readonly RolloutWait[];
}

/**
 * Gives up on the nodes that a rollout waits for, each with what kept it; the last of them ends the rollout.
 *
 * @param id - of the rollout
 */
export async function giveUp(
  deployer: Deployer,
  { compare }: Leadership,
  id: string,
  held: readonly Held[],
): Promise<void> {
  const { patienceSeconds } = deployer.rollouts;
  for (const { node, record, waits } of held) {
    const why = waits.map((wait) => whyOf(wait, record)).join("; ");
    const message = `nobody could go on for ${patienceSeconds} s: ${why}`.slice(0, longest);
    await stepRolloutNode(deployer, { rollout: id, node, cause: "give-up", more: { message }, compare });
  }
}

function whyOf(wait: RolloutWait, record: NodeRecord | undefined): string {
  const why = waitsInWords([wait]);
  return wait.reason === "down" && wait.group === null && record !== undefined
    ? `${why} since ${record.last_seen.slice(0, 19)}Z`
    : why;
}
