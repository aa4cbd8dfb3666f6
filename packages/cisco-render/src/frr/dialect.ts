import type { Node } from "@nix-nos/topology";
import { portsOf } from "../network/ports.js";

/** Where FRR says otherwise what IOS says; an empty word leaves the line out, because FRR has it as it is or not at all. */
const differences: readonly (readonly [ios: RegExp, frr: string])[] = [
  // A link-local gateway comes before its link.
  [/^((?:no )?ipv6 route \S+) (\S+) (fe80:\S+)/, "$1 $3 $2"],
  // Lists of BGP have its name in front.
  [/^(no )?ip ((?:large-|ext)?community-list|as-path access-list) /, "$1bgp $2 "],
  [/^( *(?:no )?)set ipv6 next-hop (?!global)/, "$1set ipv6 next-hop global "],
  // FRR adds extended communities without being told to, and takes all of them away or none.
  [/^( *(?:no )?set extcommunity rt .*) additive$/, "$1"],
  [/^( *(?:no )?)set extcomm-list every-extcommunity delete$/, "$1set extcommunity none"],
  [/^( *(?:no )?neighbor \S+) fall-over bfd.*$/, "$1 bfd"],
  [/^( *(?:no )?neighbor \S+) ha-mode graceful-restart$/, "$1 graceful-restart"],
  [/^( *(?:no )?neighbor \S+) transport connection-mode passive$/, "$1 passive"],
  [/^( *(?:no )?neighbor \S+) next-hop-self all$/, "$1 next-hop-self force"],
  [/^( *(?:no )?neighbor \S+) send-community both$/, "$1 send-community all"],
  // Without it FRR takes and gives nothing over eBGP where no route-map stands; IOS has no such rule.
  [/^ no bgp enforce-first-as$/, " no bgp ebgp-requires-policy"],
  [
    /^ *(?:no )?(?:ip domain name|ipv6 unicast-routing|ip bgp-community|bgp regexp|bfd map|bfd interval|ipv6 nd)\b.*$/,
    "",
  ],
];

/** Blocks of what FRR leaves to the system, and what it leaves to it in others. */
const others = /^(?:no )?(?:vlan|bfd-template) /;
const systems =
  /^ (?:no )?(?:encapsulation|mac-address|mtu|ip mtu|ipv6 mtu|switchport|channel-group|ip address|ipv6 address)\b/;

/**
 * A Cisco device's routing as FRR reads it: nearly the same language, for a device in whose place FRR stands. What the
 * system does there, as addresses and VLANs, is left out.
 *
 * @param text - as `renderCisco` writes it, or lines between two (`diffIos`)
 * @param ports - the system's name for each port of the device, as `frrPorts` gives them
 *
 * @example
 * ```ts
 * import { frrConfig } from "@nix-nos/cisco-render";
 *
 * frrConfig("neighbor 192.0.2.1 update-source Loopback0\n", { Loopback0: "lo" }); // => "neighbor 192.0.2.1 update-source lo\n"
 * ```
 */
export function frrConfig(text: string, ports: Readonly<Record<string, string>>): string {
  let isOthers = false;
  const lines = text.split("\n").flatMap((line) => {
    if (!line.startsWith(" ")) isOthers = others.test(line);
    if (isOthers || systems.test(line)) return [];
    const named = line.replace(/[A-Z][A-Za-z-]+\d+(?:\/\d+)*(?:\.\d+)?/g, (port) => ports[port] ?? port);
    const said = differences.reduce((before, [ios, frr]) => before.replace(ios, frr), named);
    return said === "" && line !== "" ? [] : [said];
  });
  return lines.join("\n");
}

/**
 * The topology's name for each port of a Cisco node, which is what the kernel calls it where the node is played.
 *
 * @example
 * ```ts
 * import { frrPorts } from "@nix-nos/cisco-render";
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   clusters: { lab: { nodes: { r1: { role: edge, platform: cisco-ios, loopback: 10.255.0.1 } } } }
 * `;
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * network.nodes.map(frrPorts); // => [{ "Loopback0": "lo" }]
 * ```
 */
export function frrPorts(node: Node): Readonly<Record<string, string>> {
  const { nameOf } = portsOf(node);
  const named = node.interfaces.flatMap((entry) => {
    const port = nameOf(entry);
    return port === null ? [] : [[port, entry.kind === "loopback" ? "lo" : entry.name] as const];
  });
  return Object.fromEntries(named);
}
