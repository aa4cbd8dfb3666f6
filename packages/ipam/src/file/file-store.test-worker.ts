import { prefix } from "../ipam.test-support.js";
import { createFileStore } from "./file-store.js";

/** One process of a test: allocates some addresses, one after the other. */
const [, , path = "", name = "", count = "0"] = process.argv;
const store = createFileStore({ path, pools: [{ name: "p", prefixes: [prefix("10.0.0.0/16")] }] });

async function work(): Promise<void> {
  for (let each = 0; each < Number(count); each++) {
    const [outcome] = await store.allocate([{ pool: "p", key: `${name}/${each}`, family: "ipv4" }]);
    if (!outcome?.ok) throw new Error(`${name}/${each} got nothing`);
  }
}

work().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
