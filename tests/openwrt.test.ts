// The edge of examples/datacenter.yaml as OpenWrt: its files as they were read once, parsed back, and loaded by BIRD.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseUci } from "@nix-nos/openwrt-render";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ran, run } from "../apps/cli/src/cli.test-support.js";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "nix-nos-openwrt-")));
const device = join(folder, "out/nodes/edge01/openwrt/etc");

let rendered: Ran;
beforeAll(async () => {
  cpSync(join(import.meta.dirname, "../examples"), folder, { recursive: true });
  rendered = await run(folder, ["render", "datacenter.yaml", "--out", "out", "--node", "edge01", "--check"]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("is written and accepted, BIRD's file by the real one", () => {
  expect(rendered.code).toBe(0);
  expect(rendered.stderr).not.toContain("openwrt nodes are not rendered");
  expect(rendered.stdout).toContain("bird: 2 files accepted");
  expect(rendered.stdout).toContain("uci: 4 files accepted");
  expect(readdirSync(join(device, "config")).sort()).toEqual(["dhcp", "firewall", "network", "system"]);
});

describe("its files", () => {
  it.each(["network", "firewall", "dhcp", "system"])("%s", async (name) => {
    const text = readFileSync(join(device, "config", name), "utf8");
    expect(parseUci(text).length).toBeGreaterThan(0);
    await expect(text).toMatchFileSnapshot(`golden/edge01/${name}`);
  });

  it("bird.conf is the node's own", () => {
    const text = readFileSync(join(device, "bird.conf"), "utf8");
    expect(text).toBe(readFileSync(join(folder, "out/nodes/edge01/bird/bird.conf"), "utf8"));
  });

  it("a script at boot says what is not installed", () => {
    expect(existsSync(join(device, "uci-defaults/90-nix-nos"))).toBe(true);
  });
});
