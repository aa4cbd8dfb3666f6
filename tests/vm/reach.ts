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

/** What a ping has to be told beside how long it waits: `-I wg0 10.99.0.2`. */
type Ping = string;

/** The pings that were answered, of many at once, and what ping(8) has to complain of. */
async function answered(machine: Machine, pings: readonly Ping[]): Promise<readonly string[]> {
  const started = pings.map((ping) => `{ ping -c 1 -W 5 ${ping} >/dev/null && echo '${ping}'; } &`);
  return (await machine.exec(`${started.join(" ")} wait`)).split("\n").filter((line) => line !== "");
}

/** All are answered, the first or a later time. */
export async function expectAnswers(machine: Machine, pings: readonly Ping[], patience: number): Promise<void> {
  let silent = pings;
  const see = async () => {
    const seen = await answered(machine, silent);
    const complaints = seen.filter((line) => !silent.includes(line));
    silent = silent.filter((ping) => !seen.includes(ping));
    return silent.length === 0 ? "" : [...silent, ...complaints].join("\n");
  };
  await eventually("answers to each ping", patience, see, (seen) => seen === "");
}

/** Who has each address is asked on its interface, and stays unanswered. */
export async function expectSilence(machine: Machine, targets: readonly { via: string; address: string }[]) {
  const pings = targets.map(({ via, address }) => `-W 2 -I ${via} ${address}`);
  expect(await answered(machine, pings)).toEqual([]);
  const neighbours: { dst: string; dev: string; state: string[] }[] = JSON.parse(
    await machine.exec("ip -json neighbour show nud all"),
  );
  for (const { via, address } of targets) {
    const states = neighbours.find(({ dst, dev }) => dst === address && dev === via)?.state ?? [];
    expect(["INCOMPLETE", "FAILED"], `${address} over ${via}`).toContain(states[0]);
  }
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
      return all.filter(({ dynamic, local }) => dynamic && local.includes(":")).map(({ local }) => local);
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
    const [source] = await addresses();
    const pings = addressesIn(router, send.prefixes).map(([address = ""]) => `-I ${source} ${address}`);
    await expectAnswers(machine, pings, patience);
  }
}

function addressesIn({ addresses }: Interface, prefixes: readonly string[]) {
  return addresses
    .map((text) => text.split("/"))
    .filter(([address = ""]) => prefixes.some((prefix) => contains(prefix, address)));
}
