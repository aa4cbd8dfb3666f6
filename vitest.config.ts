import { readFileSync } from "node:fs";
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
  },
});
