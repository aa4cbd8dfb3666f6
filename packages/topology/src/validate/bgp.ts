import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { parseAsNumber } from "../document/as-number.js";
import { checkConfederations } from "./confederations.js";
import type { Facts } from "./facts.js";
import { entriesOf, itemsOf, type LooseTopology } from "./loose.js";
import { checkMultihop } from "./multihop.js";
import { checkReference } from "./nodes.js";
import { checkPeers } from "./peers.js";
import { checkPolicies } from "./policies.js";
import { checkReflectors } from "./reflectors.js";
import { checkStandby } from "./standby.js";

type LooseBgp = NonNullable<NonNullable<NonNullable<LooseTopology["nix-nos"]>["network"]>["bgp"]>;

const bgpPath = ["nix-nos", "network", "bgp"] as const;

/** AS numbers, members, reflectors, and who announces which VIP. */
export function checkBgp(document: LooseTopology, facts: Facts): Diagnostic[] {
  const bgp = document["nix-nos"]?.network?.bgp;
  if (!bgp) return [];
  const diagnostics: Diagnostic[] = [];
  const sites = new Set(Object.keys(document["nix-nos"]?.sites ?? {}));
  const speakers = checkMembers(bgp, facts, diagnostics);
  for (const [number, { members, ibgp }] of entriesOf(bgp.autonomousSystems)) {
    checkReflectors([...bgpPath, "autonomousSystems", number, "ibgp"], members, ibgp, sites, facts, diagnostics);
  }
  checkTimers(bgp, diagnostics);
  diagnostics.push(...checkConfederations(bgp, bgpPath));
  // Who is missing from a damaged list of members may well announce.
  const isWhole = entriesOf(bgp.autonomousSystems).every(([, { members }]) => members && !members.includes(undefined));
  for (const [name, { nodes }] of isWhole ? entriesOf(bgp.vipAdvertisements) : []) {
    checkAnnouncers(name, nodes, speakers, facts, diagnostics);
  }
  if (isWhole) diagnostics.push(...checkStandby(bgp, bgpPath, facts, speakers));
  diagnostics.push(...checkMultihop(bgp, bgpPath, facts, speakers, isWhole));
  diagnostics.push(...checkPeers(bgp, bgpPath, facts, speakers, isWhole), ...checkPolicies(bgp, bgpPath, facts));
  return diagnostics;
}

function checkMembers(bgp: LooseBgp, facts: Facts, diagnostics: Diagnostic[]): ReadonlyMap<string, Path> {
  const speakers = new Map<string, Path>();
  for (const [number, { members }] of entriesOf(bgp.autonomousSystems)) {
    const path: Path = [...bgpPath, "autonomousSystems", number];
    const { fault } = parseAsNumber(number);
    if (fault !== null) {
      const hint = "For private use there are 64512 to 65534 and 4200000000 to 4294967294 (RFC 6996).";
      const message = `${quote(number)} ${fault}.`;
      diagnostics.push({ code: "NN1206", severity: "error", message, path, subject: "key", hint });
    }
    for (const [index, member] of itemsOf(members)) {
      const place: Path = [...path, "members", index];
      diagnostics.push(...checkReference(member, place, facts));
      const first = speakers.get(member);
      if (first === undefined) {
        speakers.set(member, place);
        continue;
      }
      const twice = first[4] === number;
      diagnostics.push({
        code: "NN1204",
        severity: "error",
        message: twice
          ? `The node ${quote(member)} is listed twice in AS ${number}.`
          : `The node ${quote(member)} is a member of two autonomous systems, ${first[4]} and ${number}.`,
        path: place,
        hint: "A node speaks BGP with one AS number: remove it from one list.",
        related: [{ message: "listed here first", path: first }],
      });
    }
  }
  return speakers;
}

function checkTimers(bgp: LooseBgp, diagnostics: Diagnostic[]): void {
  const { holdTime, keepalive } = bgp.defaults ?? {};
  if (keepalive === undefined || keepalive < (holdTime ?? 90)) return;
  const message = `keepalive (${keepalive} s) must be less than holdTime (${holdTime ?? 90} s).`;
  const hint = "A third of holdTime is usual (RFC 4271 §4.4).";
  diagnostics.push({ code: "NN1105", severity: "error", message, path: [...bgpPath, "defaults", "keepalive"], hint });
}

function checkAnnouncers(
  name: string,
  nodes: readonly (string | undefined)[] | undefined,
  speakers: ReadonlyMap<string, Path>,
  facts: Facts,
  diagnostics: Diagnostic[],
): void {
  const path: Path = [...bgpPath, "vipAdvertisements", name];
  const silent = (node: string) => facts.byName.has(node) && !speakers.has(node);
  const hint = "List it in `members` of an autonomous system, or name other nodes in `nodes`.";
  if (nodes !== undefined) {
    for (const [index, node] of itemsOf(nodes)) {
      const place = [...path, "nodes", index];
      diagnostics.push(...checkReference(node, place, facts));
      if (!silent(node)) continue;
      const message = `The node ${quote(node)} announces a VIP but is in no autonomous system.`;
      diagnostics.push({ code: "NN1213", severity: "error", message, path: place, hint });
    }
    return;
  }
  const runs = facts.nodesByService.get(name);
  for (const node of runs?.filter(silent) ?? []) {
    const message = `The node ${quote(node)} runs the service ${quote(name)}, so it announces its VIPs, but it is in no autonomous system.`;
    diagnostics.push({ code: "NN1213", severity: "error", message, path, hint });
  }
  if (runs === undefined && speakers.size === 0) {
    const message = "Nobody announces these VIPs: no node is in an autonomous system.";
    diagnostics.push({ code: "NN1213", severity: "error", message, path, hint: "Add `bgp.autonomousSystems`." });
  }
}
