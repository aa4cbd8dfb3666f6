// What is generated from the code and committed is what the code says today.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
// @ts-expect-error: a plain script without types
import { generatedFiles } from "../scripts/generated-files.mjs";
import { root } from "./support/cli.js";

const files: Record<string, string> = await generatedFiles();

it.each(Object.entries(files))("%s is up to date (npm run docs:generate)", (path, text) => {
  expect(readFileSync(join(root, path), "utf8")).toBe(text);
});

it("explains every code that the sources report", () => {
  const args = ["grep", "-ohE", '"(NN|PC)[0-9]{4}"', "--", "packages/*/src", "apps/cli/src"];
  const used = execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim().split("\n");
  const page = files["docs/diagnostics.md"] ?? "";
  const unexplained = [...new Set(used)]
    .map((code) => code.slice(1, -1))
    .filter((code) => !page.includes(`### ${code}:`));
  expect(unexplained).toEqual([]);
});
