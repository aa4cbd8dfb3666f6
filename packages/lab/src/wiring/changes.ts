import type { LabCable, LabDesign, LabDevice, LabHost } from "../design/types.js";

/** What must be done to make one design of another, in this order. */
export interface WiringChanges {
  /** Namespaces to remove, with all that is in them. */
  readonly gone: readonly LabHost[];
  readonly made: readonly LabHost[];
  /** Devices of hosts that stay. */
  readonly unplugged: readonly { readonly host: LabHost; readonly device: string }[];
  readonly cables: readonly LabCable[];
  /** Hosts whose devices, addresses or routes are to be set: new ones, and those that changed. */
  readonly configured: readonly LabHost[];
}

/**
 * The difference of two designs. What is the same in both is not touched: sessions over it stay up.
 *
 * @param old - `null` where nothing is there yet
 */
export function wiringChanges(old: Pick<LabDesign, "hosts" | "cables"> | null, wanted: LabDesign): WiringChanges {
  const before = new Map(old?.hosts.map((host) => [host.name, host]));
  const after = new Map(wanted.hosts.map((host) => [host.name, host]));
  const made = wanted.hosts.filter(({ name }) => !before.has(name));
  const gone = [...before.values()].filter(({ name }) => !after.has(name));
  const absent = new Set([...made, ...gone].map(({ name }) => name));

  const kept = new Set(wanted.cables.map(keyOf));
  const had = new Set(old?.cables.map(keyOf));
  const lost = (old?.cables ?? []).filter((cable) => !kept.has(keyOf(cable)));
  const unplugged = lost.flatMap(({ ends }) => {
    // A pair goes away with either of its ends, and with a namespace that holds one.
    if (ends.some(({ host }) => absent.has(host))) return [];
    const host = before.get(ends[0].host);
    return host ? [{ host, device: ends[0].device }] : [];
  });
  const cables = wanted.cables.filter((cable) => !had.has(keyOf(cable)));
  const touched = new Set([
    ...made.map(({ name }) => name),
    ...cables.flatMap(({ ends }) => ends.map(({ host }) => host)),
  ]);
  const configured = wanted.hosts.filter((host) => touched.has(host.name) || !sameWiring(before.get(host.name), host));
  const bridges = [...before.values()].flatMap((host) => {
    const still = new Set(after.get(host.name)?.devices.map(({ name }) => name));
    const stale = host.devices.filter(({ kind, name }) => kind === "bridge" && !still.has(name));
    return absent.has(host.name) ? [] : stale.map(({ name }) => ({ host, device: name }));
  });
  return { gone, made, unplugged: [...unplugged, ...bridges], cables, configured };
}

function keyOf({ ends }: LabCable): string {
  return ends.map(({ host, device }) => `${host}:${device}`).join(" ");
}

function sameWiring(a: LabHost | undefined, b: LabHost): boolean {
  const of = (host: LabHost | undefined) => JSON.stringify([host?.devices, host?.loopback, host?.gateways]);
  return of(a) === of(b);
}

/** Addresses that a host has no longer, by device. */
export function staleAddresses(before: LabHost | undefined, after: LabHost): readonly (readonly [string, string])[] {
  if (before === undefined) return [];
  const still = new Set(addressesOf(after).map((pair) => pair.join(" ")));
  const devices = new Set(after.devices.map(({ name }) => name));
  return addressesOf(before).filter((pair) => !still.has(pair.join(" ")) && (pair[0] === "lo" || devices.has(pair[0])));
}

function addressesOf({ devices, loopback }: LabHost): readonly (readonly [string, string])[] {
  const own = devices.flatMap(({ name, addresses }: LabDevice) => addresses.map((text) => [name, text] as const));
  return [...own, ...loopback.map((text) => ["lo", text] as const)];
}
