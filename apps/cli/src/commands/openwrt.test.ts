import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { run, temporaryFolder } from "../cli.test-support.js";

const router = `nix-nos:
  clusters:
    home:
      nodes:
        r1: { role: edge, platform: openwrt, interfaces: { lan: { addresses: [10.0.0.1/24] } } }
        n1: { role: worker, ip: 10.0.0.2, interfaces: { eth0: { addresses: [10.0.0.2/24] } } }
`;

describe("openwrt tarball", () => {
  it("has a node's files for sysupgrade, the same bytes each time", async () => {
    const folder = temporaryFolder({ "t.yaml": router });
    const first = await run(folder, ["openwrt", "tarball", "t.yaml", "r1", "a.tar.gz"]);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    await run(folder, ["openwrt", "tarball", "t.yaml", "r1", "b.tar.gz"]);
    expect(readFileSync(join(folder, "a.tar.gz"))).toEqual(readFileSync(join(folder, "b.tar.gz")));
    const list = execFileSync("tar", ["tzf", join(folder, "a.tar.gz")], { encoding: "utf8" });
    expect(list.trim().split("\n")).toEqual(
      ["dhcp", "firewall", "network", "system"].map((name) => `etc/config/${name}`),
    );
  });

  it("refuses a node that is none, and a file that is there", async () => {
    const folder = temporaryFolder({ "t.yaml": router, "a.tar.gz": "" });
    for (const node of ["n1", "r2"]) {
      const { code, stderr } = await run(folder, ["openwrt", "tarball", "t.yaml", node, "b.tar.gz"]);
      expect([code, stderr.includes("NN9010")]).toEqual([2, true]);
    }
    const { code, stderr } = await run(folder, ["openwrt", "tarball", "t.yaml", "r1", "a.tar.gz"]);
    expect([code, stderr.includes("NN9014")]).toEqual([2, true]);
  });
});

describe("import openwrt", () => {
  const network =
    "config interface 'lan'\n\toption device 'br-lan'\n\toption proto 'static'\n\toption ipaddr '10.0.0.1/24'\n\toption ip6assign '60'\n";

  it("gives a topology that is valid, and says what is not in it", async () => {
    const folder = temporaryFolder({ "router/etc/config/network": network });
    const { code, stdout, stderr } = await run(folder, ["import", "openwrt", "router"]);
    expect(code).toBe(0);
    expect(stderr).toContain("router/etc/config/network:5:2");
    const again = temporaryFolder({ "t.yaml": stdout });
    expect((await run(again, ["validate", "t.yaml"])).code).toBe(0);
    const json = await run(folder, ["import", "openwrt", "router/etc/config", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      document: parse(stdout),
      diagnostics: [{ code: "NN6010", line: 5 }],
    });
  });

  it("tells of all that is not in it, however much that is", async () => {
    const options = Array.from({ length: 30 }, (_, index) => `\toption odd${index} x\n`).join("");
    const folder = temporaryFolder({ "router/network": network + options });
    const { stderr } = await run(folder, ["import", "openwrt", "router"]);
    expect(stderr.match(/option odd\d+ 'x'/g)).toHaveLength(30);
    expect(stderr).not.toContain("more of");
  });

  it.each([
    ["a folder that is not there", "nowhere"],
    ["a folder without a network", "empty"],
    ["a file", "file"],
  ])("refuses %s", async (_what, dir) => {
    const folder = temporaryFolder({ "empty/system": "", file: "" });
    const { code, stdout, stderr } = await run(folder, ["import", "openwrt", dir]);
    expect([code, stdout, stderr.includes("NN9016")]).toEqual([2, "", true]);
  });
});
