import { formatPrefix, parsePrefix } from "@nix-nos/ipam";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import { entriesOf, itemsOf, type LooseTopology } from "./loose.js";
import { checkCommunityNames } from "./policies.js";

/** Whom a lab plays is a peer of the topology, and announces each prefix once. */
export function checkLab(document: LooseTopology): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const { lab, network } = document["nix-nos"] ?? {};
  const known = Object.keys(network?.bgp?.peers ?? {});
  const communities = new Set(Object.keys(network?.bgp?.communities ?? {}));
  const fault = (message: string, path: Path, hint: string, first?: Path) => {
    const related = first && [{ message: "the first one", path: first }];
    diagnostics.push({ code: "NN1270", severity: "error", message, path, hint, ...(related && { related }) });
  };
  for (const [name, { announce }] of entriesOf(lab?.peers)) {
    const path: Path = ["nix-nos", "lab", "peers", name];
    if (!known.includes(name)) {
      const hint = didYouMean(name, known) ?? "Neighbours outside stand under `bgp.peers`.";
      fault(`The lab plays ${quote(name)}, which is no peer of the topology.`, path, hint);
    }
    const announced = new Map<string, Path>();
    for (const [index, { prefix, communities: carried }] of itemsOf(announce)) {
      const place: Path = [...path, "announce", index];
      diagnostics.push(...checkCommunityNames(carried, [...place, "communities"], { communities }));
      const parsed = prefix === undefined ? null : parsePrefix(prefix);
      if (parsed === null) continue;
      const key = formatPrefix(parsed);
      const first = announced.get(key);
      if (first) fault(`${quote(name)} announces ${key} twice.`, [...place, "prefix"], "Remove one.", first);
      else announced.set(key, [...place, "prefix"]);
    }
  }
  return diagnostics;
}
