import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import type { TopologyBgp } from "../document/bgp-schema.js";
import { parseCommunity } from "../document/community.js";
import { entriesOf, itemsOf, type Loose } from "./loose.js";

type LooseBgp = Loose<TopologyBgp>;

/** The prefix set that every topology has. */
const builtInSet = "bogons";

/** What policies name is there, and every term can be reached. */
export function checkPolicies(bgp: LooseBgp, base: Path): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  if (bgp.prefixSets && Object.hasOwn(bgp.prefixSets, builtInSet)) {
    const message = `The prefix set ${quote(builtInSet)} is built in.`;
    const path = [...base, "prefixSets", builtInSet];
    diagnostics.push({
      code: "NN1228",
      severity: "error",
      message,
      path,
      subject: "key",
      hint: "Give yours another name.",
    });
  }
  const sets = new Set([...Object.keys(bgp.prefixSets ?? {}), builtInSet]);
  for (const [name, terms] of entriesOf(bgp.policies)) {
    const path: Path = [...base, "policies", name];
    let last: Path | null = null;
    for (const [index, term] of itemsOf(terms)) {
      const place: Path = [...path, index];
      if (last !== null) {
        const message = `No route reaches this term of ${quote(name)}: an earlier one holds for every route.`;
        const related = [{ message: "this one holds for every route", path: last }];
        diagnostics.push({ code: "NN1230", severity: "warning", message, path: place, related });
        break;
      }
      const { prefixSet, asPathLength } = term.match ?? {};
      if (prefixSet !== undefined && !sets.has(prefixSet)) {
        const message = `Unknown prefix set ${quote(prefixSet)}.`;
        const hint = didYouMean(prefixSet, sets) ?? "Prefix sets stand under `bgp.prefixSets`.";
        diagnostics.push({ code: "NN1221", severity: "error", message, path: [...place, "match", "prefixSet"], hint });
      }
      const { min, max } = asPathLength ?? {};
      if (min !== undefined && max !== undefined && min > max) {
        const message = `No path is at least ${min} and at most ${max} AS numbers long.`;
        diagnostics.push({ code: "NN1105", severity: "error", message, path: [...place, "match", "asPathLength"] });
      }
      for (const [at, text] of itemsOf(term.set?.addLargeCommunities)) {
        if (parseCommunity(text)?.kind === "large") continue;
        const message = `${quote(text)} is no large community: expected three numbers, as 65000:1:1.`;
        const hint = "`addCommunities` takes communities of any kind.";
        const where = [...place, "set", "addLargeCommunities", at];
        diagnostics.push({ code: "NN1209", severity: "error", message, path: where, hint });
      }
      if (holdsAlways(term.match)) last = place;
    }
  }
  return diagnostics;
}

/** A term whose match was taken out because it is wrong may hold for few routes. */
function holdsAlways(match: object | undefined): boolean {
  return match === undefined || Object.keys(match).length === 0;
}
