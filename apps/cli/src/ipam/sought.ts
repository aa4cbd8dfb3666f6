import { compareAddress, hostPrefix, networkOf, type Prefix, parseAddress, parseInterfaceAddress } from "@nix-nos/ipam";

/**
 * What is looked for: an address, or a prefix. `10.0.0.7/24`, as interfaces and `ipam next` write it, is the address.
 *
 * @returns `null` for what is neither, and may be a part of a key
 */
export function soughtPrefix(text: string): Prefix | null {
  const bare = parseAddress(text);
  if (bare !== null) return hostPrefix(bare);
  const own = parseInterfaceAddress(text);
  if (own === null) return null;
  const network = networkOf(own.address, own.length);
  return compareAddress(network.address, own.address) === 0 ? network : hostPrefix(own.address);
}

/** Whether a text has the look of an address or prefix and is none: nobody has it, and saying so would reassure. */
export function notAnAddress(text: string): boolean {
  const isLike = /^(?:\d+\.){3}\d+(?:\/\d*)?$/.test(text) || /^[\da-f]*:[\da-f:.]*(?:\/\d*)?$/i.test(text);
  return isLike && soughtPrefix(text) === null;
}
