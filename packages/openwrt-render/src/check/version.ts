import { type Diagnostic, type Interface, type Node, type NodeFirewall, quote } from "@nix-nos/topology";
import { isClassic } from "../network/classic.js";
import { stackDevices } from "../network/stack.js";

/** What the release that runs on the device has not yet: settings (NN6002), and names it cannot hold (NN6001). */
export function checkVersion(node: Node, firewall: NodeFirewall | undefined): readonly Diagnostic[] {
  const version = node.openwrt?.version ?? null;
  if (version === null) return [];
  const error = (code: "NN6001" | "NN6002", message: string, path: Diagnostic["path"], hint: string): Diagnostic => ({
    code,
    severity: "error",
    message,
    path,
    hint,
  });
  const found = node.interfaces.flatMap((entry) => {
    const need = needOf(entry, node);
    if (need === null || version >= need.since) return [];
    const message = `OpenWrt ${version} of ${node.name} has no ${need.what}, which ${entry.name} asks for.`;
    return [error("NN6002", message, [...entry.path, ...need.key], `OpenWrt ${need.since} is the first that has.`)];
  });
  // firewall3 makes chains of `zone_`, the name and `_dest_ACCEPT`, and iptables takes 28 characters.
  if (version < "22.03") {
    for (const { name, interfaces } of firewall?.zones ?? []) {
      if (name.length <= 11) continue;
      const entry = node.interfaces.find((own) => own.name === interfaces[0]);
      const message = `The zone ${quote(name)} of ${node.name} is too long for the firewall of OpenWrt ${version}.`;
      const path = [...(entry?.path ?? node.path), "zone"];
      found.push(error("NN6001", message, path, "Give the zone a name of at most 11 characters."));
    }
  }
  if (!isClassic(version)) return found;
  const { sectionsOf, byName, switch: own } = stackDevices(node);
  for (const entry of byName.values()) {
    if (entry.kind !== "bridge") continue;
    const device = own?.deviceOf.get(entry.name) ?? entry.name;
    const section = sectionsOf.get(entry.name)?.own ?? "lan";
    if (device === `br-${section}`) continue;
    const message = `OpenWrt ${version} would call the bridge ${quote(entry.name)} of ${node.name} ${quote(`br-${section}`)}, after its section.`;
    found.push(error("NN6001", message, entry.path, "Call it `br-` and letters, digits and `_` that no other has."));
  }
  for (const radio of node.openwrt?.radios ?? []) {
    const [key, value] = radio.band.startsWith("6")
      ? (["band", radio.band] as const)
      : (["htmode", radio.htmode] as const);
    if (key === "htmode" && !/^E?HE|^EHT/.test(value ?? "")) continue;
    const message = `OpenWrt ${version} of ${node.name} knows no ${value}, which the radio ${quote(radio.name)} asks for.`;
    const path = [...node.path, "openwrt", "radios", radio.name, key];
    found.push(error("NN6002", message, path, "Use the 2g or 5g band, and HT or VHT channels."));
  }
  return found;
}

/** The release that first had what an interface is, where one of those that can be named has it not. */
function needOf(
  entry: Interface,
  { openwrt }: Node,
): { readonly since: string; readonly what: string; readonly key: readonly string[] } | null {
  switch (entry.kind) {
    case "vrf":
      return { since: "25.12", what: "VRFs", key: ["kind"] };
    case "bond":
      return { since: "22.03", what: "bonds in its network daemon", key: ["kind"] };
    case "vxlan":
      return entry.remotes.length < 2
        ? null
        : { since: "21.02", what: "tunnels with more than one end", key: ["remotes"] };
    case "bridge":
      // On a switch it is the switch that tells VLANs apart.
      if (!entry.bridge.vlanFiltering || openwrt?.switch) return null;
      return {
        since: "21.02",
        what: "bridges that tell VLANs apart (but `openwrt.switch` does)",
        key: ["vlanFiltering"],
      };
    default:
      return null;
  }
}
