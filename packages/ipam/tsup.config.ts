import { defineConfig } from "tsup";
import shared from "../../tsup.config.js";

/** The library for every place, and beside it the stores that need Node: each is an entry of its own. */
export default defineConfig({
  ...shared,
  entry: { index: "src/index.ts", etcd: "src/etcd/index.ts", file: "src/file/index.ts" },
});
