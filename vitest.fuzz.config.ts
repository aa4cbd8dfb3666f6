// `npm run fuzz`: every test that is tagged `property`, for FUZZ_SECONDS each instead of a number of runs.
import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import base from "./vitest.config.js";

const tests = base.test?.include?.flatMap((pattern) => globSync(pattern)) ?? [];

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: tests.filter((file) => readFileSync(file, "utf8").includes('tags: "property"')),
    setupFiles: ["tests/support/fuzz.ts"],
    // Some have two properties, and making a failing value smaller takes time of its own.
    tags: [{ name: "property", timeout: (2 * Number(process.env.FUZZ_SECONDS || 1) + 60) * 1000 }],
  },
});
