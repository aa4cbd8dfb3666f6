/** An address family, by the name that every target configuration knows it by. */
export type Family = "ipv4" | "ipv6";

/** At most one address a family, as canonical text without a prefix length. */
export interface AddressPair {
  readonly ipv4: string | null;
  readonly ipv6: string | null;
}
