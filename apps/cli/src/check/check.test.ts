import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ioFor, temporaryFolder } from "../cli.test-support.js";
import type { ManifestEntry } from "../write/manifest.js";
import { checkFiles } from "./check.js";

const bird = "router id 10.0.0.1;\nprotocol device {}\n";
const gobgp = "global:\n  config:\n    as: 65000\n    router-id: 10.0.0.1\n";
const entry = (path: string, kind: string): ManifestEntry => {
  return { path, kind, layer: 1, node: "n", bytes: 0, sha256: createHash("sha256").digest("hex") };
};

describe("the real parsers", () => {
  it("accept what is right", async () => {
    const folder = temporaryFolder({
      "a.conf": bird,
      "g.yaml": gobgp,
      "x.nix": "{ }",
      "y.nix": "{ a = 1; }",
      "u.network": "",
    });
    const files = [entry("a.conf", "bird"), entry("g.yaml", "gobgp"), entry("x.nix", "nix"), entry("y.nix", "nixos")];
    const { reports, diagnostics } = await checkFiles(ioFor(folder), folder, [
      ...files,
      entry("u.network", "networkd"),
    ]);
    expect(diagnostics).toEqual([]);
    expect(reports.map(({ tool, status, files: number }) => [tool, status, number])).toEqual([
      ["bird", "accepted", 1],
      ["gobgpd", "accepted", 1],
      ["nix-instantiate", "accepted", 2],
    ]);
  });

  it("refuse what is wrong, each file by its name, with the parser's words", async () => {
    const texts = {
      "a.conf": bird,
      "b.conf": "protocol nothing {}",
      "g.yaml": "neighbors:\n- config:\n    neighbor-address: nowhere\n",
      "x.nix": "{ }",
      "y.nix": "{",
      "z.nix": "}",
    };
    const folder = temporaryFolder(texts);
    const files = [
      entry("a.conf", "bird"),
      entry("b.conf", "bird"),
      entry("g.yaml", "gobgp"),
      entry("x.nix", "nix"),
      entry("y.nix", "nixos"),
      entry("z.nix", "nixos"),
    ];
    const { reports, diagnostics } = await checkFiles(ioFor(folder), folder, files);
    expect(reports.map(({ status }) => status)).toEqual(["refused", "refused", "refused"]);
    const messages = diagnostics.map(({ code, message }) => `${code} ${message}`);
    expect(messages).toHaveLength(4);
    expect(messages[0]).toMatch(/^NN9012 bird refuses b\.conf: bird: b\.conf:1:/);
    expect(messages[1]).toMatch(/^NN9012 gobgpd refuses g\.yaml: .*nowhere/s);
    expect(messages[2]).toMatch(/^NN9012 nix-instantiate refuses y\.nix: .*y\.nix:1:1/s);
    expect(messages[3]).toMatch(/^NN9012 nix-instantiate refuses z\.nix: /);
  });

  it("of UCI is the project's own", async () => {
    const folder = temporaryFolder({
      network: "config interface lan\n\toption proto static\n",
      dhcp: "config a\nnonsense\n",
    });
    const { reports, diagnostics } = await checkFiles(ioFor(folder), folder, [
      entry("network", "openwrt"),
      entry("dhcp", "openwrt"),
    ]);
    expect(reports).toEqual([{ tool: "uci", package: "nix-nos itself", status: "refused", files: 2 }]);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'uci refuses dhcp: line 2: "nonsense" is no command of UCI.',
    ]);
  });

  it("are reported when they are missing, with the package that has them", async () => {
    const folder = temporaryFolder({ "x.nix": "{" });
    const io = ioFor(folder, { env: { PATH: "/nonexistent" } });
    expect(await checkFiles(io, folder, [entry("x.nix", "nix")])).toEqual({
      reports: [{ tool: "nix-instantiate", package: "nix-bin", status: "missing", files: 1 }],
      diagnostics: [],
    });
  });
});
