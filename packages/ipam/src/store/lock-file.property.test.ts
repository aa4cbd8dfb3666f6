// The lock file: what is written is read back, and whatever somebody makes of it is read or refused at a place in it.
import fc from "fast-check";
import { expect, it } from "vitest";
import { readJson } from "./json.js";
import { parseLockFile, printLockFile } from "./lock-file.js";

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("__proto__", "node/a/loopback", "=======", "<<<<<<<"),
);
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((own) => !own.includes(".")),
  fc.constantFrom("10.0.0.0/31", "fd00::/64"),
);
const releasedAt = fc
  .date({ noInvalidDate: true, min: new Date("1970-01-01"), max: new Date("9999-12-31") })
  .map((date) => date.toISOString());
const state = fc.record({
  allocations: fc.dictionary(text, fc.record({ pool: text, address })),
  released: fc.dictionary(text, fc.record({ pool: text, address, releasedAt })),
  choices: fc.dictionary(text, text, { minKeys: 1 }),
});

it("is read back as what was written", { tags: "property" }, () => {
  fc.assert(
    fc.property(state, (own) => {
      const result = parseLockFile(printLockFile(own));
      expect(result).toEqual({ ok: true, state: own });
    }),
  );
});

it("with any change is read, and written again the same, or refused where the change is or after it", {
  tags: "property",
}, () => {
  const change = fc.record({
    at: fc.nat(400),
    gone: fc.nat(20),
    put: fc.oneof(text, fc.constantFrom('"', "{", "}", "[", "\\u0000", "1e9", ",", ":", "\n<<<<<<< ours\n", "null")),
  });
  fc.assert(
    fc.property(state, fc.array(change, { minLength: 1, maxLength: 3 }), (own, changes) => {
      const written = changes.reduce(
        (whole, { at, gone, put }) => whole.slice(0, at) + put + whole.slice(at + gone),
        printLockFile(own),
      );
      const result = parseLockFile(written);
      if (result.ok) expect(parseLockFile(printLockFile(result.state))).toEqual(result);
      else {
        expect(result.faults.length).toBeGreaterThan(0);
        const lines = written.split("\n");
        for (const { line, column } of result.faults) {
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        }
      }
    }),
    { numRuns: 500 },
  );
});

it("takes for JSON what the language's own parser takes, but for what nests too deep", { tags: "property" }, () => {
  const piece = fc.constantFrom(
    ...'{}[],:"\\ \n\t01-+.eEu/ab',
    '"a"',
    "true",
    "null",
    '"\\u0041"',
    '"\\uD800"',
    "-0",
    "1e5",
  );
  const own = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(fc.oneof(own, fc.json({ maxDepth: 4 })), (json) => {
      const isFault = "message" in readJson(json);
      let isRefused = false;
      try {
        JSON.parse(json);
      } catch {
        isRefused = true;
      }
      expect(isFault).toBe(isRefused);
    }),
    { numRuns: 2000 },
  );
});
