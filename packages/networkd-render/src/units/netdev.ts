import type { VxlanInterface, WireguardInterface } from "@nix-nos/topology";
import type { NetworkdUnit, UnitSection } from "../unit.js";
import { bondEntries } from "./bond.js";
import { bridgeEntries } from "./bridge.js";
import type { StackedInterface } from "./stack.js";

/** The `.netdev` that creates a virtual interface, or `null` for one that the kernel brings along. */
export function netdevUnit(stacked: StackedInterface): NetworkdUnit | null {
  const kindSections = sectionsOfKind(stacked);
  if (kindSections === null) return null;
  const { name, kind, mtu, settings } = stacked.interface;
  const mac = settings?.macAddress ?? null;
  const netdev: UnitSection["entries"] = [
    ["Name", name],
    ["Kind", kind],
    ...(mtu === null ? [] : [["MTUBytes", mtu] as const]),
    ...(mac === null ? [] : [["MACAddress", mac] as const]),
  ];
  const sections = [{ name: "NetDev", entries: netdev }, ...kindSections].filter(
    (section) => section.entries.length > 0,
  );
  return { name: `10-${name}.netdev`, type: "netdev", sections };
}

function sectionsOfKind(stacked: StackedInterface): readonly UnitSection[] | null {
  const entry = stacked.interface;
  switch (entry.kind) {
    case "vlan":
      return [{ name: "VLAN", entries: [["Id", entry.vlanId]] }];
    case "bond":
      return [{ name: "Bond", entries: bondEntries(entry) }];
    case "bridge":
      return [{ name: "Bridge", entries: bridgeEntries(entry) }];
    case "vxlan":
      return [{ name: "VXLAN", entries: vxlanEntries(entry) }];
    case "wireguard":
      return wireguardSections(entry);
    case "vrf":
      return [{ name: "VRF", entries: [["Table", entry.table]] }];
    case "dummy":
      return [];
    default:
      return null;
  }
}

function vxlanEntries(vxlan: VxlanInterface): UnitSection["entries"] {
  const entries: [string, string | number | boolean][] = [["VNI", vxlan.vni]];
  if (vxlan.local !== null) entries.push(["Local", vxlan.local]);
  // One other end, or a group, is the device's own default; several are entries of its forwarding table.
  const [only, ...others] = vxlan.remotes;
  if (only !== undefined && others.length === 0) entries.push([isMulticast(only) ? "Group" : "Remote", only]);
  entries.push(["DestinationPort", vxlan.port]);
  // Without an interface below, networkd would wait for one for ever.
  if (vxlan.parent === null) entries.push(["Independent", true]);
  return entries;
}

function isMulticast(address: string): boolean {
  if (address.includes(":")) return address.startsWith("ff");
  const first = Number(address.split(".")[0]);
  return first >= 224 && first < 240;
}

function wireguardSections(wireguard: WireguardInterface): readonly UnitSection[] {
  const own: [string, string | number | boolean][] = [["PrivateKeyFile", wireguard.privateKeyFile]];
  if (wireguard.listenPort !== null) own.push(["ListenPort", wireguard.listenPort]);
  // A peer that may send from anywhere is a way for a routing daemon to use, not the way for everything.
  const isAnywhere = wireguard.peers.some(({ allowedIps }) => allowedIps.some((prefix) => prefix.endsWith("/0")));
  if (!isAnywhere) own.push(["RouteTable", "main"]);
  const peers = wireguard.peers.map((peer): UnitSection => {
    const entries: [string, string | number | boolean][] = [["PublicKey", peer.publicKey]];
    if (peer.presharedKeyFile !== null) entries.push(["PresharedKeyFile", peer.presharedKeyFile]);
    for (const prefix of peer.allowedIps) entries.push(["AllowedIPs", prefix]);
    if (peer.endpoint !== null) entries.push(["Endpoint", peer.endpoint]);
    if (peer.persistentKeepalive !== null) entries.push(["PersistentKeepalive", peer.persistentKeepalive]);
    return { name: "WireGuardPeer", entries };
  });
  return [{ name: "WireGuard", entries: own }, ...peers];
}
