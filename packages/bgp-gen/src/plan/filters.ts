import { isInside } from "@nix-nos/ipam";
import type { Family, PeerRole, Policy, PolicyMatch, PolicyTerm } from "@nix-nos/topology";
import type { RouteFilter } from "./types.js";

/** What is known of a session before any route comes: by this, static conditions are decided. */
export interface FilterContext {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly family: Family;
  /** Names that a term may know the neighbour by: its peer, its node. */
  readonly neighborNames: readonly string[];
  /** The neighbour's address, or the prefix that its address is in. */
  readonly neighborAddress: string;
  /** Our own side of the relation (RFC 9234). */
  readonly role: PeerRole | null;
}

/**
 * A session's filter in one direction and family: the named policies, without the terms that can never hold there and
 * those that no route reaches. What the daemons' printers get has no static conditions left.
 *
 * @param names - policies in order; one that does not exist was refused before
 * @returns a filter that rejects what no term decided (RFC 8212)
 *
 * @example
 * ```ts
 * import { compileFilter } from "@nix-nos/bgp-gen";
 *
 * const context = {
 *   policies: new Map(), family: "ipv4", neighborNames: ["transit-a"], neighborAddress: "192.0.2.1", role: "customer",
 * } as const;
 * compileFilter([], context); // => { "policies": [], "otherwise": "reject" }
 * ```
 */
export function compileFilter(names: readonly string[], context: FilterContext): RouteFilter {
  const policies: Policy[] = [];
  for (const name of names) {
    const policy = context.policies.get(name);
    if (policy === undefined) continue;
    const compiled = compilePolicy(policy, context);
    if (compiled.terms.length > 0) policies.push(compiled);
    if (decidesAll(compiled)) break;
  }
  return { policies, otherwise: "reject" };
}

/** The same object where nothing has to change: a policy of thousands of terms may serve a thousand sessions. */
function compilePolicy(policy: Policy, context: FilterContext): Policy {
  const terms: PolicyTerm[] = [];
  let isChanged = false;
  for (const term of policy.terms) {
    const match = decide(term.match, context);
    if (match === null) {
      isChanged = true;
      continue;
    }
    if (match !== term.match) isChanged = true;
    terms.push(match === term.match ? term : { ...term, match });
    if (holdsAlways(match)) break;
  }
  return isChanged || terms.length < policy.terms.length ? { ...policy, terms } : policy;
}

/** The match without its static conditions; `null` where one of them does not hold. */
function decide(match: PolicyMatch, context: FilterContext): PolicyMatch | null {
  const { neighbors, roles, family } = match;
  if (neighbors === null && roles === null && family === null) return match;
  if (family !== null && family !== context.family) return null;
  if (roles !== null && (context.role === null || !roles.includes(oppositeRole[context.role]))) return null;
  if (neighbors !== null) {
    const isNamed = neighbors.names.some((name) => context.neighborNames.includes(name));
    if (!isNamed && !neighbors.prefixes.some((prefix) => isInside(context.neighborAddress, prefix))) return null;
  }
  return { ...match, neighbors: null, roles: null, family: null };
}

/** The two sides of a relation (RFC 9234 §3). */
const oppositeRole: Readonly<Record<PeerRole, PeerRole>> = {
  provider: "customer",
  customer: "provider",
  peer: "peer",
  rs: "rs-client",
  "rs-client": "rs",
};

/** Nothing passes on to the policy that follows. */
function decidesAll({ terms }: Policy): boolean {
  const last = terms.at(-1);
  if (last === undefined || !holdsAlways(last.match)) return false;
  return terms.every(({ action }) => action !== "next");
}

function holdsAlways(match: PolicyMatch): boolean {
  return Object.values(match).every((condition) => condition === null);
}
