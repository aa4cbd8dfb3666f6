import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { isUciName, UciError, type UciSection, uciSection } from "./document.js";
import { parseUci } from "./parse.js";
import { printUci } from "./print.js";

/** Texts that would break out of something, were they not quoted, among any others. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        "\\",
        "\n",
        "\r\n",
        ";",
        "#",
        " ",
        "\t",
        "\\\n",
        "'\\''",
        "option x 'y'",
        "config",
        "é",
        "🛰",
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((parts) => parts.join("")),
);
const value = hostile.filter((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text));
const name = fc.stringMatching(/^[A-Za-z0-9_]{1,12}$/);
const type = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9_.-]{0,11}$/), fc.stringMatching(/^[!-~]{1,8}$/));
const options = fc.uniqueArray(
  fc.tuple(name, fc.oneof(value, fc.array(fc.oneof(value, fc.constant("")), { minLength: 1 }))),
  {
    selector: ([key]) => key,
  },
);
const sections = fc.uniqueArray(
  fc.record({ type, name: fc.option(name), options: options.map((entries) => new Map(entries)) }),
  { selector: (section): unknown => section.name ?? Symbol() },
);

const bare = (all: readonly UciSection[]) =>
  all.map((section) => ({ type: section.type, name: section.name, options: [...section.options] }));

test("what is printed is read back, whatever the values are", { tags: "property" }, () => {
  fc.assert(
    fc.property(sections, (written) => {
      expect(bare(parseUci(printUci(written)))).toEqual(bare(written));
    }),
    { numRuns: 500 },
  );
});

test("no text makes the parser do anything but give sections or throw its own error", { tags: "property" }, () => {
  const word = fc.constantFrom(
    "config",
    "option",
    "list",
    "package",
    "a",
    "'",
    '"',
    "\\",
    "\n",
    " ",
    "\t",
    ";",
    "#",
    "x_1",
    "\r",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(word, { maxLength: 40 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (input) => {
      let read: readonly UciSection[];
      try {
        read = parseUci(input);
      } catch (error) {
        expect(error).toBeInstanceOf(UciError);
        return;
      }
      expect(bare(parseUci(printUci(read)))).toEqual(bare(read));
    }),
    { numRuns: 3000 },
  );
});

describe("the whole grammar", () => {
  const read = (text: string) => bare(parseUci(text));
  it.each([
    ["words without quotes", "config a b\n option c d\n", "a", "b", { c: "d" }],
    ["both quotes, joined", `config 'a' "b"\n\toption c 'x'"y"z\n`, "a", "b", { c: "xyz" }],
    [
      "an escape inside double quotes and outside",
      `config a\noption c "a\\"b" # no\noption d a\\ b\n`,
      "a",
      null,
      { c: 'a"b', d: "a b" },
    ],
    ["no escape inside single quotes", "config a\noption c 'a\\b'\n", "a", null, { c: "a\\b" }],
    ["line breaks in quotes", "config a\noption c 'x\ny'\noption d \"x\ny\"\n", "a", null, { c: "x\ny", d: "x\ny" }],
    ["a continued line", 'config a\noption c x\\\ny\noption d "x\\\r\ny"\n', "a", null, { c: "xy", d: "xy" }],
    ["comments", "# one\n\n  # two\nconfig a # three\noption c d#four\n", "a", null, { c: "d" }],
    ["a package and short words", "package net\nc a\no c d\nl e f\n", "a", null, { c: "d", e: ["f"] }],
    [
      "several commands a line",
      "config a b ; option c 'd'; list e 'f' ;list e g\n",
      "a",
      "b",
      { c: "d", e: ["f", "g"] },
    ],
    [
      "windows' line ends and none at the end",
      "config a\r\n\toption c d\r\n\tlist e f",
      "a",
      null,
      { c: "d", e: ["f"] },
    ],
    [
      "the later option, and none that is empty",
      "config a\noption c d\noption c e\noption f ''\nlist g ''\n",
      "a",
      null,
      { c: "e", g: [""] },
    ],
    ["an option and a list of one name", "config a\noption c d\nlist c e\n", "a", null, { c: ["d", "e"] }],
    ["a section in two parts", "config a b\noption c d\nconfig a b\noption e f\n", "a", "b", { c: "d", e: "f" }],
  ] as const)("%s", (_what, text, ofType, called, own) => {
    expect(read(text)).toEqual([{ type: ofType, name: called, options: Object.entries(own) }]);
  });

  it.each([
    ["no command", "config a\noptoin b c\n", 2],
    ["no type", "config\n", 1],
    ["no name of an option", "config a\n\n option b-c d\n", 3],
    ["a name with a dot", "config a b.c\n", 1],
    ["an option before any section", "option a b\n", 1],
    ["more than an option takes", "config a\noption b c d\n", 2],
    ["a section of another type", "config a x\nconfig b x\n", 2],
    ["a quote without an end", "config a\noption b 'c\n\n", 2],
    ["a NUL byte", "config a\noption b '\0'\n", 2],
    ["a `;` in place of a name", "config a ; option b c\n", 1],
    ["a `;` at the end", "config a b ;\n", 1],
    ["what UCI loses", "config a\noption b c;option d e\n", 2],
  ])("refuses %s", (_what, text, line) => {
    expect(() => parseUci(text)).toThrow(expect.objectContaining({ name: "UciError", line }));
  });

  it("tells the lines", () => {
    const [section] = parseUci("\nconfig a\n\n\toption b 'c\nd'\n\tlist e f\n");
    expect([section?.line, section?.lines.get("b"), section?.lines.get("e")]).toEqual([2, 4, 6]);
  });
});

describe("what UCI cannot hold", () => {
  const one = (key: string, own: string | string[]) => [{ type: "a", name: null, options: new Map([[key, own]]) }];
  it.each([
    ["an empty option", one("b", "")],
    ["an empty list", one("b", [])],
    ["a NUL byte", one("b", "x\0y")],
    ["half of a surrogate pair", one("b", ["\ud800"])],
    ["a name with a dash", one("b-c", "d")],
    ["a section's name with a dot", [uciSection("a", "b.c", {})]],
    ["a type with a blank", [uciSection("a b", null, {})]],
    ["two sections of one name", [uciSection("a", "b", {}), uciSection("a", "b", {})]],
  ])("%s is refused", (_what, written) => {
    expect(() => printUci(written)).toThrow(UciError);
  });

  it("is left out by the builder where it means nothing", () => {
    const options = { yes: true, no: false, none: null, list: [], number: 0 };
    expect([...uciSection("a", null, options).options]).toEqual([
      ["yes", "1"],
      ["no", "0"],
      ["number", "0"],
    ]);
    expect(isUciName("")).toBe(false);
  });
});
