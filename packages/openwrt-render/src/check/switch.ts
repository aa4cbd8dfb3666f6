import type { BgpSpeaker } from "@nix-nos/bgp-gen";
import { isLinkLocal } from "@nix-nos/ipam";
import type { Diagnostic, Interface, Node, Path } from "@nix-nos/topology";
import { ownVlan } from "../network/own-vlan.js";
import { planSwitch } from "../network/switch.js";

/** The most places that OpenWrt's drivers tell of a switch's table. */
const tableSize = 127;

/** What a switch behind `swconfig` cannot be told (NN6007), each with its place. */
export function checkSwitch(node: Node, speaker: BgpSpeaker | undefined): readonly Diagnostic[] {
  const own = node.openwrt?.switch ?? null;
  if (own === null) return [];
  const place = [...node.path, "openwrt", "switch"];
  const found: Diagnostic[] = [];
  const add = (message: string, path: Path, hint: string) =>
    found.push({ code: "NN6007", severity: "error", message, path, hint });

  const users = new Map([[own.cpu, "the device itself"]]);
  for (const { name, number } of own.ports) {
    const user = users.get(number);
    if (user !== undefined)
      add(
        `Port ${number} of the switch of ${node.name} is that of ${user}.`,
        [...place, "ports", name],
        "Each has its own.",
      );
    users.set(number, name);
  }

  const isPort = new Set(own.ports.map(({ name }) => name));
  const carrier = node.interfaces.find(({ name }) => name === own.interface);
  const owners = new Map<number, string>();
  for (const entry of carrier?.kind === "ethernet" ? node.interfaces : [])
    if (entry.kind === "vlan" && entry.parent === own.interface) owners.set(entry.vlanId, entry.name);
  const { vlans, deviceOf, interfaces } = planSwitch(node, own);
  for (const { id, owner } of vlans) {
    const other = owners.get(id);
    owners.set(id, owner);
    if (other === undefined || other === owner) continue;
    const at = node.interfaces.find(({ name }) => name === owner)?.path ?? place;
    const hint = "A switch has one VLAN of a number: give one of the two another.";
    add(`VLAN ${id} is on ${other} and on ${owner} of ${node.name}, and the switch would join them.`, at, hint);
  }
  if (
    isPort.has(own.interface) ||
    own.interface.length > 10 ||
    (carrier !== undefined && carrier.kind !== "ethernet")
  ) {
    const hint = "It is a port of the kernel's, of at most 10 characters, as eth0.";
    add(`${own.interface} of ${node.name} cannot be what leads to the switch.`, [...place, "interface"], hint);
  }
  // Of all sessions these alone say their device, which has another name here.
  for (const { interface: name, remoteAddress } of speaker?.sessions ?? []) {
    if (name === null || !isLinkLocal(remoteAddress)) continue;
    if (!deviceOf.has(name) && interfaces.some((entry) => entry.name === name)) continue;
    const at = node.interfaces.find((entry) => entry.name === name)?.path ?? place;
    const hint = "Give both ends addresses that are not link-local.";
    add(
      `A BGP session of ${node.name} is by ${name} and a link-local address, and the switch has that port's device.`,
      at,
      hint,
    );
  }
  if (vlans.length > tableSize) {
    const hint = "Name only the VLANs that are used.";
    add(`The switch of ${node.name} would have ${vlans.length} VLANs, and holds at most ${tableSize}.`, place, hint);
  }
  for (const entry of node.interfaces) {
    for (const [what, key, hint] of limitsOf(entry, node, isPort))
      add(`${what}, which ${entry.name} of ${node.name} asks for.`, [...entry.path, ...key], hint);
  }
  return found;
}

type Limit = readonly [what: string, key: Path, hint: string];

function limitsOf(entry: Interface, node: Node, isPort: ReadonlySet<string>): readonly Limit[] {
  const bridge = node.interfaces.find((own) => own.kind === "bridge" && own.members.includes(entry.name));
  if (isPort.has(entry.name)) {
    const isSaid = bridge !== undefined && (entry.mtu !== bridge.mtu || (entry.settings?.macAddress ?? null) !== null);
    if (entry.kind !== "ethernet")
      return [[`A port of the switch is no ${entry.kind}`, ["kind"], "Name it otherwise."]];
    return isSaid
      ? [["A port of the switch that is in a bridge has no settings of its own", [], "Leave them out."]]
      : [];
  }
  switch (entry.kind) {
    case "bond":
    case "vrf":
      if (!entry.members.some((name) => isPort.has(name))) return [];
      return [[`Ports of a switch cannot be in a ${entry.kind}`, ["members"], "Leave them out."]];
    case "vlan": {
      const parent = node.interfaces.find(({ name }) => name === entry.parent);
      if (
        parent?.kind === "bridge" &&
        !parent.bridge.vlanFiltering &&
        parent.members.some((name) => isPort.has(name))
      ) {
        const hint = `Say \`vlanFiltering: true\` on ${parent.name}, and in \`ports\` which of them have it.`;
        return [["A switch has to be told the ports of each VLAN", ["parent"], hint]];
      }
      const isOn =
        isPort.has(entry.parent) || (parent?.kind === "bridge" && parent.members.some((name) => isPort.has(name)));
      if (isOn && parent?.kind === "bridge" && ownVlan(parent) === entry.vlanId) {
        const hint = `Put what ${entry.name} has on ${parent.name}, or give that another \`pvid\`.`;
        return [[`VLAN ${entry.vlanId} is that of the untagged frames of ${parent.name} already`, ["vlan"], hint]];
      }
      const isMade = node.openwrt?.wifi.some((wifi) => wifi.interface === entry.name) ?? false;
      if (!isMade || !isOn || entry.name.length <= 12) return [];
      return [
        [`The bridge for stations would be br-${entry.name}, longer than Linux takes`, [], "At most 12 characters."],
      ];
    }
    case "bridge": {
      if (!entry.members.some((name) => isPort.has(name))) return [];
      const keys = ["isolated", "learning"] as const;
      const own = entry.bridge.ports.find(({ name }) => name === entry.name);
      return entry.bridge.ports.flatMap((port): readonly Limit[] => {
        if (port.name === entry.name) return [];
        if (isPort.has(port.name)) {
          return keys
            .filter((key) => port[key] === (key === "isolated"))
            .map(
              (key): Limit => [
                `\`swconfig\` knows no \`${key}\` of a port`,
                ["ports", port.name, key],
                "Leave it out.",
              ],
            );
        }
        const [only, ...more] = port.vlans;
        const isPlain =
          !entry.bridge.vlanFiltering ||
          (more.length === 0 && only?.min === only?.max && port.pvid === (own?.pvid ?? null));
        if (isPlain) return [];
        const hint = `${port.name} is no port of the switch: give it the bridge's own untagged VLAN alone.`;
        return [["Behind a switch, a bridge has one VLAN", ["ports", port.name], hint]];
      });
    }
    default:
      return [];
  }
}
