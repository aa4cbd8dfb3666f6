import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { run, temporaryFolder } from "../cli.test-support.js";

const topology = (...nodes: readonly string[]) => `nix-nos:
  clusters:
    lab:
      nodes:
${nodes.map((node) => `        ${node}: { role: worker, ip: { pool: mgmt, interface: eth0 } }\n`).join("")}
  network:
    pools:
      mgmt: { prefixes: [10.10.0.0/28], gateway: 10.10.0.1, exclude: [10.10.0.12-10.10.0.14] }
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
        "mgmt   10.10.0.0/28   ████▎·····  42%  1          4         1        8",
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
      reserved: 4,
      resting: 1,
      free: 8,
    });
  });

  it("has nothing to show without pools", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "t.yaml"), "nix-nos: { clusters: {} }\n");
    expect(await ipam(folder, ["show", "t.yaml"])).toEqual({ code: 0, stdout: "no pools\n", stderr: "" });
    expect(await ipam(folder, ["next", "t.yaml"])).toEqual({ code: 0, stdout: "no pools\n", stderr: "" });
    expect(json((await ipam(folder, ["next", "t.yaml", "--json"])).stdout)).toEqual([]);
  });

  it("shows a pool that has run out, and says for whom nothing was left", async () => {
    const folder = await rendered("a", "b");
    const nodes = Array.from({ length: 11 }, (_, index) => `n${index}`);
    writeFileSync(join(folder, "t.yaml"), topology("a", "b", ...nodes));
    const ran = await ipam(folder, ["show", "t.yaml"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr.match(/NN1215/g)).toHaveLength(3);
    expect(ran.stdout).toContain("mgmt   10.10.0.0/28   ██████████ 100%  10         4         0        0");
    const who = await ipam(folder, ["who", "t.yaml", "10.10.0.2", "--json"]);
    expect(who.code).toBe(1);
    expect(json(who.stdout)).toMatchObject([{ key: "node/a/ip/ipv4" }]);
    expect((await ipam(folder, ["next", "t.yaml", "mgmt"])).stdout).toContain("none left");
  });

  it("keeps pool, prefix and bar in a narrow terminal", async () => {
    const folder = await rendered("a");
    const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 40 });
    const ran = await run(folder, ["ipam", "show", "t.yaml"], { now: () => start, stdout: stdout as never });
    expect(ran.stdout.split("\n")[1]).toBe("links  10.254.0.0/24  ··········   0%");
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

  it.each(["33", "200"])("knows no prefix length of %s bits in IPv4", async (length) => {
    const ran = await ipam(await rendered("a"), ["next", "t.yaml", "mgmt", "--length", length]);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(`No address of the pool has a prefix length of ${length}.`);
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
    ["10.10.0.0/24", ["pool/mgmt", "node/a/ip/ipv4", "node/b/ip/ipv4", "pool/mgmt"]],
    ["10.10.0.3/28", ["node/b/ip/ipv4"]],
    ["10.10.0.1", ["pool/mgmt"]],
    ["10.10.0.13", ["pool/mgmt"]],
    ["node/b", ["node/b/ip/ipv4"]],
    ["10.10.0.9", []],
  ])("%s", async (what, keys) => {
    const folder = await rendered("a", "b");
    const rows = json((await ipam(folder, ["who", "t.yaml", what, "--json"])).stdout) as { key: string }[];
    expect(rows.map(({ key }) => key)).toEqual(keys);
  });

  it.each(["10.10.0.300", "10.10.0.0/33", "10.10.0.0/", "fd00::1::2", "fd00:12345::"])(
    "%s is no address, and not one that nobody has",
    async (what) => {
      const ran = await ipam(await rendered("a"), ["who", "t.yaml", what]);
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toContain(`"${what}" is neither an address nor a prefix.`);
    },
  );

  it("keeps addresses and keys whole in a narrow terminal", async () => {
    const folder = await rendered("a");
    const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 40 });
    const ran = await run(folder, ["ipam", "who", "t.yaml", "10.10.0.2"], {
      now: () => start,
      stdout: stdout as never,
    });
    expect(ran.stdout).toBe(["address    is         for", "10.10.0.2  allocated  node/a/ip/ipv4", ""].join("\n"));
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
      "pool/mgmt": "10.10.0.12-10.10.0.14",
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

  it("frees at once what a key had to give up before, and what it has", async () => {
    const folder = await rendered("a");
    await ipam(folder, ["release", "t.yaml", "node/a/ip/ipv4"]);
    await render(folder, ["a"], start + day);
    const rows = json((await ipam(folder, ["release", "t.yaml", "node/a/ip/ipv4", "--now", "--json"])).stdout);
    expect(rows.map(({ address }: { address: string }) => address)).toEqual(["10.10.0.3", "10.10.0.2"]);
    expect(lockOf(folder)).not.toContain("10.10.0");
  });

  it.each([
    ["10.10.0.2", '10.10.0.2 belongs to the key "node/a/ip/ipv4".'],
    ["a", 'Name a whole key: "node/a/ip/ipv4".'],
    ["node/a", 'Name a whole key: "node/a/ip/ipv4".'],
    ["node/a/pi/ipv4", 'Did you mean "node/a/ip/ipv4"?'],
  ])("knows what %s was meant to be", async (named, hint) => {
    const ran = await ipam(await rendered("a", "b"), ["release", "t.yaml", named]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(hint);
  });

  it("says that the lock file cannot be written, and not the output", async () => {
    const folder = await rendered("a");
    const text = lockOf(folder);
    // Permissions do not stop root; a circle of links where the new text would be written stops everybody.
    const temporary = `topology.lock.json.nix-nos-${process.pid}`;
    symlinkSync(temporary, join(folder, temporary));
    const ran = await ipam(folder, ["release", "t.yaml", "node/a/ip/ipv4"]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain(
      "The lock file topology.lock.json cannot be written: its symbolic links go in a circle.",
    );
    expect(ran.stderr).not.toContain("--out");
    expect(lockOf(folder)).toBe(text);
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

  it("that gave one key two addresses is refused until it is settled", async () => {
    const folder = await rendered("a");
    const text = lockOf(folder);
    const line = `    "node/a/ip/ipv4": {"pool":"mgmt","address":"10.10.0.9"}`;
    writeFileSync(join(folder, "topology.lock.json"), text.replace(/( *"node\/a.*)\n/, `$1,\n${line}\n`));
    const refused = await ipam(folder, ["show", "t.yaml"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("NN9019");
    expect(refused.stderr).toContain("ipam repair");
    expect((await ipam(folder, ["repair", "t.yaml"])).stdout).toContain(
      "node/a/ip/ipv4 keeps 10.10.0.2; the other branch gave it 10.10.0.9, which rests",
    );
    expect((await ipam(folder, ["show", "t.yaml"])).code).toBe(0);
  });

  it("that changed only line ends needs no decision, and a topology without a lock no repair", async () => {
    const folder = await rendered("a");
    const text = lockOf(folder);
    writeFileSync(join(folder, "topology.lock.json"), text.replaceAll("\n", "\r\n"));
    expect((await ipam(folder, ["repair", "t.yaml"])).stdout).toBe(
      "topology.lock.json is settled: nothing had to be decided\n",
    );
    expect(lockOf(folder)).toBe(text);
    expect((await ipam(temporaryFolder(), ["repair", "t.yaml"])).stdout).toBe(
      "there is no topology.lock.json: nothing to repair\n",
    );
  });

  it("of two versions of nix-nos is not called damaged", async () => {
    const folder = temporaryFolder({ "t.yaml": topology("a"), "topology.lock.json": '{ "version": 2 }\n' });
    const ran = await ipam(folder, ["show", "t.yaml"]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("Use the version of nix-nos that wrote it");
    expect(ran.stderr).not.toContain("no lock file that nix-nos wrote");
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
