import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocated, pair, putFile, readTree, run, temporaryFolder } from "../cli.test-support.js";

const json = (text: string) => JSON.parse(text);

describe("render", () => {
  it("writes the tree and tells what it did", async () => {
    const folder = temporaryFolder({ "t.yaml": pair });
    const first = await run(folder, ["render", "t.yaml", "--check"]);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^out: 13 files for 2 nodes, 2 BGP session ends\n/);
    expect(first.stdout).toMatch(/kinds {4}2 bgp, 2 bird, 5 nix, 3 nixos, 1 rollout\n/);
    expect(first.stdout).toMatch(/changes {2}13 added, 0 changed, 0 removed, 0 unchanged\n/);
    expect(first.stdout).toMatch(/check {4}bird: 2 files accepted\n.*nix-instantiate: 8 files accepted\n/);
    expect((await run(folder, ["render", "t.yaml"])).stdout).toMatch(/0 added, 0 changed, 0 removed, 13 unchanged\n/);
    expect(readdirSync(folder)).toEqual(["out", "t.yaml"]);
  });

  it("prints one JSON document with --json", async () => {
    const folder = temporaryFolder({ "t.yaml": pair });
    const { stdout, stderr } = await run(folder, ["render", "t.yaml", "--out", "a/b", "--json"]);
    expect(json(stdout)).toMatchObject({ out: "a/b", nodes: 2, sessions: 2, changed: [], unchanged: 0, checks: [] });
    expect(json(stdout).diagnostics.map(({ code }: { code: string }) => code)).toEqual(["NN4001", "NN4001"]);
    expect(stderr).toMatch(/^warning\[NN4001\]/);
  });

  it("gives the same bytes of a file whatever else is selected", async () => {
    const folder = temporaryFolder({ "t.yaml": pair });
    await run(folder, ["render", "t.yaml", "--out", "all"]);
    // The file after the names of --node is the topology.
    const { code } = await run(folder, [
      "render",
      "--out",
      "some",
      "--kind",
      "bird",
      "nixos",
      "--node",
      "n2",
      "t.yaml",
    ]);
    expect(code).toBe(0);
    const { "manifest.json": _all, ...all } = readTree(join(folder, "all"));
    const { "manifest.json": _some, ...some } = readTree(join(folder, "some"));
    expect(Object.keys(some)).toEqual(["nix/hosts.nix", "nodes/n2/bird/bird.conf", "nodes/n2/nixos/default.nix"]);
    expect(all).toMatchObject(some);
  });

  it("reads YAML on standard input, and JSON", async () => {
    const folder = temporaryFolder();
    expect((await run(folder, ["render", "-"], { stdin: Readable.from([pair]) })).code).toBe(0);
    const tree = readTree(join(folder, "out"));
    await run(folder, ["convert", "-", "t.json"], { stdin: Readable.from([pair]) });
    expect((await run(folder, ["render", "t.json", "--out", "other"])).code).toBe(0);
    expect(readTree(join(folder, "other"))).toEqual(tree);
  });

  it("refuses an output folder that holds the topology or the current folder", async () => {
    const folder = temporaryFolder({ "sub/t.yaml": pair });
    for (const out of [".", "..", "sub"]) {
      const { code, stderr } = await run(folder, ["render", "sub/t.yaml", "--out", out]);
      expect([code, stderr.includes("error[NN9002]")]).toEqual([2, true]);
    }
    expect(readdirSync(folder, { recursive: true })).toEqual(["sub", "sub/t.yaml"]);
  });

  it("writes nothing when a real parser refuses a file", async () => {
    // A Nix that always refuses stands for a daemon too old for what was rendered.
    const folder = temporaryFolder({ "t.yaml": pair, "bin/nix-instantiate": "#!/bin/sh\necho too old >&2\nexit 1\n" });
    chmodSync(join(folder, "bin/nix-instantiate"), 0o755);
    const env = { ...process.env, PATH: `${folder}/bin:${process.env.PATH}` };
    const { code, stderr } = await run(folder, ["render", "t.yaml", "--check"], { env });
    expect(code).toBe(1);
    expect(stderr).toContain("error[NN9012]: nix-instantiate refuses nix/default.nix: too old");
    expect(readdirSync(folder)).toEqual(["bin", "t.yaml"]);
  });
});

it("gives after any edits the very tree that a fresh render gives", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(editedNodes, { minLength: 2, maxLength: 4 }), async (versions) => {
      const folder = temporaryFolder();
      for (const [index, nodes] of versions.entries()) {
        putFile(join(folder, "t.yaml"), topologyOf(nodes));
        expect((await run(folder, ["render", "t.yaml"])).code).toBe(0);
        expect((await run(folder, ["render", "t.yaml", "--out", `fresh${index}`])).code).toBe(0);
        expect(readTree(join(folder, "out"))).toEqual(readTree(join(folder, `fresh${index}`)));
      }
    }),
    { numRuns: 5 },
  );
});

/** Nodes by a number, with their roles; another version has others. */
const editedNodes = fc.dictionary(fc.constantFrom("1", "2", "3", "4"), fc.constantFrom("worker", "storage", "leaf"), {
  minKeys: 1,
});

function topologyOf(nodes: Readonly<Record<string, string>>): string {
  const names = Object.keys(nodes).map((number) => `n${number}`);
  const lines = Object.entries(nodes).map(
    ([number, role]) => `n${number}: { role: ${role}, ip: 10.0.0.${number}, loopback: auto }`,
  );
  return `nix-nos:
  network:
    pools: { loopbacks: { prefixes: [10.255.0.0/24] } }
    bgp: { autonomousSystems: { "65000": { members: [${names.join(", ")}] } } }
  clusters: { lab: { nodes: { ${lines.join(", ")} } } }
`;
}

describe("the lock file", () => {
  it("is written when an address was allocated, and only then", async () => {
    const folder = temporaryFolder({ "a/t.yaml": allocated, "b/t.yaml": pair });
    await run(folder, ["render", "a/t.yaml", "--out", "a/out"]);
    expect(readFileSync(join(folder, "a/topology.lock.json"), "utf8")).toBe(
      `{
  "version": 1,
  "allocations": {
    "node/n1/loopback/ipv4": {"pool":"loopbacks","address":"10.255.0.1"}
  },
  "choices": {
    "topology": "t"
  }
}
`,
    );
    await run(folder, ["render", "b/t.yaml", "--out", "b/out"]);
    expect(readdirSync(join(folder, "b"))).toEqual(["out", "t.yaml"]);
  });

  it("keeps an address when other nodes come", async () => {
    const folder = temporaryFolder({ "t.yaml": allocated });
    await run(folder, ["render", "t.yaml"]);
    putFile(
      join(folder, "t.yaml"),
      allocated.replace("n1:", "n0: { role: worker, ip: 10.0.0.9, loopback: auto }\n        n1:"),
    );
    expect((await run(folder, ["render", "t.yaml"])).code).toBe(0);
    const { allocations } = json(readFileSync(join(folder, "topology.lock.json"), "utf8"));
    expect(allocations["node/n1/loopback/ipv4"].address).toBe("10.255.0.1");
    expect(allocations["node/n0/loopback/ipv4"].address).toBe("10.255.0.2");
  });

  it("does not change under --frozen-lockfile", async () => {
    const folder = temporaryFolder({ "t.yaml": allocated });
    const { code, stderr } = await run(folder, ["render", "t.yaml", "--frozen-lockfile"]);
    expect([code, stderr.includes("error[NN9003]")]).toEqual([1, true]);
    expect(readdirSync(folder)).toEqual(["t.yaml"]);
    await run(folder, ["render", "t.yaml"]);
    expect((await run(folder, ["render", "t.yaml", "--frozen-lockfile"])).code).toBe(0);
    putFile(join(folder, "t.yaml"), allocated.replace("n1:", "n2:"));
    const before = readTree(folder);
    expect((await run(folder, ["render", "t.yaml", "--frozen-lockfile"])).code).toBe(1);
    expect(readTree(folder)).toEqual(before);
  });

  it.each(["", "{}", "[", '{"version":2,"allocations":{}}', '{"version":1,"allocations":{"a":"10.0.0.1"}}'])(
    "is refused when it is damaged: %j",
    async (text) => {
      const folder = temporaryFolder({ "t.yaml": allocated, "topology.lock.json": text });
      const { code, stderr } = await run(folder, ["render", "t.yaml"]);
      expect([code, stderr.includes("error[NN9009]")]).toEqual([3, true]);
      expect(existsSync(join(folder, "out"))).toBe(false);
    },
  );

  it("is one topology's: another in the same folder has its own, and neither moves the other's addresses", async () => {
    const tokyo = allocated.replace("n1:", "t1:");
    const folder = temporaryFolder({ "osaka.yaml": allocated, "tokyo.yaml": tokyo });
    const render = async (topology: string, out: string) =>
      expect((await run(folder, ["render", topology, "--out", out])).code).toBe(0);
    await render("osaka.yaml", "o");
    await render("tokyo.yaml", "t");
    const before = readTree(folder);
    expect(Object.keys(before).filter((name) => name.endsWith(".lock.json"))).toEqual([
      "tokyo.lock.json",
      "topology.lock.json",
    ]);
    expect(before["topology.lock.json"]).toContain("node/n1/loopback");
    expect(before["tokyo.lock.json"]).toContain("node/t1/loopback");
    await render("osaka.yaml", "o");
    await render("tokyo.yaml", "t");
    expect((await run(folder, ["ipam", "release", "tokyo.yaml", "node/n1/loopback/ipv4"])).code).toBe(2);
    expect(readTree(folder)).toEqual(before);
  });

  it("goes with a topology to another language, and to another name", async () => {
    const folder = temporaryFolder({ "lab.yaml": allocated });
    await run(folder, ["render", "lab.yaml"]);
    const lock = readTree(folder)["topology.lock.json"] ?? "";
    await run(folder, ["convert", "lab.yaml", "lab.json"]);
    expect((await run(folder, ["render", "lab.json", "--frozen-lockfile"])).code).toBe(0);
    for (const name of ["lab.yaml", "lab.json"]) rmSync(join(folder, name));
    putFile(join(folder, "topology.yaml"), allocated);
    expect((await run(folder, ["render", "topology.yaml"])).code).toBe(0);
    // The name of the record says whose it is.
    expect(readTree(folder)["topology.lock.json"]).toBe(lock.replace(/,\n {2}"choices".*?\}/s, ""));
    // One that was written before records said so.
    putFile(join(folder, "z.yaml"), allocated);
    await run(folder, ["render", "z.yaml", "--out", "z"]);
    expect(Object.keys(readTree(folder))).toContain("z.lock.json");
  });

  it("is what an old version beside the topology had its addresses from", async () => {
    const folder = temporaryFolder({
      "lab.yaml": allocated.replace("n1:", "n0: { role: worker, ip: 10.0.0.9, loopback: auto }\n        n1:"),
    });
    await run(folder, ["render", "lab.yaml"]);
    putFile(join(folder, "old.yaml"), readTree(folder)["lab.yaml"] ?? "");
    putFile(join(folder, "lab.yaml"), allocated);
    const { stdout } = await run(folder, ["diff", "lab.yaml", "--against", "old.yaml", "--node", "n1", "--json"]);
    const own = json(stdout).filter(({ path }: { path: string }) => path.startsWith("nodes/"));
    expect(own).toEqual([]);
  });

  it("is neither read nor written for standard input, which is told", async () => {
    const folder = temporaryFolder();
    const { code, stderr } = await run(folder, ["render", "-"], { stdin: Readable.from([allocated]) });
    expect(code).toBe(0);
    expect(stderr).toContain("warning[NN9011]");
    expect(readdirSync(folder)).toEqual(["out"]);
  });
});
