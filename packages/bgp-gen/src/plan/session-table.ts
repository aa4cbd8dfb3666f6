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
