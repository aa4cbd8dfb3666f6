import { defineConfig } from "tsup";

export default defineConfig([
  {
    entry: ["src/bin.ts"],
    format: ["esm"],
    clean: ["*.js"],
    target: "node22",
    platform: "node",
  },
  {
    // The dashboard: one file for the browser, beside the page and its style.
    entry: { app: "src/web/main.tsx" },
    outDir: "dist/web",
    publicDir: "src/web/public",
    format: ["esm"],
    clean: true,
    target: "es2023",
    platform: "browser",
    noExternal: [/.*/],
    minify: true,
    tsconfig: "src/web/tsconfig.json",
  },
]);
