// Who answers whom between two machines, by what their plans say.
import { containsAddress, networkOf, parseAddress, parseInterfaceAddress } from "@nix-nos/ipam";
import type { Interface, Node } from "@nix-nos/topology";
import { expect } from "vitest";
import { eventually } from "../support/netns.js";
import { linksOf } from "./links.js";
import type { Machine } from "./machine.js";
import { routesOf } from "./routes.js";
import type { RunningNode } from "./two-nodes.js";

/** Addresses of the other end in the subnets that both nodes have, each with the own interface that is in it. */
export function acrossOf(own: Node, other: Node): readonly { via: string; address: string }[] {
  const joined = ({ interfaces }: Node) =>
    interfaces
      .filter(({ kind }) => kind !== "dummy" && kind !== "loopback")
      .flatMap(({ name, addresses }) => addresses.map((text) => ({ name, text })));
  return joined(own).flatMap(({ name, text }) =>
    joined(other)
      .map((far) => far.text.split("/")[0] ?? "")
      .filter((address) => contains(text, address))
      .map((address) => ({ via: name, address })),
  );
}

/** Whether an address is in the network of an interface's address, or of a prefix. */
function contains(network: string, address: string): boolean {
  const [around, one] = [parseInterfaceAddress(network), parseAddress(address)];
  return around !== null && one !== null && containsAddress(networkOf(around.address, around.length), one);
}

/** What ping(8) says of one packet, also when nobody answers. */
export function ping(machine: Machine, via: string, address: string, options = ""): Promise<string> {
  return machine.exec(`ping -c 1 -W 2 ${options} -I ${via} ${address} || true`);
}

/** The question who has the address is asked on the interface, and stays unanswered. */
export async function expectSilence(machine: Machine, via: string, address: string): Promise<void> {
  expect(await ping(machine, via, address), `${address} over ${via}`).toContain(" 0 received");
  const neighbours: { dst: string; state: string[] }[] = JSON.parse(
    await machine.exec(`ip -json neighbour show dev ${via} nud all`),
  );
  const states = neighbours.find(({ dst }) => dst === address)?.state ?? [];
  expect(["INCOMPLETE", "FAILED"], `${address} over ${via}`).toContain(states[0]);
}

/** What the other end advertises is there: an address in each of its prefixes, and its routes. */
export async function expectAdvertised(own: RunningNode, other: RunningNode, patience: number): Promise<void> {
  for (const entry of own.plan.interfaces) {
    const router = other.plan.interfaces.find(({ name }) => name === entry.name);
    const [accept, send] = [entry.settings?.acceptRa ?? null, router?.settings?.sendRa ?? null];
    if (accept === null || router === undefined || send === null) continue;
    const { machine } = own;
    const addresses = async () => {
      const all = (await linksOf(machine)).get(entry.name)?.addr_info ?? [];
      return all.filter(({ dynamic }) => dynamic).map(({ local }) => local);
    };
    const within = (seen: string) =>
      send.prefixes.every((prefix) => seen.split(" ").some((one) => contains(prefix, one)));
    await eventually(`an address on ${entry.name}`, patience, async () => (await addresses()).join(" "), within);
    expect(await addresses()).toHaveLength(send.prefixes.length);

    const routes = async () => {
      const all = await routesOf(machine, "ipv6", "ra");
      const told = all.map(({ to, via, dev, metric }) => `${to} ${via === null ? "" : "via "}${dev} ${metric}`);
      return told.sort().join("\n");
    };
    const metric = accept.routeMetric ?? 1024;
    const planned = [
      ...send.prefixes.map((prefix) => `${prefix} ${entry.name} ${metric}`),
      ...["::/0", ...send.routes].map((prefix) => `${prefix} via ${entry.name} ${metric}`),
    ];
    await eventually(`routes of ${entry.name}`, patience, routes, (seen) => seen === planned.sort().join("\n"));
    for (const [address = ""] of addressesIn(router, send.prefixes)) {
      await machine.exec(`ping -c 1 -W 5 -I ${(await addresses())[0]} ${address}`);
    }
  }
}

function addressesIn({ addresses }: Interface, prefixes: readonly string[]) {
  return addresses
    .map((text) => text.split("/"))
    .filter(([address = ""]) => prefixes.some((prefix) => contains(prefix, address)));
}
