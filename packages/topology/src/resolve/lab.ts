import type { Topology } from "../document/schema.js";
import type { Lab } from "../network/lab.js";
import { canonicalPrefix } from "./canonical-text.js";
import { resolveCommunities } from "./policies.js";
import { sortedEntries } from "./sorted-entries.js";

/** What a lab plays, by name. */
export function resolveLab({ "nix-nos": { lab, network } }: Topology): Lab {
  const peers = sortedEntries(lab?.peers).map(([name, { announce }]) => ({
    name,
    announce: (announce ?? []).map(({ prefix, asPath, communities, med }) => ({
      prefix: canonicalPrefix(prefix),
      asPath: asPath ?? [],
      communities: resolveCommunities(communities ?? [], network?.bgp),
      med: med ?? null,
    })),
  }));
  return { peers };
}
