import { type Extent, extentSize } from "../pool.js";
import { addressBits } from "../prefix.js";

const placePattern = /^(ipv4|ipv6)\/([0-9a-f]{8}|[0-9a-f]{32})\/(host|\d{1,3})$/;

/** An extent as a text that sorts by family and first address: `ipv4/0a000001/host`, `ipv4/0a000100/24`. */
export function placeOf({ family, start, length }: Extent): string {
  return `${startOf(family, start)}${length ?? "host"}`;
}

/** What all places that begin at one address begin with. */
export function startOf(family: Extent["family"], start: bigint): string {
  return `${family}/${start.toString(16).padStart(addressBits(family) / 4, "0")}/`;
}

/** The extent of a place, or `null` when the text is none. */
export function extentOf(place: string): Extent | null {
  const [, family, hex = "", length] = placePattern.exec(place) ?? [];
  if ((family !== "ipv4" && family !== "ipv6") || hex.length !== addressBits(family) / 4) return null;
  const extent: Extent = { family, start: BigInt(`0x${hex}`), length: length === "host" ? null : Number(length) };
  if (placeOf(extent) !== place || (extent.length ?? 0) > addressBits(family)) return null;
  // A block begins at a multiple of its size.
  return extent.start % extentSize(family, extent.length) === 0n ? extent : null;
}
