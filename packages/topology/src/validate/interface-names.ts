import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { nearestName, quote } from "../diagnostics/nearest.js";
import type { TopologyInterface } from "../document/interface-schema.js";
import { entriesOf, itemsOf, type Loose, type LooseTopology } from "./loose.js";

type Interfaces = Readonly<Record<string, Loose<TopologyInterface> | undefined>>;

/** A parent or member that no one has written down is a port of the machine, unless it looks like a slip of the hand. */
export function checkInterfaceNames(document: LooseTopology): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [cluster, { nodes }] of entriesOf(document["nix-nos"]?.clusters)) {
    for (const [node, { interfaces = {} }] of entriesOf(nodes)) {
      for (const [name, { parent, members }] of entriesOf(interfaces)) {
        const path: Path = ["nix-nos", "clusters", cluster, "nodes", node, "interfaces", name];
        if (parent !== undefined) diagnostics.push(...slip("NN1217", parent, interfaces, [...path, "parent"]));
        for (const [index, member] of itemsOf(members)) {
          diagnostics.push(...slip("NN1217", member, interfaces, [...path, "members", index]));
        }
      }
    }
  }
  return diagnostics;
}

/** What is wrong with the name of an interface that its node does not write down, and almost does. */
export function slip(
  code: "NN1216" | "NN1217",
  name: string,
  interfaces: Interfaces,
  path: Path,
): readonly Diagnostic[] {
  if (Object.hasOwn(interfaces, name)) return [];
  const meant = Object.entries(interfaces).find(([other, own]) => isSlip(name, other, own?.kind ?? "ethernet"))?.[0];
  if (meant === undefined) return [];
  const message = `The node has no interface ${quote(name)}.`;
  const hint = `Did you mean ${quote(meant)}? If the machine has both, write \`${name}: {}\` under \`interfaces\`.`;
  return [{ code, severity: "error", message, path, hint }];
}

/** Two ports differ by a number, as eth0 and eth1; by letters swapped, or in a name that a person chose, it is a slip. */
function isSlip(name: string, other: string, kind: string): boolean {
  if (name.replace(/\D/g, "") !== other.replace(/\D/g, "")) return false;
  const [own, others] = [name, other].map((text) => text.toLowerCase().replace(/\d/g, ""));
  if (own === undefined || others === undefined || others.length < 3) return false;
  if (sorted(own) === sorted(others)) return true;
  return kind !== "ethernet" && own.length >= 3 && nearestName(own, [others]) !== null;
}

function sorted(text: string): string {
  return [...text].sort().join("");
}
