// A thousand nodes phone home at once and beat for a while; beside it, the same commits on the store alone.
// Run by `npm run bench -w apps/deployer [nodes] [seconds]`.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createNodeClient, createOperatorClient, makeNodeKey, type World } from "@plasmacloud/deployer-client";
import { Agent, fetch } from "undici";
import { configSchema } from "../src/config.js";
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
report("phone home, all at once", homes);

// Each beats at its own time, as often as it is told to.
const beats: number[] = [];
const end = performance.now() + Number(seconds) * 1000;
await Promise.all(
  machines.map(async ({ id, client }) => {
    await sleep(Math.random() * 27_000);
    for (let sequence = 0; performance.now() < end; sequence++) {
      const begun = performance.now();
      const beat = { sequence, system: null, phase: null, health: { status: "ok" as const, checks: [] } };
      const { isCurrent, nextCallSeconds } = await client.heartbeat(id, beat);
      if (!isCurrent) throw new Error("a beat was taken for an old one");
      beats.push(performance.now() - begun);
      await sleep(Math.min(nextCallSeconds * 1000, Math.max(0, end - performance.now())));
    }
  }),
);
report(`beats in ${seconds} s`, beats);

const burst = await timed(machines, ({ id, client }) =>
  client.heartbeat(id, { sequence: 1_000_000, system: null, phase: null, health: { status: "ok", checks: [] } }),
);
report("beats, all at once", burst);
const { nodes: listed } = await operator.listNodes();
console.log(
  `${listed.length} nodes, ${retries} tries again, ${Math.round(process.memoryUsage().rss / 1e6)} MB with the clients`,
);
if (listed.length !== count) throw new Error("a machine was lost");
await deployer.stop();

const store = await openEmbeddedStore(join(folder, "alone"));
const value = "x".repeat(900);
const alone = await timed(machines, async ({ id }) => {
  const entry = await store.get(id);
  await store.commit({ compare: [{ key: id, revision: entry?.revision ?? 0 }], put: [{ key: id, value }], remove: [] });
});
report("the store alone, all at once", alone);
await store.close();
await dispatcher.destroy();
rmSync(folder, { recursive: true });

async function timed<T>(items: readonly T[], each: (item: T) => Promise<unknown>): Promise<number[]> {
  return Promise.all(
    items.map(async (item) => {
      const begun = performance.now();
      await each(item);
      return performance.now() - begun;
    }),
  );
}

function report(name: string, times: number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
  console.log(`${name}: ${sorted.length}, ms at 50 % ${at(0.5)}, 95 % ${at(0.95)}, 99 % ${at(0.99)}, most ${at(1)}`);
}
