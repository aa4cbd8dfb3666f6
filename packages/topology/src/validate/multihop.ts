import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import type { Facts } from "./facts.js";
import { itemsOf, type LooseTopology } from "./loose.js";
import { checkReference } from "./nodes.js";

type LooseBgp = NonNullable<NonNullable<NonNullable<LooseTopology["nix-nos"]>["network"]>["bgp"]>;

/**
 * The two ends of a session over several hops are speakers of different ASes, and have one such session.
 *
 * @param speakers - where each member of an AS is listed
 */
export function checkMultihop(
  bgp: LooseBgp,
  bgpPath: Path,
  facts: Facts,
  speakers: ReadonlyMap<string, Path>,
  isWhole: boolean,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const error = (message: string, path: Path, hint: string, first?: Path) => {
    const related = first && [{ message: "the first one", path: first }];
    diagnostics.push({ code: "NN1242", severity: "error", message, path, hint, ...(related && { related }) });
  };
  const seen = new Map<string, Path>();
  for (const [index, { between }] of itemsOf(bgp.multihop)) {
    const path: Path = [...bgpPath, "multihop", index, "between"];
    const ends = itemsOf(between);
    for (const [side, node] of ends) {
      const place: Path = [...path, side];
      diagnostics.push(...checkReference(node, place, facts));
      if (!isWhole || !facts.byName.has(node) || speakers.has(node)) continue;
      error(`${quote(node)} is in no autonomous system.`, place, "List it in `members` of one.");
    }
    const [[, a] = [], [, b] = []] = ends;
    if (a === undefined || b === undefined) continue;
    const key = JSON.stringify([a, b].sort());
    const first = seen.get(key);
    const system = speakers.get(a)?.[4];
    if (a === b) error(`${quote(a)} has no session with itself.`, path, "Name two nodes.");
    else if (first) error(`${quote(a)} and ${quote(b)} stand here twice.`, path, "Remove one.", first);
    else if (system !== undefined && system === speakers.get(b)?.[4]) {
      const message = `${quote(a)} and ${quote(b)} are members of one AS, ${system}.`;
      error(message, path, "Sessions inside an AS are computed from its `ibgp`.");
    }
    if (!first) seen.set(key, path);
  }
  return diagnostics;
}
