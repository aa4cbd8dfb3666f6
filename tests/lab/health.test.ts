import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it, type TestContext } from "vitest";
import { eventually } from "../support/netns.js";
import { labOf, upAndTested } from "./lab.js";

/** What a load balancer does: announces a VIP while the service behind it lives, and withdraws it when told to stop. */
const healthCheck = `
withdraw() { gobgp -u 127.0.0.1 global rib del "$1"; exit 0; }
sleep 600 & service=$!
trap 'kill $service; withdraw "$1"' TERM
gobgp -u 127.0.0.1 global rib add "$1" && echo "service $service"
while kill -0 $service 2>/dev/null; do sleep 0.1; done
withdraw "$1"
`;

/** Starts the health check on a node; gives it, and the number of the service that it watches. */
async function watch({ onTestFinished }: TestContext, namespace: string, vip: string) {
  const args = ["netns", "exec", namespace, "sh", "-c", healthCheck, "health-check", vip];
  const check = spawn("ip", args, { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => end(check));
  const [said] = await once(check.stdout, "data");
  return { check, service: Number(/service (\d+)/.exec(String(said))?.[1]) };
}

async function end(check: ChildProcess) {
  if (check.exitCode !== null) return;
  const gone = once(check, "exit");
  check.kill("SIGTERM");
  await gone;
}

it("a VIP is there while its health check runs: the service dies, or the check is ended, and it is withdrawn", {
  timeout: 120_000,
}, async (context) => {
  const lab = labOf(context, "tests/lab/topologies/health.yaml");
  await upAndTested(lab);
  const namespace = (node: string) => `nnlab-${lab.name}.${node}`;
  const route = () => execFileSync("ip", ["-n", namespace("rr1"), "route", "show", "10.0.100.1"], { encoding: "utf8" });
  const first = await watch(context, namespace("w1"), "10.0.100.1/32");
  await eventually("w1's VIP", 10, route, (seen) => seen.includes("via 10.0.1.3"));
  const second = await watch(context, namespace("w2"), "10.0.100.1/32");
  await eventually("both ways", 10, route, (seen) => seen.includes("10.0.1.3") && seen.includes("10.0.1.4"));

  process.kill(first.service, "SIGKILL");
  await eventually("w2's alone", 10, route, (seen) => !seen.includes("10.0.1.3") && seen.includes("10.0.1.4"));
  await end(second.check);
  await eventually("no VIP", 10, route, (seen) => seen === "");
  expect(first.check.exitCode).toBe(0);
});
