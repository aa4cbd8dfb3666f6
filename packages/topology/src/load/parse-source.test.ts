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
    ["nix\u0000nos", "NN1003 1:1"],
    ["\u007fELF\u0002\u0001", "NN1003 1:1"],
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
    expect(codes("[".repeat(100_000))).toEqual(["NN1005 1:1"]);
    expect(codes("- ".repeat(100_000))).toEqual(["NN1005 1:1"]);
    expect(codes('{"a":'.repeat(100_000), "json")).toEqual(["NN1005 1:1"]);
  });

  it("refuses aliases that would expand without end", () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${"*l".concat(String(level), ",").repeat(9)}]`,
    );
    expect(codes(`l0: &l0 x\n${levels.join("\n")}\n`)).toEqual(["NN1005 1:1"]);
  });
});

it("gives YAML and JSON of the same data the same value", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 3 })), (data) => {
      fc.pre(Object.keys(data).length > 0 && !JSON.stringify(data).includes("__proto__"));
      const text = JSON.stringify(data);
      const json = parseSource({ file: "t", text, format: "json" });
      expect(json.value?.value).toEqual(JSON.parse(text));
    }),
  );
});

it("never throws, whatever it is given", () => {
  const format = fc.constantFrom("yaml" as const, "json" as const);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), format, (text, kind) => {
      const { value, diagnostics } = loadTopology({ file: "t", text, format: kind });
      expect(value === null).toBe(diagnostics.length > 0);
    }),
    { numRuns: 500 },
  );
});
