// A thousand nodes phone home at once and beat for a while; then the same load on the store alone, for the ratio.
// Run by `npm run bench -w apps/deployer [nodes] [seconds]`.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createNodeClient, createOperatorClient, makeNodeKey, type World } from "@plasmacloud/deployer-client";
import { Agent, fetch } from "undici";
import { configSchema } from "../src/config.js";
import { keys } from "../src/keys.js";
import { createLog } from "../src/log.js";
import { startDeployer } from "../src/server.js";
import { openEmbeddedStore } from "../src/store/embedded.js";

const [, , nodes = "1000", seconds = "60"] = process.argv;
const count = Number(nodes);
const folder = mkdtempSync(join(tmpdir(), "deployer-bench-"));
const data = join(folder, "data");
const config = { ...configSchema.parse({ listen: { host: "127.0.0.1", port: 0 } }), data };
const deployer = await startDeployer(config, createLog("fatal"), false);
const dispatcher = new Agent({ connect: { ca: readFileSync(join(data, "ca.crt"), "utf8") }, connections: 100 });
let retries = 0;
const world: World = {
  fetch: (url, init) => fetch(url, { ...init, dispatcher } as never) as unknown as Promise<Response>,
  now: Date.now,
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  wait: async (milliseconds, signal) => {
    if (signal === undefined) retries++;
    await sleep(milliseconds, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) });
  },
};
const operator = createOperatorClient({
  server: deployer.url,
  token: deployer.adminToken ?? "",
  attempts: 5,
  ...world,
});
const { secret } = await operator.createKey({ scope: { kind: "site", site: "bench" }, uses: count });

const machines = await Promise.all(
  Array.from({ length: count }, async (_, index) => {
    const bootId = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
    return {
      id: `node${index}`,
      client: createNodeClient({ server: deployer.url, key: await makeNodeKey(), bootId, ...world }),
    };
  }),
);

const homes = await timed(machines, ({ id, client }) =>
  client.phoneHome(secret ?? "", {
    hostname: id,
    sshHostKeys: ["ssh-ed25519 AAAA"],
    inventory: {
      architecture: "x86_64",
      firmware: "uefi",
      serial: id,
      product: null,
      cpus: 8,
      memoryBytes: 16e9,
      interfaces: [],
      disks: [],
    },
  }),
);

// Each beats at its own time, as often as it is told to.
const pauses: number[] = [];
const beats = await minute(machines, async ({ id, client }, sequence) => {
  const beat = { sequence, system: null, phase: null, health: { status: "ok" as const, checks: [] } };
  const { isCurrent, nextCallSeconds } = await client.heartbeat(id, beat);
  if (!isCurrent) throw new Error("a beat was taken for an old one");
  pauses.push(nextCallSeconds);
  return nextCallSeconds;
});
const burst = await timed(machines, ({ id, client }) =>
  client.heartbeat(id, { sequence: 1_000_000, system: null, phase: null, health: { status: "ok", checks: [] } }),
);
const { nodes: listed } = await operator.listNodes();
const memory = Math.round(process.memoryUsage().rss / 1e6);
if (listed.length !== count) throw new Error("a machine was lost");
await deployer.stop();

// The same load on the store alone: as many commits of as many bytes, at the same times.
const store = await openEmbeddedStore(join(data, "store"));
const write = async ({ id }: { readonly id: string }) => {
  const entry = await store.get(keys.node(id));
  if (entry === null) throw new Error("a machine was lost");
  const { key, value, revision } = entry;
  if ((await store.commit({ compare: [{ key, revision }], put: [{ key, value }], remove: [] })) === null)
    throw new Error("somebody else wrote");
};
const homesAlone = await timed(machines, write);
let next = 0;
const beatsAlone = await minute(machines, async (machine) => {
  await write(machine);
  return pauses[next++ % pauses.length] ?? 30;
});
const burstAlone = await timed(machines, write);
await store.close();
await dispatcher.destroy();
rmSync(folder, { recursive: true });

console.log(`${count} nodes, ${retries} tries again, none lost, ${memory} MB with the clients`);
report("phone home, all at once", homes, homesAlone);
report(`beats in ${seconds} s`, beats, beatsAlone);
report("beats, all at once", burst, burstAlone);

async function timed<T>(items: readonly T[], each: (item: T) => Promise<unknown>): Promise<number[]> {
  return Promise.all(
    items.map(async (item) => {
      const begun = performance.now();
      await each(item);
      return performance.now() - begun;
    }),
  );
}

/** @param each - returns how many seconds it waits then */
async function minute<T>(items: readonly T[], each: (item: T, number: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + Number(seconds) * 1000;
  await Promise.all(
    items.map(async (item) => {
      await sleep((Math.random() * Number(seconds) * 1000) / 2);
      for (let number = 0; performance.now() < end; number++) {
        const begun = performance.now();
        const pause = await each(item, number);
        times.push(performance.now() - begun);
        await sleep(Math.min(pause * 1000, Math.max(0, end - performance.now())));
      }
    }),
  );
  return times;
}

function report(name: string, times: readonly number[], alone: readonly number[]): void {
  const parts = [0.5, 0.95, 0.99, 1] as const;
  const at = (some: readonly number[], part: number) => {
    const sorted = some.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  };
  const milliseconds = (some: readonly number[]) => parts.map((part) => at(some, part).toFixed(1)).join(" ");
  const ratio = (at(times, 0.5) / at(alone, 0.5)).toFixed(1);
  console.log(`${name}: ${times.length}, ms at 50 95 99 100 %: ${milliseconds(times)}`);
  console.log(
    `  the store alone: ${alone.length}, ${milliseconds(alone)}; ${ratio} times as long with the deployer, at 50 %`,
  );
}
