import {
  formatAddress,
  formatPrefix,
  type IpAddress,
  parseAddress,
  parseInterfaceAddress,
  parsePrefix,
} from "@nix-nos/ipam";
import type { AddressPair } from "../network/family.js";

/** Addresses in the one spelling that everything later uses (RFC 5952). The text is known to be valid. */
export function canonicalAddress(text: string): string {
  return formatAddress(validated(parseAddress(text), text));
}

/** `10.0.1.10/24`, host bits kept. */
export function canonicalInterfaceAddress(text: string): string {
  const { address, length } = validated(parseInterfaceAddress(text), text);
  return `${formatAddress(address)}/${length}`;
}

export function canonicalPrefix(text: string): string {
  return formatPrefix(validated(parsePrefix(text), text));
}

/** The address of a text with or without a prefix length. */
export function bareAddress(text: string): IpAddress {
  return validated(parseAddress(text) ?? parseInterfaceAddress(text)?.address ?? null, text);
}

/** One address as a pair with the other family empty. */
export function pairOf(address: IpAddress): AddressPair {
  const text = formatAddress(address);
  return address.family === "ipv4" ? { ipv4: text, ipv6: null } : { ipv4: null, ipv6: text };
}

/** Validation runs first, so a failure here is a fault of this library and not of the topology. */
function validated<T>(value: T | null, text: string): T {
  if (value === null) throw new TypeError(`not validated: ${JSON.stringify(text)}`);
  return value;
}
