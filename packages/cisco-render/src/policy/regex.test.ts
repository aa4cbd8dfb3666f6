import { asPathHolds, compileAsPath, parseAsPath } from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import { lengthRegex, pathRegexes } from "./regex.js";

const expressions = [
  "64500",
  "^64500",
  "64501$",
  "^$",
  ".",
  "^.{2,3}$",
  "^64500+$",
  "[64500-64502 65536]",
  "64500 .* 64501",
];
const others = [
  "^64500 (64501|64502)* [64500-65535]$",
  "^(64500|64501 64502?)+$",
  "(1|4294967295) 64500|^64502",
  "^(64500 .)*$",
];
const numbers = [1, 6450, 64500, 64501, 64502, 65535, 65536, 645000, 4294967295];
const paths = fc.array(fc.constantFrom(...numbers), { maxLength: 5 });

/** Whether IOS finds an expression in a path: `_` is whatever is between numbers, or an end. */
function finds(regexes: readonly string[], path: readonly number[]): boolean {
  return regexes.some((text) => new RegExp(text.replaceAll("_", "(?:^|$|[ ,{}()])")).test(path.join(" ")));
}

it("says of any path what the expression of AS numbers says", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.constantFrom(...expressions, ...others), paths, (text, path) => {
      const { pattern } = parseAsPath(text);
      const automaton = pattern && compileAsPath(pattern.root);
      const regexes = pattern && pathRegexes(pattern.root);
      if (!automaton || !regexes) throw new Error(text);
      expect([text, path, finds(regexes, path)]).toEqual([text, path, asPathHolds(automaton, path)]);
    }),
    { numRuns: 2000 },
  );
});

it("tells paths by their length", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.nat(8), paths, (least, path) => {
      expect(finds([lengthRegex(least) ?? ""], path)).toBe(path.length >= least);
    }),
  );
  expect(lengthRegex(60)?.length).toBeLessThan(220);
  expect(lengthRegex(90)).toBeNull();
});
