import { setTimeout as sleep } from "node:timers/promises";
import type { Gateway } from "./etcd-gateway.js";
import { type Leadership, StoreUnavailable } from "./store.js";

/** Seconds after which the office of a leader that is gone is free. */
const lifetime = 10;

/**
 * Waits to become the leader: the one whose lease a key of this name hangs on.
 *
 * A leader that cannot renew its lease gives up before etcd lets it end, by its own clock, so there are never two.
 */
export async function leadByLease(gateway: Gateway, name: string, signal: AbortSignal): Promise<Leadership | null> {
  const key = Buffer.from(name).toString("base64");
  while (!signal.aborted) {
    const lease = await take(gateway, key).catch((error: unknown) => {
      if (error instanceof StoreUnavailable) return null;
      throw error;
    });
    if (lease !== null) return hold(gateway, lease, { key: name, revision: lease.revision }, signal);
    await sleep((lifetime * 1000) / 5, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

/** A lease that was granted to this process, and the leader's key on it. */
interface Lease {
  readonly id: string;
  readonly until: number;
  readonly revision: number;
}

async function take(gateway: Gateway, key: string): Promise<Lease | null> {
  const asked = performance.now();
  const { ID: id } = await gateway.post<{ readonly ID: string }>("/v3/lease/grant", { TTL: String(lifetime) });
  const { succeeded, header } = await gateway.post<{
    readonly succeeded?: boolean;
    readonly header: { readonly revision: string };
  }>("/v3/kv/txn", {
    compare: [{ key, target: "CREATE", result: "EQUAL", create_revision: "0" }],
    success: [{ request_put: { key, value: "", lease: id } }],
  });
  if (succeeded === true) return { id, until: asked + lifetime * 1000, revision: Number(header.revision) };
  await gateway.post("/v3/lease/revoke", { ID: id });
  return null;
}

function hold(
  gateway: Gateway,
  { id, until }: Lease,
  held: Leadership["compare"][number],
  signal: AbortSignal,
): Leadership {
  const office = new AbortController();
  const end = () => office.abort();
  signal.addEventListener("abort", end, { once: true });
  // It may have come while the lease was granted.
  if (signal.aborted) end();
  void renew(gateway, id, until, office).finally(() => {
    signal.removeEventListener("abort", end);
    office.abort();
  });
  return {
    signal: office.signal,
    compare: [held],
    resign: async () => {
      office.abort();
      await gateway.post("/v3/lease/revoke", { ID: id });
    },
  };
}

/** Renews the lease until it is lost, or the office is given up. */
async function renew(gateway: Gateway, id: string, until: number, office: AbortController): Promise<void> {
  let end = until;
  const { signal } = office;
  while (!signal.aborted) {
    const left = end - performance.now();
    // Near its end, a renewal that is on its way does not count any more.
    if (left < lifetime * 200) return;
    await sleep(Math.min(lifetime * 250, left - lifetime * 200), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const asked = performance.now();
    const deadline = sleep(Math.max(0, end - asked - lifetime * 200), null, { signal, ref: false }).catch(() => null);
    const renewal = gateway
      .post<{ readonly result?: { readonly TTL?: string } }>("/v3/lease/keepalive", { ID: id })
      .catch((error: unknown) => {
        if (error instanceof StoreUnavailable) return null;
        throw error;
      });
    const answer = await Promise.race([renewal, deadline]);
    // A dead lease is answered with 200, and without a TTL.
    if (answer !== null && answer.result?.TTL === undefined) return;
    if (answer !== null) end = asked + lifetime * 1000;
  }
}
