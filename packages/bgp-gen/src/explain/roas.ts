import { isInside, parsePrefix } from "@nix-nos/ipam";
import type { RpkiState } from "@nix-nos/topology";

/** A ROA as validators give it (RFC 6482): an AS may announce a prefix, and parts of it up to a length. */
export interface Roa {
  /** Canonical. */
  readonly prefix: string;
  readonly maxLength: number;
  readonly as: number;
}

/**
 * What ROAs say of a route (RFC 6811 §2): `unknown` when none covers it, `valid` when one that does names its origin and
 * allows its length.
 *
 * @example
 * ```ts
 * import { rpkiState } from "@nix-nos/bgp-gen";
 *
 * const roas = [{ prefix: "10.0.0.0/8", maxLength: 16, as: 64500 }];
 * rpkiState(roas, "10.1.0.0/16", 64500); // => "valid"
 * rpkiState(roas, "10.1.1.0/24", 64500); // => "invalid"
 * rpkiState(roas, "11.0.0.0/8", 64500); // => "unknown"
 * ```
 */
export function rpkiState(roas: readonly Roa[], prefix: string, originAs: number): RpkiState {
  const length = parsePrefix(prefix)?.length ?? 0;
  const covering = roas.filter((roa) => isInside(prefix, roa.prefix));
  if (covering.length === 0) return "unknown";
  return covering.some(({ as, maxLength }) => as === originAs && length <= maxLength) ? "valid" : "invalid";
}
