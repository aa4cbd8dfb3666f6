import type { Community } from "@nix-nos/topology";
import { type IosLine, line, packed, word } from "../ios/document.js";
import { communityText } from "./lists.js";

/** What IOS would read otherwise than it is meant, of communities that one route gets. */
export interface CommunityFault {
  /** Follows "IOS". */
  readonly what: string;
  readonly hint: string;
}

export const internetFault: CommunityFault = {
  what: "reads the community 0:0 as `internet`, which every route has",
  hint: "Use another community",
};

export function isInternet(own: {
  readonly kind: string;
  readonly asn: number | null;
  readonly value?: number | null;
}): boolean {
  return own.kind === "standard" && own.asn === 0 && own.value === 0;
}

/** Why a route cannot get communities; each once. */
export function communityFaults(added: readonly Community[]): readonly CommunityFault[] {
  const origins = new Set(added.filter((own) => own.kind === "extended" && own.type === "ro").map(communityText));
  return [
    ...(added.some(isInternet) ? [internetFault] : []),
    ...(origins.size < 2
      ? []
      : [{ what: "gives a route one `ro` community and no more", hint: `Keep one of ${[...origins].join(", ")}` }]),
  ];
}

/**
 * The lines that give a route communities, by the entry of a route-map that they stand in: of two that say the same word in
 * one entry the second alone is kept, and of two entries that a route passes both add.
 *
 * @param replaces - the route loses the standard and large ones that it had
 */
export function communityEntries(
  communities: readonly Community[],
  replaces: boolean,
): readonly (readonly IosLine[])[] {
  const texts = (kind: Community["kind"], type: string) => {
    const all = communities.filter((own) => own.kind === kind).map(communityText);
    return [...new Set(all)].filter((text) => text.startsWith(type)).map((text) => text.slice(type.length));
  };
  const adding = (head: string, values: readonly string[], replacesFirst: boolean) =>
    packed(values, " ", `${head} … additive`).map((own, index) =>
      replacesFirst && index === 0 ? line`${{ token: head }} ${own}` : line`${{ token: head }} ${own} additive`,
    );
  const rows = [
    adding("set community", texts("standard", ""), replaces),
    adding("set large-community", texts("large", ""), replaces),
    adding("set extcommunity rt", texts("extended", "rt "), false),
    texts("extended", "soo ").map((own) => line`set extcommunity soo ${word(own)}`),
  ];
  const count = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, entry) => rows.flatMap((row) => row.slice(entry, entry + 1)));
}
