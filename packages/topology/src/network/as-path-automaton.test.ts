import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAsPath } from "../document/as-path.js";
import { asPathCanHold, asPathHolds, compileAsPath } from "./as-path-automaton.js";

function holds(text: string, path: readonly number[]): boolean {
  const { pattern } = parseAsPath(text);
  const automaton = pattern && compileAsPath(pattern.root);
  if (!automaton) throw new Error(`no expression: ${text}`);
  return asPathHolds(automaton, path);
}

describe("an expression of AS numbers", () => {
  it.each([
    ["64500", [1, 64500, 2], true],
    ["^64500", [1, 64500], false],
    ["64500$", [1, 64500], true],
    ["^$", [], true],
    ["^$", [1], false],
    ["", [], true],
    ["", [1], true],
    ["_64500_", [1, 64500, 2], true],
    [".", [], false],
    ["^.{2,3}$", [1, 2, 3], true],
    ["^.{2,3}$", [1, 2, 3, 4], false],
    ["^[^1 2]+$", [3, 4294967295, 0], true],
    ["^[^1 2]+$", [3, 2], false],
    ["^(1 (2|3)?)*$", [1, 2, 1, 1, 3], true],
    ["^(1|2 (^3|4$))", [2, 4], true],
    ["^(1|2 (^3|4$))", [2, 4, 5], false],
  ])("%s and %j: %s", (text, path, expected) => {
    expect(holds(text, path)).toBe(expected);
  });

  it.each([
    ["64500 (64501", 13],
    ["64500)", 6],
    ["*", 1],
    ["1**", 3],
    ["[1-", 4],
    ["[]", 2],
    ["[5-4]", 5],
    ["4294967296", 1],
    ["1{3,2}", 6],
    ["1{256}", 3],
    ["^*", 2],
    ["1 a", 3],
  ])("%s is wrong at character %i", (text, at) => {
    expect(parseAsPath(text).fault?.at).toBe(at);
  });

  it("that asks for something before the beginning holds for no path", () => {
    const { pattern } = parseAsPath("1^2");
    const automaton = pattern && compileAsPath(pattern.root);
    expect(automaton && asPathCanHold(automaton)).toBe(false);
  });

  it("that would grow without end is refused", () => {
    const { pattern } = parseAsPath("1.{20}1");
    expect(pattern && compileAsPath(pattern.root)).toBeNull();
    const { pattern: nested } = parseAsPath("((1{255}){255}){255}");
    expect(nested && compileAsPath(nested.root)).toBeNull();
  });

  it("means what a regular expression of letters means", { tags: "property" }, () => {
    const letters = fc.constantFrom("1", "2", "3", ".", "[1 2]", "[^1]");
    const { expression } = fc.letrec<{ expression: string; atom: string }>((tie) => ({
      atom: fc.oneof(
        { depthSize: "small" },
        letters,
        fc.tuple(tie("expression")).map(([inner]) => `(${inner})`),
      ),
      expression: fc.oneof(
        { depthSize: "small" },
        tie("atom"),
        fc.tuple(tie("expression"), tie("expression")).map((both) => both.join(" ")),
        fc.tuple(tie("expression"), tie("expression")).map((both) => both.join("|")),
        fc.tuple(tie("atom"), fc.constantFrom("*", "+", "?", "{2}", "{1,2}")).map((both) => both.join("")),
        fc.constantFrom("^", "$"),
      ),
    }));
    fc.assert(
      fc.property(expression, fc.array(fc.constantFrom(1, 2, 3), { maxLength: 6 }), (text, path) => {
        const { pattern } = parseAsPath(text);
        const automaton = pattern && compileAsPath(pattern.root);
        if (!automaton) return;
        const regex = new RegExp(text.replaceAll(" ", ""));
        expect(asPathHolds(automaton, path)).toBe(regex.test(path.join("")));
      }),
      { numRuns: 2000 },
    );
  });
});
