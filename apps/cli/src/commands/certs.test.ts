import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { putFile, type Ran, readTree, run, temporaryFolder } from "../cli.test-support.js";

const topology = `nix-nos:
  name: acme
  domain: acme.example
  clusters:
    lab:
      nodes:
        node01: { role: control-plane, ip: 10.0.0.1, services: [chainfire] }
        node02: { role: control-plane, ip: "fd00::2", services: [chainfire] }
`;

const day = 86_400_000;
// In the past of the machine's clock, so that openssl finds everything good today.
const start = Date.now() - 60_000;

interface Row {
  readonly node: string | null;
  readonly service: string;
  readonly folder: string;
  readonly state: string;
  readonly reason: string | null;
  readonly notAfter: string;
  readonly dnsNames: readonly string[];
  readonly addresses: readonly string[];
}

function lab(text: string = topology): string {
  return temporaryFolder({ "t.yaml": text });
}

async function certs(folder: string, args: readonly string[] = [], now: number = start): Promise<Ran> {
  return run(folder, ["certs", "t.yaml", ...args], { now: () => now });
}

async function rows(folder: string, args: readonly string[] = [], now: number = start): Promise<readonly Row[]> {
  const { code, stdout, stderr } = await certs(folder, ["--json", ...args], now);
  expect([code, stderr.match(/error\[\w+\]/g)]).toEqual([0, null]);
  return JSON.parse(stdout).certificates;
}

/** State and reason of each certificate that is not good. */
function changes(found: readonly Row[]): Record<string, string> {
  const changed = found.filter(({ state, reason }) => state !== "good" || reason !== null);
  return Object.fromEntries(changed.map(({ folder, state, reason }) => [folder, `${state} ${reason}`]));
}

const openssl = (...args: readonly string[]) =>
  execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

it("makes an authority and every certificate: openssl finds them good, with the planned names and uses", async () => {
  const folder = lab();
  const made = await rows(folder);
  expect(made.map(({ folder: each, state }) => [each, state])).toEqual(
    ["nodes/node01/node", "nodes/node01/chainfire", "nodes/node02/node", "nodes/node02/chainfire", "operator"].map(
      (each) => [each, "new"],
    ),
  );
  for (const { folder: path, dnsNames, addresses, service } of made) {
    const place = join(folder, "certs", path);
    const certificate = join(place, "tls.crt");
    const purposes = service === "operator" ? ["sslclient"] : ["sslclient", "sslserver"];
    for (const purpose of purposes) {
      const checked = openssl(
        "verify",
        "-x509_strict",
        "-purpose",
        purpose,
        "-CAfile",
        join(place, "ca.crt"),
        certificate,
      );
      expect(checked).toBe(`${certificate}: OK\n`);
    }
    const names = openssl("x509", "-in", certificate, "-noout", "-ext", "subjectAltName");
    const listed = [...names.matchAll(/DNS:([^,\s]+)|IP Address:([^,\s]+)/g)].map(([, dns, ip = ""]) => dns ?? ip);
    expect(listed.map(short)).toEqual([...dnsNames, ...addresses]);
    expect(openssl("pkey", "-in", join(place, "tls.key"), "-pubout")).toBe(
      openssl("x509", "-in", certificate, "-noout", "-pubkey"),
    );
  }
  const chainfire = join(folder, "certs/nodes/node01/chainfire/tls.crt");
  expect(openssl("x509", "-in", chainfire, "-noout", "-subject").trim()).toBe(
    "subject=O = lab, OU = node01, CN = chainfire",
  );
  const refused = spawnSync("openssl", [
    "verify",
    "-CAfile",
    join(folder, "certs/ca/ca.crt"),
    "-purpose",
    "sslserver",
    join(folder, "certs/operator/tls.crt"),
  ]);
  expect(refused.status).not.toBe(0);
});

/** The spelling of OpenSSL, as far as this test has it. */
function short(text: string): string {
  const [first = ""] = text.toLowerCase().split(":");
  return /^[0-9A-F:]+$/.test(text) && text.includes(":")
    ? `${first === "0" ? "" : first}::${text.split(":").at(-1)}`
    : text;
}

it("private keys are their owner's alone, beside certificates, and never printed", async () => {
  const folder = lab();
  const { stdout, stderr } = await certs(folder);
  const tree = readTree(join(folder, "certs"));
  const keys = Object.keys(tree).filter((path) => path.endsWith(".key"));
  expect(keys.length).toBe(6);
  for (const key of keys) {
    const { mode, uid } = lstatSync(join(folder, "certs", key));
    expect([key, mode & 0o777, uid]).toEqual([key, 0o600, process.getuid?.()]);
    const secret = tree[key]?.split("\n")[1] ?? "";
    expect([stdout.includes(secret), stderr.includes(secret), secret.length > 40]).toEqual([false, false, true]);
  }
  for (const path of ["certs", "certs/ca", "certs/nodes", "certs/nodes/node01", "certs/nodes/node01/chainfire"]) {
    expect([path, lstatSync(join(folder, path)).mode & 0o777]).toEqual([path, 0o700]);
  }
  expect(tree[".gitignore"]).toBe("*\n");
  // No two certificates share a key.
  expect(new Set(keys.map((key) => tree[key])).size).toBe(keys.length);
});

it("a second run changes nothing; a dry one writes nothing; --check ends with 1 while something is due", async () => {
  const folder = lab();
  const dry = await certs(folder, ["--dry-run"]);
  expect([dry.code, existsSync(join(folder, "certs"))]).toEqual([0, false]);
  expect(dry.stdout).toContain("5 certificates, 5 to make, renew or remove");
  expect((await certs(folder, ["--check"])).code).toBe(1);
  await certs(folder);
  const before = readTree(join(folder, "certs"));
  expect((await certs(folder, ["--check"])).code).toBe(0);
  expect(changes(await rows(folder))).toEqual({});
  expect(readTree(join(folder, "certs"))).toEqual(before);
  expect((await certs(folder, ["--check"], start + 336 * day)).code).toBe(1);
  expect(readTree(join(folder, "certs"))).toEqual(before);
});

it("the table says what is there, until when, and why something is renewed", async () => {
  const folder = lab();
  const at = Date.UTC(2030, 0, 1);
  await certs(folder, ["--ca-valid-for", "800d"], at);
  writeFileSync(join(folder, "t.yaml"), topology.replace("10.0.0.1", "10.0.0.7"));
  rmSync(join(folder, "certs/nodes/node02"), { recursive: true });
  const { stdout } = await certs(folder, ["--dry-run"], at + 10 * day);
  expect(stdout.replace(/[0-9a-f]{8}/, "12345678")).toMatchInlineSnapshot(`
    "node    for                         ends        state                        names
            Nix-NOS authority 12345678  2032-03-11  signs
    node01  node                        2031-01-01  to renew: addresses changed  node01 node01.acme.example localhost 10.0.0.7 127.0.0.1 ::1
    node01  chainfire                   2031-01-01  to renew: addresses changed  node01 node01.acme.example chainfire.lab chainfire.lab.acme.example localhost 10.0.0.7 127.0.0.1 ::1
    node02  node                                    to make                      node02 node02.acme.example localhost fd00::2 127.0.0.1 ::1
    node02  chainfire                               to make                      node02 node02.acme.example chainfire.lab chainfire.lab.acme.example localhost fd00::2 127.0.0.1 ::1
            operator                    2031-01-01  good
    5 certificates, 4 to make, renew or remove
    "
  `);
});

it("other authorities to trust are due, and counted like all that is", async () => {
  const folder = lab();
  await certs(folder);
  writeFileSync(join(folder, "certs/operator/ca.crt"), "stale");
  const due = await certs(folder, ["--check"]);
  expect([due.code, due.stdout.includes("trust to renew: authorities changed")]).toEqual([1, true]);
  expect(due.stdout).toContain("5 certificates, 1 to make, renew or remove");
  const done = await certs(folder);
  expect(done.stdout).toContain("trust renewed: authorities changed");
  expect(done.stdout).toContain("5 certificates, 1 made, renewed or removed");
});

it("renews what is near its end with another key, and a changed address or name; the authority stays", async () => {
  const folder = lab();
  await certs(folder);
  const before = readTree(join(folder, "certs"));
  expect(changes(await rows(folder, [], start + 334 * day))).toEqual({});
  writeFileSync(join(folder, "t.yaml"), topology.replace("10.0.0.1", "10.0.0.7"));
  expect(changes(await rows(folder))).toEqual({
    "nodes/node01/node": "renewed addresses changed",
    "nodes/node01/chainfire": "renewed addresses changed",
  });
  writeFileSync(join(folder, "t.yaml"), topology);
  await rows(folder);
  const renewed = await rows(folder, [], start + 335 * day);
  expect(new Set(Object.values(changes(renewed)))).toEqual(new Set(["renewed it ends soon"]));
  expect(renewed.map(({ notAfter }) => Date.parse(notAfter) > start + 699 * day)).not.toContain(false);
  const after = readTree(join(folder, "certs"));
  for (const [path, text] of Object.entries(before)) {
    const stays = path.startsWith("ca/") || path.endsWith("ca.crt") || path === ".gitignore";
    expect([path, after[path] === text]).toEqual([path, stays]);
  }
  expect(changes(await rows(folder, ["--renew-before", "340d"], start + 361 * day))).not.toEqual({});
});

it("mends what is damaged, missing or mixed up; files of others stay", async () => {
  const folder = lab();
  await certs(folder);
  const at = (path: string) => join(folder, "certs/nodes", path);
  writeFileSync(at("node01/node/tls.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  rmSync(at("node01/chainfire/tls.key"));
  writeFileSync(at("node02/node/tls.key"), readFileSync(at("node02/chainfire/tls.key")));
  putFile(at("node02/node/mine/notes"), "mine");
  writeFileSync(at("node02/chainfire/ca.crt"), "stale");
  rmSync(join(folder, "certs/operator"), { recursive: true });
  expect(changes(await rows(folder))).toEqual({
    "nodes/node01/node": "renewed it is damaged",
    "nodes/node01/chainfire": "renewed it is damaged",
    "nodes/node02/node": "renewed its key is another one's",
    "nodes/node02/chainfire": "trust authorities changed",
    operator: "new null",
  });
  expect(readFileSync(at("node02/node/mine/notes"), "utf8")).toBe("mine");
  expect(changes(await rows(folder))).toEqual({});
  expect(readdirSync(join(folder, "certs")).sort()).toEqual([".gitignore", "ca", "nodes", "operator"]);
});

it("what left the topology is shown, and removed with --prune", async () => {
  const folder = lab();
  await certs(folder);
  writeFileSync(join(folder, "t.yaml"), topology.replace("10.0.0.1, services: [chainfire]", "10.0.0.1"));
  const unplanned = { "nodes/node01/chainfire": "unplanned null" };
  expect(changes(await rows(folder))).toEqual(unplanned);
  expect((await certs(folder, ["--check"])).code).toBe(0);
  expect((await certs(folder, ["--check", "--prune"])).code).toBe(1);
  expect(existsSync(join(folder, "certs/nodes/node01/chainfire"))).toBe(true);
  expect(changes(await rows(folder, ["--prune"]))).toEqual({ "nodes/node01/chainfire": "removed null" });
  expect(existsSync(join(folder, "certs/nodes/node01/chainfire"))).toBe(false);
});

it("a key whose certificate is gone is shown and removed like a whole one", async () => {
  const folder = lab();
  await certs(folder);
  writeFileSync(join(folder, "t.yaml"), topology.replace("10.0.0.1, services: [chainfire]", "10.0.0.1"));
  rmSync(join(folder, "certs/nodes/node01/chainfire/tls.crt"));
  expect(changes(await rows(folder))).toEqual({ "nodes/node01/chainfire": "unplanned null" });
  expect(changes(await rows(folder, ["--prune"]))).toEqual({ "nodes/node01/chainfire": "removed null" });
  expect(existsSync(join(folder, "certs/nodes/node01/chainfire"))).toBe(false);
});

describe("refuses", () => {
  async function refused(folder: string, args: readonly string[] = [], now: number = start) {
    const tree = existsSync(join(folder, "certs")) ? readTree(join(folder, "certs")) : null;
    const { code, stdout, stderr } = await certs(folder, args, now);
    if (tree !== null) expect(readTree(join(folder, "certs"))).toEqual(tree);
    return [code, stdout, ...[...stderr.matchAll(/\[(NN\d+)\]/g)].map(([, found]) => found)];
  }

  it("a directory in the output folder, in one that a render wrote, and behind a link", async () => {
    const folder = lab();
    mkdirSync(join(folder, "out"));
    symlinkSync("out", join(folder, "link"));
    for (const args of [
      ["--dir", "out"],
      ["--dir", "out/certs"],
      ["--dir", "link/new/certs"],
      ["--dir", "x/y", "--out", "x"],
    ]) {
      expect(await refused(folder, args)).toEqual([2, "", "NN9070"]);
    }
    expect((await run(folder, ["render", "t.yaml", "--out", "rendered"])).code).toBe(0);
    expect(await refused(folder, ["--dir", "rendered/nodes/certs"])).toEqual([2, "", "NN9070"]);
    // Another program's manifest.json is no reason.
    putFile(join(folder, "site/manifest.json"), "{}");
    expect((await certs(folder, ["--dir", "site/certs"])).code).toBe(0);
    expect(Object.keys(readTree(join(folder, "out")))).toEqual([]);
  });

  it.each([
    ["no key", (ca: string) => rmSync(join(ca, "ca.key"))],
    ["no certificate", (ca: string) => rmSync(join(ca, "ca.crt"))],
    ["nothing at all", (ca: string) => rmSync(ca, { recursive: true })],
    [
      "half a certificate",
      (ca: string) => writeFileSync(join(ca, "ca.crt"), readFileSync(join(ca, "ca.crt")).subarray(0, 300)),
    ],
    ["an empty key", (ca: string) => writeFileSync(join(ca, "ca.key"), "")],
    ["another's key", (ca: string) => writeFileSync(join(ca, "ca.key"), readFileSync(join(ca, "../operator/tls.key")))],
    [
      "a certificate that is no authority's",
      (ca: string) => writeFileSync(join(ca, "ca.crt"), readFileSync(join(ca, "../operator/tls.crt"))),
    ],
  ])("an authority with %s", async (_name, spoil) => {
    const folder = lab();
    await certs(folder);
    spoil(join(folder, "certs/ca"));
    expect(await refused(folder)).toEqual([3, "", "NN9071"]);
  });

  it("one that has ended, is from the future, or is another topology's", async () => {
    const folder = lab();
    await certs(folder);
    expect(await refused(folder, [], start + 3651 * day)).toEqual([3, "", "NN9072"]);
    expect(await refused(folder, [], start - day)).toEqual([3, "", "NN9072"]);
    expect(await refused(folder, ["--ca", "prepare"], start - day)).toEqual([3, "", "NN9072"]);
    writeFileSync(join(folder, "t.yaml"), topology.replace("acme\n", "globex\n"));
    for (const step of [[], ["--ca", "prepare"], ["--ca", "switch"], ["--ca", "drop"]]) {
      expect(await refused(folder, step)).toEqual([1, "", "NN9073"]);
    }
  });

  it("a step in another topology's directory, which stays as it was", async () => {
    const folder = lab();
    await certs(folder);
    const another = async (step: string) => {
      writeFileSync(join(folder, "t.yaml"), topology.replace("acme\n", "globex\n"));
      expect([step, ...(await refused(folder, ["--ca", step]))]).toEqual([step, 1, "", "NN9073"]);
      writeFileSync(join(folder, "t.yaml"), topology);
    };
    await another("prepare");
    await certs(folder, ["--ca", "prepare"]);
    await another("switch");
    await certs(folder, ["--ca", "switch"]);
    await another("drop");
    // One authority of another topology among this one's is refused as well.
    await certs(folder, ["--ca", "drop"]);
    writeFileSync(join(folder, "other.yaml"), topology.replace("acme\n", "globex\n"));
    expect((await run(folder, ["certs", "other.yaml", "--dir", "other"], { now: () => start })).code).toBe(0);
    execFileSync("cp", ["-a", "other/ca", "certs/ca-next"], { cwd: folder });
    expect(await refused(folder)).toEqual([1, "", "NN9073"]);
    expect(await refused(folder, ["--ca", "switch"])).toEqual([1, "", "NN9073"]);
  });

  it("private keys that others may read: all at once", async () => {
    const folder = lab();
    await certs(folder);
    chmodSync(join(folder, "certs/nodes/node01/node/tls.key"), 0o640);
    chmodSync(join(folder, "certs/operator/tls.key"), 0o604);
    expect(await refused(folder)).toEqual([3, "", "NN9074", "NN9074"]);
    await certs(folder, ["--dir", "more"]);
    chmodSync(join(folder, "more/ca/ca.key"), 0o644);
    expect(await refused(folder, ["--dir", "more"])).toEqual([3, "", "NN9074"]);
  });

  it("a directory that another run writes, or that cannot be mended: the second does not hold it either", async () => {
    const folder = lab();
    await certs(folder);
    const lock = join(folder, "certs/.lock");
    const stat = readFileSync("/proc/self/stat", "utf8");
    writeFileSync(lock, `${process.pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`);
    const held = await certs(folder);
    expect([held.code, held.stderr.includes("or give this one its own --dir.")]).toEqual([3, true]);
    rmSync(lock);
    mkdirSync(join(folder, "certs/.last%gone%away"));
    expect(await refused(folder)).toEqual([3, "", "NN9076"]);
    expect(existsSync(lock)).toBe(false);
  });

  it("times that make no sense, and --ca together with a dry run", async () => {
    const folder = lab();
    expect(await refused(folder, ["--valid-for", "30d"])).toEqual([2, "", "NN9016"]);
    expect(await refused(folder, ["--ca", "prepare", "--check"])).toEqual([2, "", "NN9016"]);
    for (const time of ["0d", "1", "-1d", "1y", "36501d", "1e3d", "d"]) {
      expect([time, (await certs(folder, ["--valid-for", time])).code]).toEqual([time, 2]);
    }
  });

  it("names that would leave the directory, or mean something in a certificate", async () => {
    for (const name of ["../../up", "a/b", "x,CN=root", "a\\nb", "*", "", "..", "#1"]) {
      const service = lab(topology.replace("[chainfire]", `["${name}"]`));
      const node = lab(topology.replace("node01", `"${name}"`));
      const topologyName = lab(topology.replace("name: acme", `name: "${name}"`));
      for (const folder of [service, node, topologyName]) {
        expect([name, (await certs(folder)).code, readdirSync(folder)]).toEqual([name, 1, ["t.yaml"]]);
      }
    }
  });
});

describe("another authority", () => {
  const verify = (folder: string, bundle: string, certificate: string) =>
    spawnSync("openssl", ["verify", "-CAfile", join(folder, bundle), join(folder, certificate)]).status === 0;
  const one = "certs/nodes/node01/chainfire";
  const other = "certs/nodes/node02/chainfire";

  it("in three steps, and at each what is on one node trusts what is still old on another", async () => {
    const folder = lab();
    await certs(folder);
    const keep = (step: string) => {
      for (const [path, text] of Object.entries(readTree(join(folder, one)))) putFile(join(folder, step, path), text);
    };
    const trustEachOther = (old: string) =>
      verify(folder, `${old}/ca.crt`, `${other}/tls.crt`) && verify(folder, `${other}/ca.crt`, `${old}/tls.crt`);
    keep("founded");
    expect(await certs(folder, ["--ca", "switch"])).toMatchObject({ code: 2 });
    const prepared = changes(await rows(folder, ["--ca", "prepare"]));
    expect(new Set(Object.values(prepared))).toEqual(new Set(["trust authorities changed"]));
    expect(trustEachOther("founded")).toBe(true);
    expect(await certs(folder, ["--ca", "prepare"])).toMatchObject({ code: 2 });
    keep("prepared");
    const switched = changes(await rows(folder, ["--ca", "switch"]));
    expect(new Set(Object.values(switched))).toEqual(new Set(["renewed another authority signed it"]));
    expect([trustEachOther("prepared"), trustEachOther("founded")]).toEqual([true, false]);
    keep("switched");
    expect(changes(await rows(folder))).toEqual({});
    await certs(folder, ["--ca", "drop"]);
    expect([trustEachOther("switched"), verify(folder, `${other}/ca.crt`, "founded/tls.crt")]).toEqual([true, false]);
    expect(changes(await rows(folder))).toEqual({});
    expect(await certs(folder, ["--ca", "drop"])).toMatchObject({ code: 2 });
    expect(readdirSync(join(folder, "certs")).sort()).toEqual([".gitignore", "ca", "nodes", "operator"]);
  });

  it("a switch that was killed halfway is finished", async () => {
    const folder = lab();
    await certs(folder);
    await certs(folder, ["--ca", "prepare"]);
    execFileSync("mv", ["ca", "ca-old"], { cwd: join(folder, "certs") });
    expect((await certs(folder, ["--check"])).code).toBe(1);
    const found = changes(await rows(folder));
    expect(new Set(Object.values(found))).toEqual(new Set(["renewed another authority signed it"]));
    expect(changes(await rows(folder))).toEqual({});
  });

  it("warns while it ends before what it would sign; after its end, one step is enough", async () => {
    const folder = lab();
    await certs(folder);
    const late = start + 3500 * day;
    const warned = await certs(folder, [], late);
    expect([warned.code, warned.stderr.includes("warning[NN9075]: The authority ends in 150 days")]).toEqual([0, true]);
    // Renewed once, to the authority's end, and not again by every run.
    expect(changes(await rows(folder, [], late + day))).toEqual({});
    expect(changes(await rows(folder, [], late + 145 * day))).toEqual({});
    const switched = await rows(folder, ["--ca", "switch"], start + 4000 * day);
    expect(new Set(switched.map(({ state }) => state))).toEqual(new Set(["renewed"]));
    expect((await certs(folder, ["--check"], start + 4000 * day)).code).toBe(0);
  });
});
