import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { type Ran, run, temporaryFolder } from "./cli.test-support.js";

const bin = fileURLToPath(new URL("../../deployer/dist/bin.js", import.meta.url));

/** A deployer, and a folder with `deployer.json` for it. */
export async function deployer(more: object = {}) {
  const config = { listen: { host: "127.0.0.1", port: 0 }, data: "data", ...more };
  const folder = temporaryFolder({ "config.json": JSON.stringify(config) });
  const child: ChildProcess = spawn(process.execPath, [bin, "--config", join(folder, "config.json")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  while (!said.includes("shown once")) {
    if (child.exitCode !== null) throw new Error(said);
    await sleep(20);
  }
  const [, server = ""] = /answers at (\S+)/.exec(said) ?? [];
  const [, token = ""] = /shown once: {2}(\S+)/.exec(said) ?? [];
  const credentials = { server, authorityFile: "data/ca.crt", token };
  writeFileSync(join(folder, "deployer.json"), JSON.stringify(credentials));
  const deploy = (...args: string[]): Promise<Ran> => run(folder, ["deploy", ...args]);
  return { folder, server, credentials, deploy, child };
}
