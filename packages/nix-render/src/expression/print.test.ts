import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate } from "../nix.test-support.js";
import {
  nixApply,
  nixAssert,
  nixAttrs,
  nixComment,
  nixFunction,
  nixHas,
  nixIdentifier,
  nixIf,
  nixInherit,
  nixInt,
  nixLet,
  nixLines,
  nixList,
  nixNot,
  nixOperation,
  nixPath,
  nixSelect,
  nixSelectOr,
  nixString,
} from "./build.js";
import { NixError, type NixExpression } from "./expression.js";
import { fromJson } from "./from-json.js";
import { printNix } from "./print.js";

/** Characters that mean something to Nix, more often than chance would bring them. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "'",
        "''",
        "'''",
        '"',
        "$",
        "${",
        "}",
        "$$",
        "\\",
        "\n",
        "\r",
        "\t",
        " ",
        "  ",
        "#",
        "*/",
        "/*",
        ";",
      ),
      fc.constantFrom("\u0001", "\u001b[31m", "\u007f", "\u0085", "\u2028", "\ufeff", "\u{1F98A}", "a", "or"),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""))
  .filter((text) => !text.includes("\0"));
// Nix itself treats these names of a set as more than data.
const special = new Set(["outPath", "__toString", "type"]);
const key = fc
  .oneof(hostile, fc.constantFrom("if", "or", "rec", "null", "a-b", "__proto__", ""))
  .filter((name) => !special.has(name));
const integers = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2 ** 53, -(2 ** 62), -(2 ** 63) + 2048));
const data = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, hostile, integers, fc.boolean(), fc.constant(null), tie("list"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 5 }),
  map: fc.dictionary(key, tie("value"), { maxKeys: 5, noNullPrototype: true }),
})).value;

describe("printed data comes back from Nix as it was", () => {
  test("any JSON without fractions, whatever its strings and keys hold", { tags: "property" }, () => {
    // Many at once, for a process of Nix takes longer than a hundred of them.
    fc.assert(
      fc.property(fc.array(data, { minLength: 300, maxLength: 300 }), (samples) => {
        const printed = printNix(nixList(samples.map(fromJson)));
        // Through JSON text, as a map with the key `__proto__` is hard to hold otherwise.
        expect(evaluate(printed)).toEqual(JSON.parse(JSON.stringify(samples)));
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  test("text of several lines", { tags: "property" }, () => {
    const line = fc.oneof(
      fc.constantFrom("", " ", "  indented", "\ttab", "''x", "'", "$", `\${a}`, `''\${a}`, "plain"),
      hostile,
    );
    const text = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(fc.array(text, { minLength: 300, maxLength: 300 }), (samples) => {
        const printed = printNix(nixList(samples.map((own) => nixLines(own))));
        expect(evaluate(printed)).toEqual(samples);
        expect(printed).toContain("  ''\n");
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  test("text of several lines at several indents, with expressions in it", () => {
    const samples = fc.sample(fc.tuple(hostile, hostile, hostile, fc.nat({ max: 4 })), 2000);
    const expressions = samples.map(([before, value, after, depth]) => {
      const text = nixLines(`${before}\n`, nixSelect(nixIdentifier("values"), value), after);
      return Array.from({ length: depth }).reduce<NixExpression>((inner) => nixAttrs({ in: inner }), text);
    });
    const values = fromJson(Object.fromEntries(samples.map(([, value]) => [value, value])));
    const expected = samples.map(([before, value, after, depth]) =>
      Array.from({ length: depth }).reduce<unknown>((inner) => ({ in: inner }), `${before}\n${value}${after}`),
    );
    expect(evaluate(printNix(nixLet({ values }, nixList(expressions))))).toEqual(expected);
  });

  test("one thing nested two hundred deep, and a list of ten thousand", () => {
    const deep = JSON.parse(`${'{"a b":['.repeat(100)}1${"]}".repeat(100)}`);
    const data = { deep, long: Array.from({ length: 10_000 }, (_, index) => `\${${index}}`) };
    expect(evaluate(printNix(fromJson(data)))).toEqual(data);
  });

  test("floats, compared by Nix itself because its JSON rounds them", () => {
    const normal = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((x) => x === 0 || Math.abs(x) >= 2 ** -1022);
    const samples = [0.5, -1.25, 1e21, 1.7976931348623157e308, 2 ** -1022, 1e-7, ...fc.sample(normal, 500)].filter(
      (sample) => !Number.isInteger(sample) || Math.abs(sample) >= 2 ** 63,
    );
    const same = samples.map((sample) =>
      nixOperation("==", fromJson(sample), nixApply("builtins.fromJSON", nixString(sample.toExponential()))),
    );
    expect(new Set(evaluate(printNix(nixList(same))) as boolean[])).toEqual(new Set([true]));
  });

  test("the whole range of integers, and a string of a megabyte", () => {
    const least = nixInt(-(2n ** 63n));
    const greatest = nixInt(2n ** 63n - 1n);
    const sums = nixList([nixOperation("+", least, greatest), nixOperation("+", greatest, nixInt(-1))]);
    expect(evaluate(printNix(nixApply("map", nixIdentifier("toString"), sums)))).toEqual(["-1", "9223372036854775806"]);
    const long = '${"\\'.repeat(250_000);
    expect(evaluate(printNix(fromJson({ deep: { deeper: [long] } })))).toEqual({ deep: { deeper: [long] } });
  });
});

describe("what Nix cannot say is refused", () => {
  test.each<[string, () => NixExpression]>([
    ["NUL in a string", () => nixString("a\0b")],
    ["NUL in a name", () => fromJson({ "\0": 1 })],
    ["half a surrogate pair", () => fromJson(["\ud800"])],
    ["a number that is none", () => fromJson(Number.NaN)],
    ["infinity", () => fromJson(Number.POSITIVE_INFINITY)],
    ["a subnormal float", () => fromJson(5e-324)],
    ["an integer of 65 bits", () => nixInt(2n ** 63n)],
    ["a fraction as integer", () => nixInt(1.5)],
    ["an identifier that is an expression", () => nixIdentifier("x; y = 1")],
    ["an argument that is a keyword", () => nixFunction("if", nixInt(1))],
    ["one attribute twice", () => nixAttrs([1, 2].map((value) => ({ path: ["a", "b"], value: nixInt(value) })))],
    ["one attribute twice, once inherited", () => nixAttrs([nixInherit(["a"]), { path: ["a"], value: nixInt(1) }])],
    ["an inherit of nothing", () => nixAttrs([nixInherit([])])],
    ["a path without a start", () => nixPath("x/y")],
    ["data nested without end", () => fromJson(JSON.parse("[".repeat(5000) + "]".repeat(5000)))],
    ["a comparison of three", () => nixOperation("==", nixInt(1), nixInt(1), nixInt(1))],
  ])("%s", (_name, make) => {
    expect(() => printNix(make())).toThrow(NixError);
  });
});

describe("expressions mean what they were built as", () => {
  const x = nixIdentifier("x");
  test.each<[string, NixExpression, unknown]>([
    ["an interpolation after a dollar", nixLet({ x: nixString("v") }, nixString("a$", x, `\${x}`)), `a$v\${x}`],
    ["selection by an expression", nixLet({ x: nixString("a b") }, nixSelect(fromJson({ "a b": 3 }), x)), 3],
    ["what is inherited", nixLet([nixInherit(["c"], fromJson({ c: 2 }))], nixIdentifier("c")), 2],
    ["a name that is inherited", nixLet({ x: nixInt(1) }, nixAttrs([nixInherit(["x"])])), { x: 1 }],
    [
      "a name that is computed",
      nixLet({ x: nixString("a.b") }, nixAttrs([{ path: ["p", x], value: x }])),
      { p: { "a.b": "a.b" } },
    ],
    ["a fallback", nixSelectOr(fromJson({ a: {} }), ["a", "b"], nixApply("toString", nixInt(3))), "3"],
    ["a selection from a fallback", nixSelect(nixSelectOr(fromJson({}), ["a"], fromJson({ b: 4 })), "b"), 4],
    ["a fallback of a fallback", nixSelectOr(fromJson({}), ["a"], nixSelectOr(fromJson({}), ["b"], nixInt(5))), 5],
    ["an assertion", nixList([nixAssert(nixOperation("==", nixInt(1), nixInt(1)), nixInt(6))]), [6]],
    [
      "a pattern with a name",
      nixApply(
        nixFunction({ arguments: [["a", null]], open: true, name: "all" }, nixIdentifier("all.b")),
        fromJson({ a: 1, b: 7 }),
      ),
      7,
    ],
    ["a missing attribute", nixHas(fromJson({ a: 1 }), "b", "c"), false],
    ["operations inside operations", nixOperation("-", nixInt(9), nixOperation("-", nixInt(5), nixInt(1))), 5],
    ["a negated question", nixNot(nixHas(fromJson({}), "a")), true],
    ["conditions in a list", nixList([nixIf(fromJson(true), nixInt(1), nixInt(2))]), [1]],
    ["a function in a call", nixApply("map", nixFunction("x", nixOperation("+", x, nixInt(1))), fromJson([1])), [2]],
    ["a let in an operand", nixOperation("+", nixLet({ x: nixInt(2) }, x), nixInt(1)), 3],
    [
      "a pattern with a default",
      nixApply(
        nixFunction(
          {
            arguments: [
              ["a", null],
              ["b", nixInt(2)],
            ],
            open: false,
          },
          nixOperation("*", nixIdentifier("a"), nixIdentifier("b")),
        ),
        fromJson({ a: 21 }),
      ),
      42,
    ],
    ["a comment that would like to end", nixList([nixComment("a\r1 2\n3 \u2028 */ ''", nixInt(7))]), [7]],
    ["a set of one function's results", nixSelect(nixApply(nixFunction("x", nixAttrs({ y: x })), nixInt(4)), "y"), 4],
    ["a path with a space", nixApply("baseNameOf", nixPath(`/tmp/a b/\${c}`)), `\${c}`],
  ])("%s", (_name, expression, expected) => {
    expect(evaluate(printNix(expression))).toEqual(expected);
  });

  test("random nestings of every kind parse, and evaluate to what they would without parentheses' doubt", () => {
    // Each expression is paired with the number that it must come to.
    const { pair } = fc.letrec<{ pair: readonly [NixExpression, number] }>((tie) => ({
      pair: fc.oneof(
        { depthSize: "medium", withCrossShrink: true },
        fc.integer({ min: -9, max: 9 }).map((n) => [nixInt(n), n] as const),
        fc
          .tuple(tie("pair"), tie("pair"), fc.constantFrom("+", "-"))
          .map(([[a, m], [b, n], sign]) => [nixOperation(sign as "+", a, b), sign === "+" ? m + n : m - n] as const),
        fc.tuple(tie("pair"), tie("pair")).map(([[a, m], [b]]) => [nixIf(nixOperation("==", a, a), a, b), m] as const),
        tie("pair").map(([a, m]) => [nixLet({ x: a }, nixIdentifier("x")), m] as const),
        tie("pair").map(([a, m]) => [nixApply(nixFunction("y", nixIdentifier("y")), a), m] as const),
        tie("pair").map(([a, m]) => [nixSelect(nixAttrs({ "a b": a }), "a b"), m] as const),
        tie("pair").map(([a, m]) => [nixApply("builtins.head", nixList([a, a])), m] as const),
        tie("pair").map(([a, m]) => [nixComment("why\nnot", a), m] as const),
        tie("pair").map(
          ([a, m]) =>
            [
              nixApply(nixFunction({ arguments: [["z", null]], open: true }, nixIdentifier("z")), nixAttrs({ z: a })),
              m,
            ] as const,
        ),
      ),
    }));
    const samples = fc.sample(pair, 800);
    const printed = printNix(nixList(samples.map(([expression]) => expression)));
    expect(evaluate(printed)).toEqual(samples.map(([, value]) => value));
  });
});

test("the layout is the official formatter's: two spaces, one line where it fits", () => {
  const expression = nixComment(
    "Made by hand.",
    nixFunction(
      {
        arguments: [
          ["lib", null],
          ["pkgs", null],
        ],
        open: true,
      },
      nixAttrs([
        { path: ["networking", "hostName"], value: nixString("node01") },
        { path: ["empty"], value: fromJson({ list: [], set: {} }), comment: "Nothing\nin here." },
        { path: ["enable"], value: nixApply("lib.mkIf", fromJson(true), fromJson({ "a b": [1, -2, 0.5, null] })) },
        { path: ["rules"], value: nixLines("tcp dport 179 accept\n\n  udp\n") },
        { path: ["long"], value: fromJson(Array.from({ length: 8 }, (_, index) => `address-number-${index}`)) },
        { path: ["f"], value: nixFunction("host", nixSelect(nixIdentifier("hosts"), nixIdentifier("host"))) },
        {
          path: ["g"],
          value: nixFunction(
            { arguments: [["hostname", null]], open: false },
            nixIf(
              nixHas(nixIdentifier("lib"), "x"),
              fromJson({ a: 1 }),
              nixApply("throw", nixString("no ", nixIdentifier("hostname"))),
            ),
          ),
        },
      ]),
    ),
  );
  expect(printNix(expression)).toMatchInlineSnapshot(`
    "# Made by hand.
    { lib, pkgs, ... }:
    {
      networking.hostName = "node01";
      # Nothing
      # in here.
      empty = {
        list = [ ];
        set = { };
      };
      enable = lib.mkIf true {
        "a b" = [
          1
          (-2)
          0.5
          null
        ];
      };
      rules = ''
        tcp dport 179 accept

          udp
      '';
      long = [
        "address-number-0"
        "address-number-1"
        "address-number-2"
        "address-number-3"
        "address-number-4"
        "address-number-5"
        "address-number-6"
        "address-number-7"
      ];
      f = host: hosts.\${host};
      g =
        { hostname }:
        if lib ? x then { a = 1; } else throw "no \${hostname}";
    }
    "
  `);
});
