import { addToAddress, conclude, createAllocator, familyOf, formatAddress, hostRange, recall } from "@nix-nos/ipam";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import type { AddressPair, Family } from "../network/family.js";
import type { Network } from "../network/network.js";
import type { Pool, Reservation } from "../network/pool.js";
import { poolDefinition } from "../network/pool-definition.js";
import { bareAddress } from "./canonical-text.js";

/** Gives addresses out of the topology's pools, and remembers them by what they are for. */
export interface AddressBook {
  /** One address a family that the pool has, keyed `<key>/ipv4`; each with its pool's prefix length. */
  pair(pool: string, key: string, path: Path): { readonly pair: AddressPair; readonly withLength: readonly string[] };
  /** The two addresses of a point-to-point block a family, low one first, each with its length. */
  link(pool: string, key: string, path: Path): LinkAddresses;
  gateways(pool: string): readonly string[];
  /** What to keep for the next run. */
  remembered(): Pick<Network, "allocations" | "released">;
}

/** What the two ends of a cable get, by end. */
interface LinkAddresses {
  readonly pairs: readonly [AddressPair, AddressPair];
  readonly withLength: readonly [readonly string[], readonly string[]];
}

type MutablePair = { -readonly [F in Family]: AddressPair[F] };

const families: readonly Family[] = ["ipv4", "ipv6"];

export function createAddressBook(
  own: readonly Pool[],
  reservations: readonly Reservation[],
  previous: Pick<Network, "allocations" | "released">,
  now: number | null,
  diagnostics: Diagnostic[],
): AddressBook {
  const pools = new Map(own.map((pool) => [pool.name, pool]));
  const definitions = own.map(poolDefinition);
  const allocator = createAllocator(definitions, recall(previous, definitions, now));
  for (const { key, address } of reservations) allocator.reserve(key, bareAddress(address));

  const failed = (pool: string, key: string, reason: string, path: Path) => {
    const message =
      reason === "exhausted"
        ? `The pool "${pool}" has no address left for ${key}.`
        : `The pool "${pool}" cannot give an address for ${key}.`;
    const hint = "Add a prefix to the pool, or free addresses.";
    diagnostics.push({ code: "NN1215", severity: "error", message, path, hint });
  };
  const familiesOf = (pool: string) => {
    const prefixes = pools.get(pool)?.prefixes ?? [];
    return families.filter((family) => prefixes.some((prefix) => familyOf(prefix) === family));
  };
  return {
    pair(pool, key, path) {
      const pair: MutablePair = { ipv4: null, ipv6: null };
      const withLength: string[] = [];
      for (const family of familiesOf(pool)) {
        const given = allocator.allocate(pool, `${key}/${family}`, family);
        if (!given.ok) {
          failed(pool, `${key}/${family}`, given.reason, path);
          continue;
        }
        pair[family] = given.address;
        withLength.push(`${given.address}/${given.prefixLength}`);
      }
      return { pair, withLength };
    },
    link(pool, key, path) {
      const pairs: readonly [MutablePair, MutablePair] = [
        { ipv4: null, ipv6: null },
        { ipv4: null, ipv6: null },
      ];
      const withLength: readonly [string[], string[]] = [[], []];
      for (const family of familiesOf(pool)) {
        const length = pools.get(pool)?.blockLength[family] ?? 0;
        const given = allocator.allocateBlock(pool, `${key}/${family}`, family, length);
        if (!given.ok) {
          failed(pool, `${key}/${family}`, given.reason, path);
          continue;
        }
        for (const side of [0, 1] as const) {
          const own = addToAddress(hostRange(given.prefix).first, side);
          if (own === null) continue;
          const address = formatAddress(own);
          pairs[side][family] = address;
          withLength[side].push(`${address}/${length}`);
        }
      }
      return { pairs, withLength };
    },
    gateways: (pool) => pools.get(pool)?.gateways ?? [],
    remembered: () => conclude(previous, allocator.snapshot(), definitions, now),
  };
}
