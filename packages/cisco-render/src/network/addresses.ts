import { formatAddress, networkOf, parseInterfaceAddress, parsePrefix } from "@nix-nos/ipam";
import { IosSyntaxError, type IosToken, word } from "../ios/document.js";

/** The mask of an IPv4 prefix length: `255.255.255.0` of 24. */
function maskOf(length: number): IosToken {
  const bits = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return word([24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join("."));
}

/** An IPv4 interface address as IOS writes it: address and mask. */
export function addressAndMask(text: string): IosToken {
  const own = parseInterfaceAddress(text);
  if (own === null) throw new IosSyntaxError(`no address: ${text}`);
  return { token: `${formatAddress(own.address)} ${maskOf(own.length).token}` };
}

/** An IPv4 prefix as `network … mask …` and `ip route` split it. */
export function prefixParts(text: string): { readonly address: IosToken; readonly mask: IosToken } {
  const own = parsePrefix(text);
  if (own === null) throw new IosSyntaxError(`no prefix: ${text}`);
  return { address: word(formatAddress(own.address)), mask: maskOf(own.length) };
}

/** The network of an interface's address, as canonical text. */
export function networkText(text: string): string | null {
  const own = parseInterfaceAddress(text);
  if (own === null) return null;
  return `${formatAddress(networkOf(own.address, own.length).address)}/${own.length}`;
}
