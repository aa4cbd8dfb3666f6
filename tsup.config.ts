import { defineConfig } from "tsup";

/** How every library is built: ESM, CJS and types from `src/index.ts`, for browsers, workers and Node alike. */
export default defineConfig({
  entry: ["src/index.ts"],
  format: ["esm", "cjs"],
  dts: true,
  clean: true,
  treeshake: true,
  target: "es2023",
  platform: "neutral",
});
