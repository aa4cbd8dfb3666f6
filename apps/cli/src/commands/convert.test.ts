import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { run, temporaryFolder } from "../cli.test-support.js";

const datacenter = readFileSync(
  fileURLToPath(new URL("../../../../examples/datacenter.yaml", import.meta.url)),
  "utf8",
);
const comments = (text: string) => [...text.matchAll(/(?:^|\s)#(.*)$/gm)].map(([, comment]) => comment?.trim());

describe("from YAML to YAML", () => {
  it("keeps every comment of the reference, in order, and changes no value", async () => {
    const folder = temporaryFolder({ "in.yaml": datacenter });
    expect(await run(folder, ["convert", "in.yaml", "out.yml"])).toMatchObject({ code: 0, stderr: "" });
    const written = readFileSync(join(folder, "out.yml"), "utf8");
    expect(comments(written)).toEqual(comments(datacenter));
    expect(comments(written).length).toBeGreaterThan(10);
    expect(parse(written)).toEqual(parse(datacenter));
    expect(Object.keys(parse(written)["nix-nos"])).toEqual(Object.keys(parse(datacenter)["nix-nos"]));
    expect((await run(folder, ["validate", "out.yml"])).code).toBe(0);

    const again = await run(folder, ["convert", "out.yml", "-", "--to", "yaml"]);
    expect(again.stdout).toBe(written);
  });

  it("keeps anchors, merge keys, blank lines and long texts as they are, also on a pipe", async () => {
    const text = `# first
common: &common
  platform: nixos # shared

nix-nos:
  a: { <<: *common, role: x } # merged
  b: *common

  # before c
  c: |
    two
    lines
  d: ${"word ".repeat(60)}end

# last
`;
    const io = { stdin: Readable.from([text]) };
    const { code, stdout } = await run(temporaryFolder(), ["convert", "-", "-", "--to", "yaml"], io);
    expect([code, stdout]).toEqual([0, text]);
  });

  it("keeps numbers, and names that look like numbers, as they are written", async () => {
    const text = `0123: 0123
12e03: 12e03
0x1F: 0x1F
1.0: 1.0
-5: -0
big: 12345678901234567890
quoted: { "0123": "0123", '12e03': '12e03', "<<": "<<", yes: "yes", no: 'no', "null": "null" }
base: &base { a: 1e3 }
merged: { <<: *base, b: .5 }
none:
`;
    const io = { stdin: Readable.from([text]) };
    const { code, stdout } = await run(temporaryFolder(), ["convert", "-", "-", "--to", "yaml"], io);
    expect([code, stdout]).toEqual([0, text]);
  });

  it("changes no value, however it is written", { tags: "property" }, async () => {
    // U+FFFD stands where a byte was no UTF-8, and a text with it is refused.
    const isText = (data: unknown) => !JSON.stringify(data).includes("\ufffd");
    const value = fc.jsonValue({ stringUnit: "grapheme", maxDepth: 3 }).filter(isText);
    const style = fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE", "BLOCK_FOLDED", "BLOCK_LITERAL");
    const property = fc.asyncProperty(value, style, fc.boolean(), async (data, defaultStringType, flow) => {
      const text = stringify({ data }, { defaultStringType, collectionStyle: flow ? "flow" : "block" });
      const io = { stdin: Readable.from([text]) };
      const { stdout } = await run(folder, ["convert", "-", "-", "--to", "yaml"], io);
      expect(parse(stdout)).toEqual(parse(text));
    });
    const folder = temporaryFolder();
    await fc.assert(property, { numRuns: 300 });
  });
});

describe("between all languages", () => {
  const names = [
    "0123",
    "12e03",
    "yes",
    "null",
    "~",
    "2001-01-01",
    "1:30",
    "0x1F",
    ".inf",
    "<<",
    "=",
    "",
    " a",
    "- a",
    "# a",
    "a: b",
    // What Nix would take for an interpolation.
    "$" + "{x}",
    "''$" + "{y}",
    'a\nb\t\\"',
    "é\u2028😀",
  ];
  const data = {
    "nix-nos": {
      texts: names,
      keys: Object.fromEntries(names.map((name, index) => [name, index])),
      numbers: [1, 1.5, 1e300, -7],
      nothing: [null, true, {}, []],
    },
  };
  const languages = ["yaml", "json", "nix"];

  it.each(languages.flatMap((from) => languages.map((to) => [from, to])))(
    "%s to %s changes no value",
    async (from, to) => {
      const folder = temporaryFolder({ "in.json": JSON.stringify(data) });
      for (const args of [
        ["in.json", `a.${from}`],
        [`a.${from}`, `b.${to}`],
        [`b.${to}`, "out.json"],
      ]) {
        expect(await run(folder, ["convert", ...args])).toMatchObject({ code: 0, stderr: "" });
      }
      expect(JSON.parse(readFileSync(join(folder, "out.json"), "utf8"))).toEqual(data);
    },
  );

  it.each(["json", "nix"])("refuses in %s what it has no spelling for", async (to) => {
    const folder = temporaryFolder({ "in.yaml": "a: 1e400\n" });
    const { code, stderr } = await run(folder, ["convert", "in.yaml", `out.${to}`]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("error[NN9015]")]);
  });
});

it("says why a file cannot be written", async () => {
  const folder = temporaryFolder({ "in.yaml": datacenter, file: "" });
  const { code, stderr } = await run(folder, ["convert", "in.yaml", "file/out.json"]);
  expect([code, stderr]).toEqual([3, expect.stringContaining("error[NN9002]: file/out.json cannot be written")]);
});
