import type { BgpSpeaker } from "@nix-nos/bgp-gen";
import type { BridgePort, EthernetInterface, Interface, Node, NumberRange, Vlan } from "@nix-nos/topology";
import { block, type IosLine, line, word } from "../ios/document.js";
import { trunkLines } from "../ios/vlans.js";
import { addressAndMask } from "./addresses.js";
import { madePort, type Ports } from "./ports.js";

/** Every interface of the device, and the VLANs that its bridge tells apart. */
export function interfaceLines(ports: Ports, vlans: readonly Vlan[], speaker: BgpSpeaker | null): readonly IosLine[] {
  return [
    ...vlanLines(ports, vlans),
    ...ports.node.interfaces.flatMap((entry) => interfaceBlock(entry, ports, speaker)),
  ];
}

/** Numbers of the VLANs that a device's switch tells apart. */
export function vlansOf(node: Node): ReadonlySet<number> {
  const bridges = node.interfaces.filter((entry) => entry.kind === "bridge");
  const carried = bridges.flatMap(({ bridge }) => bridge.ports.flatMap((port) => port.vlans));
  const ends = node.interfaces.flatMap((entry) =>
    entry.kind === "vlan" && bridges.some(({ name }) => name === entry.parent) ? [entry.vlanId] : [],
  );
  return new Set([...carried.flatMap(numbersIn), ...ends]);
}

function vlanLines({ node }: Ports, vlans: readonly Vlan[]): readonly IosLine[] {
  const names = new Map(vlans.map(({ id, name }) => [id, name]));
  // VLAN 1 is there, and has a name that nobody may change.
  return [...vlansOf(node)]
    .filter((id) => id > 1)
    .sort((a, b) => a - b)
    .map((id) => {
      const name = names.get(id);
      return block`vlan ${id}`([
        name === undefined ? line`name VLAN${{ token: String(id).padStart(4, "0") }}` : line`name ${word(name)}`,
      ]);
    });
}

function interfaceBlock(entry: Interface, ports: Ports, speaker: BgpSpeaker | null): readonly IosLine[] {
  const name = ports.nameOf(entry);
  if (name === null) return [];
  const { settings } = entry;
  const bridge = ports.bridgeOf.get(entry.name);
  const bond = bondNumber(entry, ports);
  const port = bridge?.bridge.ports.find((own) => own.name === entry.name);
  const isSwitched = bridge !== undefined;
  const isRouted = !isSwitched && bond === null;
  const v4 = entry.addresses.filter((text) => !text.includes(":"));
  const v6 = entry.addresses.filter((text) => text.includes(":"));
  const lines: IosLine[] = [];
  if (name.includes(".") && entry.kind === "vlan") lines.push(line`encapsulation dot1Q ${entry.vlanId}`);
  if (settings?.macAddress) lines.push(line`mac-address ${word(dotted(settings.macAddress))}`);
  if (entry.mtu !== null) lines.push(...mtuLines(entry, name));
  if (bridge !== undefined && port !== undefined) lines.push(...switchLines(port));
  if (isRouted) {
    if (settings?.dhcp?.ipv4) lines.push(line`ip address dhcp`);
    else if (v4.length === 0 && takesAddress(name)) lines.push(line`no ip address`);
    lines.push(
      ...v4.map((text, index) =>
        index === 0 ? line`ip address ${addressAndMask(text)}` : line`ip address ${addressAndMask(text)} secondary`,
      ),
    );
    lines.push(...v6.map((text) => line`ipv6 address ${word(text)}`));
    if (settings?.dhcp?.ipv6) lines.push(line`ipv6 address dhcp`);
    if (settings?.acceptRa) lines.push(line`ipv6 address autoconfig`);
    if (v6.length > 0 && !name.startsWith("Loopback") && !settings?.sendRa) lines.push(line`ipv6 nd ra suppress all`);
    if (settings?.sendRa) lines.push(...advertisements(settings.sendRa));
  }
  if (bond !== null) lines.push(line`channel-group ${bond} mode active`);
  if (speaker !== null && watches(speaker, entry)) lines.push(line`bfd interval 300 min_rx 300 multiplier 3`);
  if (!madePort.test(name) || name.startsWith("Port-channel") || name.startsWith("Vlan")) lines.push(line`no shutdown`);
  return [block`interface ${word(name)}`(lines)];
}

function takesAddress(name: string): boolean {
  return !name.includes(".");
}

/** The number of the port-channel that an interface is a member of. */
function bondNumber(entry: Interface, { bondOf, byName, nameOf }: Ports): number | null {
  const bond = byName.get(bondOf.get(entry.name) ?? "");
  const digits = /^Port-channel(\d+)$/.exec((bond && nameOf(bond)) ?? "")?.[1];
  return digits === undefined ? null : Number(digits);
}

/** A device's frames are as long as its port says; what stands on one says how long its packets are. */
function mtuLines({ mtu, addresses }: Interface, name: string): readonly IosLine[] {
  if (mtu === null) return [];
  if (!name.includes(".")) return [line`mtu ${mtu}`];
  const families = new Set(addresses.map((text) => text.includes(":")));
  return [
    ...(families.has(false) ? [line`ip mtu ${mtu}`] : []),
    ...(families.has(true) ? [line`ipv6 mtu ${mtu}`] : []),
  ];
}

/** A port that carries one VLAN, untagged, is an access port; every other one a trunk. */
function switchLines({ vlans, pvid }: BridgePort): readonly IosLine[] {
  const tagged = vlans.filter(({ min, max }) => !(min === max && min === pvid));
  if (tagged.length === 0 && pvid !== null)
    return [line`switchport`, line`switchport mode access`, line`switchport access vlan ${pvid}`];
  return [
    line`switchport`,
    ...(pvid === null || pvid === 1 ? [] : [line`switchport trunk native vlan ${pvid}`]),
    ...trunkLines(new Set(vlans.flatMap(numbersIn))),
    line`switchport mode trunk`,
  ];
}

function numbersIn({ min, max }: NumberRange): readonly number[] {
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}

function advertisements(ra: NonNullable<NonNullable<EthernetInterface["settings"]>["sendRa"]>): readonly IosLine[] {
  return [
    ...(ra.routerLifetime === null ? [] : [line`ipv6 nd ra lifetime ${ra.routerLifetime}`]),
    ...(ra.routerPreference === null
      ? []
      : [line`ipv6 nd router-preference ${{ token: preferences[ra.routerPreference] }}`]),
    ...(ra.managed ? [line`ipv6 nd managed-config-flag`] : []),
    ...(ra.otherConfig ? [line`ipv6 nd other-config-flag`] : []),
    ...ra.dns.map((address) => line`ipv6 nd ra dns server ${word(address)}`),
  ];
}

const preferences = { low: "Low", medium: "Medium", high: "High" } as const;

/** A session over this very interface is watched by BFD. */
function watches({ sessions }: BgpSpeaker, { name }: Interface): boolean {
  return sessions.some((session) => session.bfd && session.interface === name);
}

/** `52:54:00:12:34:56` as IOS writes it: `5254.0012.3456`. */
function dotted(mac: string): string {
  return mac
    .replaceAll(":", "")
    .toLowerCase()
    .replace(/(....)(....)(....)/, "$1.$2.$3");
}
