import { parseInterfaceAddress } from "@nix-nos/ipam";
import type { Diagnostic, Interface, Node, Path } from "@nix-nos/topology";
import { ownVlan } from "../network/own-vlan.js";
import { isRouted } from "../network/stack.js";
import { networkKey } from "../services/hosts.js";

/** What of a node's interfaces OpenWrt has no setting for (NN6002), each with its place. */
export function checkLimits(node: Node): readonly Diagnostic[] {
  return node.interfaces.flatMap((entry) => {
    const found = [...kindLimits(entry, node), ...settingLimits(entry, node), ...routerLimits(entry)];
    return found.map(([what, key, hint]) => limit(node, entry, what, [...entry.path, ...key], hint));
  });
}

type Limit = readonly [what: string, key: Path, hint: string];

function limit(node: Node, entry: Interface, what: string, path: Path, hint: string): Diagnostic {
  const message = `${what}, which ${entry.name} of ${node.name} asks for.`;
  return { code: "NN6002", severity: "error", message, path, hint };
}

function kindLimits(entry: Interface, node: Node): readonly Limit[] {
  switch (entry.kind) {
    case "ethernet":
      if (entry.permanentMac === null) return [];
      return [["OpenWrt finds no port by its MAC address", ["match"], "Use the name that the device gives the port."]];
    case "dummy":
      return [
        ["OpenWrt's netifd makes no dummy interfaces", ["kind"], "Put the addresses on `lo`, as `loopback` does."],
      ];
    case "bond":
      if (entry.bond.arpMissedMax === null) return [];
      return [["OpenWrt's bonds have no count of missed ARP answers", ["arpMissedMax"], "Leave it out."]];
    case "bridge": {
      const keys = ["cost", "priority", "hairpin"] as const;
      const ports = entry.bridge.ports.flatMap((port) =>
        keys
          .filter((key) => port[key] !== null && port[key] !== false)
          .map(
            (key): Limit => [
              `OpenWrt's bridges have no \`${key}\` of a port`,
              ["ports", port.name, key],
              "Leave it out.",
            ],
          ),
      );
      if (!entry.bridge.vlanFiltering || !isRouted(entry) || ownVlan(entry) !== null) return ports;
      const hint = "Give the bridge a `pvid`, or put the addresses on a `vlan` that stands on it.";
      return [...ports, ["A bridge without untagged frames can have no addresses of its own on OpenWrt", [], hint]];
    }
    case "vlan": {
      const parent = node.interfaces.find(({ name }) => name === entry.parent);
      // On a switch, it is the switch that has one of a number.
      if (parent?.kind !== "bridge" || node.openwrt?.switch || !isRouted(parent)) return [];
      if (!parent.bridge.vlanFiltering || ownVlan(parent) !== entry.vlanId) return [];
      const hint = `Put what ${entry.name} has on ${parent.name}, or give that another \`pvid\`.`;
      return [[`OpenWrt makes no second device of ${parent.name}'s own VLAN ${entry.vlanId}`, ["vlan"], hint]];
    }
    case "vxlan": {
      const families = new Set(
        [entry.local, ...entry.remotes].filter((text) => text !== null).map((text) => text.includes(":")),
      );
      if (entry.local === null) {
        return [["OpenWrt's tunnels start from an address", [], "Say `local: ip`, `local: loopback` or an address."]];
      }
      if (families.size === 1) return [];
      return [["OpenWrt's tunnels have ends of one family", ["remotes"], "Use addresses of one family."]];
    }
    default:
      return [];
  }
}

function settingLimits({ settings, addresses }: Interface, node: Node): readonly Limit[] {
  if (settings === null) return [];
  const limits: Limit[] = [];
  const add = (isAsked: boolean | undefined, what: string, key: Path, hint = "Leave it out.") => {
    if (isAsked) limits.push([what, key, hint]);
  };
  const { dhcp, acceptRa, linkLocal } = settings;
  add(linkLocal === "ipv4" || linkLocal === "both", "OpenWrt has no IPv4 link-local addresses", ["linkLocal"]);
  const hasV6 = addresses.some((text) => text.includes(":"));
  add(linkLocal === "no" && hasV6, "OpenWrt has link-local addresses wherever there is IPv6", ["linkLocal"]);
  add(
    settings.domains.some((domain) => domain.startsWith("~")),
    "OpenWrt asks no name server for some domains alone",
    ["domains"],
  );
  add(settings.requiredForOnline === true, "OpenWrt's boot waits for no interface", ["requiredForOnline"]);
  add(dhcp?.useMtu, "OpenWrt takes no MTU from a lease", ["dhcp", "useMtu"]);
  add(dhcp?.useHostname, "OpenWrt takes no host name from a lease", ["dhcp", "useHostname"]);
  add(acceptRa?.useMtu === false, "OpenWrt always takes the MTU that routers tell", ["acceptRa", "useMtu"]);
  add(acceptRa?.useAutonomousPrefix === false, "OpenWrt always makes addresses of routers' prefixes", [
    "acceptRa",
    "useAutonomousPrefix",
  ]);
  const strangers = settings.routingRules.filter(
    ({ incomingInterface: name }) => name !== null && !node.interfaces.some((own) => own.name === name),
  );
  add(
    strangers.length > 0,
    "OpenWrt's rules know the node's own interfaces alone",
    ["routingRules"],
    "Name one of its interfaces.",
  );
  return limits;
}

/** odhcpd announces the networks of the interface's own addresses, all of them and no others. */
function routerLimits({ settings, addresses }: Interface): readonly Limit[] {
  const sendRa = settings?.sendRa ?? null;
  if (sendRa === null) return [];
  const limits: Limit[] = [];
  if (sendRa.routes.length > 0) {
    limits.push(["OpenWrt's odhcpd tells hosts of no routes by name", ["sendRa", "routes"], "Leave them out."]);
  }
  const own = addresses
    .map((text) => parseInterfaceAddress(text))
    .filter((address) => address?.address.family === "ipv6" && address.length === 64)
    .map((address) => address && networkKey(address));
  if (sendRa.prefixes.length !== own.length || sendRa.prefixes.some((prefix) => !own.includes(prefix))) {
    const hint = "Leave `prefixes` out, or give the interface an address in each.";
    limits.push(["OpenWrt's odhcpd announces the networks of the interface's own addresses", ["sendRa"], hint]);
  }
  return limits;
}
