import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const example = (name: string) => readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), "utf8");

/** Paths are relative, so that the page works in any folder of any server. */
export default defineConfig({
  base: "./",
  define: { EXAMPLES: JSON.stringify({ seed: example("seed"), datacenter: example("datacenter") }) },
  worker: { format: "es" },
  build: { target: "es2023", chunkSizeWarningLimit: 2000 },
});
