import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { run } from "../../apps/cli/src/cli.test-support.js";
import { root } from "./cli.js";

const ports = { eth0: "GigabitEthernet0/0/0", eth1: "GigabitEthernet0/0/1", eth2: "GigabitEthernet0/0/2" };

/** The namespace's interface for each port of the edge. */
export const edgePorts: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [port, name])),
  Loopback0: "lo",
};

/** examples/datacenter.yaml with its edge on another platform. */
export function datacenter(platform: "cisco-ios" | "nixos"): string {
  const text = readFileSync(join(root, "examples/datacenter.yaml"), "utf8");
  const named = Object.entries(ports).map(([name, port]) => `${name}: ${port}`);
  const own = platform === "nixos" ? "" : `\n          cisco: { ports: { ${named.join(", ")} } }`;
  return text.replace("platform: openwrt", `platform: ${platform}${own}`);
}

/** Renders a topology, and gives its edge's configuration. */
export async function renderedEdge(folder: string, topology: string): Promise<string> {
  writeFileSync(join(folder, "datacenter.yaml"), topology);
  const { code, stderr } = await run(folder, ["render", "datacenter.yaml", "--out", "out"]);
  expect(stderr).not.toContain("error[");
  expect(stderr).not.toContain("NN9017");
  expect(code).toBe(0);
  return readFileSync(join(folder, "out/nodes/edge01/cisco/ios.cfg"), "utf8");
}
