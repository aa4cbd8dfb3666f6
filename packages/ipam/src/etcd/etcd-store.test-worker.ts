import { address, prefix } from "../ipam.test-support.js";
import { createEtcdStore } from "./etcd-store.js";

/** One process of a test: allocates addresses, some one by one and some at once, and prints what each key got. */
const [, , endpoint = "", below = "", name = "", count = "0"] = process.argv;
const store = createEtcdStore({
  endpoints: [endpoint],
  prefix: below,
  timeoutMs: 90_000,
  // 8,000 addresses: just as many as are asked for.
  pools: [
    {
      name: "p",
      prefixes: [prefix("10.0.0.0/19")],
      exclude: [{ first: address("10.0.31.65"), last: address("10.0.31.255") }],
    },
  ],
});

async function work(): Promise<void> {
  const sizes = [1, 1, 1, 1, 46];
  for (let done = 0, call = 0; done < Number(count); call++) {
    const size = Math.min(sizes[call % sizes.length] ?? 1, Number(count) - done);
    const keys = Array.from({ length: size }, (_, each) => `${name}/${done + each}`);
    const outcomes = await store.allocate(keys.map((key) => ({ pool: "p", key, family: "ipv4" })));
    for (const [index, key] of keys.entries()) {
      const outcome = outcomes[index];
      console.log(`${key} ${outcome?.ok ? outcome.address : outcome?.reason}`);
    }
    done += size;
  }
  await store.close();
}

work().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
