import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import type { TopologyBgp } from "../document/bgp-schema.js";
import type { Facts } from "./facts.js";
import { entriesOf, itemsOf, type Loose } from "./loose.js";
import { checkReference } from "./nodes.js";

/** Who stands in an order of preference announces the VIPs, and stands there once. */
export function checkStandby(
  bgp: Loose<TopologyBgp>,
  base: Path,
  facts: Facts,
  speakers: ReadonlyMap<string, Path>,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [name, { nodes, standby }] of entriesOf(bgp.vipAdvertisements)) {
    // A damaged list may well have named who is missing from it.
    if (standby === undefined || nodes?.includes(undefined)) continue;
    const announcers = new Set(nodes ?? facts.nodesByService.get(name) ?? speakers.keys());
    const seen = new Map<string, Path>();
    for (const [index, node] of itemsOf(standby.order)) {
      const path: Path = [...base, "vipAdvertisements", name, "standby", "order", index];
      diagnostics.push(...checkReference(node, path, facts));
      if (!facts.byName.has(node)) continue;
      const first = seen.get(node);
      if (first) {
        const message = `${quote(node)} stands in the order twice.`;
        const related = [{ message: "it stands here already", path: first }];
        diagnostics.push({ code: "NN1240", severity: "error", message, path, hint: "Remove one.", related });
      } else if (!announcers.has(node)) {
        const message = `${quote(node)} does not announce ${quote(name)}, so it has no place in its order.`;
        const hint = `Announcers: ${[...announcers].join(", ")}.`;
        diagnostics.push({ code: "NN1240", severity: "error", message, path, hint });
      }
      seen.set(node, path);
    }
  }
  return diagnostics;
}
