import {
  compareAddress,
  containsAddress,
  networkOf,
  parseAddress,
  parseInterfaceAddress,
  parsePrefix,
} from "@nix-nos/ipam";
import { type DhcpServer, type Diagnostic, didYouMean, type Network, type Node, quote } from "@nix-nos/topology";
import { type HostsByNetwork, networkKey } from "../services/hosts.js";

/** Wireless networks that lack a part (NN6004), and DHCP ranges that are somebody else's too (NN6005). */
export function checkServices(node: Node, network: Network, hosts: HostsByNetwork): readonly Diagnostic[] {
  const { openwrt } = node;
  if (openwrt === null) return [];
  return [...checkWifi(node), ...openwrt.dhcp.flatMap((server) => checkServer(node, server, network, hosts))];
}

function checkWifi({ name: node, openwrt, interfaces, path }: Node): readonly Diagnostic[] {
  const radios = openwrt?.radios ?? [];
  return (openwrt?.wifi ?? []).flatMap((wifi) => {
    const found: Diagnostic[] = [];
    const add = (message: string, key: string, hint: string | undefined) => {
      const place = [...path, "openwrt", "wifi", wifi.name, key];
      found.push({ code: "NN6004", severity: "error", message, path: place, ...(hint !== undefined && { hint }) });
    };
    const radio = radios.find(({ name }) => name === wifi.radio);
    if (radio === undefined) {
      const names = radios.map(({ name }) => name);
      const hint = didYouMean(wifi.radio, names) ?? "Add it to `radios`.";
      add(`The node ${quote(node)} has no radio ${quote(wifi.radio)}.`, "radio", hint);
    }
    const carrier = interfaces.find(({ name }) => name === wifi.interface);
    if (carrier === undefined) {
      const hint =
        didYouMean(
          wifi.interface,
          interfaces.map(({ name }) => name),
        ) ?? "Add it to `interfaces`.";
      add(`The node ${quote(node)} has no interface ${quote(wifi.interface)}.`, "interface", hint);
    } else if (carrier.kind !== "bridge" && carrier.kind !== "ethernet" && carrier.kind !== "vlan") {
      const hint = "Name a bridge, a VLAN that stands on one, or an interface of this network's own.";
      add(`Stations cannot come to a ${carrier.kind}, as ${quote(wifi.interface)} is.`, "interface", hint);
    }
    const isOpen = wifi.encryption === "none" || wifi.encryption === "owe";
    if (!isOpen && wifi.keyFile === null) {
      add(`The encryption ${wifi.encryption} has a key, and nothing says where.`, "encryption", "Add `keyFile`.");
    }
    if (isOpen && wifi.keyFile !== null) {
      add(`The encryption ${wifi.encryption} has no key.`, "keyFile", "Remove `keyFile`, or say `encryption: sae`.");
    }
    if (radio?.band === "6g" && wifi.encryption !== "sae" && wifi.encryption !== "owe") {
      add(`The 6 GHz band allows no ${wifi.encryption}.`, "encryption", "Say `sae` or `owe`.");
    }
    return found;
  });
}

function checkServer(node: Node, server: DhcpServer, network: Network, hosts: HostsByNetwork): readonly Diagnostic[] {
  const place = [...node.path, "openwrt", "dhcp", server.interface];
  const fault = (message: string, hint: string): readonly Diagnostic[] => {
    return [
      { code: "NN6005", severity: "error", message, path: server.range === null ? place : [...place, "range"], hint },
    ];
  };
  const entry = node.interfaces.find(({ name }) => name === server.interface);
  if (entry === undefined) {
    const hint =
      didYouMean(
        server.interface,
        node.interfaces.map(({ name }) => name),
      ) ?? "Name one of its interfaces.";
    return fault(`The node ${quote(node.name)} has no interface ${quote(server.interface)}.`, hint);
  }
  const own = entry.addresses.map(parseInterfaceAddress).filter((address) => address?.address.family === "ipv4");
  const [firstText = "", lastText = ""] = server.range ?? [];
  const first = parseAddress(firstText);
  const last = parseAddress(lastText);
  if (first === null || last === null) {
    return own.length > 0
      ? []
      : fault(`The interface ${quote(server.interface)} has no IPv4 address to serve from.`, "Add one.");
  }
  const holder = own.find((address) => {
    const prefix = address && networkOf(address.address, address.length);
    return prefix && containsAddress(prefix, first) && containsAddress(prefix, last);
  });
  if (!holder) {
    const hint = "Take addresses of one network of the interface.";
    return fault(`The range ${firstText}-${lastText} is not in a network of ${quote(server.interface)}.`, hint);
  }
  const isInside = (text: string) => {
    const address = parseAddress(text);
    return address !== null && compareAddress(first, address) <= 0 && compareAddress(address, last) <= 0;
  };
  const host = (hosts.get(networkKey(holder)) ?? []).find(({ address }) => isInside(address));
  if (host !== undefined) {
    const hint = "Take a range without the addresses of nodes.";
    return fault(`The range ${firstText}-${lastText} holds ${host.address}, which ${quote(host.node)} has.`, hint);
  }
  const rival = network.pools.find((pool) => givesOut(pool, firstText, lastText));
  if (rival === undefined) return [];
  const hint = `Add \`exclude: ["${firstText}-${lastText}"]\` to the pool.`;
  return fault(`The pool ${quote(rival.name)} gives out addresses of the range ${firstText}-${lastText} too.`, hint);
}

/** Whether a pool may give an address of a range to something. */
function givesOut({ prefixes, exclude }: Network["pools"][number], firstText: string, lastText: string): boolean {
  const [first, last] = [parseAddress(firstText), parseAddress(lastText)];
  if (first === null || last === null) return false;
  const isExcluded = exclude.some(([from, to]) => {
    const [low, high] = [parseAddress(from), parseAddress(to)];
    if (low === null || high === null || low.family !== "ipv4") return false;
    return compareAddress(low, first) <= 0 && compareAddress(last, high) <= 0;
  });
  if (isExcluded) return false;
  return prefixes.some((text) => {
    const prefix = parsePrefix(text);
    if (prefix === null || prefix.address.family !== "ipv4") return false;
    return containsAddress(prefix, first) || containsAddress(prefix, last);
  });
}
