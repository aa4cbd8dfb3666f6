import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadTopology } from "./load-topology.js";
import { parseSource } from "./parse-source.js";

const codes = (text: string, format: "yaml" | "json" = "yaml") =>
  parseSource({ file: "t", text, format }).diagnostics.map(({ code, line, column }) => `${code} ${line}:${column}`);

describe("text that is no topology", () => {
  it.each([
    ["", "NN1002 1:1"],
    ["# only a comment\n\n", "NN1002 1:1"],
    ["nix\u0000nos", "NN1003 1:4"],
    ["\u007fELF\u0002\u0001", "NN1003 1:5"],
    ["a: 1\nb: caf\ufffd\n", "NN1003 2:7"],
    ["a: [1, 2\nb: 3\n", "NN1001 2:1"],
    ["a: 'x\n", "NN1001 2:1"],
    ["a: 1\nb: 2\na: 3\n", "NN1004 3:1"],
  ])("%j", (text, expected) => {
    expect(codes(text)).toEqual([expected]);
  });

  it("finds broken JSON and doubled keys in it", () => {
    expect(codes('{\n  "a": 1,\n}', "json")).toEqual(["NN1001 3:1"]);
    expect(codes('{ "a": 1, "b": { "x": 1, "x": 2 } }', "json")).toEqual(["NN1004 1:26"]);
  });

  it("says in one error that a text nests too deep", () => {
    // Two million levels of YAML cost no more than the first hundred.
    expect(codes(`nix-nos: ${"[".repeat(2_000_000)}`)).toEqual([expect.stringMatching(/^NN1005 1:1\d\d$/)]);
    expect(codes(`services:\n  ${"- ".repeat(1_500_000)}`)).toEqual([expect.stringMatching(/^NN1005 2:2\d\d$/)]);
    expect(codes(`services:\n  ${"? ".repeat(1_500_000)}`)).toEqual([expect.stringMatching(/^NN1005 2:2\d\d$/)]);
    expect(codes('{"a":'.repeat(100_000), "json")).toEqual(["NN1005 1:1"]);
  });

  it("refuses aliases that would expand without end", () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${"*l".concat(String(level), ",").repeat(9)}]`,
    );
    expect(codes(`l0: &l0 x\n${levels.join("\n")}\n`)).toEqual(["NN1005 8:10"]);
  });
});

/** `CODE LINE:COLUMN message | hint` of a text, or its value. */
function read(text: string, format: "yaml" | "json" = "yaml"): unknown {
  const { value, diagnostics } = parseSource({ file: "t", text, format });
  if (value !== null) return value.value;
  return diagnostics.map(
    ({ code, line, column, message, hint }) => `${code} ${line}:${column} ${message} | ${hint ?? ""}`,
  );
}

describe("YAML's own ways", () => {
  it.each([
    ["an anchor and its aliases", "a: &x { b: 1 }\nc: *x\nd: [*x]", { a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }] }],
    ["an anchor named twice: the last one before", "a: &x 1\nb: *x\nc: &x 2\nd: *x", { a: 1, b: 1, c: 2, d: 2 }],
    [
      "merge keys, the map's own first",
      "a: &a { k: 1, l: 2 }\nb: { <<: *a, k: 3 }",
      { a: { k: 1, l: 2 }, b: { k: 3, l: 2 } },
    ],
    [
      "a list of merge keys, the first first",
      "a: &a { k: 1 }\nb: &b { k: 2, l: 2 }\nc: { <<: [*a, *b] }",
      expect.objectContaining({ c: { k: 1, l: 2 } }),
    ],
    ["a quoted <<, which is a key", 'a: { "<<": 1 }', { a: { "<<": 1 } }],
    [
      "names that look like numbers, as keys",
      "0123: a\n12e03: b\n1.0: c\nyes: d\ntrue: e\n0x1F: f\n~: g\n2001-01-01: h",
      { "0123": "a", "12e03": "b", "1.0": "c", yes: "d", true: "e", "0x1F": "f", "~": "g", "2001-01-01": "h" },
    ],
    [
      "YAML 1.2's values",
      "[0123, 12e03, yes, 2001-01-01, 0o17, 0x1F, 1_000, 1:30]",
      [123, 12000, "yes", "2001-01-01", 15, 31, "1_000", "1:30"],
    ],
    ["tags of the topology's own kinds", "a: !!str 12\nb: ! 13", { a: "12", b: "13" }],
    [
      "an alias inside what it names",
      "a: &x\n  b: *x\n",
      ['NN1005 2:6 The alias "x" stands inside what it names, so it has no end. | '],
    ],
    [
      "a merge key inside what it names",
      "a: &x\n  <<: *x\n",
      ['NN1005 2:7 The alias "x" stands inside what it names, so it has no end. | '],
    ],
    [
      "an alias of nothing",
      "a: &comon 1\nb: *common\n",
      ['NN1001 2:4 No anchor "common" stands before this alias. | Did you mean "comon"?'],
    ],
    [
      "a merge of no map",
      "a: &x 1\nb: { <<: *x }\n",
      ["NN1001 2:10 `<<` takes a map, or a list of maps. | Write it as <<: *NAME."],
    ],
    [
      "a list as a key",
      "a:\n  [b]: 1\n",
      ["NN1103 2:3 Expected text as a key, found a list. | A text that starts with a bracket or `*` needs quotes."],
    ],
    [
      "a tag of another kind",
      "a: !!binary aGk=\n",
      ['NN1001 1:13 The YAML tag "!!binary" has no meaning in a topology. | Leave it out; quotes make a value text.'],
    ],
    [
      "a tag of one's own",
      "a: !secret x\n",
      ['NN1001 1:12 The YAML tag "!secret" has no meaning in a topology. | Leave it out; quotes make a value text.'],
    ],
    [
      "two documents",
      "a: 1\n---\nb: 1\n",
      [
        "NN1001 2:1 The file holds more than one YAML document. | One file holds one topology: keep one, and `include` the other as a file.",
      ],
    ],
    [
      "a bracket that is not closed",
      "a:\n  b: { c: 1\nd: 2\n",
      [expect.stringMatching(/^NN1001 .*Is a `}` missing above\?$/)],
    ],
    ["lines that end in CR alone", "a:\r  b: 1\r", [expect.stringMatching(/^NN1001 .*Lines end in CR alone/)]],
  ])("%s", (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it("gives a thousand nodes one anchor, and a place to each", () => {
    const lines = Array.from({ length: 2000 }, (_, index) => `  n${index}: { <<: *common, id: ${index} }\n`);
    const source = {
      file: "t",
      text: `c: &common { role: worker }\nnodes:\n${lines.join("")}`,
      format: "yaml",
    } as const;
    const { value } = parseSource(source);
    expect(value?.value).toMatchObject({ nodes: { n1999: { role: "worker", id: 1999 } } });
    expect(value?.sourceMap.locate(["nodes", "n1999", "role"])).toMatchObject({ line: 1, column: 20 });
  });
});

describe("bounds", () => {
  const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  it.each(["yaml", "json"] as const)("a hundred levels in %s, and no more", (format) => {
    expect(codes(nested(100), format)).toEqual([]);
    expect(codes(nested(102), format)).toEqual([expect.stringMatching(/^NN1005 1:10[12]$/)]);
  });

  it("counts the levels that aliases add", () => {
    const levels = Array.from({ length: 200 }, (_, index) => `l${index + 1}: &l${index + 1} [*l${index}]`);
    expect(codes(`l0: &l0 [x]\n${levels.join("\n")}\n`)).toEqual([expect.stringMatching(/^NN1005 /)]);
  });

  it.each([
    ["keys", Array.from({ length: 20_000 }, (_, index) => `key${index}: value${index}\n`).join("")],
    ["colons", ": ".repeat(200_000)],
    ["tags", "!!a ".repeat(100_000)],
    ["letters", "x".repeat(300_000)],
  ])("large and without a key that a topology has: %s", (_name, text) => {
    expect(codes(text)).toEqual(["NN1005 1:1"]);
  });

  it("takes more of JSON than of YAML", () => {
    const text = JSON.stringify({ "nix-nos": "x".repeat(5_000_000) });
    expect(codes(text)).toEqual(["NN1005 1:1"]);
    expect(codes(text, "json")).toEqual([]);
  });
});

describe("JSON", () => {
  it.each([
    [
      '{ "a": "b\nc" }',
      "NN1001 1:8 Not valid JSON: a text holds a line break or tab as itself. | Write \\n or \\t, or close the quote before the line ends.",
    ],
    [
      '{ "a\tb": 1 }',
      "NN1001 1:3 Not valid JSON: a text holds a line break or tab as itself. | Write \\n or \\t, or close the quote before the line ends.",
    ],
  ])("%j", (text, expected) => {
    expect(read(text, "json")).toEqual([expected]);
  });

  it("agrees with the language's own parser on what is JSON", { tags: "property" }, () => {
    const piece = fc.constantFrom(
      ...'{}[],:"\\ \n\t01-+.eEu/ab',
      '"a"',
      "true",
      "null",
      '"\\u0041"',
      '"\\uD800"',
      "-0",
      "1e5",
      "01",
    );
    const text = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, (own) => {
        fc.pre(own.trim() !== "");
        const { value, diagnostics } = parseSource({ file: "t", text: own, format: "json" });
        let data: unknown = "refused";
        try {
          data = JSON.parse(own);
        } catch {}
        if (data === "refused") expect(diagnostics).not.toEqual([]);
        else if (diagnostics.every(({ code }) => code !== "NN1004")) expect(value?.value).toEqual(data);
      }),
      { numRuns: 2000 },
    );
  });
});

it("gives YAML and JSON of the same data the same value", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 3 })), (data) => {
      fc.pre(Object.keys(data).length > 0 && !JSON.stringify(data).includes("__proto__"));
      const text = JSON.stringify(data);
      const json = parseSource({ file: "t", text, format: "json" });
      expect(json.value?.value).toEqual(JSON.parse(text));
    }),
  );
});

it("never throws, whatever it is given", { tags: "property" }, () => {
  const format = fc.constantFrom("yaml" as const, "json" as const);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), format, (text, kind) => {
      const { value, diagnostics } = loadTopology({ file: "t", text, format: kind });
      expect(value === null).toBe(diagnostics.length > 0);
    }),
    { numRuns: 500 },
  );
});
