import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { ioFor, pair, putFile, run, temporaryFolder } from "./cli.test-support.js";
import { runCli } from "./run-cli.js";

const json = (text: string) => JSON.parse(text);

describe("validate", () => {
  it("says that a topology is right", async () => {
    const folder = temporaryFolder({ "t.yaml": pair });
    const { code, stdout } = await run(folder, ["validate", "t.yaml"]);
    expect([code, stdout]).toEqual([0, "t.yaml is valid: 2 nodes, 13 files to render\n"]);
    expect(json((await run(folder, ["validate", "t.yaml", "--json"])).stdout)).toMatchObject({ nodes: 2, files: 13 });
  });

  it("shows every mistake with its line, and gives them as JSON", async () => {
    const folder = temporaryFolder({
      "t.yaml": pair.replace("10.0.0.1", "10.0.0.1000").replace("members", "memebers"),
    });
    const { code, stderr, stdout } = await run(folder, ["validate", "t.yaml", "--json"]);
    expect(code).toBe(1);
    expect(stderr).toContain(" --> t.yaml:5:33\n");
    expect(stderr).toMatch(/5 \| {9}n1: \{ role: worker, ip: 10\.0\.0\.1000 \}\n {2}\| {33}\^{11}\n/);
    const { diagnostics } = json(stdout);
    expect(diagnostics[0]).toMatchObject({ code: "NN1201", severity: "error", file: "t.yaml", line: 5, column: 33 });
    expect(diagnostics.length).toBeGreaterThan(1);
    expect(stdout + stderr).not.toContain("at file:");
  });
});

describe("diff", () => {
  it("shows what render would change, and nothing after it", async () => {
    const folder = temporaryFolder({ "t.yaml": pair });
    const fresh = json((await run(folder, ["diff", "t.yaml", "--json"])).stdout);
    expect(fresh.map(({ change }: { change: string }) => change)).toEqual(Array(13).fill("added"));
    expect(existsSync(join(folder, "out"))).toBe(false);
    await run(folder, ["render", "t.yaml"]);
    expect(await run(folder, ["diff", "t.yaml", "--exit-code"])).toMatchObject({ code: 0, stdout: "No changes.\n" });

    putFile(join(folder, "t.yaml"), pair.replace("10.0.0.2", "10.0.0.3"));
    const { code, stdout } = await run(folder, ["diff", "t.yaml", "--exit-code", "--kind", "bird"]);
    expect(code).toBe(1);
    expect(stdout).toContain("# node n1\n\n--- a/nodes/n1/bird/bird.conf\n+++ b/nodes/n1/bird/bird.conf\n@@");
    expect(stdout).toMatch(/^-.*10\.0\.0\.2/m);
    expect(stdout).toMatch(/^\+.*10\.0\.0\.3/m);
    expect((await run(folder, ["diff", "t.yaml"])).code).toBe(0);
  });

  it("compares two topologies without a folder", async () => {
    const folder = temporaryFolder({
      "new.yaml": pair,
      "old.yaml": pair.replace(/ {8}n2:.*\n/, "").replace(", n2", ""),
    });
    const { stdout } = await run(folder, ["diff", "new.yaml", "--against", "old.yaml", "--json"]);
    const changes = json(stdout).map(({ path, change }: { path: string; change: string }) => [path, change]);
    expect(changes).toContainEqual(["nodes/n2/bird/bird.conf", "added"]);
    expect(changes).toContainEqual(["nodes/n1/bird/bird.conf", "changed"]);
    expect(readdirSync(folder)).toEqual(["new.yaml", "old.yaml"]);
  });
});

describe("bgp sessions", () => {
  it("prints a table, or the bare list", async () => {
    const folder = temporaryFolder({ "t.yaml": pair });
    const { stdout } = await run(folder, ["bgp", "sessions", "t.yaml"]);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 6))).toMatchObject([
      ["node", "daemon", "session", "kind", "local", "neighbour"],
      ["n1", "bird", expect.any(String), "ibgp", "10.0.0.1 AS65000", "10.0.0.2"],
      ["n2", "bird", expect.any(String), "ibgp", "10.0.0.2 AS65000", "10.0.0.1"],
      ["2 session ends"],
      [""],
    ]);
    const [row] = json((await run(folder, ["bgp", "sessions", "t.yaml", "--json"])).stdout);
    expect(row).toEqual({
      node: "n1",
      daemon: "bird",
      name: expect.any(String),
      kind: "ibgp",
      localAs: 65000,
      remoteAs: 65000,
      localAddress: "10.0.0.1",
      remoteAddress: "10.0.0.2",
      remoteNode: "n2",
      routeReflectorClient: false,
      families: ["ipv4"],
      external: false,
    });
  });
});

describe("convert", () => {
  it("goes round all three languages and means the same", async () => {
    const folder = temporaryFolder({ "t.yaml": pair });
    for (const [from, to] of [
      ["t.yaml", "t.json"],
      ["t.json", "t.nix"],
      ["t.nix", "u.yaml"],
      ["u.yaml", "u.json"],
    ] as const) {
      expect(await run(folder, ["convert", from, to])).toMatchObject({ code: 0, stdout: "", stderr: "" });
    }
    const data = (name: string) => json(readFileSync(join(folder, name), "utf8"));
    expect(data("u.json")).toEqual(data("t.json"));
    const { stdout } = await run(folder, ["convert", "t.nix", "-", "--to", "json"]);
    expect(json(stdout)).toEqual(data("t.json"));
  });

  it("overwrites with --force alone", async () => {
    const folder = temporaryFolder({ "t.yaml": pair, "t.nix": "mine" });
    const { code, stderr } = await run(folder, ["convert", "t.yaml", "t.nix"]);
    expect([code, stderr.includes("error[NN9014]")]).toEqual([2, true]);
    expect(readFileSync(join(folder, "t.nix"), "utf8")).toBe("mine");
    const forced = await run(folder, ["convert", "t.yaml", "t.nix", "--force", "--json"]);
    expect(json(forced.stdout)).toMatchObject({ file: "t.nix", language: "nix" });
  });

  it("says what a language cannot hold", async () => {
    const folder = temporaryFolder({ "t.json": '{ "a": "\\u0000" }' });
    const { code, stderr } = await run(folder, ["convert", "t.json", "t.nix"]);
    expect([code, stderr.includes("error[NN9015]")]).toEqual([1, true]);
    expect(readdirSync(folder)).toEqual(["t.json"]);
  });
});

it("schema prints the two schemas", async () => {
  const folder = temporaryFolder();
  const topology = json((await run(folder, ["schema"])).stdout);
  expect(Object.keys(topology.properties)).toEqual(["include", "nix-nos", "services"]);
  expect(json((await run(folder, ["schema", "cluster-config"])).stdout).properties).toHaveProperty("bootstrap");
});

describe("wrong usage", () => {
  it.each([
    [["frob"], "unknown command 'frob'"],
    [["render", "t.yaml", "--frob"], "unknown option '--frob'"],
    [["render"], "error[NN9016]: No topology was named."],
    [["render", "missing.yaml"], "error[NN9001]: missing.yaml cannot be read: no such file"],
    [["render", "folder.yaml"], "error[NN9001]: folder.yaml cannot be read: it is a folder."],
    [["render", "t.toml"], "error[NN1010]"],
    [["render", "t.yaml", "--node", "n3"], 'error[NN9010]: There is no node "n3" in the topology.'],
    [["render", "t.yaml", "--kind", "brid"], 'Did you mean "bird"?'],
    [["render", "t.yaml", "--layer", "4"], "A layer is 1, 2 or 3."],
    [["convert", "t.yaml", "-"], "error[NN9016]"],
    [["schema", "cheese"], "Allowed choices are topology, cluster-config"],
    [["validate", "t.yaml", "u.yaml"], "too many arguments"],
  ])("%j", async (args, message) => {
    const folder = temporaryFolder({ "t.yaml": pair });
    mkdirSync(join(folder, "folder.yaml"));
    const { code, stdout, stderr } = await run(folder, args);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([2, ""]);
    expect(readdirSync(folder)).toEqual(["folder.yaml", "t.yaml"]);
    const asJson = await run(folder, [...args, "--json"]);
    expect(json(asJson.stdout).diagnostics).toHaveLength(1);
  });

  it.each(["/dev/zero", "/dev/null"])("a device is no file, and its end is not waited for (%s)", async (device) => {
    const folder = temporaryFolder({ "main.yaml": `include: [t.yaml]\n${pair}` });
    symlinkSync(device, join(folder, "t.yaml"));
    const named = await run(folder, ["validate", "t.yaml"]);
    expect([named.code, named.stderr]).toEqual([2, expect.stringContaining("t.yaml cannot be read: it is a device")]);
    const included = await run(folder, ["validate", "main.yaml"]);
    expect([included.code, included.stderr]).toEqual([1, expect.stringContaining('error[NN1011]: "t.yaml" cannot')]);
  });

  it("what is wrong in several included files is said at once, in Nix too", async () => {
    const folder = temporaryFolder({
      "main.yaml": `include: [a.nix, b.nix, gone.yaml]\n${pair}`,
      "a.nix": "{ nix-nos = { ; }; }",
      "b.nix": "{ nix-nos = x: x; }",
    });
    const { code, stdout } = await run(folder, ["validate", "main.yaml", "--json"]);
    const codes = json(stdout).diagnostics.map((found: { code: string; file: string }) => [found.code, found.file]);
    expect([code, codes]).toEqual([
      1,
      [
        ["NN1006", "a.nix"],
        ["NN1007", "b.nix"],
        ["NN1011", "main.yaml"],
      ],
    ]);
  });

  it("a stream or file that is larger than any topology is not read to its end", async () => {
    const folder = temporaryFolder({ "t.json": "" });
    truncateSync(join(folder, "t.json"), 33 * 1024 * 1024);
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1024 * 1024, "# \n");
      })(),
    );
    for (const ran of [run(folder, ["validate", "t.json"]), run(folder, ["validate", "-"], { stdin: endless })]) {
      expect(await ran).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("error[NN1005]: The file is larger than 32 MiB."),
      });
    }
  });

  it("is no error to ask for help or the version", async () => {
    const help = await run(temporaryFolder(), ["--help"]);
    expect(help.code).toBe(0);
    for (const name of ["render", "validate", "diff", "bgp", "convert", "schema"]) expect(help.stdout).toContain(name);
    expect(await run(temporaryFolder(), ["--version"])).toMatchObject({ code: 0, stdout: "0.0.0\n" });
  });
});

it.each([
  [undefined, "Set NIX_NOS_DEBUG=1", "    at "],
  ["1", "    at ", "Set NIX_NOS_DEBUG=1"],
])("a fault of the program is one line, with the way to its stack (%s)", async (debug, shown, hidden) => {
  const stdout = new Writable();
  stdout.write = () => {
    throw new Error("burst\u001b[2J");
  };
  const stderr = new PassThrough();
  const io = ioFor(temporaryFolder(), { stdout, stderr, env: { NIX_NOS_DEBUG: debug } });
  expect(await runCli(["schema"], io)).toBe(3);
  const said = String(stderr.read());
  expect(said).toContain("unexpected fault: burst\\u{1b}[2J\n");
  expect(said).toContain(shown);
  expect(said).not.toContain(hidden);
});
