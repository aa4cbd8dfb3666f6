import { type Extent, extentEnd, formatExtent, parseExtent } from "../pool.js";
import { addressBits } from "../prefix.js";
import type { Holding } from "../store/holdings.js";
import { extentOf, placeOf, startOf } from "../store/place.js";
import { EtcdError } from "./etcd-error.js";
import type { KeyValue } from "./rpc.js";

/**
 * Where a store keeps what, below its prefix:
 *
 * - `key/<key>` → `{"pool","address"}`: what a key has. The key is written as in a JSON string, so that every text is one.
 * - `addr/<family>/<first address in hex>/<length|host>` → `{"key","pool"}`, with `releasedAt` while it rests: whose an
 *   address is. Sorted by address, so that one range covers all that begins within a block.
 * - `length/<family>/<length>`: which blocks there are, so that a writer knows where to look for one around an address.
 * - `epoch`: written with every release; who sees it change reads everything anew.
 * - `turn`: with a lease, whose turn it is; nobody else allocates meanwhile.
 */
export interface Layout {
  key(key: string): Buffer;
  place(extent: Extent): Buffer;
  /** The bounds of all places that begin within an extent. */
  within(extent: Extent): Bounds;
  /** The bounds of all places of its family that begin behind an extent. */
  behind(extent: Extent): Bounds;
  readonly places: Bounds;
  /** Of one family, or of both. */
  lengths(family?: Extent["family"]): Bounds;
  length(family: Extent["family"], length: number): Buffer;
  readonly epoch: Buffer;
  readonly turn: Buffer;
  holdingOf(pair: KeyValue): Holding;
  heldOf(key: string, pair: KeyValue): Holding;
  lengthOf(pair: KeyValue): readonly [Extent["family"], number];
}

/** A range of keys; the end is excluded. */
export interface Bounds {
  readonly key: Buffer;
  readonly range_end: Buffer;
}

export function createLayout(prefix: string): Layout {
  const base = prefix.endsWith("/") ? prefix : `${prefix}/`;
  const below = (path: string): Bounds => ({ key: bytes(`${base}${path}/`), range_end: bytes(`${base}${path}0`) });
  const malformed = (pair: KeyValue) =>
    new EtcdError(
      "malformed",
      `What stands at ${JSON.stringify(pair.key.toString())} in etcd is no record of a store.`,
    );
  const read = (pair: KeyValue): Readonly<Record<string, unknown>> => {
    try {
      const value: unknown = JSON.parse(pair.value.toString());
      if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
    } catch {}
    throw malformed(pair);
  };
  const within = ({ family, start, length }: Extent): Bounds => ({
    key: bytes(`${base}addr/${startOf(family, start)}`),
    // "0" follows "/": the end lies behind everything at the last address.
    range_end: bytes(`${base}addr/${startOf(family, extentEnd({ family, start, length }) - 1n).slice(0, -1)}0`),
  });
  return {
    key: (key) => bytes(`${base}key/${JSON.stringify(key).slice(1, -1)}`),
    place: (extent) => bytes(`${base}addr/${placeOf(extent)}`),
    within,
    behind: (extent) => ({ key: within(extent).range_end, range_end: below(`addr/${extent.family}`).range_end }),
    places: below("addr"),
    lengths: (family) => below(family === undefined ? "length" : `length/${family}`),
    length: (family, length) => bytes(`${base}length/${family}/${length}`),
    epoch: bytes(`${base}epoch`),
    turn: bytes(`${base}turn`),
    holdingOf(pair) {
      const extent = extentOf(pair.key.toString().slice(base.length + "addr/".length));
      const { key, pool, releasedAt = null } = read(pair);
      if (extent === null || typeof key !== "string" || typeof pool !== "string") throw malformed(pair);
      if (releasedAt !== null && typeof releasedAt !== "string") throw malformed(pair);
      return { key, pool, extent, releasedAt };
    },
    heldOf(key, pair) {
      const { pool, address } = read(pair);
      const extent = typeof address === "string" ? parseExtent(address) : null;
      if (extent === null || typeof pool !== "string") throw malformed(pair);
      return { key, pool, extent, releasedAt: null };
    },
    lengthOf(pair) {
      const [family, text = ""] = pair.key
        .toString()
        .slice(base.length + "length/".length)
        .split("/");
      const length = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
      if ((family !== "ipv4" && family !== "ipv6") || !(length <= addressBits(family))) throw malformed(pair);
      return [family, length];
    },
  };
}

/** What stands at a place. */
export function placeValue({ key, pool, releasedAt }: Holding): Buffer {
  return bytes(JSON.stringify(releasedAt === null ? { key, pool } : { key, pool, releasedAt }));
}

/** What stands at a key. */
export function keyValue({ pool, extent }: Holding): Buffer {
  return bytes(JSON.stringify({ pool, address: formatExtent(extent) }));
}

export function bytes(text: string): Buffer {
  return Buffer.from(text, "utf8");
}
