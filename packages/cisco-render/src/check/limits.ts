import {
  type Diagnostic,
  type Interface,
  type InterfaceSettings,
  type Node,
  type Path,
  quote,
} from "@nix-nos/topology";
import { networkText } from "../network/addresses.js";
import type { Ports } from "../network/ports.js";

type Limit = readonly [what: string, key: Path, hint: string];

/** What of a node's interfaces IOS has no setting for (NN6102), and zones, which come to nothing (NN6105). */
export function checkLimits(ports: Ports): readonly Diagnostic[] {
  const { node } = ports;
  return node.interfaces.flatMap((entry) => {
    const found = [...kindLimits(entry, ports), ...settingLimits(entry)];
    return [
      ...found.map(([what, key, hint]) => limit(node, entry, what, [...entry.path, ...key], hint)),
      ...(entry.zone === null ? [] : [zone(node, entry, entry.zone)]),
    ];
  });
}

function limit(node: Node, { name }: Interface, what: string, path: Path, hint: string): Diagnostic {
  const message = `${what}, which ${name} of ${node.name} asks for.`;
  return { code: "NN6102", severity: "error", message, path, hint };
}

function zone(node: Node, entry: Interface, name: string): Diagnostic {
  return {
    code: "NN6105",
    severity: "warning",
    message: `${node.name} is a Cisco device, and no access list is written for it: the zone ${quote(name)} of ${entry.name} keeps nobody out.`,
    path: [...entry.path, "zone"],
    hint: "Remove `zone`, and protect the device by hand.",
  };
}

function kindLimits(entry: Interface, { bridgeOf, byName, node }: Ports): readonly Limit[] {
  const kind: Path = ["kind"];
  switch (entry.kind) {
    case "wireguard":
      return [["IOS has no WireGuard", kind, "Let another node have the tunnel."]];
    case "vxlan":
      return [["IOS's VXLAN is not written by this version", kind, "Let another node have the tunnel."]];
    case "vrf":
      return [["IOS's VRFs are not written by this version", kind, "Leave the interfaces in the one table."]];
    case "ethernet":
      if (entry.permanentMac === null) return [];
      return [["IOS finds no port by its MAC address", ["match"], "Name the port under `cisco.ports`."]];
    case "bond":
      return bondLimits(entry);
    case "bridge": {
      const found: Limit[] = [];
      if (!entry.bridge.vlanFiltering)
        found.push([
          "IOS switches between ports by VLANs",
          [],
          "Say `vlanFiltering: true` and which port has which VLANs.",
        ]);
      if (entry.addresses.length > 0)
        found.push([
          "A switch's own addresses stand on a VLAN",
          ["addresses"],
          "Put them on a `vlan` that stands on the bridge.",
        ]);
      if (node.interfaces.some((own) => own.kind === "bridge" && own !== entry))
        found.push(["A Cisco device is one switch", kind, "Tell networks apart by VLANs of one bridge."]);
      for (const port of entry.bridge.ports) {
        for (const key of ["hairpin", "isolated", "learning", "cost", "priority"] as const) {
          if (port[key] !== null && port[key] !== false && !(key === "learning" && port[key] === true))
            found.push([`A port's \`${key}\` is not written for IOS`, ["ports", port.name, key], "Leave it out."]);
        }
        if (port.name !== entry.name && byName.get(port.name)?.kind === "vlan")
          found.push(["IOS's switch has no VLAN interface for a port", ["members"], "Name its ports."]);
      }
      for (const key of [
        "forwardDelay",
        "helloTime",
        "maxAge",
        "ageingTime",
        "priority",
        "multicastSnooping",
        "multicastQuerier",
      ] as const) {
        if (entry.bridge[key] !== null)
          found.push([`A bridge's \`${key}\` is not written for IOS`, [key], "Leave it out."]);
      }
      return found;
    }
    default:
      if (!bridgeOf.has(entry.name) || entry.addresses.length === 0) return [];
      return [
        [
          "A port of a switch has no addresses on IOS",
          ["addresses"],
          "Put them on a `vlan` that stands on the bridge.",
        ],
      ];
  }
}

function bondLimits(entry: Extract<Interface, { kind: "bond" }>): readonly Limit[] {
  const found: Limit[] = [];
  if (entry.mode !== "802.3ad")
    found.push([`IOS's port-channels agree by LACP, and not on \`${entry.mode}\``, ["mode"], "Say `mode: 802.3ad`."]);
  const ignored = [
    "miiMonitor",
    "primary",
    "primaryReselect",
    "failOverMac",
    "gratuitousArp",
    "arpInterval",
    "arpMissedMax",
  ] as const;
  const others = [
    "lacpRate",
    "transmitHashPolicy",
    "upDelay",
    "downDelay",
    "minLinks",
    "adSelect",
    "packetsPerMember",
  ] as const;
  for (const key of [...ignored, ...others]) {
    if (entry.bond[key] !== null) found.push([`A bond's \`${key}\` is not written for IOS`, [key], "Leave it out."]);
  }
  if (entry.bond.arpTargets.length > 0)
    found.push(["A bond's `arpTargets` are not written for IOS", ["arpTargets"], "Leave them out."]);
  return found;
}

function settingLimits({ settings, addresses }: Interface): readonly Limit[] {
  if (settings === null) return [];
  const limits: Limit[] = [];
  const add = (isAsked: boolean | null | undefined, what: string, key: Path, hint = "Leave it out.") => {
    if (isAsked) limits.push([what, key, hint]);
  };
  add(settings.linkLocal === "ipv4" || settings.linkLocal === "both", "IOS has no IPv4 link-local addresses", [
    "linkLocal",
  ]);
  add(
    settings.linkLocal === "no" && addresses.some((text) => text.includes(":")),
    "IOS has link-local addresses wherever there is IPv6",
    ["linkLocal"],
  );
  add(settings.routingRules.length > 0, "Rules of routing are not written for IOS", ["routingRules"]);
  add(settings.dns.length > 0, "IOS's name servers are the device's, not an interface's", ["dns"]);
  add(settings.domains.length > 0, "IOS's domains are the device's, not an interface's", ["domains"]);
  add(settings.ntp.length > 0, "IOS's time servers are the device's, not an interface's", ["ntp"]);
  add(settings.requiredForOnline === true, "IOS's boot waits for no interface", ["requiredForOnline"]);
  limits.push(...leaseLimits(settings), ...routeLimits(settings), ...routerLimits(settings, addresses));
  return limits;
}

/** Of a lease, IOS's client asks for whatever it is configured to: only what everybody has is written. */
function leaseLimits({ dhcp, acceptRa }: InterfaceSettings): readonly Limit[] {
  const hint = "Leave it out.";
  const limits: Limit[] = [];
  if (dhcp !== null) {
    if (dhcp.routeMetric !== null)
      limits.push(["A metric of a lease's routes is not written for IOS", ["dhcp", "routeMetric"], hint]);
    if (dhcp.routeTable !== null) limits.push(["IOS has no table for a lease's routes", ["dhcp", "routeTable"], hint]);
    if (!dhcp.useRoutes) limits.push(["IOS takes a lease's gateway", ["dhcp", "useRoutes"], hint]);
  }
  if (
    acceptRa !== null &&
    (acceptRa.routeMetric !== null || acceptRa.routeTable !== null || !acceptRa.useAutonomousPrefix)
  )
    limits.push(["IOS takes what routers tell as it is", ["acceptRa"], "Say `acceptRa: true`."]);
  return limits;
}

function routeLimits({ routes }: InterfaceSettings): readonly Limit[] {
  return routes.flatMap((route, index): readonly Limit[] => {
    const place: Path = ["routes", index];
    const hint = "Leave it out.";
    const { source, table, mtu, onLink, type, metric } = route;
    return [
      ...(metric !== null && metric > 254
        ? [
            [
              "IOS's static routes have a distance of at most 254",
              [...place, "metric"],
              "Write a smaller one.",
            ] as const,
          ]
        : []),
      ...(source === null ? [] : [["IOS's static routes have no source address", [...place, "source"], hint] as const]),
      ...(table === null ? [] : [["IOS's static routes stand in the one table", [...place, "table"], hint] as const]),
      ...(mtu === null ? [] : [["IOS's static routes have no MTU", [...place, "mtu"], hint] as const]),
      ...(onLink ? [["IOS's static routes go by addresses that it knows", [...place, "onLink"], hint] as const] : []),
      ...(type === "unicast" || type === "blackhole"
        ? []
        : [[`IOS's static routes are not \`${type}\``, [...place, "type"], "Say `blackhole`."] as const]),
    ];
  });
}

/** IOS announces the networks of the interface's own addresses, all of them and no others. */
function routerLimits({ sendRa }: InterfaceSettings, addresses: readonly string[]): readonly Limit[] {
  if (sendRa === null) return [];
  const own = addresses.filter((text) => text.includes(":") && text.endsWith("/64")).map(networkText);
  return [
    ...(sendRa.routes.length === 0
      ? []
      : [["IOS tells hosts of no routes", ["sendRa", "routes"], "Leave them out."] as const]),
    ...(sendRa.domains.length === 0
      ? []
      : [["Domains in advertisements are not written for IOS", ["sendRa", "domains"], "Leave them out."] as const]),
    ...(sendRa.prefixes.length === own.length && sendRa.prefixes.every((prefix) => own.includes(prefix))
      ? []
      : [
          [
            "IOS announces the networks of the interface's own addresses",
            ["sendRa"],
            "Leave `prefixes` out, or give the interface an address in each.",
          ] as const,
        ]),
  ];
}
