import type { Family } from "@nix-nos/topology";
import { familiesOf } from "./channels.js";
import type { BgpPlan, BgpSession } from "./types.js";

/** One session as `nix-nos bgp sessions --json` shows it. */
export type SessionRow = Pick<
  BgpSession,
  | "node"
  | "daemon"
  | "name"
  | "kind"
  | "localAs"
  | "remoteAs"
  | "localAddress"
  | "remoteAddress"
  | "remoteNode"
  | "routeReflectorClient"
  | "external"
> & { readonly families: readonly Family[] };

/**
 * Every session of a plan, one row per speaker and neighbour.
 *
 * @example
 * ```ts
 * import { sessionTable } from "@nix-nos/bgp-gen";
 *
 * sessionTable({ speakers: [], speakerByNode: new Map() }); // => []
 * ```
 */
export function sessionTable(plan: BgpPlan): readonly SessionRow[] {
  return plan.speakers.flatMap((speaker) =>
    speaker.sessions.map((session) => ({
      node: session.node,
      daemon: session.daemon,
      name: session.name,
      kind: session.kind,
      localAs: session.localAs,
      remoteAs: session.remoteAs,
      localAddress: session.localAddress,
      remoteAddress: session.remoteAddress,
      remoteNode: session.remoteNode,
      routeReflectorClient: session.routeReflectorClient,
      families: familiesOf(session),
      external: session.external,
    })),
  );
}

/** What the cells of {@link sessionCells} are headed with. */
export const sessionColumns: readonly string[] = [
  "node",
  "daemon",
  "session",
  "kind",
  "local",
  "neighbour",
  "AS",
  "node there",
  "families",
  "role",
];

/**
 * A row as people read it, a text for each of {@link sessionColumns}.
 *
 * @example
 * ```ts
 * import { sessionCells } from "@nix-nos/bgp-gen";
 *
 * const ends = { node: "a", daemon: "bird", name: "b", kind: "ibgp", remoteNode: "b", routeReflectorClient: true, external: false } as const;
 * const row = { ...ends, localAs: 65000, remoteAs: 65000, localAddress: "10.0.0.1", remoteAddress: "10.0.0.2", families: ["ipv4"] } as const;
 * sessionCells(row).slice(4); // => ["10.0.0.1 AS65000","10.0.0.2","65000","b","ipv4","reflects to it"]
 * ```
 */
export function sessionCells(row: SessionRow): readonly string[] {
  return [
    row.node,
    row.daemon,
    row.name,
    row.kind,
    `${row.localAddress} AS${row.localAs}`,
    row.remoteAddress,
    String(row.remoteAs),
    row.remoteNode ?? "external",
    row.families.join(" "),
    row.routeReflectorClient ? "reflects to it" : "",
  ];
}
