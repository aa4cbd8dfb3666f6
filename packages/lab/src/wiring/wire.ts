import { spawnSync } from "node:child_process";
import type { LabDesign, LabHost } from "../design/types.js";
import { LabError } from "../lab-error.js";
import { staleAddresses, type WiringChanges } from "./changes.js";
import { ip, ipBatch, toolEnv } from "./ip.js";

/**
 * Makes namespaces, veth pairs, bridges, addresses and routes. Both ends of a pair are born in their namespaces, so that
 * no interface of the host's own is ever named or touched.
 */
export function wire(changes: WiringChanges, old: Pick<LabDesign, "hosts"> | null, wanted: LabDesign): void {
  const byName = new Map(wanted.hosts.map((host) => [host.name, host]));
  const before = new Map(old?.hosts.map((host) => [host.name, host]));
  for (const { namespace } of changes.gone) ip("netns", "delete", namespace);
  for (const { host, device } of changes.unplugged) ip("-n", host.namespace, "link", "delete", device);
  for (const host of changes.made) {
    ip("netns", "add", host.namespace);
    prepare(host);
  }
  const linesOf = new Map<string, string[]>();
  for (const { ends } of changes.cables) {
    const [a, b] = ends.map(({ host }) => byName.get(host)?.namespace);
    const line = `link add name ${ends[0].device} type veth peer name ${ends[1].device} netns ${b}`;
    linesOf.set(a ?? "", [...(linesOf.get(a ?? "") ?? []), line]);
  }
  for (const [namespace, lines] of linesOf) ipBatch(namespace, lines);
  for (const host of changes.configured) ipBatch(host.namespace, configuration(host, before.get(host.name)));
}

/** Puts a host's interfaces back to what they shall be. */
export function rewire(host: LabHost): void {
  ipBatch(host.namespace, configuration(host, host));
}

/** Everything that a host's devices shall be; each line may be run again. */
function configuration(host: LabHost, before: LabHost | undefined): readonly string[] {
  const bridges = host.devices.filter(({ kind }) => kind === "bridge");
  const had = new Set(before?.devices.map(({ name }) => name));
  return [
    "link set lo up",
    ...staleAddresses(before, host).map(([device, address]) => `address delete ${address} dev ${device}`),
    ...bridges.filter(({ name }) => !had.has(name)).map(({ name }) => `link add ${name} type bridge`),
    ...host.devices.flatMap(({ name, addresses, bridge }) => [
      ...addresses.map((address) => addressLine(address, name)),
      ...(bridge === null ? [] : [`link set ${name} master ${bridge}`]),
      `link set ${name} up`,
    ]),
    ...host.loopback.map((address) => addressLine(address, "lo")),
    ...host.gateways.map((gateway) => `route replace default via ${gateway}`),
  ];
}

/** Without the wait for a duplicate: addresses of the lab are used at once. */
function addressLine(address: string, device: string): string {
  return `address replace ${address} dev ${device}${address.includes(":") ? " nodad" : ""}`;
}

/** What a router's kernel is told: it forwards, and takes packets whichever way they come. */
function prepare({ namespace, kind, frr }: LabHost): void {
  const forward = kind === "peer" ? 0 : 1;
  const settings = [
    ["ipv4/ip_forward", forward],
    ["ipv6/conf/all/forwarding", forward],
    ["ipv6/conf/default/forwarding", forward],
    // A cable that is pulled and put back finds its addresses.
    ["ipv6/conf/all/keep_addr_on_down", 1],
    ["ipv6/conf/default/keep_addr_on_down", 1],
    ["ipv6/conf/all/accept_dad", 0],
    ["ipv6/conf/default/accept_dad", 0],
    // Link-local addresses are those of the design; FRR has no session over IPv6 on an interface without one.
    ["ipv6/conf/default/addr_gen_mode", frr === null ? 1 : 0],
    ["ipv4/conf/all/rp_filter", 0],
    ["ipv4/conf/default/rp_filter", 0],
  ];
  const script = settings.map(([key, value]) => `echo ${value} > /proc/sys/net/${key}`).join(" && ");
  const args = ["netns", "exec", namespace, "sh", "-c", script];
  const { status, stderr } = spawnSync("ip", args, { encoding: "utf8", env: toolEnv() });
  if (status !== 0) throw new LabError(`The kernel's settings in ${namespace} could not be written: ${stderr.trim()}.`);
}
