import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import type { TopologyInterface } from "../document/interface-schema.js";
import { checkAllowances } from "./allowances.js";
import { entriesOf, itemsOf, type Loose, type LooseTopology } from "./loose.js";

type Interfaces = ReadonlyMap<string, Loose<TopologyInterface>>;
type LooseZone = NonNullable<NonNullable<NonNullable<LooseTopology["nix-nos"]>["network"]>["zones"]>[string];

/** Zones are there, have interfaces, and say nothing twice; forwardings lead from one to another. */
export function checkFirewall(document: LooseTopology): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const { zones, forwardings } = document["nix-nos"]?.network ?? {};
  const known = new Set(Object.keys(zones ?? {}));
  const workloads = new Set(
    entriesOf(document["nix-nos"]?.clusters).flatMap(([, cluster]) => Object.keys(cluster.workloads ?? {})),
  );
  const used = new Set<string>();
  const refer = (zone: string, path: Path) => {
    if (known.has(zone)) return;
    const hint = didYouMean(zone, known) ?? "Add it under `network.zones`.";
    diagnostics.push({ code: "NN1340", severity: "error", message: `Unknown zone ${quote(zone)}.`, path, hint });
  };
  for (const [cluster, { nodes }] of entriesOf(document["nix-nos"]?.clusters)) {
    for (const [node, { interfaces }] of entriesOf(nodes)) {
      const entries: Interfaces = new Map(entriesOf(interfaces));
      const masters = mastersOf(entries);
      for (const [name, { zone }] of entries) {
        if (zone === undefined) continue;
        const path: Path = ["nix-nos", "clusters", cluster, "nodes", node, "interfaces", name, "zone"];
        used.add(zone);
        // Without any definition, a zone keeps everything out.
        if (known.size > 0) refer(zone, path);
        checkPlace(name, entries, masters, path, diagnostics);
      }
    }
  }
  checkForwardings(forwardings, refer, diagnostics);
  for (const [name, zone] of entriesOf(zones)) {
    const path: Path = ["nix-nos", "network", "zones", name];
    for (const key of ["allow", "workloads"] as const) {
      if (zone.input !== "accept" || !zone[key]?.length) continue;
      const message = `The zone lets everything in, so \`${key}\` changes nothing.`;
      const hint = `Set \`input: drop\`, or remove \`${key}\`.`;
      diagnostics.push({ code: "NN1345", severity: "warning", message, path: [...path, key], hint });
    }
    if (zone.input !== "accept") diagnostics.push(...checkAllowances(zone.allow, [...path, "allow"]));
    checkWorkloads(zone, path, workloads, diagnostics);
    if (used.has(name)) continue;
    const message = `No interface is in the zone ${quote(name)}.`;
    const hint = `Give an interface \`zone: ${name}\`, or remove the zone.`;
    diagnostics.push({ code: "NN1344", severity: "warning", message, path, hint });
  }
  return diagnostics;
}

/** The bond or bridge that each interface is a port of. */
function mastersOf(entries: Interfaces): ReadonlyMap<string, string> {
  const masters = new Map<string, string>();
  for (const [master, { kind, members }] of entries) {
    if (kind !== "bond" && kind !== "bridge") continue;
    for (const [, member] of itemsOf(members)) if (!masters.has(member)) masters.set(member, master);
  }
  return masters;
}

/** Packets are seen on the bond or bridge, not on its ports; in a VRF, on the members. */
function checkPlace(
  name: string,
  entries: Interfaces,
  masters: ReadonlyMap<string, string>,
  path: Path,
  diagnostics: Diagnostic[],
): void {
  const error = (message: string, hint: string) =>
    diagnostics.push({ code: "NN1342", severity: "error", message, path, hint });
  const own = entries.get(name);
  if (name === "lo") {
    error("The loopback is in no zone: what the node sends to itself is never kept out.", "Remove the key.");
    return;
  }
  if (own?.kind === "vrf") {
    error(`${quote(name)} is a VRF, and its packets come in by its members.`, "Give the members a zone.");
    return;
  }
  const master = masters.get(name);
  if (master === undefined) return;
  const kind = entries.get(master)?.kind;
  const message = `${quote(name)} is a member of the ${kind} ${quote(master)}, by which its packets come in.`;
  error(message, `Give ${quote(master)} the zone.`);
}

function checkForwardings(
  forwardings: NonNullable<NonNullable<LooseTopology["nix-nos"]>["network"]>["forwardings"],
  refer: (zone: string, path: Path) => void,
  diagnostics: Diagnostic[],
): void {
  const firsts = new Map<string, Path>();
  for (const [index, { from, to, allow }] of itemsOf(forwardings)) {
    const path: Path = ["nix-nos", "network", "forwardings", index];
    if (from !== undefined) refer(from, [...path, "from"]);
    if (to !== undefined && to !== from) refer(to, [...path, "to"]);
    if (from === undefined || to === undefined) continue;
    const key = JSON.stringify([from, to]);
    const first = firsts.get(key);
    if (from === to) {
      const message = `The zone ${quote(from)} is forwarded to itself.`;
      const hint = `Between its own interfaces: \`zones.${from}.forward: accept\`.`;
      diagnostics.push({ code: "NN1343", severity: "error", message, path, hint });
    } else if (first !== undefined) {
      const message = `Packets from ${quote(from)} to ${quote(to)} are forwarded twice.`;
      const related = [{ message: "the first one", path: first }];
      const hint = "Put the two together: their `allow` in one list.";
      diagnostics.push({ code: "NN1343", severity: "error", message, path, hint, related });
    } else firsts.set(key, path);
    diagnostics.push(...checkAllowances(allow, [...path, "allow"]));
  }
}

function checkWorkloads(
  zone: Loose<LooseZone & object>,
  path: Path,
  known: ReadonlySet<string>,
  diagnostics: Diagnostic[],
) {
  for (const [index, name] of itemsOf(zone.workloads)) {
    if (known.has(name)) continue;
    const hint = didYouMean(name, known) ?? "Workloads stand under `clusters.<name>.workloads`.";
    const place: Path = [...path, "workloads", index];
    diagnostics.push({
      code: "NN1346",
      severity: "error",
      message: `Unknown workload ${quote(name)}.`,
      path: place,
      hint,
    });
  }
}
