import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Tests run against the sources: the same map that the type checker uses.
const { compilerOptions } = JSON.parse(readFileSync(new URL("./tsconfig.json", import.meta.url), "utf8"));
const alias = Object.entries(compilerOptions.paths as Record<string, string[]>).map(([find, [path]]) => ({
  find: new RegExp(`^${find}$`),
  replacement: fileURLToPath(new URL(path as string, import.meta.url)),
}));

export default defineConfig({
  resolve: { alias },
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "tests/**/*.test.ts"],
    testTimeout: 30_000,
    tags: [{ name: "property", description: "Holds for whatever fast-check thinks of.", timeout: 120_000 }],
    // Most of a test here is waiting for a daemon, so two files at once pay even on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
