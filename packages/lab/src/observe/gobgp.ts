import { execFile } from "node:child_process";
import { LabError } from "../lab-error.js";
import { toolEnv } from "../wiring/ip.js";
import type { SessionReport } from "./bird-sessions.js";
import { parseGobgpRoutes } from "./gobgp-routes.js";
import type { RouteReport } from "./route-report.js";

/** Runs `gobgp` against the GoBGP of a namespace. */
export function gobgp(namespace: string, ...args: readonly string[]): Promise<string> {
  const command = ["netns", "exec", namespace, "gobgp", "-u", "127.0.0.1", ...args];
  return new Promise((resolve, reject) => {
    execFile("ip", command, { env: toolEnv(), timeout: 10_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error)
        reject(new LabError(`\`gobgp ${args.join(" ")}\` failed: ${stderr.trim() || stdout.trim() || error.message}.`));
      else resolve(stdout);
    });
  });
}

interface Neighbor {
  readonly state?: { readonly neighbor_address?: string; readonly session_state?: number | string };
  readonly timers?: { readonly state?: { readonly uptime?: { readonly seconds?: number } | number } };
  readonly afi_safis?: readonly { readonly state?: { readonly accepted?: number; readonly advertised?: number } }[];
}

const states = ["UNKNOWN", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"];

/** The sessions of a GoBGP, by neighbour address. */
export async function gobgpSessions(namespace: string): Promise<readonly SessionReport[]> {
  const neighbors: readonly Neighbor[] = JSON.parse(await gobgp(namespace, "-j", "neighbor")) ?? [];
  return neighbors.map(({ state, timers, afi_safis }) => {
    const number = state?.session_state ?? 0;
    const word = typeof number === "number" ? (states[number] ?? "Unknown") : number;
    const established = /^establ/i.test(word);
    const uptime = timers?.state?.uptime;
    const seconds = typeof uptime === "number" ? uptime : (uptime?.seconds ?? 0);
    return {
      name: state?.neighbor_address ?? "",
      established,
      state: word,
      since: seconds > 0 ? new Date(seconds * 1000).toISOString() : "",
      detail: "",
      received: (afi_safis ?? []).reduce((total, each) => total + Number(each.state?.accepted ?? 0), 0),
      sent: (afi_safis ?? []).reduce((total, each) => total + Number(each.state?.advertised ?? 0), 0),
    };
  });
}

/** Every route of one family in a GoBGP's table. */
export async function gobgpRoutes(namespace: string, family: "ipv4" | "ipv6"): Promise<readonly RouteReport[]> {
  return parseGobgpRoutes(await gobgp(namespace, "-j", "global", "rib", "-a", family));
}
