import type { BgpSession } from "@nix-nos/bgp-gen";
import { askFrr } from "../daemons/frr.js";
import { birdSocket } from "../daemons/start.js";
import { playerName } from "../design/players.js";
import type { LabDesign } from "../design/types.js";
import { LabError } from "../lab-error.js";
import { askBird } from "./bird-control.js";

/**
 * Starts sessions of BIRD and FRR anew. After a call that met nobody it waits a minute and more before it calls again; an
 * operator who knows that the neighbour is there would not. A played neighbour starts anew too: one whose session has
 * just been cut off takes no call for a minute.
 */
export async function callAgain(
  design: LabDesign,
  sessions: readonly (Pick<BgpSession, "node" | "daemon" | "name" | "remoteAddress"> & {
    readonly neighbor?: string;
  })[],
): Promise<void> {
  const hosts = new Map(design.hosts.map((host) => [host.name, host]));
  for (const { node, daemon, name, remoteAddress, neighbor = "" } of sessions) {
    if (hosts.has(playerName(neighbor)))
      await askBird(birdSocket(design.id, playerName(neighbor)), "restart lab_session").catch(onlyLabErrors);
    const host = hosts.get(node);
    if (daemon === "ios" && host) await askFrr(design.id, host, `clear bgp ${remoteAddress}`).catch(onlyLabErrors);
    if (daemon !== "bird") continue;
    // A daemon that is down has nothing to start anew, and its sessions are reported as down.
    await askBird(birdSocket(design.id, node), `restart ${name}`).catch(onlyLabErrors);
  }
}

function onlyLabErrors(error: unknown): void {
  if (!(error instanceof LabError)) throw error;
}
