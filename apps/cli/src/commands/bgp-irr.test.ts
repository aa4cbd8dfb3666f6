// The real bgpq4 asks a stand-in for a registry's server, whose answers a test can spoil.
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { type Ran, run, temporaryFolder } from "../cli.test-support.js";
import { type Irrd, type Registry, startIrrd } from "../irr/irrd.test-support.js";

/** bgpq4 leaves private and documentation AS numbers out, so these are none. */
const registry = (): Registry => ({
  expands: true,
  sets: { "AS-EXAMPLE": ["AS131072", "AS131073"], "AS-CONE": ["AS131072", "AS131073", "AS64512", "AS131075"] },
  routes: {
    AS131072: ["198.51.100.0/24", "198.51.101.0/24", "192.0.2.0/24", "192.0.2.128/25"],
    AS131073: ["203.0.113.0/24", "2001:db8:a::/48"],
  },
});

const topology = (sets: string) => `nix-nos:
  clusters:
    lab:
      nodes:
        edge: { role: edge, ip: 192.0.2.2, interfaces: { e0: { addresses: [192.0.2.2/30] } } }
  network:
    bgp:
      autonomousSystems: { "65000": { members: [edge] } }
${sets}
      policies: { customer: [{ match: { MATCH }, then: accept }] }
      peers:
        customer: { node: edge, remoteAs: 64496, address: 192.0.2.1, role: customer, import: [customer], export: [] }
`;

const prefixes = topology(
  `      prefixSets: { customer: { asSet: AS-EXAMPLE, sources: [RIPE, RADB], maxLength: { ipv4: 24 } } }`,
).replace("MATCH", "prefixSet: customer");
const numbers = topology(`      asSets: { cone: { asSet: AS-CONE } }`).replace("MATCH", "originAs: { set: cone }");

async function setUp(text: string, more: Partial<Registry> = {}) {
  const folder = temporaryFolder({ "t.yaml": text });
  const irrd = await startIrrd({ ...registry(), ...more });
  const update = (...flags: readonly string[]) => run(folder, ["bgp", "irr", "t.yaml", "--host", irrd.host, ...flags]);
  return { folder, irrd, update, record: () => readFileSync(join(folder, "topology.irr.json"), "utf8") };
}

function codes({ stderr }: Ran): readonly string[] {
  return [...stderr.matchAll(/^(?:error|warning)\[(\w+)\]/gm)].map(([, code = ""]) => code);
}

async function birdOf(folder: string): Promise<string> {
  expect(await run(folder, ["render", "t.yaml", "--check"])).toMatchObject({ code: 0, stderr: "" });
  return readFileSync(join(folder, "out/nodes/edge/bird/bird.conf"), "utf8");
}

describe("prefixes of an AS-SET", () => {
  it("are asked for, kept beside the topology, and rendered without a network", async () => {
    const { folder, irrd, update, record } = await setUp(prefixes);
    const without = await run(folder, ["validate", "t.yaml"]);
    expect([without.code, codes(without)]).toEqual([1, ["NN1280"]]);
    expect(without.stderr).toContain("asSet: AS-EXAMPLE");

    expect(await update()).toMatchObject({ code: 0, stderr: "" });
    expect(irrd.asked()).toEqual(expect.arrayContaining(["!sRIPE,RADB", "!a4AS-EXAMPLE", "!a6AS-EXAMPLE"]));
    expect(JSON.parse(record())).toEqual({
      version: 1,
      topology: "t",
      prefixSets: {
        customer: {
          asked: "AS-EXAMPLE from RIPE,RADB at most IPv4 /24",
          items: ["192.0.2.0/24", "198.51.100.0/23{24,24}", "203.0.113.0/24", "2001:db8:a::/48"],
        },
      },
      asSets: {},
    });
    await irrd.stop();
    const bird = await birdOf(folder);
    for (const entry of ["192.0.2.0/24", "198.51.100.0/23{24,24}", "2001:db8:a::/48"]) expect(bird).toContain(entry);
  });

  it("are the same from a server that does not expand sets, and the file stays as it is", async () => {
    const { folder, irrd, update, record } = await setUp(prefixes);
    await update();
    const [text, { ino, mtimeMs }] = [record(), statSync(join(folder, "topology.irr.json"))];
    irrd.registry.expands = false;
    irrd.asked();
    const again = await update("--json");
    expect(irrd.asked()).toContain("!gas131072");
    expect(JSON.parse(again.stdout)).toMatchObject([{ set: "customer", outcome: "unchanged", entries: 4, before: 4 }]);
    expect(record()).toBe(text);
    expect(statSync(join(folder, "topology.irr.json"))).toMatchObject({ ino, mtimeMs });
  });

  it("take in what is inside them, as far as the topology says", async () => {
    const { folder, update, record } = await setUp(
      prefixes.replace("maxLength: { ipv4: 24 }", "moreSpecifics: { ipv4: 26, ipv6: 64 }"),
    );
    await update();
    expect(JSON.parse(record()).prefixSets.customer.items).toEqual([
      "192.0.2.0/24{24,26}",
      "198.51.100.0/23{24,26}",
      "203.0.113.0/24{24,26}",
      "2001:db8:a::/48{48,64}",
    ]);
    expect(await birdOf(folder)).toContain("2001:db8:a::/48{48,64}");
  });
});

it("the AS numbers of an AS-SET are those of its members, without private ones", async () => {
  const { folder, update, record } = await setUp(numbers);
  expect(await update()).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(record()).asSets).toEqual({ cone: { asked: "AS-CONE", items: [131072, 131073, 131075] } });
  expect(await birdOf(folder)).toMatch(/131072\.\.131073,\s*131075/);
});

it("--check asks and writes nothing, and ends with 1 where something would change", async () => {
  const { folder, irrd, update, record } = await setUp(prefixes);
  expect(await update("--check")).toMatchObject({ code: 1, stderr: "" });
  expect(existsSync(join(folder, "topology.irr.json"))).toBe(false);
  await update();
  expect((await update("--check")).code).toBe(0);
  const text = record();
  irrd.registry.routes.AS131075 = ["203.0.112.0/24"];
  irrd.registry.sets["AS-EXAMPLE"] = ["AS131072", "AS131073", "AS131075"];
  expect((await update("--check")).code).toBe(1);
  expect(record()).toBe(text);
});

describe("the last good answer stays, and one diagnostic says why", () => {
  /** Spoils a registry after a good answer; the record must be the same, and rendering goes on. */
  async function spoilt(spoil: (irrd: Irrd) => unknown, ...flags: readonly string[]) {
    const { folder, irrd, update, record } = await setUp(prefixes);
    await update();
    const before = record();
    await spoil(irrd);
    const ran = await update(...flags);
    expect(record()).toBe(before);
    expect(await birdOf(folder)).toContain("203.0.113.0/24");
    expect(ran.stderr).toContain("The last good answer stays.");
    expect(ran.stderr).not.toMatch(/[^\P{Cc}\n]/u);
    return [ran.code, ...codes(ran)];
  }

  it("when the server is down", async () => {
    expect(await spoilt((irrd) => irrd.stop())).toEqual([3, "NN9051"]);
  });

  it("when it stalls", async () => {
    expect(await spoilt(({ registry: own }) => Object.assign(own, { behave: () => true }), "--timeout", "1")).toEqual([
      3,
      "NN9051",
    ]);
  });

  it.each<[string, Registry["behave"]]>([
    ["hangs up", (_, socket) => socket.end() !== null],
    ["speaks another protocol", (_, socket) => socket.write("HTTP/1.1 400 Bad\r\n\r\n<html>\x1b[2J\0\u0007") || true],
    ["knows no such source", (query, socket) => /^!sRIPE/.test(query) && (socket.write("F no source\n") || true)],
    ["ends in the midst", (query, socket) => /^!a4/.test(query) && !!socket.end("A4000\n203.0.113.0/24")],
  ])("when it %s", async (_, behave) => {
    expect(await spoilt(({ registry: own }) => Object.assign(own, { behave }))).toEqual([3, "NN9051"]);
  });

  it.each(["203.0.113.0/99 ;\n};evil", "203.0.113.0/24 198.51.100.0/24 192.0.2.0/24 <script>\x1b[2J", "\n\n\n"])(
    "when it answers %j, of which bgpq4 makes what it can",
    async (text) => {
      const behave: Registry["behave"] = (query, socket) =>
        /^!a4/.test(query) && (socket.write(`A${text.length + 1}\n${text}\nC\n`) || true);
      expect(await spoilt(({ registry: own }) => Object.assign(own, { behave }))).toEqual([1, "NN9052"]);
    },
  );

  it("when the answer is empty, also with --force", async () => {
    for (const flags of [[], ["--force"]])
      expect(await spoilt(({ registry: own }) => delete own.sets["AS-EXAMPLE"], ...flags)).toEqual([1, "NN9052"]);
  });

  it("when more than half is gone, however it was put together, or a whole family", async () => {
    expect(await spoilt(({ registry: own }) => Object.assign(own.routes, { AS131072: [] }))).toEqual([1, "NN9052"]);
    expect(await spoilt(({ registry: own }) => Object.assign(own.routes, { AS131073: ["203.0.113.0/24"] }))).toEqual([
      1,
      "NN9052",
    ]);
  });

  it("when everything would be let in", async () => {
    const grown = ({ registry: own }: Irrd) => {
      own.routes.AS131075 = ["0.0.0.0/0"];
      own.sets["AS-EXAMPLE"] = ["AS131072", "AS131073", "AS131075"];
    };
    expect(await spoilt(grown)).toEqual([1, "NN9052"]);
  });

  it.each([
    "",
    "{",
    "[]",
    '{ "other": [] }',
    '{ "set": [ { "prefix": "203.0.113.1/24", "exact": true } ] }',
    '{ "set": [ { "prefix": "2001:db8::/32", "exact": true } ] }',
    '{ "set": [ { "prefix": "203.0.113.0/24", "exact": false, "less-equal": 33 } ] }',
    '{ "set": [ { "prefix": "203.0.113.0/24{1,2}", "exact": true } ] }',
    '{ "set": [ 64500 ] }',
  ])("when what bgpq4 prints is no list of prefixes: %s", async (text) => {
    const { folder, update, record } = await setUp(prefixes);
    await update();
    const before = record();
    // No server makes the real one print such a thing.
    writeFileSync(join(folder, "bgpq4"), `#!/bin/sh\necho '${text}'\n`);
    chmodSync(join(folder, "bgpq4"), 0o755);
    const ran = await run(folder, ["bgp", "irr", "t.yaml"], { env: { PATH: folder } });
    expect([ran.code, ...codes(ran)]).toEqual([3, "NN9051"]);
    expect(record()).toBe(before);
  });
});

it("--force takes an answer that lost more than half", async () => {
  const { irrd, update, record } = await setUp(prefixes);
  await update();
  irrd.registry.routes.AS131072 = [];
  expect(await update("--force")).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(record()).prefixSets.customer.items).toEqual(["203.0.113.0/24", "2001:db8:a::/48"]);
});

it("one set that fails does not hold up the others, and what the topology has no more is dropped", async () => {
  const { folder, irrd, update, record } = await setUp(prefixes);
  await update();
  const other = "other: { asSet: AS131073 }, gone: { asSet: AS-GONE }";
  writeFileSync(join(folder, "t.yaml"), prefixes.replace("prefixSets: {", `prefixSets: { ${other},`));
  delete irrd.registry.sets["AS-EXAMPLE"];
  const ran = await update();
  expect([ran.code, ...codes(ran)]).toEqual([1, "NN9052", "NN9052"]);
  expect(JSON.parse(record()).prefixSets).toEqual({
    customer: { asked: "AS-EXAMPLE from RIPE,RADB at most IPv4 /24", items: expect.anything() },
    other: { asked: "AS131073", items: ["203.0.113.0/24", "2001:db8:a::/48"] },
  });
  writeFileSync(join(folder, "t.yaml"), topology("").replace("MATCH", "family: ipv6"));
  expect(await update()).toMatchObject({ code: 0, stdout: "0 questions\n" });
  expect(JSON.parse(record())).toEqual({ version: 1, topology: "t", prefixSets: {}, asSets: {} });
});

it("are one topology's: another in the same folder has its own, and neither loses the other's", async () => {
  const { folder, irrd, update, record } = await setUp(prefixes);
  writeFileSync(join(folder, "osaka.yaml"), numbers);
  const ask = (topology: string) => run(folder, ["bgp", "irr", topology, "--host", irrd.host]);
  await update();
  const before = record();
  expect((await run(folder, ["validate", "osaka.yaml"])).stderr).toContain("error[NN1280]");
  expect(await ask("osaka.yaml")).toMatchObject({ code: 0, stderr: "" });
  expect(await update("--check")).toMatchObject({ code: 0, stderr: "" });
  expect(record()).toBe(before);
  expect(Object.keys(JSON.parse(readFileSync(join(folder, "osaka.irr.json"), "utf8")).asSets)).toEqual(["cone"]);
  for (const topology of ["t.yaml", "osaka.yaml"])
    expect(await run(folder, ["validate", topology])).toMatchObject({ code: 0, stderr: "" });
});

it("a damaged record is not overwritten", async () => {
  const { folder, update, record } = await setUp(prefixes);
  for (const text of [
    "",
    "{}",
    "<<<<<<< ours",
    '{"version":1,"prefixSets":{"customer":{"asked":"x","items":["a"]}},"asSets":{}}',
  ]) {
    writeFileSync(join(folder, "topology.irr.json"), text);
    for (const ran of [await update(), await run(folder, ["render", "t.yaml"])])
      expect([ran.code, ...codes(ran)]).toEqual([3, "NN9053"]);
    expect(record()).toBe(text);
  }
});

it("wrong usage, and a machine without bgpq4, are told from answers", async () => {
  const { folder } = await setUp(prefixes);
  for (const host of ["-h", "[::1]:43", "::1", "a b", "a:0", "a:65536", "a:b", ""]) {
    expect([host, (await run(folder, ["bgp", "irr", "t.yaml", `--host=${host}`])).code]).toEqual([host, 2]);
  }
  const piped = await run(folder, ["bgp", "irr", "-"], { stdin: Readable.from([prefixes]) });
  expect([piped.code, ...codes(piped)]).toEqual([2, "NN9016"]);
  const missing = await run(folder, ["bgp", "irr", "t.yaml"], { env: { PATH: folder } });
  expect([missing.code, ...codes(missing)]).toEqual([3, "NN9013"]);
});
