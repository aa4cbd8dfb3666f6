// Words of a shell, read by one.
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { shellCommand } from "../packages/plasmacloud-network/src/overlay/ovn/shell.js";

it("the shell reads any words as they are", { tags: "property" }, () => {
  const word = fc.oneof(
    fc.constantFrom(
      "",
      "a b",
      "it's",
      "'; touch /tmp/x; '",
      "$(id)",
      "`id`",
      "\\",
      "a\nb",
      "~",
      "*",
      "#x",
      "!!",
      '"',
      "-n",
    ),
    fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", "")),
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
      const text = shellCommand(["printf", "%s\\0"], words, "");
      expect(execFileSync("sh", ["-c", text], { encoding: "utf8" })).toBe(words.map((own) => `${own}\0`).join(""));
    }),
    { numRuns: 30, endOnFailure: true },
  );
});
