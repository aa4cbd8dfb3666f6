import { birdSocket } from "../daemons/start.js";
import type { LabDesign } from "../design/types.js";
import { LabError } from "../lab-error.js";
import { askBird } from "./bird-control.js";
import type { SessionStatus } from "./status.js";

/**
 * Starts sessions of BIRD anew. After a call that met nobody it waits a minute and more before it calls again; an
 * operator who knows that the neighbour is there would not.
 */
export async function callAgain(
  design: LabDesign,
  sessions: readonly Pick<SessionStatus, "node" | "daemon" | "name">[],
): Promise<void> {
  for (const { node, daemon, name } of sessions) {
    if (daemon !== "bird") continue;
    // A daemon that is down has nothing to start anew, and its sessions are reported as down.
    await askBird(birdSocket(design.id, node), `restart ${name}`).catch(onlyLabErrors);
  }
}

function onlyLabErrors(error: unknown): void {
  if (!(error instanceof LabError)) throw error;
}
