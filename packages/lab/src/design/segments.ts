import { containsAddress, parseAddress, parsePrefix } from "@nix-nos/ipam";
import { hash32 } from "@nix-nos/topology";
import { bare, type Port, subnetOf } from "./ports.js";
import type { LabCable, LabDevice, LabHost } from "./types.js";

/** The host that holds every shared network's bridge. */
export const switchName = "lab.switch";

interface Segment {
  /** What its interfaces have in common: networks, and interfaces that are named as being on the same link. */
  readonly keys: Set<string>;
  readonly ports: Port[];
}

/**
 * Shared networks: interfaces with a subnet in common hang on one bridge, which has the gateways' addresses where no
 * host has them, and forwards between the networks as the site's router does.
 */
export function planSwitch(
  ports: readonly Port[],
  namespace: string,
): {
  readonly host: LabHost | null;
  readonly cables: readonly LabCable[];
  readonly routes: ReadonlyMap<string, string[]>;
} {
  const segments = segmentsOf(ports);
  const owned = new Set(ports.flatMap(({ addresses }) => addresses.map(bare)));
  const devices: LabDevice[] = [];
  const cables: LabCable[] = [];
  for (const { keys, ports: members } of segments) {
    const subnets = new Set(
      members.flatMap(({ addresses }) => addresses.map(subnetOf)).filter((each) => each !== null),
    );
    const bridge = `br${hex([...subnets].sort()[0] ?? [...keys].sort()[0] ?? "")}`;
    const wanted = new Set(members.flatMap(({ gateways }) => gateways).filter((gateway) => !owned.has(gateway)));
    const addresses = [...wanted].flatMap((gateway) => withLength(gateway, subnets));
    devices.push({ name: bridge, kind: "bridge", addresses, bridge: null });
    for (const { host, device } of members) {
      const port = `p${hex(`${host}:${device}`)}`;
      devices.push({ name: port, kind: "veth", addresses: [], bridge });
      cables.push({
        ends: [
          { host: switchName, device: port },
          { host, device },
        ],
      });
    }
  }
  const routes = new Map<string, string[]>();
  for (const { host, gateways } of ports) routes.set(host, [...(routes.get(host) ?? []), ...gateways]);
  if (devices.length === 0) return { host: null, cables, routes };
  const common = { loopback: [], gateways: [], bird: null, gobgp: null, frr: null };
  return { host: { name: switchName, kind: "switch", namespace, devices, ...common }, cables, routes };
}

/** Interfaces that share a subnet or a link, directly or through another one of theirs. */
function segmentsOf(ports: readonly Port[]): readonly Segment[] {
  const segments = new Set<Segment>();
  const byKey = new Map<string, Segment>();
  for (const port of ports) {
    const { host, device, beside } = port;
    const own = [...port.addresses.map(subnetOf), `${host}:${device}`, beside ?? null];
    let segment: Segment = { keys: new Set(own.filter((key) => key !== null)), ports: [port] };
    for (const other of new Set([...segment.keys].map((key) => byKey.get(key)))) {
      if (other === undefined) continue;
      segments.delete(other);
      segment = { keys: new Set([...other.keys, ...segment.keys]), ports: [...other.ports, ...segment.ports] };
    }
    segments.add(segment);
    for (const key of segment.keys) byKey.set(key, segment);
  }
  return [...segments];
}

function withLength(gateway: string, subnets: ReadonlySet<string>): string[] {
  const address = parseAddress(gateway);
  const subnet = [...subnets].map(parsePrefix).find((prefix) => prefix && address && containsAddress(prefix, address));
  return subnet ? [`${gateway}/${subnet.length}`] : [];
}

function hex(text: string): string {
  return hash32(text).toString(16).padStart(8, "0");
}
