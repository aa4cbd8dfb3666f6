import type { OperatorClient } from "@plasmacloud/deployer-client";
import { expect } from "vitest";
import { patiently } from "../process.test-support.js";
import { openEmbeddedStore } from "../store/embedded.js";
import { openEtcdStore } from "../store/etcd.js";
import { deedsOf, ended, type Machines, mostAtOnce, outagesOf, outcomesOf } from "./machines.test-support.js";
import { putNode } from "./rollout.test-support.js";

/** One canary, and then two of which one at a time may be down. */
export const names = ["n1", "n2", "n3"];
export const strategy = { maxFailures: 3, quorumGroups: [{ name: "ring", nodes: ["n2", "n3"] }] };

/** Puts machines that are active into a store, before any deployer has it. */
export async function introduce({ records }: Pick<Machines, "records">, store: object, data: string): Promise<void> {
  const { endpoints } = store as { readonly endpoints?: readonly string[] };
  const open =
    endpoints === undefined
      ? await openEmbeddedStore(`${data}/store`)
      : openEtcdStore({ endpoints, authority: null, user: null });
  for (const record of records) await putNode(open, record);
  await open.close();
}

export const settingsOf = ({ settings }: Machines) => ({ ...settings, lostTimeoutSeconds: 86_400 });

/** Every machine got the system once, was confirmed once, and the audit log has each step once, in its order. */
export async function expectOnce(machines: Machines, operator: OperatorClient, id: string): Promise<void> {
  const detail = await ended(operator, { id }, 180);
  expect([detail.state, detail.reason]).toEqual(["Done", null]);
  expect(outcomesOf(detail)).toEqual(Object.fromEntries(names.map((name) => [name, "done"])));
  for (const node of machines.nodes) {
    expect(deedsOf(node, machines), node.hostname).toEqual(["test next", "boot next"]);
    expect([node.system(), node.bootDefault()]).toEqual([machines.next, machines.next]);
    const { entries } = await patiently(() => operator.audit({ node: node.hostname, limit: 100 }));
    expect(entries.map(({ action }) => action.replace("rollout-", "")).reverse()).toEqual([
      ...["build", "built", "start", "copied", "activated", "confirmed"],
    ]);
  }
  const outages = outagesOf(machines.nodes);
  // The canary alone, and then one of the ring.
  expect(mostAtOnce(outages)).toBe(1);
}
