import { setTimeout as sleep } from "node:timers/promises";
import type { OperatorClient, Rollout, RolloutDetail } from "@plasmacloud/deployer-client";
import { type TestNode, testNodes } from "../push/test-node.test-support.js";
import type { NodeRecord } from "../records/node-record.js";
import { activeNode } from "./rollout.test-support.js";

/** Machines that run `old`, and how a deployer brings them to `next`, by real commands over its own ssh. */
export interface Machines {
  readonly nodes: readonly TestNode[];
  readonly records: readonly NodeRecord[];
  readonly old: string;
  readonly next: string;
  readonly settings: { readonly ssh: object; readonly push: object };
}

/** What a system of these tests does: what files on its node ask for. */
const behaviour = `sleep 0.4
[ ! -e /var/lib/failing ] || { echo it does not come up >&2; exit 4; }`;

/** @param names - of the machines */
export async function startMachines(names: readonly string[]): Promise<Machines> {
  const { ssh, nodes } = await testNodes(names);
  const [old = ""] = nodes.map((node) => node.addSystem("old"));
  const [next = ""] = nodes.map((node) => node.addSystem("next", behaviour));
  for (const node of nodes) {
    node.addSystem("old");
    node.setDefault(old);
    node.start(old);
  }
  const records = nodes.map(({ hostname, address, target, bootId }) =>
    activeNode(hostname, {
      ...target,
      ssh_host_keys: [...target.ssh_host_keys],
      address,
      boot_id: bootId(),
      fingerprint: hostname,
      system: old,
    }),
  );
  const push = {
    build: ["sh", "-c", `sleep 0.2; echo ${next}`],
    copy: ["ssh", "-F", "{sshConfig}", "{node}", "test -d {system} && sleep 0.2"],
    health: ["sh", "-c", "test ! -e /var/lib/sick || { echo it is sick; exit 1; }"],
    limits: { activate: 20 },
  };
  return { nodes, records, old, next, settings: { ssh, push } };
}

/** A time in which a node served nobody, by its own clock: from when its activation began until it was over. */
export interface Outage {
  readonly node: string;
  readonly from: number;
  readonly to: number;
}

/** What a node did, as `test next`, in its order, by its own word. */
export function deedsOf(node: TestNode, { next }: Pick<Machines, "next">): readonly string[] {
  return marksOf(node).flatMap(({ mark, verb, system }) =>
    mark === "begin" ? [`${verb} ${system === next ? "next" : "old"}`] : [],
  );
}

export function outagesOf(nodes: readonly TestNode[]): readonly Outage[] {
  return nodes.flatMap((node) => {
    const times = marksOf(node).map(({ at }) => at);
    return times.length === 0 ? [] : [{ node: node.hostname, from: Math.min(...times), to: Math.max(...times) }];
  });
}

function marksOf(node: TestNode) {
  return node
    .read("var/lib/timeline")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [at = "", mark = "", verb = "", system = ""] = line.split(" ");
      return { at: Number(at), mark, verb, system };
    });
}

/** The most of these nodes that were out at one moment. */
export function mostAtOnce(outages: readonly Outage[], nodes?: readonly string[]): number {
  const own = outages.filter(({ node }) => nodes === undefined || nodes.includes(node));
  return Math.max(0, ...own.map(({ from }) => own.filter((other) => other.from <= from && from < other.to).length));
}

/** Waits until a rollout has ended, over whatever the deployer goes through meanwhile. */
export async function ended(
  operator: OperatorClient,
  { id }: Pick<Rollout, "id">,
  seconds: number,
): Promise<RolloutDetail> {
  for (const end = Date.now() + seconds * 1000; ; ) {
    const rollout = await operator.getRollout(id).catch(() => null);
    if (rollout !== null && rollout.endedAt !== null) return rollout;
    if (Date.now() > end) throw new Error(`the rollout has not ended: ${JSON.stringify(rollout, null, 1)}`);
    await sleep(200);
  }
}

/** Of each node, what became of it. */
export function outcomesOf({ nodes }: RolloutDetail): Record<string, string> {
  return Object.fromEntries(nodes.map(({ id, state }) => [id, state]));
}
