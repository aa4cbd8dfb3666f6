// What happens to a lab over time: edited topologies, and crashes.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UpReport } from "@nix-nos/lab";
import { describe, expect, it } from "vitest";
import { root } from "../support/cli.js";
import { beginnings, labOf, passing, sessionsOf, unbroken } from "./lab.js";

const topology = (names: readonly string[], vips: string) => `
nix-nos:
  clusters:
    lab:
      nodes:
${names.map((name, at) => `        ${name}: { role: worker, ip: 10.0.1.${at + 1}, loopback: 10.255.0.${at + 1} }`).join("\n")}
  network:
    bgp:
      defaults: { holdTime: 9, keepalive: 3 }
      autonomousSystems: { "65000": { members: [${names.join(", ")}] } }
      vipAdvertisements: { web: { vips: [${vips}], nodes: [a] } }
`;

describe.concurrent("lab over time", { timeout: 150_000 }, () => {
  it("an edited topology is taken over by `configure`: untouched sessions stay up", async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "nix-nos-test-"));
    context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "topology.yaml");
    const lab = labOf(context, file);
    writeFileSync(file, topology(["a", "b", "c"], "10.0.100.1"));
    await lab.json("up", 0);
    await passing(lab);
    const first = await beginnings(lab);
    expect(Object.keys(first)).toHaveLength(6);

    writeFileSync(file, topology(["a", "b", "c", "d"], "10.0.100.1, 10.0.100.2"));
    expect(await lab.json<UpReport>("up", 0)).toMatchObject({
      made: ["d"],
      removed: [],
      started: ["bird on d"],
      reconfigured: ["a", "b", "c"],
    });
    await passing(lab);
    const second = await beginnings(lab);
    expect(Object.keys(second)).toHaveLength(12);
    expect(second).toMatchObject(unbroken(first));

    writeFileSync(file, topology(["a", "b"], "10.0.100.2"));
    expect(await lab.json<UpReport>("up", 0)).toMatchObject({
      removed: ["c", "d"],
      started: [],
      reconfigured: ["a", "b"],
    });
    await passing(lab);
    const left = Object.entries(first).filter(([session]) => !session.includes("c"));
    expect(await beginnings(lab)).toEqual(unbroken(Object.fromEntries(left)));
  });

  it("after a crash in the middle of `up`, the next one begins anew, and `down` leaves nothing", async (context) => {
    const lab = labOf(context, "tests/lab/topologies/reflectors.yaml");
    const bin = join(root, "apps/cli/dist/bin.js");
    const args = [bin, "lab", "up", "--name", lab.name, join(root, "tests/lab/topologies/reflectors.yaml")];
    for (const wait of [300, 600]) {
      const crashing = spawn(process.execPath, args, { stdio: "ignore" });
      const gone = once(crashing, "exit");
      setTimeout(() => crashing.kill("SIGKILL"), wait);
      await gone;
    }
    await lab.json("up", 0);
    expect((await sessionsOf(lab)).length).toBe(30);
    await lab.json("down", 0);
    expect(spawnSync("ip", ["netns", "list"], { encoding: "utf8" }).stdout).not.toContain(`nnlab-${lab.name}.`);
    const left = spawnSync("pgrep", ["-f", `/run/nix-nos/lab/${lab.name}/hosts/`], { encoding: "utf8" });
    expect(left.stdout).toBe("");
  });
});
