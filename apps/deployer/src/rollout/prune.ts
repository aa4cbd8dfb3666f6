import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import type { Leadership } from "../store/store.js";

/** etcd takes no more than 128 operations in a commit. */
const mostAtOnce = 100;

/**
 * Forgets all rollouts but the newest that are to be kept, with everything that is kept of them; the audit log goes on
 * telling of them. The order goes last: by it a leader finds what another one began to forget.
 */
export async function pruneRollouts({ store, rollouts }: Deployer, { compare }: Leadership): Promise<void> {
  const current = await store.get(keys.rolloutCurrent);
  const { entries } = await store.list(keys.rolloutOrders);
  const ids = entries.map(({ key }) => key.slice(keys.rolloutOrders.length));
  for (const id of ids.slice(0, -rollouts.keep)) {
    if (id === current?.value) continue;
    const { entries: nodes } = await store.list(keys.rolloutNodes(id));
    await store.commit({ compare, put: [], remove: [keys.rollout(id)] });
    for (let at = 0; at < nodes.length; at += mostAtOnce) {
      await store.commit({ compare, put: [], remove: nodes.slice(at, at + mostAtOnce).map(({ key }) => key) });
    }
    await store.commit({ compare, put: [], remove: [keys.rolloutOrder(id)] });
  }
}
