import { daemonName } from "../plan/names.js";
import type { BgpSpeaker } from "../plan/types.js";
import { roaTable } from "./conditions.js";
import { type BirdItem, blank, block, ip, statement, symbol } from "./document.js";

/** The caches that fill the tables of ROAs; without one that answers, every route is unknown. */
export function rpkiProtocols({ rpkiCaches }: Pick<BgpSpeaker, "rpkiCaches">): readonly BirdItem[] {
  return rpkiCaches.flatMap((cache) => [
    blank,
    block`protocol rpki ${symbol(daemonName("rpki", [cache.name]))}`([
      block`roa4`([statement`table ${roaTable("ipv4")}`], true),
      block`roa6`([statement`table ${roaTable("ipv6")}`], true),
      statement`remote ${ip(cache.address)} port ${cache.port}`,
      ...(cache.refresh === null ? [] : [statement`refresh keep ${cache.refresh}`]),
    ]),
  ]);
}
