import { z } from "zod";
import {
  address,
  addressOrPrefix,
  asPath,
  asRange,
  asSetName,
  asSetOrRouteSetName,
  community,
  communityOrName,
  communityPattern,
  irrSource,
  name,
  policyName,
  prefixRange,
} from "./text.js";

/** One, or a list of which any is enough. */
function oneOrMore<Item extends z.ZodType>(item: Item) {
  return z.union([item, z.array(item).min(1)]);
}

const asLetter = z.int().min(1).max(4_294_967_295);
const asNumbers = z.array(z.union([asLetter, asRange])).min(1);

const sources = z
  .array(irrSource)
  .min(1)
  .optional()
  .describe("Registries to believe, the first most; default: all that the asked server has.")
  .meta({ examples: [["RIPE", "ARIN"]] });

/** A set of AS numbers. */
export const asSet = z.union([
  asNumbers,
  z
    .strictObject({
      asSet: oneOrMore(asSetName)
        .describe("The AS-SET whose members are meant, with the members of its members; or several.")
        .meta({ examples: ["AS-EXAMPLE"] }),
      sources,
    })
    .describe("The AS numbers of an AS-SET, for which `nix-nos bgp irr` asks routing registries."),
]);

const role = z.enum(["provider", "customer", "peer", "rs", "rs-client"]);
const rpkiState = z.enum(["valid", "invalid", "unknown"]);

const match = z
  .strictObject({
    prefixSet: oneOrMore(policyName)
      .optional()
      .describe("The route's prefix is in this set, or in any of these; `bogons` is built in.")
      .meta({ examples: ["bogons"] }),
    community: oneOrMore(communityPattern)
      .optional()
      .describe("The route carries this community, or any of these; `*` stands for any last numbers.")
      .meta({ examples: ["64496:666", ["65000:1:*", "customers"]] }),
    asPath: oneOrMore(asPath)
      .optional()
      .describe(
        "The path contains what this regular expression of AS numbers says, or any of these: `.` is any AS, `[64500 64512-65534]` one of several, `^` and `$` are the path's ends.",
      )
      .meta({ examples: ["^64500 (64501|64502)* [64512-65534]$"] }),
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
    originAs: z
      .union([
        asLetter,
        asNumbers,
        z.strictObject({
          set: policyName
            .describe("Name of an entry of `bgp.asSets`, or `bogons`: AS numbers that nobody may announce.")
            .meta({ examples: ["customers"] }),
        }),
      ])
      .optional()
      .describe("The path's last AS number is this one, one of these, or in this set.")
      .meta({ examples: [64500, { set: "customers" }] }),
    nextHop: oneOrMore(addressOrPrefix)
      .optional()
      .describe("The next hop is this address, in this prefix, or any of these.")
      .meta({ examples: ["192.0.2.0/24"] }),
    rpki: oneOrMore(rpkiState)
      .optional()
      .describe("What the RPKI says of the prefix and its origin (RFC 6811).")
      .meta({ examples: ["invalid"] }),
    neighbor: oneOrMore(z.union([addressOrPrefix, name]))
      .optional()
      .describe("The session is with this peer or node, by name, address or prefix, or with any of these.")
      .meta({ examples: ["transit-a", ["192.0.2.1", "leaf01"]] }),
    role: oneOrMore(role)
      .optional()
      .describe("The neighbour's side of the relation, as a customer of ours is `customer` (RFC 9234).")
      .meta({ examples: ["customer"] }),
    family: z
      .enum(["ipv4", "ipv6"])
      .optional()
      .describe("The route's address family.")
      .meta({ examples: ["ipv6"] }),
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
    weight: z
      .int()
      .min(0)
      .max(99)
      .optional()
      .describe("The largest wins on this node, before LOCAL_PREF; no neighbour hears of it. Without it, 0.")
      .meta({ examples: [10] }),
    prepend: z
      .union([
        z.int().min(1).max(32),
        z.strictObject({
          times: z
            .int()
            .min(1)
            .max(32)
            .default(1)
            .describe("How often.")
            .meta({ examples: [2] }),
          as: asLetter
            .optional()
            .describe("Which AS number; default: the own one.")
            .meta({ examples: [64500] }),
        }),
      ])
      .optional()
      .describe("How often the own AS number, or another, is put in front of the path.")
      .meta({ examples: [2] }),
    nextHop: z
      .union([z.enum(["self", "unchanged"]), address])
      .optional()
      .describe(
        "Next hop of the route: an address; to a neighbour also `self`, the own one, or `unchanged`, what the route has.",
      )
      .meta({ examples: ["self"] }),
    replaceCommunities: z
      .array(communityOrName)
      .optional()
      .describe(
        "Communities that the route carries instead of all it had, of every kind; an empty list takes all away.",
      )
      .meta({ examples: [["65000:1001"]] }),
    removeCommunities: z
      .array(communityPattern)
      .optional()
      .describe("Communities to take away, of any kind; `*` stands for any last numbers.")
      .meta({ examples: [["64496:666", "65000:*"]] }),
    addCommunities: z
      .array(communityOrName)
      .optional()
      .describe("Communities to add, of any kind.")
      .meta({ examples: [["65000:1001"]] }),
    addLargeCommunities: z
      .array(community)
      .optional()
      .describe("Large communities to add (RFC 8092).")
      .meta({ examples: [["65000:1:1"]] }),
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

function lengths(ipv4: number, ipv6: number) {
  return z.strictObject({
    ipv4: z
      .int()
      .min(1)
      .max(32)
      .optional()
      .describe("Bits, for IPv4.")
      .meta({ examples: [ipv4] }),
    ipv6: z
      .int()
      .min(1)
      .max(128)
      .optional()
      .describe("Bits, for IPv6.")
      .meta({ examples: [ipv6] }),
  });
}

/** A set of prefixes. */
export const prefixSet = z.union([
  z.array(prefixRange),
  z
    .strictObject({
      asSet: oneOrMore(asSetOrRouteSetName)
        .describe("The AS-SET or route-set whose registered prefixes are meant, or several.")
        .meta({ examples: ["AS-EXAMPLE", ["AS-EXAMPLE", "AS64500"]] }),
      sources,
      maxLength: lengths(24, 48).optional().describe("Registered prefixes that are longer are left out."),
      moreSpecifics: lengths(24, 48)
        .optional()
        .describe("What is inside a registered prefix belongs to the set too, up to this length."),
    })
    .describe("The registered prefixes of an AS-SET, for which `nix-nos bgp irr` asks routing registries."),
]);

export type TopologyPolicyTerm = z.output<typeof term>;
