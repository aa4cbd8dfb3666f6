import type { Family } from "@nix-nos/topology";
import type { BgpPlan } from "../plan/types.js";
import { describeTerm, type TermText } from "./describe-term.js";

/** What passes one session in one direction, as `nix-nos bgp policies --json` shows it. */
export interface PolicyRow {
  readonly node: string;
  readonly session: string;
  /** Name of the peer; `null` with one of the topology's own nodes. */
  readonly peer: string | null;
  readonly family: Family;
  readonly direction: "import" | "export";
  /** In the order in which a route meets them, without those that can never hold on this session. */
  readonly terms: readonly (TermText & { readonly policy: string })[];
  /** What becomes of a route that no term decided. */
  readonly otherwise: "accept" | "reject";
}

/**
 * The filters of every session that decides anything; between the topology's own nodes everything passes, and those
 * sessions are not in the list.
 *
 * @example
 * ```ts
 * import { policyTable } from "@nix-nos/bgp-gen";
 *
 * policyTable({ speakers: [], speakerByNode: new Map() }); // => []
 * ```
 */
export function policyTable(plan: Pick<BgpPlan, "speakers">): readonly PolicyRow[] {
  return plan.speakers.flatMap(({ node, sessions }) =>
    sessions.flatMap(({ name, peer, channels }) =>
      channels.flatMap((channel) =>
        (["import", "export"] as const).flatMap((direction): PolicyRow[] => {
          const { policies, otherwise } = channel[direction];
          if (policies.length === 0 && otherwise === "accept") return [];
          const terms = policies.flatMap((policy) =>
            policy.terms.map((term) => ({ policy: policy.name, ...describeTerm(term) })),
          );
          return [{ node, session: name, peer, family: channel.family, direction, terms, otherwise }];
        }),
      ),
    ),
  );
}
