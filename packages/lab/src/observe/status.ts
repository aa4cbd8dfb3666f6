import { type BgpPlan, neighborAddress } from "@nix-nos/bgp-gen";
import { birdSocket } from "../daemons/start.js";
import type { LabDesign, LabHost } from "../design/types.js";
import { askBird } from "./bird-control.js";
import { parseBirdSessions, type SessionReport } from "./bird-sessions.js";
import { gobgpSessions } from "./gobgp.js";

/** One planned session's end, and what its daemon says of it now. */
export interface SessionStatus extends SessionReport {
  readonly node: string;
  readonly daemon: "bird" | "gobgp";
  /** The neighbour, by the name of its node or peer, or `sidecar`. */
  readonly neighbor: string;
  readonly remoteAddress: string;
}

/**
 * Every planned session and what its daemon says of it, in the plan's order.
 *
 * @throws nothing for a daemon that is down: its sessions are `Down`, with the reason as `detail`
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
  const hosts = new Map(design.hosts.map((host) => [host.name, host]));
  const rows = await Promise.all(
    plan.speakers.map(async (speaker): Promise<readonly SessionStatus[]> => {
      const { node, daemon, sessions, sidecar } = speaker;
      const host = hosts.get(node);
      if (host === undefined || host[daemon] === null) return [];
      const reports = await reportsOf(design.id, host, daemon);
      const planned = sessions.map((session) => ({
        name: daemon === "bird" ? session.name : neighborAddress(session),
        shown: session.name,
        neighbor: session.remoteNode ?? session.peer ?? session.remoteAddress,
        remoteAddress: session.remoteAddress,
      }));
      if (sidecar) {
        const { name, address } = sidecar;
        planned.push({ name, shown: name, neighbor: "sidecar", remoteAddress: address });
      }
      return planned.map(({ name, shown, neighbor, remoteAddress }) => {
        const report = reports.byName.get(name) ?? {
          ...nothing,
          detail: reports.fault ?? "the daemon does not have it",
        };
        return { ...report, name: shown, node, daemon, neighbor, remoteAddress };
      });
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

async function reportsOf(id: string, host: LabHost, daemon: "bird" | "gobgp") {
  try {
    const reports =
      daemon === "bird"
        ? parseBirdSessions(await askBird(birdSocket(id, host.name), "show protocols all"))
        : await gobgpSessions(host.namespace);
    return { byName: new Map(reports.map((report) => [report.name, report])), fault: null };
  } catch (error) {
    return { byName: new Map<string, SessionReport>(), fault: error instanceof Error ? error.message : String(error) };
  }
}
