// Images as people make them, against a real deployer; xorriso makes the generic image and reads what was made.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyReservedArea } from "@plasmacloud/deployer-client";
import { expect, it } from "vitest";
import { deployer } from "../deploy.test-support.js";

const server = "https://deployer.example:7443";

function xorriso(folder: string, ...args: string[]): void {
  execFileSync("xorriso", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

/** A generic image whose reserved area has a length, or that has none. */
async function generic(folder: string, name: string, length: number | null): Promise<void> {
  const tree = `${name}-tree`;
  mkdirSync(join(folder, tree));
  writeFileSync(join(folder, tree, "kernel"), "x".repeat(3 << 20));
  if (length !== null) writeFileSync(join(folder, tree, "nixnos.conf"), await emptyReservedArea(length));
  xorriso(folder, "-as", "mkisofs", "-quiet", "-R", "-o", name, tree);
}

/** The settings in an image, as a machine that mounts it finds them. */
function settingsIn(folder: string, image: string): string {
  const out = `${image.replaceAll("/", "-")}-out`;
  xorriso(folder, "-osirrox", "on", "-indev", image, "-extract", "/", out);
  const [name = ""] = readdirSync(join(folder, out)).filter((each) => /^nixnos\.conf$/i.test(each));
  return readFileSync(join(folder, out, name), "utf8");
}

it("makes a seed with a key that works, says when it expires, and never overwrites", async () => {
  const { folder, deploy } = await deployer();
  const made = await deploy("iso", "--node", "node01", "--server", server, "--out", "media", "--valid-for", "2h");
  expect(made.stderr).toBe("");
  expect(made.stdout).toMatch(
    /^node01: a seed[^\n]*\n {2}media\/node01\.iso {2}45056 bytes {2}sha256 [0-9a-f]{64}\n {2}Its key [0-9a-f]{16} introduces 1 machine as node01, and expires at \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Whoever reads it has the key\.\n$/,
  );
  const file = join(folder, "media/node01.iso");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = settingsIn(folder, "media/node01.iso");
  expect(text).toMatch(
    /^server https:\/\/deployer\.example:7443\nbootstrap-key nnb_\S{43}\nhostname node01\n-----BEGIN/,
  );
  expect(text.endsWith(readFileSync(join(folder, "data/ca.crt"), "utf8"))).toBe(true);

  const before = readFileSync(file);
  const again = await deploy("iso", "--node", "node02", "node01", "--server", server, "--out", "media");
  expect(again).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("NN9014") });
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(join(folder, "media"))).toEqual(["node01.iso"]);
  const keys = async () => JSON.parse((await deploy("keys", "--json")).stdout).keys;
  expect(await keys()).toHaveLength(1);

  const json = await deploy(...["iso", "--site", "tokyo", "--uses", "9", "--server", server, "--json"]);
  const { images } = JSON.parse(json.stdout);
  const sha256 = createHash("sha256")
    .update(readFileSync(join(folder, "tokyo.iso")))
    .digest("hex");
  expect(images).toEqual([
    {
      name: "tokyo",
      kind: "seed",
      files: [{ path: "tokyo.iso", bytes: 45056, sha256 }],
      key: { id: expect.any(String), scope: { kind: "site", site: "tokyo" }, uses: 9, expiresAt: expect.any(String) },
    },
  ]);
  expect(settingsIn(folder, "tokyo.iso")).not.toContain("hostname");
  expect(await keys()).toHaveLength(2);
}, 60_000);

it("writes the settings into copies of a generic image, of which nothing else changes", async () => {
  const { folder, deploy } = await deployer();
  await generic(folder, "installer.iso", 8192);
  chmodSync(join(folder, "installer.iso"), 0o444);
  const network = [
    "--address",
    "192.0.2.10/24",
    "2001:db8::10/64",
    "--gateway",
    "192.0.2.1",
    "--mac",
    "52:54:00:00:00:01",
  ];
  const made = await deploy(
    ...["iso", "--generic", "installer.iso", "--node", "node01", "--server", server],
    ...network,
  );
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const text = settingsIn(folder, "node01.iso");
  expect(text).toMatch(
    /\nhostname node01\nmac 52:54:00:00:00:01\naddress 192.0.2.10\/24\naddress 2001:db8::10\/64\ngateway 192.0.2.1\n-/,
  );
  expect(text).toHaveLength(8192);
  const [before, after] = ["installer.iso", "node01.iso"].map((name) => readFileSync(join(folder, name)));
  const changed = [...(after ?? [])].flatMap((byte, at) => (byte === before?.[at] ? [] : [at]));
  expect((changed.at(-1) ?? 0) - (changed[0] ?? 0)).toBeLessThan(8192);
  expect(after?.length).toBe(before?.length);

  const several = ["iso", "--generic", "installer.iso", "--node", "a", "b", "c", "--server", server, "--out", "three"];
  const { images } = JSON.parse((await deploy(...several, "--checksum", "--json")).stdout);
  expect(images.map(({ files }: { files: { sha256: string }[] }) => files[0]?.sha256)).toEqual(
    ["a", "b", "c"].map((name) =>
      createHash("sha256")
        .update(readFileSync(join(folder, `three/${name}.iso`)))
        .digest("hex"),
    ),
  );

  const used = await deploy(...["iso", "--generic", "node01.iso", "--node", "x", "--server", server]);
  expect(used).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("another machine's settings are in it already"),
  });
  expect(
    await deploy(...["iso", "--generic", "node01.iso", "--node", "x", "--server", server, "--force"]),
  ).toMatchObject({ code: 0 });
  expect(settingsIn(folder, "x.iso")).not.toContain("192.0.2.1");
}, 60_000);

it("writes for iPXE a script without secrets, and the settings beside it", async () => {
  const { folder, deploy } = await deployer();
  const made = await deploy("iso", "--ipxe", "--node", "node01", "--server", server, "--out", "boot");
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(join(folder, "boot/node01.ipxe"), "utf8")).toBe(
    "#!ipxe\ninitrd node01.conf /nixnos.conf mode=0400\nchain netboot.ipxe\n",
  );
  expect(readFileSync(join(folder, "boot/node01.conf"), "utf8")).toMatch(/^server .*\nbootstrap-key nnb_/);
  expect(statSync(join(folder, "boot/node01.conf")).mode & 0o777).toBe(0o600);
  await deploy("iso", "--ipxe", "http://boot.example/a b.ipxe", "--site", "tokyo", "--server", server);
  expect(readFileSync(join(folder, "tokyo.ipxe"), "utf8")).toContain("\nchain http://boot.example/a%20b.ipxe\n");
}, 60_000);

it("says in one diagnostic why there is no image, and makes no key, or revokes it", async () => {
  const { folder, deploy, child } = await deployer();
  await generic(folder, "none.iso", null);
  await generic(folder, "small.iso", 512);
  writeFileSync(join(folder, "key.pem"), "-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----\n");
  writeFileSync(join(folder, "taken"), "");
  const at = ["--server", server];
  const cases: [string[], number, string][] = [
    [["--node", "a"], 2, "No other machine finds the deployer at"],
    [[...at], 2, "A key is for a node or for a site."],
    [["--node", "a", "--site", "b", ...at], 2, "A key is for a node or for a site."],
    [["--node", "../a", ...at], 2, '"../a" is no name'],
    [["--node", "Node", ...at], 2, "hostname: expected a host name"],
    [["--node", "a", "--server", "http://x"], 2, "server: expected an address as https://"],
    [["--node", "a", "--authority", "key.pem", ...at], 2, "authority: expected a certificate"],
    [["--node", "a", "--authorized-key", "key.pem", ...at], 2, "key.pem has no public key of SSH"],
    [["--node", "a", "--authority", "absent.pem", ...at], 2, "absent.pem cannot be read"],
    [
      ["--node", "a", "--address", "192.0.2.10", ...at],
      2,
      "network.addresses.0: expected an address with its prefix length",
    ],
    [["--node", "a", "--gateway", "192.0.2.1", ...at], 2, "network.addresses: expected"],
    [["--node", "a", "b", "--address", "192.0.2.10/24", ...at], 2, "Addresses are one machine's"],
    [["--node", "a", "--generic", "none.iso", ...at], 2, "it has no reserved area"],
    [["--node", "a", "--generic", "small.iso", ...at], 2, "512 bytes is too small"],
    [["--node", "a", "--generic", "key.pem", ...at], 2, "it has no reserved area"],
    [["--node", "a", "--generic", ".", ...at], 2, "NN9083"],
    [["--node", "a", "--generic", "absent.iso", ...at], 2, "absent.iso: no such file"],
    [["--node", "a", "--generic", "small.iso", "--ipxe", ...at], 2, "cannot be used with option"],
    [["--node", "a", "--uses", "99999", ...at], 2, "uses: expected"],
  ];
  for (const [args, code, words] of cases) {
    const ran = await deploy("iso", ...args);
    expect([args, ran.code, ran.stdout, ran.stderr]).toEqual([args, code, "", expect.stringContaining(words)]);
  }
  const keys = async () => JSON.parse((await deploy("keys", "--json")).stdout).keys;
  expect(await keys()).toEqual([]);
  const unwritable = await deploy("iso", "--node", "a", ...at, "--out", "taken");
  expect(unwritable).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("NN9002") });
  expect(await keys()).toMatchObject([{ revokedAt: expect.any(String) }]);
  child.kill("SIGKILL");
  expect(await deploy("iso", "--node", "a", ...at)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("NN9081"),
  });
  expect(readdirSync(folder)).not.toContain("a.iso");
}, 90_000);
