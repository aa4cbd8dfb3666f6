import type { Community, OptionValue, PolicyActions } from "@nix-nos/topology";
import { communityMatches, withCommunities } from "../explain/communities.js";
import { actionText, communityAction, communityKinds, communityRegex } from "./communities.js";

type Part = { readonly [key: string]: OptionValue };

/** Every community of a kind. Of extended ones GoBGP leaves an empty attribute (RFC 7606: malformed), so the plan refuses it. */
const anyOf = {
  standard: [communityRegex({ kind: "standard", asn: null, value: null })],
  large: [communityRegex({ kind: "large", asn: null, data1: null, data2: null }, true)],
} as const;

/**
 * What a term changes, as the actions of one statement after the other: a statement does one thing to each kind of
 * community, so what takes some away and adds others needs two.
 *
 * @param added - communities that are added besides the term's own
 * @param kept - communities that stay also where the term replaces all
 */
export function actionSteps(
  set: PolicyActions,
  localAs: number,
  added: readonly Community[] = [],
  kept: readonly Community[] = [],
): readonly [Part] | readonly [Part, Part] {
  const first: Part[] = [];
  const second: Part[] = [];
  if (set.localPref !== null) first.push({ "set-local-pref": set.localPref });
  if (set.med !== null) first.push({ "set-med": String(set.med) });
  if (set.prepend !== null && set.prepend.times > 0)
    first.push({ "set-as-path-prepend": { "repeat-n": set.prepend.times, as: String(set.prepend.as ?? localAs) } });
  if (set.nextHop !== null) {
    const { nextHop } = set;
    // Nothing else to say for `discard`: the plan refuses it.
    first.push({ "set-next-hop": nextHop.kind === "address" ? nextHop.address : nextHop.kind });
  }
  const additions = [...set.addCommunities, ...added];
  for (const kind of communityKinds) {
    const wanted = additions.filter((community) => community.kind === kind);
    if (set.replaceCommunities !== null) {
      const replacing = [...set.replaceCommunities, ...kept].filter(
        (community) =>
          community.kind === kind && !set.removeCommunities.some((pattern) => communityMatches(community, pattern)),
      );
      const all = withCommunities(withCommunities([], replacing), wanted).map(actionText);
      if (all.length > 0) first.push(communityAction(kind, "replace", all));
      // With an empty list GoBGP replaces nothing.
      else if (kind !== "extended") first.push(communityAction(kind, "remove", anyOf[kind]));
      continue;
    }
    const removed = set.removeCommunities.filter((pattern) => pattern.kind === kind);
    if (removed.length > 0)
      first.push(
        communityAction(
          kind,
          "remove",
          removed.map((pattern) => communityRegex(pattern, true)),
        ),
      );
    if (wanted.length > 0)
      (removed.length > 0 ? second : first).push(communityAction(kind, "add", wanted.map(actionText)));
  }
  const merged = (parts: readonly Part[]): Part => Object.assign({}, ...parts);
  return second.length === 0 ? [merged(first)] : [merged(first), merged(second)];
}
