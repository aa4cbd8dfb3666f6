import type { Diagnostic } from "@nix-nos/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printDiagnostics, summary } from "./diagnostics.js";
import type { Paint } from "./paint.js";

const plain: Paint = (_style, text) => text;
const print = (diagnostics: readonly Diagnostic[], source: string) =>
  printDiagnostics(diagnostics, () => source, plain);
const error = (more: Partial<Diagnostic>): Diagnostic => {
  return {
    code: "NN1201",
    severity: "error",
    message: "Wrong.",
    path: [],
    file: "t.yaml",
    line: 1,
    column: 1,
    ...more,
  };
};
/** The printed source line and the line of carets under it. */
function frame(source: string, more: Partial<Diagnostic>): readonly string[] {
  return print([error(more)], source)
    .split("\n")
    .filter((line) => line.includes(" | "))
    .map((line) => line.slice(line.indexOf(" | ") + 3));
}

describe("a diagnostic", () => {
  it("shows what, where, the line with carets, the related place, the hint and the count", () => {
    const found: Diagnostic[] = [
      error({
        code: "NN1208",
        message: "Two nodes have the address 10.0.0.2.",
        line: 10,
        column: 8,
        endColumn: 16,
        hint: "Give one of them another.",
        related: [{ message: "the other one", path: [], file: "t.yaml", line: 9, column: 8 }],
      }),
      error({ severity: "warning", code: "NN4001", message: "No interface.", line: 2, column: 1 }),
    ];
    const source = `${"\n".repeat(8)}n1: ip: 10.0.0.2\nn2: ip:10.0.0.2\r\n`;
    expect(print(found, source)).toBe(`error[NN1208]: Two nodes have the address 10.0.0.2.
  --> t.yaml:10:8
   |
10 | n2: ip:10.0.0.2
   |        ^^^^^^^^
   = note: the other one
  --> t.yaml:9:8
   |
 9 | n1: ip: 10.0.0.2
   |        ^
   = hint: Give one of them another.

warning[NN4001]: No interface.
 --> t.yaml:2:1
  |
2 |
  | ^

1 error, 1 warning
`);
  });

  it("needs no place and no source", () => {
    const { file: _file, line: _line, ...nowhere } = error({});
    expect(print([nowhere], "")).toBe("error[NN1201]: Wrong.\n\n1 error\n");
    expect(printDiagnostics([error({ line: 3 })], () => null, plain)).toContain(" --> t.yaml:3:1\n");
    expect(print([error({ line: 99 })], "one line")).toContain(" --> t.yaml:99:1\n");
    expect(print([], "")).toBe("");
  });

  it("shows every error, and of one kind of warning the first ten", () => {
    const many = (severity: "error" | "warning") => Array.from({ length: 25 }, () => error({ severity }));
    expect(print(many("error"), "x").match(/^error/gm)).toHaveLength(25);
    const warnings = print(many("warning"), "x");
    expect(warnings.match(/^warning/gm)).toHaveLength(10);
    expect(warnings).toMatch(/and 15 more of NN1201\n\n25 warnings\n$/);
  });
});

describe("a code frame", () => {
  it("puts carets under tabs, wide characters, combining marks and escapes", () => {
    for (const [before, shown] of [
      ["\t\t", "    "],
      ["名前: ", "名前: "],
      ["é: ", "é: "],
      ["e\u0301: ", "e\u0301: "],
      ["🚀 ", "🚀 "],
      ["\u001b[31m", "\\u{1b}[31m"],
      ["\u202e", "\\u{202e}"],
    ]) {
      const [line, carets] = frame(`${before}bad`, {
        column: `${before}`.length + 1,
        endColumn: `${before}bad`.length + 1,
      });
      expect(line).toBe(`${shown}bad`);
      const width = { "名前: ": 6, "e\u0301: ": 3, "🚀 ": 3 }[before as string] ?? shown?.length ?? 0;
      expect(carets).toBe(`${" ".repeat(width)}^^^`);
    }
  });

  it("cuts a long line around the caret", () => {
    const [line = "", carets = ""] = frame(`${"a".repeat(500_000)}BAD${"b".repeat(500_000)}`, {
      column: 500_001,
      endColumn: 500_004,
    });
    expect(line).toMatch(/^…a+BADb+…$/);
    expect(line.length).toBeLessThan(110);
    expect(carets.indexOf("^")).toBe(line.indexOf("BAD"));
    expect(carets.trim()).toBe("^^^");
  });

  it("points just past the end of a line, and never before its beginning", () => {
    expect(frame("abc", { column: 4 })).toEqual(["abc", "   ^"]);
    expect(frame("abc", { column: 99, endColumn: 3 })).toEqual(["abc", "   ^"]);
    expect(frame("abc", { column: 0 })).toEqual(["abc", "^"]);
  });

  it("sends no control character to the terminal, whatever is in messages, names and lines", {
    tags: "property",
  }, () => {
    const text = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(text, text, text, fc.nat(400), fc.nat(400), (message, file, source, column, endColumn) => {
        const hint = message;
        const printed = print(
          [error({ message, file, hint, column, endColumn, related: [{ message, path: [] }] })],
          source,
        );
        expect(printed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u2028]/u);
      }),
    );
  });
});

it("counts", () => {
  expect(summary([])).toBe("no errors");
  expect(summary([error({}), error({}), error({ severity: "warning" })])).toBe("2 errors, 1 warning");
});
