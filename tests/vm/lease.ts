// What a node is told by a DHCP server, and whom it asks for names.
import { containsAddress, formatAddress, networkOf, parseAddress, parseInterfaceAddress } from "@nix-nos/ipam";
import { expect } from "vitest";
import { eventually } from "../support/netns.js";
import { linksOf } from "./links.js";
import type { Machine } from "./machine.js";
import { routesOf } from "./routes.js";
import type { RunningNode } from "./two-nodes.js";

/** The server that leases come from: networkd's own, at the router's address, which no topology asks for. */
export const server = {
  interface: "ens11",
  dns: "10.91.0.53",
  dropIn: `[Network]
DHCPServer=yes
[DHCPServer]
PoolOffset=100
PoolSize=50
PersistLeases=no
DNS=10.91.0.53
`,
};

/** The address, the default route with the planned metric, and the name server, beside those that routers tell. */
export async function expectLease(own: RunningNode, other: RunningNode, patience: number): Promise<void> {
  const [entry, router] = [own, other].map(({ plan }) => plan.interfaces.find(({ name }) => name === server.interface));
  const dhcp = entry?.settings?.dhcp ?? null;
  if (dhcp === null) return;
  const network = router?.addresses.map(parseInterfaceAddress).find((each) => each?.address.family === "ipv4");
  if (network === undefined || network === null) throw new Error(`${other.plan.name} gives no leases`);
  const leased = async () => {
    const all = (await linksOf(own.machine)).get(server.interface)?.addr_info ?? [];
    return all.find(({ dynamic, local }) => dynamic && !local.includes(":"))?.local ?? "";
  };
  const isWithin = (seen: string) => {
    const address = parseAddress(seen);
    return address !== null && containsAddress(networkOf(network.address, network.length), address);
  };
  await eventually("a lease", patience, leased, isWithin);
  const way = { to: "0.0.0.0/0", via: formatAddress(network.address), metric: dhcp.routeMetric };
  expect(await routesOf(own.machine, "ipv4", "dhcp")).toContainEqual(expect.objectContaining(way));
  const told = router?.settings?.sendRa;
  const names = JSON.stringify({ DNS: [server.dns, ...(told?.dns ?? [])], DOMAINS: told?.domains });
  const resolver = async () => JSON.stringify(await resolverOf(own.machine, server.interface));
  await eventually("name servers", patience, resolver, (seen) => seen === names);
}

/** The name servers and domains that a topology names. */
export async function expectResolvers({ plan, machine }: RunningNode): Promise<void> {
  for (const { name, settings } of plan.interfaces) {
    if (settings === null || settings.dns.length === 0) continue;
    expect(await resolverOf(machine, name)).toEqual({ DNS: settings.dns, DOMAINS: settings.domains });
  }
}

/** What networkd tells resolved of a link. */
async function resolverOf(machine: Machine, name: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const file = `/run/systemd/netif/links/$(</sys/class/net/${name}/ifindex)`;
  const lines = (await machine.exec(`grep -E '^(DNS|DOMAINS)=' ${file}`)).trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split("=")).map(([key, value = ""]) => [key, value.split(" ")]));
}
