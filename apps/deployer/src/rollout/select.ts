import type { Issue, newRolloutSchema } from "@plasmacloud/deployer-client";
import type { z } from "zod";
import { ApiProblem } from "../problem.js";
import type { NodeRecord } from "../records/node-record.js";
import type { RolloutFile } from "../rendered-tree.js";
import type { Fleet } from "./fleet.js";

export type WantedRollout = z.output<typeof newRolloutSchema>;

/** Which nodes a rollout is for. */
export interface Selection {
  readonly nodes: readonly string[];
  /** Nodes that were asked for and are left alone, and why. */
  readonly skipped: readonly { readonly id: string; readonly message: string }[];
}

/**
 * The nodes that are selected: those that are named, else every active one; of these, those at the sites and in the
 * clusters. Whoever is locked is skipped, and so is one that was named and is not active.
 *
 * @throws ApiProblem `invalid` with every name that nothing has, every node without a system, and for no node at all
 */
export function selectNodes(
  { selector, systems }: WantedRollout,
  { records }: Fleet,
  file: RolloutFile | null,
): Selection {
  const issues: Issue[] = [];
  const planned = new Map(Object.entries(file?.nodes ?? {}));
  const places = [...records.values()].map(({ hostname, site }) => {
    const { cluster = null, site: own = null } = planned.get(hostname) ?? {};
    return { hostname, site: own ?? site, cluster };
  });
  for (const [key, of, all] of [
    ["nodes", "node", records],
    ["sites", "site", new Set([...places.map(({ site }) => site), ...[...planned.values()].map(({ site }) => site)])],
    ["clusters", "cluster", new Set([...planned.values()].map(({ cluster }) => cluster))],
  ] as const) {
    for (const [index, name] of (selector[key] ?? []).entries()) {
      if (!all.has(name))
        issues.push({ path: ["selector", key, index], message: `a ${of} that is known, not ${name}` });
    }
  }
  const isIn = (names: readonly string[] | null, name: string | null) => names === null || names.includes(name ?? "");
  const chosen = places.filter(
    ({ hostname, site, cluster }) =>
      isIn(selector.nodes, hostname) && isIn(selector.sites, site) && isIn(selector.clusters, cluster),
  );
  const nodes: string[] = [];
  const skipped: { id: string; message: string }[] = [];
  for (const { hostname: id } of chosen) {
    const reason = reasonToSkip(records.get(id));
    if (reason === null) nodes.push(id);
    else if (reason === "locked" || selector.nodes !== null) skipped.push({ id, message: reason });
  }
  if (systems !== null) {
    const missing = nodes.filter((id) => !Object.hasOwn(systems, id));
    issues.push(
      ...missing.map((id) => ({ path: ["systems", id], message: "a system for each node that is selected" })),
    );
  }
  if (issues.length === 0 && nodes.length === 0) {
    const left = skipped.map(({ id, message }) => `${id} is ${message}`).join(", ");
    issues.push({
      path: ["selector"],
      message: `a node that is active and not locked${left === "" ? "" : `; ${left}`}`,
    });
  }
  if (issues.length > 0) throw new ApiProblem("invalid", { issues: issues.slice(0, 50) });
  return { nodes, skipped };
}

/** Why a rollout leaves a node alone, before it begins and while it runs; `null` where it does not. */
export function reasonToSkip(record: Pick<NodeRecord, "is_locked" | "state"> | undefined): string | null {
  if (record === undefined) return "gone";
  if (record.state.name !== "Active") return `${record.state.name}, not Active`;
  return record.is_locked ? "locked" : null;
}
