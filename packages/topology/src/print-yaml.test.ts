import fc from "fast-check";
import { expect, it } from "vitest";
import { unwrap } from "./diagnostics/diagnostic.js";
import type { OptionValue } from "./extension.js";
import { parseSource } from "./load/parse-source.js";
import { printYaml } from "./print-yaml.js";

it("prints YAML that reads back as the data, for any text", { tags: "property" }, () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: "binary" }),
      fc.constantFrom("yes", "null", "1e3", "- a", "a: b", "# c", "'", '"', "\u007f\u0085\u2028\ufeff", "\t"),
      fc.integer(),
      fc.boolean(),
      fc.array(tie("any"), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), tie("any"), { maxKeys: 4 }),
    ),
  })).any;
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), value, { minKeys: 1, maxKeys: 4 }),
      (data) => {
        const text = printYaml(data as OptionValue);
        const parsed = unwrap(parseSource({ file: "x.yaml", format: "yaml", text }));
        expect(parsed.value).toEqual(data);
      },
    ),
  );
  expect(printYaml("\ud800")).toBe('"\ufffd"\n');
});
