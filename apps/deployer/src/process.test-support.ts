import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DeployerError } from "@plasmacloud/deployer-client";
import { onTestFinished } from "vitest";
import { startEtcd, type TestEtcd } from "#support/etcd";
import { freePort } from "#support/process";
import { bundle } from "./bundle.test-support.js";
import { clientsOf, type Settings, temporaryFolder } from "./deployer.test-support.js";

let program: Promise<string> | null = null;

/** A deployer as a process of its own that can be killed and started again over the same data, at the same port. */
export async function startProcess(store: object, settings: Settings = {}, data = temporaryFolder()) {
  program ??= bundle(new URL("./bin.ts", import.meta.url));
  const file = await program;
  const port = await freePort();
  const config = join(data, "config.json");
  writeFileSync(
    config,
    JSON.stringify({ ...settings, listen: { host: "127.0.0.1", port }, data, store, logLevel: "info" }),
  );
  let running: ChildProcess | null = null;
  let said = "";
  let logged = "";
  const start = async () => {
    const child = spawn(process.execPath, [file, "--config", config], { stdio: ["ignore", "pipe", "pipe"] });
    running = child;
    child.stdout?.on("data", (chunk) => {
      logged += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    for (let begin = said.length; !said.slice(begin).includes("answers at"); await sleep(20)) {
      if (child.exitCode !== null) throw new Error(`the deployer ended: ${said}`);
      begin = Math.min(begin, said.length);
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    const child = running;
    running = null;
    if (child === null || child.exitCode !== null) return null;
    const ended = once(child, "exit");
    child.kill(signal);
    return (await ended)[0] as number | null;
  };
  onTestFinished(() => void end("SIGKILL"));
  await start();
  const [, token = ""] = /shown once: {2}(\S+)/.exec(said) ?? [];
  const clients = clientsOf(`https://127.0.0.1:${port}`, readFileSync(join(data, "ca.crt"), "utf8"), token);
  return { ...clients, log: () => logged, start, kill: () => end("SIGKILL"), stop: () => end("SIGTERM") };
}

export const stores = ["embedded", "etcd"] as const;

export async function storeOf(
  kind: (typeof stores)[number],
): Promise<{ readonly store: object; readonly etcd: TestEtcd | null }> {
  if (kind === "embedded") return { store: { kind }, etcd: null };
  const etcd = await startEtcd();
  onTestFinished(() => etcd.remove());
  return { store: { kind, endpoints: [etcd.endpoint] }, etcd };
}

/** Tries until it succeeds: an operator's client gives up after some tries. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      // An earlier try may have been done, and only its answer lost.
      if (tries > 200 || error instanceof DeployerError) throw error;
      await sleep(50);
    }
  }
}
