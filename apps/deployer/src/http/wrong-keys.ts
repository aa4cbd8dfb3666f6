import { setTimeout as sleep } from "node:timers/promises";
import { ApiProblem } from "../problem.js";

/** So many wrong keys of one address are answered at once, and then one a second. */
const burst = 30;
/** Addresses that are remembered; with more, the oldest starts afresh. */
const addresses = 10_000;
/** Every wrong key is answered so long after its request came, so that the time tells nothing of what was wrong. */
const delay = 100;

/** Counts wrong keys by address. A right key is never counted, and never refused for its neighbours' wrong ones. */
export interface WrongKeys {
  /** The answer to a wrong key, after a while. */
  refuse(address: string, begun: number): Promise<ApiProblem>;
}

/** @param now - milliseconds that only grow */
export function countWrongKeys(now: () => number): WrongKeys {
  const buckets = new Map<string, { readonly left: number; readonly at: number }>();
  return {
    refuse: async (address, begun) => {
      const at = now();
      const bucket = buckets.get(address) ?? { left: burst, at };
      const left = Math.min(burst, bucket.left + (at - bucket.at) / 1000);
      buckets.delete(address);
      buckets.set(address, { left: Math.max(0, left - 1), at });
      for (const oldest of buckets.keys()) {
        if (buckets.size <= addresses) break;
        buckets.delete(oldest);
      }
      await sleep(Math.max(0, begun + delay - now()));
      return left < 1 ? new ApiProblem("rate_limited", { retryAfter: 60 }) : new ApiProblem("unauthorized");
    },
  };
}
