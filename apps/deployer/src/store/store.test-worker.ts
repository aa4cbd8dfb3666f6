import { openEmbeddedStore } from "./embedded.js";
import { openEtcdStore } from "./etcd.js";

// Writes as fast as it can, several at once, and says what was committed; its test kills it in the middle.
const [, , kind = "", where = "", round = ""] = process.argv;
const store =
  kind === "etcd" ? openEtcdStore({ endpoints: [where], authority: null, user: null }) : await openEmbeddedStore(where);

async function write(lane: number): Promise<void> {
  for (let number = 0; ; number++) {
    const key = `${round}-${lane}-${String(number).padStart(6, "0")}`;
    for (let revision: number | null = null; revision === null; ) {
      const count = await store.get("kill/count");
      revision = await store.commit({
        compare: [{ key: "kill/count", revision: count?.revision ?? 0 }],
        put: [
          { key: "kill/count", value: String(Number(count?.value ?? 0) + 1) },
          { key: `kill/left/${key}`, value: key },
          { key: `kill/right/${key}`, value: key },
        ],
        remove: [],
      });
      if (revision !== null) process.stdout.write(`${key} ${revision}\n`);
    }
  }
}

await Promise.all([0, 1, 2].map(write));
