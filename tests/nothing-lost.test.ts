// What goes wrong under a render, for real: it is killed, the disk is full, the folder is read-only, or it is not alone.
// `out/` and the lock file are then one whole version each, and the message says what happened.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { nixNos, root, temporaryFolder, treeDigest } from "./support/cli.js";

/** A topology of eight nodes whose addresses are automatic; each version has other names for half of them. */
const topologyOf = (version: string) => {
  const names = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? `n${index}` : `${version}${index}`));
  const nodes = names.map(
    (name) => `        ${name}: { role: worker, loopback: auto, ip: { pool: mgmt, interface: eth0 } }`,
  );
  return `nix-nos:
  network:
    pools: { loopbacks: { prefixes: [10.255.0.0/24], quarantineDays: 0 }, mgmt: { prefixes: [10.0.0.0/24], quarantineDays: 0 } }
    bgp: { autonomousSystems: { "65000": { members: [${names.join(", ")}] } } }
  clusters:
    lab:
      nodes:
${nodes.join("\n")}
`;
};

/** Everything that a render of a version writes, `out/` and lock, as it is where nothing goes wrong. */
interface Version {
  readonly text: string;
  readonly tree: string;
  readonly lock: string;
}

const treeOf = (folder: string) => JSON.stringify(treeDigest(join(folder, "out")));
const lockOf = (folder: string) => readFileSync(join(folder, "topology.lock.json"), "utf8");
const beside = (folder: string) => readdirSync(folder).sort();

/** Renders one version after another in a folder; the first time of all is not what it is from then on. */
function versionsIn(folder: string): readonly [Version, Version] {
  const of = (name: string): Version => {
    const text = topologyOf(name);
    writeFileSync(join(folder, "topology.yaml"), text);
    const { status, stderr } = nixNos(["render", "topology.yaml"], { cwd: folder });
    expect([status, stderr.match(/error.*/)?.[0]]).toEqual([0, undefined]);
    return { text, tree: treeOf(folder), lock: lockOf(folder) };
  };
  of("b");
  return [of("a"), of("b")];
}

/** `out/` is one of the versions, and so is the lock file: given out addresses are on record before they are in a file. */
function expectWhole(folder: string, versions: readonly Version[]): void {
  expect(versions.map(({ tree }) => tree)).toContain(treeOf(folder));
  expect(versions.map(({ lock }) => lock)).toContain(lockOf(folder));
}

/** A folder that is a file system of its own, in memory. */
function smallDisk(kibibytes: number): { folder: string; mount: (...options: string[]) => void } {
  const folder = temporaryFolder();
  const mount = (...options: string[]) => {
    const { status, stderr } = spawnSync("mount", [...options, folder], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  };
  mount("-t", "tmpfs", "-o", `size=${kibibytes}k`, "nix-nos-test");
  onTestFinished(() => {
    spawnSync("umount", [folder]);
  });
  return { folder, mount };
}

it("a disk that is full at any point of the way", { timeout: 300_000 }, () => {
  const { folder } = smallDisk(4096);
  const [a, b] = versionsIn(folder);
  const ballast = join(folder, "ballast");
  const free = () => Number(spawnSync("stat", ["-f", "-c", "%a", folder], { encoding: "utf8" }).stdout);
  const needed: number[] = [];
  for (const left of [0, 1, 5, 20, 60, 400]) {
    writeFileSync(join(folder, "topology.yaml"), a.text);
    rmSync(ballast, { force: true });
    expect(nixNos(["render", "topology.yaml"], { cwd: folder }).status).toBe(0);
    writeFileSync(join(folder, "topology.yaml"), b.text);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, free() - left) * 4096));
    const { status, stderr } = nixNos(["render", "topology.yaml"], { cwd: folder });
    if (status === 0) {
      needed.push(left);
      expect([treeOf(folder), lockOf(folder)]).toEqual([b.tree, b.lock]);
    } else {
      expect(status).toBe(3);
      expect(stderr).toMatch(/^error\[NN90(02|09)\]: .* cannot be written: no space left on the device/m);
      expect(treeOf(folder)).toBe(a.tree);
      expectWhole(folder, [a, b]);
    }
    expect(beside(folder)).toEqual(["ballast", "out", "topology.lock.json", "topology.yaml"]);
  }
  // Some of the disks were large enough, and some were not.
  expect(needed).toContain(400);
  expect(needed).not.toContain(0);
});

it("a folder that is read-only", { timeout: 300_000 }, () => {
  const { folder, mount } = smallDisk(4096);
  const [a, b] = versionsIn(folder);
  mkdirSync(join(folder, "elsewhere"));
  writeFileSync(join(folder, "topology.yaml"), a.text);
  mount("-o", "remount,ro");
  const here = nixNos(["render", "topology.yaml"], { cwd: folder });
  expect([here.status, here.stderr]).toEqual([
    3,
    expect.stringMatching(/error\[NN9002\]: The output folder .* cannot be written: the file system is read-only/),
  ]);
  // The record cannot be written: then nothing is, wherever it would go.
  const out = join(temporaryFolder(), "out");
  const there = nixNos(["render", "topology.yaml", "--out", out], { cwd: folder });
  expect([there.status, there.stderr]).toEqual([
    3,
    expect.stringMatching(/error\[NN9009\]: The lock file .* cannot be written: the file system is read-only/),
  ]);
  expect(existsSync(out)).toBe(false);
  expect([treeOf(folder), lockOf(folder)]).toEqual([b.tree, b.lock]);
});

describe("processes", () => {
  const bin = join(root, "apps/cli/dist/bin.js");
  const start = (folder: string) => {
    const child = spawn(process.execPath, [bin, "render", "topology.yaml"], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1" },
    });
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    const ended = new Promise<{ status: number | null; stderr: string }>((resolve) =>
      child.once("close", (status) => resolve({ status, stderr })),
    );
    return { child, ended };
  };

  it("that are killed at random moments", { timeout: 300_000 }, async () => {
    const folder = temporaryFolder();
    const versions = versionsIn(folder);
    const before = performance.now();
    await start(folder).ended;
    const usual = performance.now() - before;
    for (let round = 0; round < 10; round++) {
      writeFileSync(join(folder, "topology.yaml"), versions[round % 2]?.text ?? "");
      const { child, ended } = start(folder);
      // Most of the time goes by before anything is written.
      await new Promise((resolve) => setTimeout(resolve, usual * (0.5 + Math.random() * 0.6)));
      child.kill("SIGKILL");
      await ended;
      expectWhole(folder, versions);
    }
    const [a] = versions;
    writeFileSync(join(folder, "topology.yaml"), a.text);
    expect(nixNos(["render", "topology.yaml"], { cwd: folder }).status).toBe(0);
    expect([treeOf(folder), lockOf(folder)]).toEqual([a.tree, a.lock]);
    expect(beside(folder)).toEqual(["out", "topology.lock.json", "topology.yaml"]);
  });

  it("that render into one folder at the same time", { timeout: 300_000 }, async () => {
    const folder = temporaryFolder();
    const versions = versionsIn(folder);
    for (let round = 0; round < 3; round++) {
      const started = [0, 1, 2].map((each) => {
        writeFileSync(join(folder, "topology.yaml"), versions[(round + each) % 2]?.text ?? "");
        return start(folder).ended;
      });
      for (const { status, stderr } of await Promise.all(started)) {
        if (status === 0) continue;
        expect([status, stderr]).toEqual([
          3,
          expect.stringMatching(
            /error\[NN90(07\]: Another nix-nos \(process \d+\) is writing|09\]: The lock file .* was changed by another process)/,
          ),
        ]);
      }
      expectWhole(folder, versions);
      // What is rendered is what is on record: the two are of one version.
      const [own] = versions.filter(({ tree }) => tree === treeOf(folder));
      expect(lockOf(folder)).toBe(own?.lock);
      expect(beside(folder)).toEqual(["out", "topology.lock.json", "topology.yaml"]);
    }
  });
});
