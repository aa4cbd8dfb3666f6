import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import type { Facts } from "./facts.js";
import { entriesOf, type LooseTopology } from "./loose.js";

/** Clusters' sites are known, node names are unique, at least one node is there. */
export function checkNodes(document: LooseTopology, facts: Facts): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const sites = Object.keys(document["nix-nos"]?.sites ?? {});
  for (const [cluster, { site }] of entriesOf(document["nix-nos"]?.clusters)) {
    if (site === undefined || sites.includes(site)) continue;
    const hint = didYouMean(site, sites) ?? "Add it under `sites`.";
    const path = ["nix-nos", "clusters", cluster, "site"];
    diagnostics.push({ code: "NN1214", severity: "error", message: `Unknown site ${quote(site)}.`, path, hint });
  }
  for (const entry of facts.written) {
    const first = facts.byName.get(entry.name);
    if (first === undefined || first === entry) continue;
    diagnostics.push({
      code: "NN1207",
      severity: "error",
      message: `The node ${quote(entry.name)} stands in two clusters, ${quote(first.cluster)} and ${quote(entry.cluster)}.`,
      path: entry.path,
      hint: "Give one of them another name.",
      related: [{ message: "the first one", path: first.path }],
    });
  }
  return diagnostics;
}

/** The diagnostic for a reference to a node that is not there. */
export function unknownNode(name: string, path: readonly (string | number)[], facts: Facts): Diagnostic {
  const hint = didYouMean(name, facts.byName.keys()) ?? "Nodes stand under `clusters.<name>.nodes`.";
  return { code: "NN1205", severity: "error", message: `Unknown node ${quote(name)}.`, path, hint };
}
