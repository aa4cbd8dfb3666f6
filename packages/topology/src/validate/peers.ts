import { formatAddress, isLinkLocal, parseAddress } from "@nix-nos/ipam";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import type { TopologyBgp } from "../document/bgp-schema.js";
import type { TopologyPeer } from "../document/peer-schema.js";
import type { Facts } from "./facts.js";
import { entriesOf, itemsOf, type Loose } from "./loose.js";
import { checkReference } from "./nodes.js";

type LooseBgp = Loose<TopologyBgp>;

/**
 * Each peer belongs to a speaker, is met once, and its policies are there.
 *
 * @param speakers - where each member of an autonomous system is listed; the fifth step is the system's number
 * @param isWhole - whether all members are known
 */
export function checkPeers(
  bgp: LooseBgp,
  base: Path,
  facts: Facts,
  speakers: ReadonlyMap<string, Path>,
  isWhole: boolean,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const known = Object.keys(bgp.policies ?? {});
  const policies = new Set(known);
  const met = new Map<string, Path>();
  for (const [name, peer] of entriesOf(bgp.peers)) {
    const path: Path = [...base, "peers", name];
    const fault = (message: string, place: Path, hint: string) =>
      diagnostics.push({ code: "NN1222", severity: "error", message, path: place, hint });
    if (peer.node !== undefined) {
      diagnostics.push(...checkReference(peer.node, [...path, "node"], facts));
      if (isWhole && facts.byName.has(peer.node) && !speakers.has(peer.node)) {
        const message = `The node ${quote(peer.node)} is in no autonomous system, so it has no session with ${quote(name)}.`;
        fault(message, [...path, "node"], "List it in `members` of an autonomous system.");
      }
    }
    checkFamilies(name, peer, path, fault);
    const own = peer.node === undefined ? undefined : speakers.get(peer.node)?.[4];
    if (peer.role !== undefined && peer.remoteAs !== undefined && own === String(peer.remoteAs)) {
      const message = `${quote(name)} is in the node's own AS ${own}, and roles are between different ones (RFC 9234).`;
      fault(message, [...path, "role"], "Remove the role, or correct `remoteAs`.");
    }
    checkNeighbour(name, peer, path, fault);
    checkNames(name, peer, bgp, path, policies, diagnostics);
    const address = peer.address === undefined ? null : parseAddress(peer.address);
    if (address && peer.node !== undefined) {
      // A link-local address is another neighbour's at another interface.
      const key = `${peer.node} ${formatAddress(address)} ${peer.interface ?? ""}`;
      const first = met.get(key);
      if (first) {
        const message = `${quote(peer.node)} has two sessions with ${formatAddress(address)}.`;
        const related = [{ message: "the first one", path: first }];
        const place = [...path, "address"];
        diagnostics.push({ code: "NN1222", severity: "error", message, path: place, hint: "Remove one.", related });
      } else met.set(key, [...path, "address"]);
    }
    for (const direction of ["import", "export"] as const) {
      const families = ["ipv4", "ipv6"] as const;
      // A default route alone is enough for many a customer.
      if (direction === "export" && peer.defaultOriginate === true) continue;
      if (!Object.hasOwn(peer, direction) && !families.some((family) => peer.perFamily?.[family]?.[direction])) {
        const message = `The peer ${quote(name)} has no ${direction} policy, so no route ${direction === "import" ? "comes in" : "goes out"} (RFC 8212).`;
        const hint = `Name policies in \`${direction}\`, or write ${direction}: [] to say that it is meant.`;
        diagnostics.push({ code: "NN1231", severity: "warning", message, path, hint });
      }
      for (const [index, policy] of itemsOf(peer[direction])) {
        if (policies.has(policy)) continue;
        const hint = didYouMean(policy, known) ?? "Policies stand under `bgp.policies`.";
        const place = [...path, direction, index];
        const message = `Unknown policy ${quote(policy)}.`;
        diagnostics.push({ code: "NN1221", severity: "error", message, path: place, hint });
      }
    }
  }
  return diagnostics;
}

/** Exactly one way to know the neighbour. */
function checkNeighbour(
  name: string,
  peer: Loose<TopologyPeer>,
  path: Path,
  fault: (message: string, place: Path, hint: string) => void,
): void {
  const [one, many] = [Object.hasOwn(peer, "address"), Object.hasOwn(peer, "range")];
  if (one === many) {
    const what = one ? "both `address` and `range`" : "neither `address` nor `range`";
    fault(`The peer ${quote(name)} has ${what}.`, path, "Name the neighbour's address, or the prefix that it is in.");
  }
  const isLocal = isLinkLocal(peer.address ?? peer.range ?? "");
  if (isLocal && !Object.hasOwn(peer, "interface")) {
    const message = `The address of ${quote(name)} is link-local, and those are on every interface.`;
    fault(message, [...path, one ? "address" : "range"], "Name the `interface` that the neighbour is met on.");
  }
  if (!isLocal && peer.interface !== undefined && (one || many)) {
    const message = `The address of ${quote(name)} says by itself which interface it is on.`;
    fault(message, [...path, "interface"], "Remove `interface`; it is for link-local addresses.");
  }
  if (isLocal && peer.multihop !== undefined) {
    const message = `The address of ${quote(name)} is link-local, so the neighbour is no hops away.`;
    fault(message, [...path, "multihop"], "Remove `multihop`, or name another address.");
  }
  const { holdTime, keepalive } = peer;
  if (holdTime !== undefined && keepalive !== undefined && keepalive >= holdTime) {
    const message = `keepalive (${keepalive} s) must be less than holdTime (${holdTime} s).`;
    fault(message, [...path, "keepalive"], "A third of holdTime is usual (RFC 4271 §4.4).");
  }
}

/** What a peer names besides its policies is there. */
function checkNames(
  name: string,
  peer: Loose<TopologyPeer>,
  bgp: LooseBgp,
  path: Path,
  policies: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): void {
  const unknown = (message: string, place: Path, hint: string) =>
    diagnostics.push({ code: "NN1221", severity: "error", message, path: place, hint });
  const sets = Object.keys(bgp.prefixSets ?? {});
  if (peer.blackhole !== undefined && !sets.includes(peer.blackhole)) {
    const hint = didYouMean(peer.blackhole, sets) ?? "Prefix sets stand under `bgp.prefixSets`.";
    unknown(`Unknown prefix set ${quote(peer.blackhole)}.`, [...path, "blackhole"], hint);
  }
  for (const family of ["ipv4", "ipv6"] as const) {
    for (const direction of ["import", "export"] as const) {
      for (const [index, policy] of itemsOf(peer.perFamily?.[family]?.[direction])) {
        if (policies.has(policy)) continue;
        const hint = didYouMean(policy, [...policies]) ?? "Policies stand under `bgp.policies`.";
        unknown(`Unknown policy ${quote(policy)}.`, [...path, "perFamily", family, direction, index], hint);
      }
    }
  }
  if (peer.rpki !== undefined && Object.keys(bgp.rpki?.caches ?? {}).length === 0) {
    const message = `The peer ${quote(name)} is to be judged by the RPKI, and no cache says what that knows.`;
    const hint = "Name one under `bgp.rpki.caches`: { address: 192.0.2.53 }.";
    diagnostics.push({ code: "NN1261", severity: "error", message, path: [...path, "rpki"], hint });
  }
}

function checkFamilies(
  name: string,
  peer: Loose<TopologyPeer>,
  path: Path,
  fault: (message: string, place: Path, hint: string) => void,
): void {
  const remote = peer.address === undefined ? null : parseAddress(peer.address);
  const local = peer.localAddress === undefined ? null : parseAddress(peer.localAddress);
  if (!remote || !local) return;
  const place = [...path, "localAddress"];
  if (remote.family !== local.family) {
    fault(`The two addresses of ${quote(name)} are of different families.`, place, "A session runs over one family.");
  } else if (formatAddress(remote) === formatAddress(local)) {
    fault(`Both ends of ${quote(name)} have the address ${formatAddress(local)}.`, place, "Correct one of them.");
  }
}
