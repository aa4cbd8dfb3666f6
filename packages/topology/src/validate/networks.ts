import {
  containsAddress,
  findOverlaps,
  formatAddress,
  formatPrefix,
  isUsableHost,
  networkOf,
  type Prefix,
  parseInterfaceAddress,
} from "@nix-nos/ipam";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { parseLinkEnd } from "../document/text.js";
import type { Facts } from "./facts.js";
import { entriesOf, itemsOf, type LooseTopology } from "./loose.js";

/** One network that an interface is in by a written address. */
interface Attachment {
  readonly interface: string;
  readonly network: Prefix;
  readonly path: Path;
}

/** Written addresses are hosts' addresses, the ends of a cable meet, and no two interfaces of a node share a network. */
export function checkNetworks(document: LooseTopology, facts: Facts): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const byNode = new Map<string, Attachment[]>();
  const attach = (node: string, name: string, text: string, path: Path): Prefix | null => {
    const own = parseInterfaceAddress(text);
    if (own === null) return null;
    const network = networkOf(own.address, own.length);
    if (!isUsableHost(network, own.address)) {
      const isFirst = formatAddress(own.address) === formatAddress(network.address);
      const which = isFirst ? "the network's own address" : "the network's broadcast address";
      const message = `${quote(text)} is ${which}, which no interface can have.`;
      const hint = "Choose an address inside the network.";
      diagnostics.push({ code: "NN1224", severity: "error", message, path, hint });
    }
    const list = byNode.get(node);
    const attachment = { interface: name, network, path };
    if (list) list.push(attachment);
    else byNode.set(node, [attachment]);
    return network;
  };
  for (const [cluster, { nodes }] of entriesOf(document["nix-nos"]?.clusters)) {
    for (const [node, { interfaces }] of entriesOf(nodes)) {
      for (const [name, { addresses }] of entriesOf(interfaces)) {
        const path: Path = ["nix-nos", "clusters", cluster, "nodes", node, "interfaces", name, "addresses"];
        for (const [index, text] of Array.isArray(addresses) ? itemsOf<string>(addresses) : []) {
          attach(node, name, text, [...path, index]);
        }
      }
    }
  }
  for (const [index, { between, addresses }] of itemsOf(document["nix-nos"]?.network?.links)) {
    const path: Path = ["nix-nos", "network", "links", index, "addresses"];
    // A cable from a node to itself is reported as such.
    const [left, right] = [parseLinkEnd(between?.[0] ?? ""), parseLinkEnd(between?.[1] ?? "")];
    if (left?.node === right?.node) continue;
    const networks = ([0, 1] as const).map((side) => {
      const end = parseLinkEnd(between?.[side] ?? "");
      const text = addresses?.[side];
      return end && text !== undefined ? attach(end.node, end.interface, text, [...path, side]) : null;
    });
    checkEnds(networks, addresses, path, diagnostics);
  }
  for (const [node, attachments] of byNode) checkOverlaps(node, attachments, facts, diagnostics);
  return diagnostics;
}

function checkEnds(
  [first, second]: readonly (Prefix | null)[],
  texts: readonly (string | undefined)[] | undefined,
  path: Path,
  diagnostics: Diagnostic[],
): void {
  if (!first || !second || formatPrefix(first) === formatPrefix(second)) return;
  diagnostics.push({
    code: "NN1229",
    severity: "error",
    message: `The two ends of the link are in different networks: ${texts?.[0]} and ${texts?.[1]}.`,
    path: [...path, 1],
    hint: "Both addresses lie in one network, as 10.254.15.0/31 and 10.254.15.1/31.",
    related: [{ message: "the other end", path: [...path, 0] }],
  });
}

function checkOverlaps(
  node: string,
  attachments: readonly Attachment[],
  facts: Facts,
  diagnostics: Diagnostic[],
): void {
  // Host routes and link-local networks are in many places by design.
  const shared = attachments.filter(({ network }) => !isHostRoute(network) && !isLinkLocal(network));
  if (shared.length < 2) return;
  const vrfs = vrfsOf(node, facts);
  for (const [left, right] of findOverlaps(shared.map(({ network }) => network))) {
    const [first, second] = [shared[left], shared[right]];
    if (!first || !second || first.interface === second.interface) continue;
    if (vrfs.get(first.interface) !== vrfs.get(second.interface)) continue;
    diagnostics.push({
      code: "NN1223",
      severity: "error",
      message: `Two interfaces of ${quote(node)} are in one network: ${first.interface} in ${formatPrefix(first.network)}, ${second.interface} in ${formatPrefix(second.network)}.`,
      path: second.path,
      hint: "The node could not tell which way a neighbour is: bond or bridge the two, or give one another network.",
      related: [{ message: `${first.interface} is in it here`, path: first.path }],
    });
  }
}

function isHostRoute({ address, length }: Prefix): boolean {
  return length === (address.family === "ipv4" ? 32 : 128);
}

const linkLocal: Prefix = { address: { family: "ipv6", w0: 0xfe80_0000, w1: 0, w2: 0, w3: 0 }, length: 10 };

function isLinkLocal({ address }: Prefix): boolean {
  return address.family === "ipv6" && containsAddress(linkLocal, address);
}

/** The VRF of each member; each has routes of its own, so one network may be in two of them. */
function vrfsOf(node: string, facts: Facts): ReadonlyMap<string, string> {
  const vrfs = new Map<string, string>();
  for (const [vrf, { kind, members }] of entriesOf(facts.byName.get(node)?.node.interfaces)) {
    if (kind === "vrf") for (const [, member] of itemsOf(members)) vrfs.set(member, vrf);
  }
  return vrfs;
}
