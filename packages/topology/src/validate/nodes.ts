import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import type { Facts, WrittenNode } from "./facts.js";
import { entriesOf, type LooseTopology } from "./loose.js";

/** Clusters' sites are known, and node names are unique. */
export function checkNodes(document: LooseTopology, facts: Facts): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const sites = Object.keys(document["nix-nos"]?.sites ?? {});
  for (const [cluster, { site }] of entriesOf(document["nix-nos"]?.clusters)) {
    if (site === undefined || sites.includes(site)) continue;
    const hint = didYouMean(site, sites) ?? "Add it under `sites`.";
    const path = ["nix-nos", "clusters", cluster, "site"];
    diagnostics.push({ code: "NN1214", severity: "error", message: `Unknown site ${quote(site)}.`, path, hint });
  }
  // Host names are alike in any case (RFC 4343), and so are file names on some systems.
  const firsts = new Map<string, WrittenNode>();
  for (const entry of facts.written) {
    const key = entry.name.toLowerCase();
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, entry);
    else diagnostics.push(twice(first, entry));
  }
  return diagnostics;
}

function twice(first: WrittenNode, second: WrittenNode): Diagnostic {
  const message =
    first.name === second.name
      ? `The node ${quote(second.name)} stands in two clusters, ${quote(first.cluster)} and ${quote(second.cluster)}.`
      : `The nodes ${quote(first.name)} and ${quote(second.name)} have the same host name but for upper and lower case.`;
  return {
    code: "NN1207",
    severity: "error",
    message,
    path: second.path,
    hint: "Give one of them another name.",
    related: [{ message: "the first one", path: first.path }],
  };
}

/** What is wrong with a reference to a node: nothing, or that it is not there. */
export function checkReference(name: string, path: Path, facts: Facts): readonly Diagnostic[] {
  if (facts.byName.has(name) || !facts.isWhole) return [];
  const hint = didYouMean(name, facts.byName.keys()) ?? "Nodes stand under `clusters.<name>.nodes`.";
  return [{ code: "NN1205", severity: "error", message: `Unknown node ${quote(name)}.`, path, hint }];
}
