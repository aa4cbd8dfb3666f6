import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, temporaryFolder } from "../cli.test-support.js";

const topology = (...nodes: readonly string[]) => `nix-nos:
  clusters:
    lab:
      nodes:
${nodes.map((node) => `        ${node}: { role: worker, ip: { pool: mgmt, interface: eth0 } }\n`).join("")}
  network:
    pools:
      mgmt: { prefixes: [10.10.0.0/28], gateway: 10.10.0.1 }
      links: { prefixes: [10.254.0.0/24] }
`;

const json = (text: string) => JSON.parse(text);

const start = Date.parse("2026-11-23T16:50:00Z");
const day = 24 * 60 * 60 * 1000;

/** A folder with a topology that was rendered once. */
async function rendered(...nodes: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  await render(folder, nodes, start);
  return folder;
}

async function render(folder: string, nodes: readonly string[], now: number) {
  writeFileSync(join(folder, "t.yaml"), topology(...nodes));
  const ran = await run(folder, ["render", "t.yaml"], { now: () => now });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
}

const lockOf = (folder: string) => readFileSync(join(folder, "topology.lock.json"), "utf8");
const ipam = (folder: string, args: readonly string[], now = start) =>
  run(folder, ["ipam", ...args], { now: () => now });

describe("ipam show", () => {
  it("draws how full each pool is", async () => {
    const folder = await rendered("a", "b");
    await render(folder, ["b"], start);
    expect((await ipam(folder, ["show", "t.yaml"])).stdout).toBe(
      [
        "pool   prefix         use              allocated  reserved  resting  free",
        "links  10.254.0.0/24  ··········   0%  0          0         0        254",
        "mgmt   10.10.0.0/28   ██▏·······  21%  1          1         1        11",
        "",
      ].join("\n"),
    );
    const [, mgmt] = json((await ipam(folder, ["show", "t.yaml", "--json"])).stdout);
    expect(mgmt).toEqual({
      pool: "mgmt",
      prefix: "10.10.0.0/28",
      family: "ipv4",
      usable: 14,
      allocated: 1,
      reserved: 1,
      resting: 1,
      free: 11,
    });
  });

  it("has nothing to show without pools", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "t.yaml"), "nix-nos: { clusters: {} }\n");
    expect(await ipam(folder, ["show", "t.yaml"])).toEqual({ code: 0, stdout: "no pools\n", stderr: "" });
  });
});

describe("ipam next", () => {
  it("says what would be given, and gives nothing", async () => {
    const folder = await rendered("a");
    const before = lockOf(folder);
    expect(json((await ipam(folder, ["next", "t.yaml", "mgmt", "--json"])).stdout)).toEqual([
      { pool: "mgmt", family: "ipv4", next: "10.10.0.3/28" },
    ]);
    expect(json((await ipam(folder, ["next", "t.yaml", "links", "--length", "31", "--json"])).stdout)).toEqual([
      { pool: "links", family: "ipv4", next: "10.254.0.0/31" },
    ]);
    expect((await ipam(folder, ["next", "t.yaml", "links", "--length", "20"])).stdout).toContain("none left");
    expect(lockOf(folder)).toBe(before);
  });

  it("knows no other pool", async () => {
    const folder = await rendered("a");
    const ran = await ipam(folder, ["next", "t.yaml", "mgnt"]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("Known: links, mgmt.");
  });
});

describe("ipam who", () => {
  it.each([
    ["10.10.0.2", ["node/a/ip/ipv4"]],
    ["10.10.0.0/24", ["node/a/ip/ipv4", "node/b/ip/ipv4"]],
    ["node/b", ["node/b/ip/ipv4"]],
    ["10.10.0.9", []],
  ])("%s", async (what, keys) => {
    const folder = await rendered("a", "b");
    const rows = json((await ipam(folder, ["who", "t.yaml", what, "--json"])).stdout) as { key: string }[];
    expect(rows.map(({ key }) => key)).toEqual(keys);
  });

  it("says how long an address rests, and its reverse name", async () => {
    const folder = await rendered("a", "b");
    await render(folder, ["b"], start);
    expect((await ipam(folder, ["who", "t.yaml", "10.10.0.2"])).stdout).toContain(
      "10.10.0.2  resting until 2026-11-30T16:50:00Z  node/a/ip/ipv4  mgmt  2.0.10.10.in-addr.arpa",
    );
    expect((await ipam(folder, ["who", "t.yaml", "10.10.0.2"], start + 7 * day)).stdout).toBe("nobody has 10.10.0.2\n");
  });
});

describe("ipam release", () => {
  it("gives a key that is still there another address, and lets the old one rest", async () => {
    const folder = await rendered("a", "b");
    expect((await ipam(folder, ["release", "t.yaml", "node/a/ip/ipv4"])).stdout).toBe(
      "10.10.0.2 of node/a/ip/ipv4 rests\n",
    );
    await render(folder, ["a", "b", "c"], start + day);
    const rows = json((await ipam(folder, ["who", "t.yaml", "--json"], start + day)).stdout) as {
      key: string;
      address: string;
    }[];
    expect(Object.fromEntries(rows.map(({ key, address }) => [key, address]))).toEqual({
      "node/a/ip/ipv4 before 2026-11-23T16:50:00Z": "10.10.0.2",
      "node/a/ip/ipv4": "10.10.0.4",
      "node/b/ip/ipv4": "10.10.0.3",
      "node/c/ip/ipv4": "10.10.0.5",
    });
  });

  it("frees at once what rests, when told to", async () => {
    const folder = await rendered("a", "b");
    await render(folder, ["b"], start);
    await ipam(folder, ["release", "t.yaml", "node/a/ip/ipv4", "--now"]);
    expect((await ipam(folder, ["who", "t.yaml", "10.10.0.2"])).stdout).toBe("nobody has 10.10.0.2\n");
  });

  it("releases nothing where one key is unknown", async () => {
    const folder = await rendered("a", "b");
    const before = lockOf(folder);
    const ran = await ipam(folder, ["release", "t.yaml", "node/a/ip/ipv4", "node/x/ip/ipv4", "node/bb/ip/ipv4"]);
    expect(ran.code).toBe(2);
    expect(ran.stderr.match(/NN9020/g)).toHaveLength(2);
    expect(lockOf(folder)).toBe(before);
  });
});

describe("a merge of two branches", () => {
  /** The lock file of a branch that added a node to `a`. */
  async function branch(node: string): Promise<string> {
    const folder = await rendered("a");
    await render(folder, ["a", node], start);
    return lockOf(folder);
  }

  it("that git could not put together is settled by ipam repair", async () => {
    const [ours, theirs] = [await branch("b"), await branch("c")];
    const inner = (text: string) => text.split("\n").slice(3, -3).join("\n");
    const merged = ours.replace(inner(ours), `<<<<<<< HEAD\n${inner(ours)}\n=======\n${inner(theirs)}\n>>>>>>> other`);
    const folder = temporaryFolder();
    writeFileSync(join(folder, "topology.lock.json"), merged);
    writeFileSync(join(folder, "t.yaml"), topology("a", "b", "c"));

    const refused = await run(folder, ["render", "t.yaml"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("NN9018");
    expect((await ipam(folder, ["repair", "t.yaml"])).stdout).toBe(
      "node/c/ip/ipv4 gets a new address when it is next rendered: 10.10.0.3 is node/b/ip/ipv4's\ntopology.lock.json is settled: 1 decision\n",
    );
    await render(folder, ["a", "b", "c"], start);
    expect(lockOf(folder)).toContain('"node/c/ip/ipv4": {"pool":"mgmt","address":"10.10.0.4"}');
    expect((await ipam(folder, ["repair", "t.yaml"])).stdout).toBe("topology.lock.json needs no repair\n");
  });

  it("that put one address under two keys is refused, with both lines, until it is settled", async () => {
    const folder = await rendered("a", "b");
    const text = lockOf(folder);
    const line = (key: string) => `    "${key}": {"pool":"mgmt","address":"10.10.0.3"}`;
    writeFileSync(
      join(folder, "topology.lock.json"),
      text.replace(/( *"node\/b.*)\n/, `$1,\n${line("node/c/ip/ipv4")}\n`),
    );
    const refused = await run(folder, ["render", "t.yaml"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("NN9019");
    expect(refused.stderr).toContain("topology.lock.json:6:5");
    expect(refused.stderr).toContain("topology.lock.json:5:5");
    await ipam(folder, ["repair", "t.yaml"]);
    expect((await run(folder, ["render", "t.yaml"])).code).toBe(0);
  });
});
