// What machines boot with, read by programs that others wrote: xorriso and blkid.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { ZodError } from "zod";
import { printIpxeScript } from "./ipxe.js";
import { emptyReservedArea, filledReservedArea, findReservedArea } from "./reserved-area.js";
import { seedIso } from "./seed-iso.js";
import { type NodeSettings, printNodeSettings } from "./settings.js";

const authority = `subject=CN = authority
-----BEGIN CERTIFICATE-----
${"A".repeat(64)}
${"B".repeat(10)}==
-----END CERTIFICATE-----
-----BEGIN PRIVATE KEY-----
c2VjcmV0
-----END PRIVATE KEY-----
`;
const settings: NodeSettings = {
  server: "https://deployer.example:7443/",
  bootstrapKey: "nnb_key",
  hostname: "node01",
  authority,
  authorizedKeys: ["ssh-ed25519 AAAA"],
  network: null,
};
const network = {
  mac: "52:54:00:00:00:01",
  addresses: ["192.0.2.10/24", "2001:db8::10/64"],
  gateways: ["192.0.2.1"],
  nameservers: ["2001:db8::53"],
};

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "media-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const readerOf = (image: Uint8Array) => async (offset: number, length: number) =>
  image.subarray(offset, offset + length);

function xorriso(...args: string[]): string {
  return execFileSync("xorriso", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

describe("settings", () => {
  it("are lines of a word and its value, and certificates alone", () => {
    expect(printNodeSettings({ ...settings, network })).toBe(`server https://deployer.example:7443
bootstrap-key nnb_key
hostname node01
mac 52:54:00:00:00:01
address 192.0.2.10/24
address 2001:db8::10/64
gateway 192.0.2.1
nameserver 2001:db8::53
authorized-key ssh-ed25519 AAAA
-----BEGIN CERTIFICATE-----
${"A".repeat(64)}
${"B".repeat(10)}==
-----END CERTIFICATE-----
`);
  });

  it("have no value that would be another line, and one of every form that a machine needs", () => {
    const wrong: Partial<NodeSettings>[] = [
      { server: "http://deployer.example" },
      { server: "deployer" },
      { server: "https://deployer.example/behind/a/proxy" },
      { server: "https://name:password@deployer.example" },
      { bootstrapKey: "a\nserver https://evil.example" },
      { bootstrapKey: "" },
      { hostname: "Node 1" },
      { authorizedKeys: ["ssh-ed25519 AAAA\nserver https://evil.example"] },
      { authority: "-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----\n" },
      { network: { ...network, addresses: [] } },
      { network: { ...network, addresses: ["192.0.2.10"] } },
      { network: { ...network, gateways: ["gateway\naddress 192.0.2.66/24"] } },
    ];
    for (const each of wrong)
      expect(() => printNodeSettings({ ...settings, ...each }), JSON.stringify(each)).toThrow(ZodError);
    expect(() => printNodeSettings({ ...settings, server: "https://deployer.example/\nbootstrap-key x" })).toThrow();
  });
});

describe("a seed", () => {
  it("is an ISO 9660 image labelled NIXNOS, with the settings as nixnos.conf", () => {
    const folder = temporaryFolder();
    const file = join(folder, "seed.iso");
    const image = seedIso({ ...settings, network });
    writeFileSync(file, image);
    expect(execFileSync("blkid", ["-p", "-o", "export", file], { encoding: "utf8" })).toMatch(
      /^LABEL=NIXNOS$[\s\S]*^TYPE=iso9660$/m,
    );
    expect(xorriso("-indev", file, "-pvd_info")).toMatch(/Volume Id +: NIXNOS$/m);
    // Without Rock Ridge, xorriso shows the name as Linux does.
    xorriso("-osirrox", "on", "-indev", file, "-extract", "/", join(folder, "out"));
    const [name = ""] = execFileSync("ls", [join(folder, "out")], { encoding: "utf8" }).split("\n");
    expect(name).toMatch(/^nixnos\.conf$/i);
    expect(readFileSync(join(folder, "out", name), "utf8")).toBe(printNodeSettings({ ...settings, network }));
    expect(seedIso({ ...settings, network })).toEqual(image);
  });
});

describe("a reserved area", () => {
  /** A generic image as xorriso makes it, with the area between other files, and another area in a folder. */
  async function generic(area: Uint8Array | null, ...flags: string[]): Promise<Buffer> {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "tree", "folder"), { recursive: true });
    const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, "tree", name), content);
    for (let number = 0; number < 60; number += 1) put(`a-file-with-a-long-name-${number}`, "x".repeat(number * 100));
    put("folder/nixnos.conf", await emptyReservedArea(4096));
    if (area !== null) put("nixnos.conf", area);
    xorriso("-as", "mkisofs", "-quiet", "-o", join(folder, "out.iso"), ...flags, join(folder, "tree"));
    return readFileSync(join(folder, "out.iso"));
  }

  it.each([[["-R", "-J", "-iso-level", "3"]], [["-iso-level", "1"]]])(
    "is found in xorriso's image (%j), filled, and then a used one",
    async (flags) => {
      const image = await generic(await emptyReservedArea(8192), ...flags);
      const found = await findReservedArea(readerOf(image));
      expect(found).toMatchObject({ length: 8192, state: "empty" });
      const { offset = 0 } = found ?? {};
      const filled = await filledReservedArea(settings, 8192);
      image.set(filled ?? [], offset);
      const text = image.subarray(offset, offset + 8192).toString();
      expect(text.split("\n").slice(1).join("\n").trimEnd()).toBe(printNodeSettings(settings).trimEnd());
      expect(await findReservedArea(readerOf(image))).toEqual({ offset, length: 8192, state: "used" });
      image[offset + 200] = 0;
      expect(await findReservedArea(readerOf(image))).toEqual({ offset, length: 8192, state: "damaged" });
    },
  );

  it("is none where there is none, in the root folder of an image, whole and of its own length", async () => {
    expect(await findReservedArea(readerOf(await generic(null, "-R")))).toBeNull();
    const area = await emptyReservedArea(8192);
    expect(await findReservedArea(readerOf(await generic(area.subarray(0, 6000), "-R")))).toBeNull();
    const image = await generic(area, "-R");
    const { offset = 0 } = (await findReservedArea(readerOf(image))) ?? {};
    expect(await findReservedArea(readerOf(image.subarray(0, offset + 4096)))).toMatchObject({ state: "damaged" });
    expect(await findReservedArea(readerOf(area))).toBeNull();
    expect(await filledReservedArea(settings, 300)).toBeNull();
    await expect(emptyReservedArea(10)).rejects.toThrow(RangeError);
  });

  it("is looked for without harm in any bytes", { tags: "property" }, async () => {
    const image = await generic(await emptyReservedArea(4096), "-R");
    const folder = new DataView(image.buffer, image.byteOffset).getUint32(16 * 2048 + 158, true) * 2048;
    const place = fc.oneof(
      fc.nat(220).map((at) => 16 * 2048 + at),
      fc.nat(4000).map((at) => folder + at),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 8 }), async (changes) => {
        const broken = Buffer.from(image);
        for (const [at, byte] of changes) broken[at] = byte;
        let asked = 0;
        await findReservedArea(async (offset, length) => {
          asked += length;
          return broken.subarray(offset, offset + length);
        });
        expect(asked).toBeLessThan(64 << 20);
      }),
      { numRuns: 200 },
    );
  });
});

it("a script of iPXE has its addresses as single words", () => {
  expect(printIpxeScript("tokyo.conf", "netboot.ipxe")).toBe(
    "#!ipxe\ninitrd tokyo.conf /nixnos.conf mode=0400\nchain netboot.ipxe\n",
  );
  const sly = printIpxeScript("a b\nshell", `http://x/?a=1&b=\${ip}#x"'\\é`);
  expect(sly.split("\n").slice(1)).toEqual([
    "initrd a%20b%0Ashell /nixnos.conf mode=0400",
    "chain http://x/?a=1&b=%24%7Bip%7D%23x%22%27%5C%C3%A9",
    "",
  ]);
});
