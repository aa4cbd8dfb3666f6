import fc from "fast-check";
import { expect, it } from "vitest";
import { IosSyntaxError, iosTextFault, line, rest } from "./document.js";
import { parseIos } from "./parse.js";
import { printIos } from "./print.js";
import { fillSecrets, secret, secretFiles } from "./secrets.js";

it("keeps any text that it takes, and refuses every other one", { tags: "property" }, () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("a\nb", "a!", "why?", "{{x", "a  b")),
      (text) => {
        if (iosTextFault(text) !== null) return void expect(() => rest(text)).toThrow(IosSyntaxError);
        const own = line`description ${rest(text)}`;
        expect(parseIos(printIos([own]))).toEqual([own]);
      },
    ),
  );
  // A `no` has to fit in front.
  expect(line`description ${rest("x".repeat(239))}`.text).toHaveLength(251);
  expect(() => line`description ${rest("x".repeat(240))}`).toThrow(IosSyntaxError);
});

it("finds the file of any secret again, and puts in what IOS can hold alone", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (file) => {
      const own = line`neighbor 192.0.2.1 password ${secret(file)}`;
      expect(secretFiles(own.text)).toEqual([file]);
      expect(fillSecrets(own.text, new Map([[file, "s3cret"]]))).toBe("neighbor 192.0.2.1 password s3cret");
    }),
  );
  for (const file of ["/run/why?#a%23b&c", "/run/a secret", `/run/${"x".repeat(1000)}`]) {
    const own = line`neighbor 192.0.2.1 password ${secret(file)}`;
    expect(secretFiles(own.text)).toEqual([file]);
    expect(secretFiles(printIos([own]))).toEqual([file]);
  }
  for (const value of ["", "a b", "a\nb", "why?", "x".repeat(81)])
    expect(() => fillSecrets("{{secret:/a}}", new Map([["/a", value]]))).toThrow(IosSyntaxError);
  expect(() => fillSecrets("{{secret:/a}}", new Map())).toThrow("missing");
});
