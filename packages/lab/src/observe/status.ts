import type { BgpPlan, BgpSpeaker } from "@nix-nos/bgp-gen";
import { birdSocket } from "../daemons/start.js";
import type { LabDesign, LabHost } from "../design/types.js";
import { requireUp } from "../needs.js";
import { askBird } from "./bird-control.js";
import { parseBirdSessions, type SessionReport } from "./bird-sessions.js";
import { frrSessions } from "./frr.js";
import { gobgpSessions } from "./gobgp.js";
import { isNamed } from "./named-by.js";

/** One planned session's end, and what its daemon says of it now. */
export interface SessionStatus extends SessionReport {
  readonly node: string;
  readonly daemon: BgpSpeaker["daemon"];
  /** The neighbour, by the name of its node or peer, or `sidecar`. */
  readonly neighbor: string;
  readonly remoteAddress: string;
}

/**
 * Every planned session and what its daemon says of it, in the plan's order.
 *
 * A daemon that is down is no fault: its sessions are `Down`, with the reason as `detail`.
 *
 * @throws LabError when the lab is not up, or this process may not look
 *
 * @example
 * ```ts no-run
 * import { planBgp } from "@nix-nos/bgp-gen";
 * import { designLab, labStatus, labUp } from "@nix-nos/lab";
 * import type { Network } from "@nix-nos/topology";
 *
 * async function downSessions(network: Network) {
 *   const plan = planBgp(network).value;
 *   if (plan === null) return [];
 *   const design = designLab(network, plan, [], "demo");
 *   await labUp(design);
 *   return (await labStatus(design, plan)).filter(({ established }) => !established);
 * }
 * ```
 */
export async function labStatus(design: LabDesign, plan: BgpPlan): Promise<readonly SessionStatus[]> {
  requireUp(design);
  const hosts = new Map(design.hosts.map((host) => [host.name, host]));
  const rows = await Promise.all(
    plan.speakers.map(async (speaker): Promise<readonly SessionStatus[]> => {
      const { node, daemon, sessions, sidecar } = speaker;
      const host = hosts.get(node);
      if (host === undefined || host[daemon === "ios" ? "frr" : daemon] === null) return [];
      const reports = await reportsOf(design.id, host, daemon);
      const missing = { ...nothing, detail: reports.fault ?? "the daemon does not have it" };
      const rows = sessions.map((session): SessionStatus => {
        const found = reports.said.filter(({ name }) => isNamed(session, name));
        const report = found.find(({ established }) => established) ?? found[0];
        const nobody = session.dynamic
          ? { ...missing, state: "Passive", detail: reports.fault ?? "nobody called" }
          : missing;
        const { name, remoteAddress } = session;
        const neighbor = session.remoteNode ?? session.peer ?? remoteAddress;
        return { ...(report ?? nobody), name, node, daemon, neighbor, remoteAddress };
      });
      if (sidecar) {
        const report = reports.said.find(({ name }) => name === sidecar.name) ?? missing;
        const { name, address } = sidecar;
        rows.push({ ...report, name, node, daemon, neighbor: "sidecar", remoteAddress: address });
      }
      return rows;
    }),
  );
  return rows.flat();
}

const nothing: SessionReport = {
  name: "",
  established: false,
  state: "Down",
  since: "",
  detail: "",
  received: 0,
  sent: 0,
};

async function sessionsOf(id: string, host: LabHost, daemon: BgpSpeaker["daemon"]): Promise<readonly SessionReport[]> {
  if (daemon === "ios") return frrSessions(id, host);
  if (daemon === "gobgp") return gobgpSessions(host.namespace);
  return parseBirdSessions(await askBird(birdSocket(id, host.name), "show protocols all"));
}

async function reportsOf(id: string, host: LabHost, daemon: BgpSpeaker["daemon"]) {
  try {
    return { said: await sessionsOf(id, host, daemon), fault: null };
  } catch (error) {
    return { said: [], fault: error instanceof Error ? error.message : String(error) };
  }
}
