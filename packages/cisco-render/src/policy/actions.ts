import { familyOf } from "@nix-nos/ipam";
import type { CommunityPattern, NextHopAction, PolicyTerm } from "@nix-nos/topology";
import { type IosLine, line, word } from "../ios/document.js";
import { communityEntries, communityFaults, internetFault, isInternet } from "./communities.js";
import { discardAddress } from "./discard.js";
import { type CommunityKind, communityWords } from "./lists.js";
import type { RouteState } from "./state.js";
import type { MatchPlace } from "./ways.js";

export interface ActionPlace extends MatchPlace {
  readonly direction: "import" | "export";
  readonly kind: "ibgp" | "ebgp";
  readonly localAs: number;
  /** The node's own end of the session. */
  readonly localAddress: string;
}

/** IOS takes so many AS numbers to prepend. */
const mostPrepended = 10;

/**
 * What a term changes, as IOS's `set` lines in the order in which they work: of communities, what is taken away first. The
 * first row is the entry's own; what is in further rows has to stand in entries that the route passes behind it.
 */
export function setLines(
  term: PolicyTerm,
  state: RouteState,
  place: ActionPlace,
  name: string,
): readonly [first: readonly IosLine[], ...further: (readonly IosLine[])[]] {
  const { set } = term;
  const { refuse } = place;
  const lines: IosLine[] = [];
  if (set.localPref !== null) lines.push(line`set local-preference ${set.localPref}`);
  if (set.med !== null) lines.push(line`set metric ${set.med}`);
  if (set.weight !== null) lines.push(line`set weight ${set.weight}`);
  if (set.prepend !== null) {
    const { times, as } = set.prepend;
    if (times > mostPrepended)
      refuse(
        term,
        `puts at most ${mostPrepended} AS numbers in front of a path`,
        `Write \`prepend: ${mostPrepended}\``,
      );
    const numbers = Array.from({ length: Math.min(times, mostPrepended) }, () => as ?? place.localAs);
    lines.push(line`set as-path prepend ${{ token: numbers.join(" ") }}`);
  }
  if (set.nextHop !== null) lines.push(...hopLines(set.nextHop, term, state, place));
  lines.push(...lostCommunities(term, place, name));
  const added = [...(set.replaceCommunities ?? []), ...set.addCommunities];
  for (const { what, hint } of communityFaults(added)) refuse(term, what, hint);
  const [own = [], ...further] = communityEntries(added, set.replaceCommunities !== null);
  return [[...lines, ...own], ...further];
}

/** The next hop that a term gives the route; `null` leaves it. */
export function newNextHop(action: NextHopAction | null, { localAddress, family }: ActionPlace): string | null {
  if (action?.kind === "address") return action.address;
  if (action?.kind === "discard") return discardAddress[family];
  return action?.kind === "self" ? localAddress : null;
}

/** Makes an address the next hop. */
export function hopLine(address: string): IosLine {
  return familyOf(address) === "ipv4"
    ? line`set ip next-hop ${word(address)}`
    : line`set ipv6 next-hop ${word(address)}`;
}

function hopLines(
  action: NextHopAction,
  term: PolicyTerm,
  { nextHop }: RouteState,
  { direction, kind, family, localAddress, refuse }: ActionPlace,
): readonly IosLine[] {
  switch (action.kind) {
    case "address":
      if (familyOf(action.address) === family) return [hopLine(action.address)];
      refuse(term, "has next hops of the route's own family alone", "Write an address of that family");
      return [];
    case "self":
      if (direction === "import")
        refuse(term, "drops a route whose next hop it is itself", "Set `nextHop` where the route goes out");
      else if (familyOf(localAddress) !== family)
        refuse(term, "has no address of the family in the session", "Write the address as `nextHop`");
      return familyOf(localAddress) === family ? [hopLine(localAddress)] : [];
    case "unchanged":
      // What comes in has the next hop that it has, and so has what an own policy gave one.
      if (direction === "import" || nextHop !== null || kind === "ibgp") return [];
      if (family === "ipv4") return [line`set ip next-hop unchanged`];
      refuse(term, "leaves the next hop of an IPv6 route to another AS to no policy", "Write the address as `nextHop`");
      return [];
    case "discard":
      return [hopLine(discardAddress[family])];
  }
}

/** What a route loses; those that others take the place of go with the line that gives these. */
function lostCommunities(term: PolicyTerm, { lists, refuse }: ActionPlace, name: string) {
  const { replaceCommunities, removeCommunities, addCommunities } = term.set;
  const removal = (of: CommunityKind, wanted: string, patterns: readonly CommunityPattern[]) => {
    const list = lists.communities(of, wanted, patterns);
    return line`set ${{ token: communityWords[of].remove }} ${word(list)} delete`;
  };
  if (removeCommunities.some(isInternet)) refuse(term, internetFault.what, internetFault.hint);
  return (Object.keys(communityWords) as readonly CommunityKind[]).flatMap((kind) => {
    const gone = removeCommunities.filter((own) => own.kind === kind);
    const isGiven = [...(replaceCommunities ?? []), ...addCommunities].some((own) => own.kind === kind);
    const replaces = replaceCommunities !== null;
    return [
      // IOS has a word for none of two kinds, and for the third a list of them all.
      ...(replaces && kind === "extended" ? [removal(kind, "every-extcommunity", everyExtended)] : []),
      ...(gone.length > 0 ? [removal(kind, `${name}-gone`, gone)] : []),
      ...(replaces && kind !== "extended" && !isGiven ? [line`set ${{ token: communityWords[kind].match }} none`] : []),
    ];
  });
}

const everyExtended: readonly CommunityPattern[] = [
  { kind: "extended", type: "rt", asn: null, value: null },
  { kind: "extended", type: "ro", asn: null, value: null },
];
