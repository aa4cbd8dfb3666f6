import { compareAddress, parseAddress } from "@nix-nos/ipam";
import { birdPreference } from "../plan/bird-preference.js";
import type { BgpSpeaker } from "../plan/types.js";
import type { HeldRoute } from "./held-route.js";

/** The route that the speaker uses; of several as good, always the same one. */
export function bestOf(routes: readonly HeldRoute[], speaker: BgpSpeaker | undefined): HeldRoute | null {
  if (speaker === undefined) return null;
  const [first = null, ...others] = routes;
  const isBetter = (a: HeldRoute, b: HeldRoute) =>
    (compareRoutes(a, b, speaker) ||
      compareAddresses(a.sender?.address ?? "", b.sender?.address ?? "") ||
      (a.way.join() < b.way.join() ? -1 : 1)) < 0;
  return others.reduce<HeldRoute | null>(
    (chosen, other) => (chosen && isBetter(chosen, other) ? chosen : other),
    first,
  );
}

/**
 * The steps of RFC 4271 §9.1.2.2 and RFC 4456 §9, as far as a plan knows what they ask for: not how far next hops are, nor
 * identifiers of neighbours outside.
 */
export function compareRoutes(a: HeldRoute, b: HeldRoute, { daemon }: BgpSpeaker): number {
  const isOutside = ({ learnt }: HeldRoute) => learnt === "ebgp";
  const neighbours = [a, b].map(({ originator, sender }) => originator ?? sender?.routerId ?? null);
  const [idOfA = null, idOfB = null] = neighbours;
  const steps = [
    preferenceOf(b, daemon) - preferenceOf(a, daemon),
    (b.route.localPref ?? 100) - (a.route.localPref ?? 100),
    // Where nothing comes before BGP, its own rules still do not send an own route elsewhere.
    Number(b.learnt === "own") - Number(a.learnt === "own"),
    a.route.asPath.length - b.route.asPath.length,
    a.route.asPath[0] === b.route.asPath[0] ? (a.route.med ?? 0) - (b.route.med ?? 0) : 0,
    Number(isOutside(b)) - Number(isOutside(a)),
  ];
  const decided = steps.find((step) => step !== 0);
  if (decided !== undefined) return decided;
  // GoBGP keeps the older of two from outside.
  if (daemon === "gobgp" && isOutside(a) && isOutside(b)) return 0;
  if (idOfA === null || idOfB === null) return 0;
  return (
    numberOf(idOfA) - numberOf(idOfB) ||
    a.clusters.length - b.clusters.length ||
    compareAddresses(a.sender?.address ?? "", b.sender?.address ?? "")
  );
}

function preferenceOf({ learnt, route }: HeldRoute, daemon: BgpSpeaker["daemon"]): number {
  if (daemon === "gobgp") return 0;
  // What IOS originates has a weight of its own.
  return learnt === "own" ? birdPreference.own : birdPreference.bgp + route.weight;
}

/** A BGP identifier is compared as the number that its four are written for. */
function numberOf(routerId: string): number {
  return routerId.split(".").reduce((total, part) => total * 256 + Number(part), 0);
}

function compareAddresses(a: string, b: string): number {
  const [left, right] = [parseAddress(a), parseAddress(b)];
  return left && right ? compareAddress(left, right) : 0;
}
