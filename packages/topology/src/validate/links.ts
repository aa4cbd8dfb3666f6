import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { parseLinkEnd } from "../document/text.js";
import type { Facts } from "./facts.js";
import { slip } from "./interface-names.js";
import { itemsOf, type LooseTopology } from "./loose.js";
import { checkReference } from "./nodes.js";

/** Each end of a cable is an interface of a known node that holds no other cable and can carry addresses. */
export function checkLinks(document: LooseTopology, facts: Facts): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const taken = new Map<string, Path>();
  const masters = new Map<string, ReadonlyMap<string, Path>>();
  for (const [index, { between, pool, addresses, unnumbered }] of itemsOf(document["nix-nos"]?.network?.links)) {
    const path: Path = ["nix-nos", "network", "links", index];
    const names = itemsOf(between).map(([, text]) => parseLinkEnd(text)?.node);
    if (names.length === 2 && names[0] !== undefined && names[0] === names[1]) {
      const message = `The link joins ${quote(names[0])} to itself.`;
      diagnostics.push({ code: "NN1216", severity: "error", message, path: [...path, "between"] });
    }
    if (pool !== undefined && addresses !== undefined) {
      const message = "A link has addresses of its own or takes them from a pool, not both.";
      diagnostics.push({ code: "NN1216", severity: "error", message, path: [...path, "pool"], hint: "Remove one." });
    }
    const numbered = pool !== undefined ? "pool" : addresses !== undefined ? "addresses" : null;
    if (unnumbered && numbered !== null) {
      const message = `An unnumbered link has link-local addresses alone, and this one has \`${numbered}\`.`;
      diagnostics.push({ code: "NN1216", severity: "error", message, path: [...path, numbered], hint: "Remove one." });
    }
    for (const [side, text] of itemsOf(between)) {
      const end = parseLinkEnd(text);
      if (!end) continue;
      const place: Path = [...path, "between", side];
      diagnostics.push(...checkReference(end.node, place, facts));
      diagnostics.push(...slip("NN1216", end.interface, facts.byName.get(end.node)?.node.interfaces ?? {}, place));
      const first = taken.get(text);
      if (first) {
        const message = `The interface ${quote(text)} holds two cables.`;
        const related = [{ message: "the other one", path: first }];
        diagnostics.push({ code: "NN1216", severity: "error", message, path: place, related });
      } else taken.set(text, place);
      const kind =
        end.interface === "lo" ? "loopback" : facts.byName.get(end.node)?.node.interfaces?.[end.interface]?.kind;
      if (kind !== undefined && cableless.has(kind)) {
        const message = `No cable ends in ${quote(text)}, which is a ${kind}.`;
        const hint = "Name the interface that the cable is plugged into.";
        diagnostics.push({ code: "NN1216", severity: "error", message, path: place, hint });
      }
      const master = mastersOf(end.node, facts, masters).get(end.interface);
      if (master) {
        const message = `The interface ${quote(text)} is a member of ${quote(master.at(-3))}, so it cannot be a link's end.`;
        const hint = `Name ${quote(`${end.node}:${master.at(-3)}`)} instead.`;
        const related = [{ message: "a member here", path: master }];
        diagnostics.push({ code: "NN1216", severity: "error", message, path: place, hint, related });
      }
    }
  }
  return diagnostics;
}

/** Kinds of interface that exist in the machine alone. */
const cableless: ReadonlySet<string> = new Set(["loopback", "dummy", "vrf", "vxlan", "wireguard"]);

/** Where each member interface of a node is listed; gathered once a node. */
function mastersOf(
  node: string,
  facts: Facts,
  cache: Map<string, ReadonlyMap<string, Path>>,
): ReadonlyMap<string, Path> {
  const known = cache.get(node);
  if (known) return known;
  const masters = new Map<string, Path>();
  const written = facts.byName.get(node);
  for (const [name, own] of Object.entries(written?.node.interfaces ?? {})) {
    for (const [index, member] of itemsOf(own?.members)) {
      masters.set(member, [...(written?.path ?? []), "interfaces", name, "members", index]);
    }
  }
  cache.set(node, masters);
  return masters;
}
