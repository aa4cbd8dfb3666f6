import { formatAddress } from "@nix-nos/ipam";
import type { Path } from "../diagnostics/diagnostic.js";
import type { Topology, TopologyLink } from "../document/schema.js";
import { parseLinkEnd } from "../document/text.js";
import { compareNames } from "../names.js";
import type { AddressPair } from "../network/family.js";
import type { Link, LinkEnd } from "../network/link.js";
import type { AddressBook } from "./addresses.js";
import { bareAddress, canonicalInterfaceAddress, pairOf } from "./canonical-text.js";
import { linkLocalAddress } from "./link-local.js";
import { sessionsOver, systemByNode } from "./link-sessions.js";
import { sessionSettings } from "./multihop.js";

/** A link with what its ends put on their interfaces. */
export interface ResolvedLink {
  readonly link: Link;
  /** Addresses with their prefix length, per end. */
  readonly addresses: readonly [readonly string[], readonly string[]];
}

const none: AddressPair = { ipv4: null, ipv6: null };

/** Resolves every cable; the result is sorted by its first end, whatever order the document has. */
export function resolveLinks(topology: Topology, book: AddressBook): readonly ResolvedLink[] {
  const { links = [], bgp } = topology["nix-nos"].network ?? {};
  const systems = systemByNode(bgp);
  return links
    .map((link, index) => ({ link, path: ["nix-nos", "network", "links", index] as Path }))
    .map(({ link, path }) => ({ link, path, ...orderedEnds(link) }))
    .sort((a, b) => compareNames(a.names[0], b.names[0]) || compareNames(a.names[1], b.names[1]))
    .map(({ link, path, names, swapped }) => resolveLink(link, path, names, swapped, book))
    .map(({ link, addresses }) => ({ link: { ...link, sessions: sessionsOver(link, systems) }, addresses }));
}

/** The two ends by name: the order in which somebody wrote them must not move an address. */
function orderedEnds(link: TopologyLink): { names: readonly [string, string]; swapped: boolean } {
  const [first, second] = link.between;
  const swapped = compareNames(first, second) > 0;
  return { names: swapped ? [second, first] : [first, second], swapped };
}

function resolveLink(
  link: TopologyLink,
  path: Path,
  names: readonly [string, string],
  swapped: boolean,
  book: AddressBook,
): { readonly link: Omit<Link, "sessions">; readonly addresses: ResolvedLink["addresses"] } {
  const given = link.addresses && (swapped ? ([link.addresses[1], link.addresses[0]] as const) : link.addresses);
  let pairs: readonly [AddressPair, AddressPair] = [none, none];
  let addresses: readonly [readonly string[], readonly string[]] = [[], []];
  if (given) {
    pairs = [pairOf(bareAddress(given[0])), pairOf(bareAddress(given[1]))];
    addresses = [[canonicalInterfaceAddress(given[0])], [canonicalInterfaceAddress(given[1])]];
  } else if (link.pool !== undefined) {
    const block = book.link(link.pool, `link/${names[0]}/${names[1]}`, [...path, "pool"]);
    pairs = block.pairs;
    addresses = block.withLength;
  } else if (link.unnumbered) {
    const own = [linkLocalAddress(names[0]), linkLocalAddress(names[1])] as const;
    pairs = [pairOf(own[0]), pairOf(own[1])];
    addresses = [[`${formatAddress(own[0])}/64`], [`${formatAddress(own[1])}/64`]];
  }
  return {
    link: {
      ends: [endOf(names[0], pairs[0]), endOf(names[1], pairs[1])],
      unnumbered: link.unnumbered ?? false,
      bgp: { ...sessionSettings(link.bgp), ttlSecurity: link.bgp?.ttlSecurity ?? false },
      path,
    },
    addresses,
  };
}

function endOf(name: string, addresses: AddressPair): LinkEnd {
  const end = parseLinkEnd(name);
  if (end === null) throw new TypeError(`not validated: ${JSON.stringify(name)}`);
  return { ...end, addresses };
}
