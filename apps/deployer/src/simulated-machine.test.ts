// The machine that docs/deployer.md lets a stranger try, against a deployer that runs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { userInfo } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { freePort } from "#support/process";
import { startTestDeployer } from "./deployer.test-support.js";

const script = fileURLToPath(new URL("../../../examples/simulated-machine.sh", import.meta.url));

it("becomes an active node", { timeout: 90_000 }, async () => {
  const port = await freePort();
  const deployer = await startTestDeployer({ ssh: { user: userInfo().username, port }, lostTimeoutSeconds: 5 });
  const operator = deployer.operator();
  const { secret } = await operator.createKey({ scope: { kind: "site", site: "lab" } });
  const args = [script, "node01", secret ?? "", deployer.data, deployer.url, String(port)];
  const env = { ...process.env, no_proxy: "*" };
  const machine = spawn("sh", args, { env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  const group = -(machine.pid ?? 0);
  onTestFinished(
    () => void (machine.exitCode === null && machine.signalCode === null && process.kill(group, "SIGKILL")),
  );
  let said = "";
  machine.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const state = async () => (await operator.listNodes()).nodes.map((node) => node.state.name);
  const polled = { timeout: 40_000, interval: 200 };
  await expect.poll(state, polled).toEqual(["Pending"]);
  await operator.approve("node01");
  await expect.poll(state, polled).toEqual(["Active"]);
  const steps = said.split("\n").filter((line) => line.startsWith("machine: "));
  expect(steps.slice(1)).toEqual([
    ...["machine: partition", "machine: install", "machine: reboot"],
    "machine: node01 boots from its disk",
  ]);
  const ended = once(machine, "close");
  process.kill(group, "SIGINT");
  await ended;
});
