import { formatAddress, parseAddress } from "@nix-nos/ipam";
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
    const address = peer.address === undefined ? null : parseAddress(peer.address);
    if (address && peer.node !== undefined) {
      const key = `${peer.node} ${formatAddress(address)}`;
      const first = met.get(key);
      if (first) {
        const message = `${quote(peer.node)} has two sessions with ${formatAddress(address)}.`;
        const related = [{ message: "the first one", path: first }];
        const place = [...path, "address"];
        diagnostics.push({ code: "NN1222", severity: "error", message, path: place, hint: "Remove one.", related });
      } else met.set(key, [...path, "address"]);
    }
    for (const direction of ["import", "export"] as const) {
      if (!Object.hasOwn(peer, direction)) {
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
