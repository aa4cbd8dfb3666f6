import { type BgpPlan, type BgpSpeaker, nodesThatHear } from "@nix-nos/bgp-gen";

/** A prefix of the topology's own, and where it shall be known. */
export interface ExpectedPrefix {
  readonly prefix: string;
  /** Nodes that announce it. */
  readonly origins: readonly string[];
  /** Nodes that shall have a route to it, its origins among them. */
  readonly nodes: ReadonlySet<string>;
}

/** Loopbacks, aggregates and static VIPs: all that BIRD originates by itself. */
export function expectedStatic(plan: BgpPlan): readonly ExpectedPrefix[] {
  return expected(plan, (speaker) =>
    speaker.daemon === "gobgp"
      ? []
      : [
          ...speaker.originated,
          ...speaker.vips.filter(({ announce }) => announce === "static").map(({ prefix }) => prefix),
        ],
  );
}

/** VIPs that are there while something injects them. */
export function expectedHealth(plan: BgpPlan): readonly ExpectedPrefix[] {
  return expected(plan, ({ vips }) => vips.filter(({ announce }) => announce === "health").map(({ prefix }) => prefix));
}

function expected(plan: BgpPlan, prefixesOf: (speaker: BgpSpeaker) => readonly string[]): readonly ExpectedPrefix[] {
  const origins = new Map<string, string[]>();
  for (const speaker of plan.speakers) {
    for (const prefix of new Set(prefixesOf(speaker)))
      origins.set(prefix, [...(origins.get(prefix) ?? []), speaker.node]);
  }
  return [...origins].map(([prefix, nodes]) => ({ prefix, origins: nodes, nodes: nodesThatHear(plan, prefix, nodes) }));
}
