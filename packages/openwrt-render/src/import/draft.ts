/** A topology's interface, as it is written. */
export type InterfaceDraft = Record<string, unknown> & { zone?: string };

/** What an import fills in, file by file: parts of a topology's document. */
export interface TopologyDraft {
  domain: string | null;
  hostname: string;
  readonly vlans: Map<number, string>;
  /** By the name of the Linux device. */
  readonly interfaces: Map<string, InterfaceDraft>;
  /** The device of each section of `/etc/config/network`; on a switch, the interface that it has become. */
  readonly deviceOf: Map<string, string>;
  readonly onSwitch: SwitchNames;
  readonly zones: Map<string, Record<string, unknown>>;
  readonly forwardings: Record<string, unknown>[];
  readonly openwrt: Record<string, unknown>;
}

/** What the devices on a switch's VLANs are called, where the switch is carried over. */
interface SwitchNames {
  /** The interface that is made of a device: of `eth0.2` and of `br-guest`. */
  readonly interfaceOf: Map<string, string>;
  /** What a bridge has as its members in place of a device: the ports of VLAN 1 for `eth0.1`. */
  readonly membersOf: Map<string, readonly string[]>;
}

export function emptyDraft(): TopologyDraft {
  return {
    domain: null,
    hostname: "router",
    vlans: new Map(),
    interfaces: new Map(),
    deviceOf: new Map(),
    onSwitch: { interfaceOf: new Map(), membersOf: new Map() },
    zones: new Map(),
    forwardings: [],
    openwrt: {},
  };
}

/** The interface of a device, made when it is first spoken of. */
export function interfaceOf({ interfaces }: TopologyDraft, device: string): InterfaceDraft {
  const known = interfaces.get(device);
  if (known !== undefined) return known;
  const made: InterfaceDraft = {};
  interfaces.set(device, made);
  return made;
}

/** Adds to a list of an interface or zone, or begins it. */
export function push(target: Record<string, unknown>, key: string, ...values: readonly unknown[]): void {
  if (values.length === 0) return;
  target[key] = [...((target[key] as readonly unknown[] | undefined) ?? []), ...values];
}

/** Sets what is said, and nothing else. */
export function assign(target: Record<string, unknown>, values: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(values)) if (value !== null && value !== undefined) target[key] = value;
}

/** The name of a VLAN by its number, made when it is first spoken of. */
export function vlanName({ vlans }: TopologyDraft, id: number): string {
  const known = vlans.get(id);
  if (known !== undefined) return known;
  vlans.set(id, `vlan${id}`);
  return `vlan${id}`;
}

/** The first interface that is no port of another: what belongs to none stands there. */
export function firstDevice({ deviceOf }: TopologyDraft): string | undefined {
  return [...deviceOf.values()].find((device) => device !== "lo");
}
