import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import type { TopologyInterface } from "../document/schema.js";
import { entriesOf, itemsOf, type Loose, type LooseTopology } from "./loose.js";

type LooseInterface = Loose<TopologyInterface>;

/** Each interface has the keys of its kind, one master at the most, and stands on something. */
export function checkInterfaces(document: LooseTopology): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [cluster, { nodes }] of entriesOf(document["nix-nos"]?.clusters)) {
    for (const [node, { interfaces }] of entriesOf(nodes)) {
      const path: Path = ["nix-nos", "clusters", cluster, "nodes", node, "interfaces"];
      const entries = new Map(entriesOf(interfaces));
      for (const [name, own] of entries) checkKeys(own, [...path, name], diagnostics);
      checkMasters(entries, path, diagnostics);
      checkVlans(entries, path, diagnostics);
      checkCycles(entries, path, diagnostics);
    }
  }
  return diagnostics;
}

/** Which of the optional keys each kind has, and which of them it needs. */
const keysOfKind = {
  ethernet: { may: [], must: [] },
  vlan: { may: ["parent", "vlan"], must: ["parent", "vlan"] },
  bond: { may: ["members", "mode"], must: ["members"] },
  bridge: { may: ["members"], must: ["members"] },
} as const satisfies Record<TopologyInterface["kind"], { may: readonly string[]; must: readonly string[] }>;

function checkKeys(own: LooseInterface, path: Path, diagnostics: Diagnostic[]): void {
  const kind = own.kind ?? "ethernet";
  const { may, must }: { may: readonly string[]; must: readonly string[] } = keysOfKind[kind];
  for (const key of must) {
    if (Object.hasOwn(own, key)) continue;
    const message = `The key ${quote(key)} is missing: an interface of kind ${kind} needs it.`;
    diagnostics.push({ code: "NN1102", severity: "error", message, path: [...path, key] });
  }
  for (const key of ["parent", "vlan", "members", "mode"]) {
    if (!Object.hasOwn(own, key) || may.includes(key)) continue;
    const message = `An interface of kind ${kind} has no ${quote(key)}.`;
    const hint =
      own.kind === undefined ? "Say which kind it is, as kind: vlan." : "Remove the key, or change the kind.";
    diagnostics.push({ code: "NN1101", severity: "error", message, path: [...path, key], hint });
  }
}

function checkMasters(entries: ReadonlyMap<string, LooseInterface>, path: Path, diagnostics: Diagnostic[]): void {
  const masters = new Map<string, Path>();
  for (const [name, { members }] of entries) {
    for (const [index, member] of itemsOf(members)) {
      const place: Path = [...path, name, "members", index];
      const first = masters.get(member);
      masters.set(member, first ?? place);
      const enslaved = entries.get(member);
      if (first) {
        const message = `The interface ${quote(member)} is already a member of ${quote(first.at(-3))}.`;
        const related = [{ message: "a member here", path: first }];
        diagnostics.push({ code: "NN1217", severity: "error", message, path: place, related });
      } else if (enslaved?.addresses !== undefined && enslaved.addresses.length > 0) {
        const message = `The interface ${quote(member)} has addresses of its own, so it cannot be a member of ${quote(name)}.`;
        const hint = `Put the addresses on ${quote(name)}.`;
        diagnostics.push({ code: "NN1217", severity: "error", message, path: place, hint });
      }
    }
  }
}

function checkVlans(entries: ReadonlyMap<string, LooseInterface>, path: Path, diagnostics: Diagnostic[]): void {
  const seen = new Map<string, Path>();
  for (const [name, { kind, parent, vlan }] of entries) {
    if (kind !== "vlan" || parent === undefined || vlan === undefined) continue;
    const key = JSON.stringify([parent, vlan]);
    const first = seen.get(key);
    if (first) {
      const message = `The VLAN ${quote(vlan)} stands twice on ${quote(parent)}.`;
      const related = [{ message: "the first one", path: first }];
      diagnostics.push({ code: "NN1219", severity: "error", message, path: [...path, name], related });
    } else seen.set(key, [...path, name]);
  }
}

/** An interface stands on its parent or its members; following them must come to an end. */
function checkCycles(entries: ReadonlyMap<string, LooseInterface>, path: Path, diagnostics: Diagnostic[]): void {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): boolean => {
    if (trail.includes(name)) {
      const cycle = [...trail.slice(trail.indexOf(name)), name].join(" → ");
      const message = `The interface ${quote(name)} stands upon itself: ${cycle}.`;
      diagnostics.push({ code: "NN1217", severity: "error", message, path: [...path, name] });
      return false;
    }
    if (done.has(name)) return true;
    done.add(name);
    const { parent, members } = entries.get(name) ?? {};
    const below = [...(parent === undefined ? [] : [parent]), ...itemsOf(members).map(([, member]) => member)];
    return below.every((next) => visit(next, [...trail, name]));
  };
  for (const name of entries.keys()) visit(name, []);
}
