import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { bondKeys, bridgeKeys } from "../document/interface-link-schema.js";
import type { TopologyInterface } from "../document/interface-schema.js";
import { vxlanHeaders } from "../network/vxlan-headers.js";
import { entriesOf, itemsOf, type Loose, type LooseTopology } from "./loose.js";

type LooseInterface = Loose<TopologyInterface>;

/** Each interface has the keys of its kind, one master at the most, and stands on something. */
export function checkInterfaces(document: LooseTopology): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const vlans = entriesOf(document["nix-nos"]?.network?.vlans);
  const vlanIds = new Map(vlans.map(([name, { id }]) => [name, id]));
  const vlanMtus = new Map(vlans.map(([name, { mtu }]) => [name, mtu]));
  for (const [cluster, { nodes }] of entriesOf(document["nix-nos"]?.clusters)) {
    for (const [node, { interfaces }] of entriesOf(nodes)) {
      const path: Path = ["nix-nos", "clusters", cluster, "nodes", node, "interfaces"];
      const entries = new Map(entriesOf(interfaces));
      for (const [name, own] of entries) {
        checkKeys(own, [...path, name], diagnostics);
        checkValues(name, own, [...path, name], diagnostics);
        checkMtu(name, entries, vlanMtus, path, diagnostics);
      }
      checkMasters(entries, path, diagnostics);
      checkVlans(entries, vlanIds, path, diagnostics);
      checkCycles(entries, path, diagnostics);
    }
  }
  return diagnostics;
}

/** Which of the optional keys each kind has, and which of them it needs. */
const keysOfKind: Readonly<Record<TopologyInterface["kind"], { may: readonly string[]; must: readonly string[] }>> = {
  ethernet: { may: ["match"], must: [] },
  vlan: { may: ["parent", "vlan"], must: ["parent", "vlan"] },
  bond: { may: ["members", ...Object.keys(bondKeys)], must: ["members"] },
  bridge: { may: ["members", ...Object.keys(bridgeKeys)], must: ["members"] },
  vxlan: { may: ["vni", "local", "remotes", "port", "parent"], must: ["vni"] },
  wireguard: { may: ["privateKeyFile", "port", "peers"], must: ["privateKeyFile"] },
  dummy: { may: [], must: [] },
  vrf: { may: ["table", "members"], must: ["table"] },
};

const optionalKeys = [...new Set(Object.values(keysOfKind).flatMap(({ may }) => may))];

function checkKeys(own: LooseInterface, path: Path, diagnostics: Diagnostic[]): void {
  const kind = own.kind ?? "ethernet";
  // A kind that is wrong was taken out: its keys cannot be judged.
  if (Object.hasOwn(own, "kind") && own.kind === undefined) return;
  const { may, must } = keysOfKind[kind];
  for (const key of must) {
    if (Object.hasOwn(own, key)) continue;
    const message = `The key ${quote(key)} is missing: an interface of kind ${kind} needs it.`;
    diagnostics.push({ code: "NN1102", severity: "error", message, path: [...path, key] });
  }
  for (const key of optionalKeys) {
    if (!Object.hasOwn(own, key) || may.includes(key)) continue;
    const kinds = Object.entries(keysOfKind).flatMap(([name, keys]) => (keys.may.includes(key) ? [name] : []));
    const message = `An interface of kind ${kind} has no ${quote(key)}.`;
    const hint =
      own.kind === undefined
        ? `Say which kind it is, as kind: ${kinds[0]}.`
        : `Only ${kinds.join(" and ")} ${kinds.length === 1 ? "has" : "have"} it: remove the key, or change the kind.`;
    diagnostics.push({ code: "NN1101", severity: "error", message, path: [...path, key], hint });
  }
}

/** What the system keeps for itself, and what IPv6 needs. */
function checkValues(name: string, own: LooseInterface, path: Path, diagnostics: Diagnostic[]): void {
  const error = (code: string, message: string, place: Path, hint: string) =>
    diagnostics.push({ code, severity: "error", message, path: place, hint });
  if (name === "lo" && own.kind !== undefined && own.kind !== "ethernet") {
    error("NN1217", 'The interface "lo" is the loopback.', path, "Give the interface another name.");
  }
  if (own.table !== undefined && own.table >= 253 && own.table <= 255) {
    const hint = "253 to 255 are the tables default, main and local; take another number.";
    error("NN1105", `The routing table ${own.table} is the system's own.`, [...path, "table"], hint);
  }
  const addresses: readonly (string | undefined)[] = Array.isArray(own.addresses) ? own.addresses : [];
  if (own.mtu !== undefined && own.mtu < leastIPv6Mtu && addresses.some((text) => text?.includes(":"))) {
    const message = `An interface with an IPv6 address needs an MTU of at least ${leastIPv6Mtu} (RFC 8200), found ${own.mtu}.`;
    error("NN1105", message, [...path, "mtu"], "Raise the MTU, or take the IPv6 address away.");
  }
}

const leastIPv6Mtu = 1280;

function checkMasters(entries: ReadonlyMap<string, LooseInterface>, path: Path, diagnostics: Diagnostic[]): void {
  const masters = new Map<string, Path>();
  for (const [name, { kind, members }] of entries) {
    for (const [index, member] of itemsOf(members)) {
      const place: Path = [...path, name, "members", index];
      const first = masters.get(member);
      masters.set(member, first ?? place);
      const enslaved = entries.get(member);
      if (first) {
        const message = `The interface ${quote(member)} is already a member of ${quote(first.at(-3))}.`;
        const related = [{ message: "a member here", path: first }];
        diagnostics.push({ code: "NN1217", severity: "error", message, path: place, related });
      } else if (kind !== "vrf" && enslaved?.addresses !== undefined && enslaved.addresses.length > 0) {
        const message = `The interface ${quote(member)} has addresses of its own, so it cannot be a member of ${quote(name)}.`;
        const hint = `Put the addresses on ${quote(name)}.`;
        diagnostics.push({ code: "NN1217", severity: "error", message, path: place, hint });
      }
    }
  }
}

function checkVlans(
  entries: ReadonlyMap<string, LooseInterface>,
  vlanIds: ReadonlyMap<string, number | undefined>,
  path: Path,
  diagnostics: Diagnostic[],
): void {
  const seen = new Map<string, Path>();
  for (const [name, { kind, parent, vlan }] of entries) {
    if (kind !== "vlan" || parent === undefined || vlan === undefined) continue;
    // Two names may have one id, and on the cable the id is all there is.
    const id = vlanIds.get(vlan);
    const key = JSON.stringify([parent, id ?? vlan]);
    const first = seen.get(key);
    if (first) {
      const message = `The VLAN ${quote(vlan)}${id === undefined ? "" : ` (id ${id})`} stands twice on ${quote(parent)}.`;
      const related = [{ message: "the first one", path: first }];
      const hint = "Use one interface for both, or give the VLAN another id.";
      diagnostics.push({ code: "NN1219", severity: "error", message, path: [...path, name], hint, related });
    } else seen.set(key, [...path, name]);
  }
}

/** What stands on an interface sends no larger packets than that one does. One without an MTU takes what it is given. */
function checkMtu(
  name: string,
  entries: ReadonlyMap<string, LooseInterface>,
  vlanMtus: ReadonlyMap<string, number | undefined>,
  path: Path,
  diagnostics: Diagnostic[],
): void {
  const own = entries.get(name);
  const mtu = own?.mtu ?? vlanMtus.get(own?.vlan ?? "");
  if (own === undefined || mtu === undefined || own.kind === "vrf") return;
  const seen = new Set([name]);
  const pending = [{ upper: own, headers: 0 }];
  for (const { upper, headers: above } of pending) {
    const headers = above + (upper.kind === "vxlan" ? vxlanHeaders([upper.local, ...(upper.remotes ?? [])]) : 0);
    for (const lower of standsOn(upper)) {
      const next = entries.get(lower);
      if (next === undefined || seen.has(lower)) continue;
      seen.add(lower);
      const key = next.mtu === undefined ? "vlan" : "mtu";
      const limit = next.mtu ?? vlanMtus.get(next.vlan ?? "");
      if (limit === undefined) pending.push({ upper: next, headers });
      if (limit === undefined || mtu + headers <= limit) continue;
      const sum = headers === 0 ? `${mtu}` : `${mtu}, and ${headers} of VXLAN's headers`;
      const message = `The MTU of ${quote(name)} (${sum}) is larger than that of ${quote(lower)} (${limit}), on which it stands.`;
      const hint = `Raise the MTU of ${quote(lower)}, or leave it out there: it follows what stands on it.`;
      const place = own.mtu === undefined ? [...path, name, "vlan"] : [...path, name, "mtu"];
      const related = [{ message: `${quote(lower)} has ${limit}`, path: [...path, lower, key] }];
      diagnostics.push({ code: "NN1232", severity: "error", message, path: place, hint, related });
    }
  }
}

/** The interfaces that one stands on: its parent, or its members. */
function standsOn({ parent, members }: LooseInterface): readonly string[] {
  return [...(parent === undefined ? [] : [parent]), ...itemsOf(members).map(([, member]) => member)];
}

/** Interfaces that Linux stacks on one another, the lowest counted: MAX_NEST_DEV in include/linux/netdevice.h. */
const mostStacked = 8;

/** An interface stands on its parent or its members; following them must come to an end, and soon. */
function checkCycles(entries: ReadonlyMap<string, LooseInterface>, path: Path, diagnostics: Diagnostic[]): void {
  const done = new Set<string>();
  const heights = new Map<string, number>();
  const leave = (name: string) => {
    const below = standsOn(entries.get(name) ?? {}).map((lower) => heights.get(lower) ?? 0);
    const height = 1 + below.reduce((most, own) => Math.max(most, own), 0);
    heights.set(name, height);
    if (height !== mostStacked + 1) return;
    const message = `The interface ${quote(name)} stands on ${mostStacked} others, one on another, and Linux stacks ${mostStacked} in all.`;
    const hint = "Leave out one of those below it.";
    diagnostics.push({ code: "NN1217", severity: "error", message, path: [...path, name], hint });
  };
  for (const start of entries.keys()) {
    // The way down from here, with what of each step is still to be followed; a list, because a way may be long.
    const trail: string[] = [];
    const pending: string[][] = [[start]];
    const open = new Set<string>();
    for (let rest = pending.at(-1); rest !== undefined; rest = pending.at(-1)) {
      const next = rest.shift();
      if (next === undefined) {
        pending.pop();
        const name = trail.pop();
        if (name === undefined) break;
        open.delete(name);
        leave(name);
        continue;
      }
      if (open.has(next)) {
        const cycle = [...trail.slice(trail.indexOf(next)), next].join(" → ");
        const message = `The interface ${quote(next)} stands upon itself: ${cycle}.`;
        diagnostics.push({ code: "NN1217", severity: "error", message, path: [...path, next] });
        break;
      }
      if (done.has(next)) continue;
      done.add(next);
      open.add(next);
      trail.push(next);
      pending.push([...standsOn(entries.get(next) ?? {})]);
    }
  }
}
