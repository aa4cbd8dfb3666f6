import { z } from "zod";
import { community, policyName, prefixRange } from "./text.js";

const match = z
  .strictObject({
    prefixSet: policyName
      .optional()
      .describe("The route's prefix is in this set; `bogons` is built in.")
      .meta({ examples: ["bogons"] }),
    community: community
      .optional()
      .describe("The route carries this community.")
      .meta({ examples: ["64496:666"] }),
    asPathLength: z
      .strictObject({
        min: z
          .int()
          .min(0)
          .max(255)
          .optional()
          .describe("AS numbers at least.")
          .meta({ examples: [60] }),
        max: z
          .int()
          .min(0)
          .max(255)
          .optional()
          .describe("AS numbers at most.")
          .meta({ examples: [20] }),
      })
      .optional()
      .describe("How many AS numbers the route's path has, prepended ones counted."),
  })
  .describe("What a route must be for the term to hold: all of it; without it, every route.");

const set = z
  .strictObject({
    localPref: z
      .int()
      .min(0)
      .max(4_294_967_295)
      .optional()
      .describe("LOCAL_PREF: the highest wins inside the AS (RFC 4271 §5.1.5); 100 is usual.")
      .meta({ examples: [100] }),
    med: z
      .int()
      .min(0)
      .max(4_294_967_295)
      .optional()
      .describe("MULTI_EXIT_DISC: among routes of one neighbouring AS the lowest wins (RFC 4271 §5.1.4).")
      .meta({ examples: [50] }),
    prepend: z
      .int()
      .min(1)
      .max(32)
      .optional()
      .describe("How often the own AS number is put in front of the path.")
      .meta({ examples: [2] }),
    addCommunities: z
      .array(community)
      .optional()
      .describe("Communities to add, of any kind.")
      .meta({ examples: [["65000:1001"]] }),
    addLargeCommunities: z
      .array(community)
      .optional()
      .describe("Large communities to add (RFC 8092).")
      .meta({ examples: [["65000:1:1"]] }),
    removeCommunities: z
      .array(community)
      .optional()
      .describe("Communities to take away, of any kind.")
      .meta({ examples: [["64496:666"]] }),
  })
  .describe("What the term changes in a route that it holds for.");

const term = z
  .strictObject({
    match: match.optional(),
    set: set.optional(),
    then: z
      .enum(["accept", "reject", "next"])
      .describe("What becomes of the route: it is taken, it is dropped, or the next policy decides.")
      .meta({ examples: ["accept"] }),
  })
  .describe("One step of a policy.");

/** Terms in order: the first whose match holds decides. */
export const policy = z
  .array(term)
  .describe("Terms in order; the first whose match holds decides. No match falls to the next policy, then reject.");

export const prefixSet = z
  .array(prefixRange)
  .describe("Prefixes; `+` means everything inside as well, `{24,28}` what is inside and has such a length.")
  .meta({ examples: [["203.0.113.0/24+", "2001:db8::/32{32,48}"]] });

export type TopologyPolicyTerm = z.output<typeof term>;
