import {
  containsAddress,
  formatAddress,
  formatPrefix,
  type IpAddress,
  networkOf,
  parseAddress,
  parseInterfaceAddress,
} from "@nix-nos/ipam";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { parseLinkEnd } from "../document/text.js";
import { isGateway, specialAddress } from "./host-address.js";
import { entriesOf, itemsOf, type LooseTopology } from "./loose.js";

interface Owner {
  readonly node: string;
  /** `null` for the node's `ip`, which may name an address that an interface carries. */
  readonly interface: string | null;
  readonly path: Path;
  /** The interface `lo` has 127.0.0.1 and ::1 by right. */
  readonly isLoopback?: boolean;
}

/** Every written address has one owner, gateways are in reach, and VIPs are nobody's own. */
export function checkAddresses(document: LooseTopology): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const owners = new Map<string, Owner>();
  const own = (text: string, owner: Owner) => {
    const address = parseAddress(text) ?? parseInterfaceAddress(text)?.address;
    if (!address) return;
    const key = formatAddress(address);
    const what = owner.isLoopback ? null : specialAddress(address);
    if (what !== null) diagnostics.push(noHost(key, what, owner.path));
    const first = owners.get(key);
    if (first === undefined) {
      owners.set(key, owner);
      return;
    }
    // A node's `ip` names an address that one of its interfaces carries, and a link may repeat its interface's.
    const isSame = first.interface === null || owner.interface === null || first.interface === owner.interface;
    const isOneList = first.interface !== null && isOfList(first.path, owner.path);
    if (first.node === owner.node && isSame && !isOneList) return;
    diagnostics.push(duplicate(key, first, owner));
  };

  for (const [cluster, { nodes }] of entriesOf(document["nix-nos"]?.clusters)) {
    for (const [node, { ip, loopback, interfaces }] of entriesOf(nodes)) {
      const path: Path = ["nix-nos", "clusters", cluster, "nodes", node];
      if (typeof ip === "string") own(ip, { node, interface: null, path: [...path, "ip"] });
      if (typeof loopback === "string") own(loopback, { node, interface: "lo", path: [...path, "loopback"] });
      for (const [name, { addresses, gateway }] of entriesOf(interfaces)) {
        const place: Path = [...path, "interfaces", name];
        const written = Array.isArray(addresses) ? itemsOf<string>(addresses) : [];
        for (const [index, text] of written) {
          own(text, { node, interface: name, path: [...place, "addresses", index], isLoopback: name === "lo" });
        }
        if (addresses !== "auto") checkGateways(written, gateway, [...place, "gateway"], diagnostics);
      }
    }
  }
  for (const [index, { between, addresses }] of itemsOf(document["nix-nos"]?.network?.links)) {
    for (const side of [0, 1] as const) {
      const end = parseLinkEnd(between?.[side] ?? "");
      const text = addresses?.[side];
      const path: Path = ["nix-nos", "network", "links", index, "addresses", side];
      if (end && text !== undefined) own(text, { node: end.node, interface: end.interface, path });
    }
  }
  checkVips(document, owners, diagnostics);
  return diagnostics;
}

/** Two items of one list. */
function isOfList(first: Path, second: Path): boolean {
  return first.length === second.length && first.every((step, at) => at === first.length - 1 || step === second[at]);
}

function noHost(address: string, what: string, path: Path): Diagnostic {
  const message = `${address} is ${what}, so no machine has it as its own.`;
  return { code: "NN1224", severity: "error", message, path, hint: "Choose the address of one machine." };
}

function duplicate(address: string, first: Owner, second: Owner): Diagnostic {
  const label = (owner: Owner) => (owner.interface === null ? owner.node : `${owner.node}:${owner.interface}`);
  return {
    code: "NN1208",
    severity: "error",
    message: `The address ${address} is given twice: to ${label(first)} and to ${label(second)}.`,
    path: second.path,
    hint: "Change one of the two.",
    related: [{ message: `${label(first)} has it here`, path: first.path }],
  };
}

function checkGateways(
  addresses: readonly (readonly [number, string])[],
  gateway: string | readonly (string | undefined)[] | undefined,
  path: Path,
  diagnostics: Diagnostic[],
): void {
  const networks = addresses.flatMap(([, text]) => parseInterfaceAddress(text) ?? []);
  const written = typeof gateway === "string" ? [gateway] : (gateway ?? []);
  for (const [index, text] of written.entries()) {
    const address: IpAddress | null = text === undefined ? null : parseAddress(text);
    if (!address) continue;
    const isOwn = networks.some((own) => formatAddress(own.address) === formatAddress(address));
    const reached = networks.some((own) => containsAddress(networkOf(own.address, own.length), address));
    // A link-local gateway is always in reach (RFC 4861).
    const linkLocal = address.family === "ipv6" && address.w0 >>> 22 === 0xfe80 >>> 6;
    const isHost = networks.every(({ address: own, length }) => isGateway(networkOf(own, length), address));
    if (!isOwn && isHost && (reached || linkLocal)) continue;
    const list = networks.map((own) => formatPrefix(networkOf(own.address, own.length))).join(", ");
    diagnostics.push({
      code: "NN1218",
      severity: "error",
      message: isOwn
        ? `The gateway ${text} is the interface's own address.`
        : !isHost
          ? `The gateway ${text} is the network's own address or its broadcast address, and no machine's.`
          : `The gateway ${text} is in none of the interface's networks${list === "" ? "" : ` (${list})`}.`,
      path: typeof gateway === "string" ? path : [...path, index],
      hint: "A gateway is another machine in the same network.",
    });
  }
}

function checkVips(document: LooseTopology, owners: ReadonlyMap<string, Owner>, diagnostics: Diagnostic[]): void {
  const announced = new Map<string, Path>();
  for (const [name, { vips }] of entriesOf(document["nix-nos"]?.network?.bgp?.vipAdvertisements)) {
    for (const [index, text] of itemsOf(vips)) {
      const address = parseAddress(text);
      if (!address) continue;
      const key = formatAddress(address);
      const path: Path = ["nix-nos", "network", "bgp", "vipAdvertisements", name, "vips", index];
      const owner = owners.get(key);
      const first = announced.get(key);
      const what = specialAddress(address);
      if (what !== null) diagnostics.push(noHost(key, what, path));
      if (owner) {
        diagnostics.push({
          code: "NN1211",
          severity: "error",
          message: `The VIP ${key} is the own address of ${owner.node}.`,
          path,
          hint: "Choose an address that no node has.",
          related: [{ message: `${owner.node} has it here`, path: owner.path }],
        });
      }
      if (first) {
        diagnostics.push({
          code: "NN1212",
          severity: "error",
          message: `The VIP ${key} is listed twice.`,
          path,
          hint: "Keep it in one entry.",
          related: [{ message: "listed here first", path: first }],
        });
      } else announced.set(key, path);
    }
  }
}
