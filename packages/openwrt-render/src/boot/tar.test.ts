import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { configTar } from "./tar.js";

const files = [
  { path: "etc/uci-defaults/90-nix-nos", text: "exit 0\n", secret: true },
  { path: "etc/config/network", text: `config interface 'é'\n${"x".repeat(600)}`, secret: false },
  { path: "etc/config/empty", text: "", secret: false },
];

it("is what tar reads, and the same bytes whatever the order", () => {
  const archive = configTar(files);
  const list = execFileSync("tar", ["tvf", "-", "--utc", "--full-time"], { input: archive, encoding: "utf8" })
    .trim()
    .split("\n");
  expect(list.map((line) => line.replace(/\s+/g, " "))).toEqual([
    "-rw-r--r-- root/root 0 1970-01-01 00:00:00 etc/config/empty",
    "-rw-r--r-- root/root 622 1970-01-01 00:00:00 etc/config/network",
    "-rw------- root/root 7 1970-01-01 00:00:00 etc/uci-defaults/90-nix-nos",
  ]);
  expect(execFileSync("tar", ["xOf", "-", "etc/config/network"], { input: archive, encoding: "utf8" })).toBe(
    files[1]?.text,
  );
  expect(configTar([...files].reverse())).toEqual(archive);
});

it("takes no path that its header cannot hold", () => {
  for (const path of ["", "é", "x".repeat(101), "a\0b"]) {
    expect(() => configTar([{ path, text: "", secret: false }])).toThrow("no path");
  }
});
