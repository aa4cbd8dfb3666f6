import { compileAsPath, parseAsPath } from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import { decimals, longestRegex, originRegex, pathRegex } from "./as-path.js";

it("a range of decimal numbers is held by its expressions, and nothing beside it", { tags: "property" }, () => {
  const number = fc.oneof(fc.nat(120), fc.nat(70_000), fc.nat(4_294_967_295));
  fc.assert(
    fc.property(number, number, number, (a, b, other) => {
      const [min, max] = a < b ? [a, b] : [b, a];
      const expression = new RegExp(`^(?:${decimals(min, max).join("|")})$`);
      for (const each of [min - 1, min, min + 1, max - 1, max, max + 1, other, Math.floor((min + max) / 2)]) {
        expect([each, expression.test(String(each))]).toEqual([each, each >= min && each <= max]);
      }
    }),
  );
  expect(decimals(64512, 65534)).toEqual([
    "6451[2-9]",
    "645[2-9]\\d",
    "64[6-9]\\d{2}",
    "65[0-4]\\d{2}",
    "655[0-2]\\d",
    "6553[0-4]",
  ]);
});

it.each([
  "64500",
  "^64500 .* 64502$",
  "^[^64500]|^$",
  "^(64500|64501)* [64502-64504]{1,2}$",
  "64501 64502",
  "^$",
  "(64500 64501)?$",
])("%s holds where its automaton does, with and without the own AS in front", { tags: "property" }, (text) => {
  const { pattern } = parseAsPath(text);
  const automaton = pattern && compileAsPath(pattern.root);
  if (!pattern || !automaton) throw new Error(text);
  const runs = (path: readonly number[]) => {
    let state = 0;
    for (const number of path) {
      const found = automaton.states[state]?.edges.find(({ ranges }) =>
        ranges.some(({ min, max }) => min <= number && number <= max),
      );
      state = found?.to ?? -1;
    }
    return automaton.states[state]?.isAccepting;
  };
  const paths = fc.array(fc.constantFrom(64500, 64501, 64502, 64503, 6450, 645001), { maxLength: 5 });
  fc.assert(
    fc.property(paths, (path) => {
      expect(new RegExp(pathRegex(pattern.root, null)).test(path.join(" "))).toBe(runs(path));
      expect(new RegExp(pathRegex(pattern.root, 64500)).test([64500, ...path].join(" "))).toBe(runs(path));
    }),
  );
});

it("origins and lengths", () => {
  for (const [inFront, before] of [
    [null, ""],
    [65000, "65000 "],
  ] as const) {
    const origin = new RegExp(originRegex([{ min: 64500, max: 64509 }], inFront));
    expect(
      [`${before}1 64500`, `${before}64501`, `${before}64500 1`, `${before}164500`].map((path) => origin.test(path)),
    ).toEqual([true, true, false, false]);
    const length = new RegExp(longestRegex(2, inFront));
    expect(["", "1", "1 2", "1 2 3"].map((path) => length.test((before + path).trim()))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  }
  expect(new RegExp(originRegex([{ min: 0, max: 4_294_967_295 }], 65000)).test("65000")).toBe(false);
});
