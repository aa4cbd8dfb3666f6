import { NixError } from "../expression/expression.js";

/** Words of nftables, which has no escapes: what a word cannot hold is refused, and comments lose it. */

/** One item, or several as an anonymous set. */
export function nftAny(items: readonly string[]): string {
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : `{ ${items.join(", ")} }`;
}

/** There is no quoting for addresses and prefixes, so nothing else may get here. */
export function nftAddress(address: string): string {
  if (!/^[0-9a-f.:]{2,45}(?:\/\d{1,3})?$/i.test(address))
    throw new NixError(`${JSON.stringify(address)} is no address.`);
  return address;
}

/** Strings have no escapes, and a `*` at the end would mean any name that begins so. */
export function nftInterface(name: string): string {
  if (!/^[\w.-]{1,15}$/.test(name)) throw new NixError(`${JSON.stringify(name)} is no interface.`);
  return `"${name}"`;
}

/** The name of a chain for a zone; the word in front keeps it apart from the language's own. */
export function nftChain(word: string, zone: string): string {
  if (!/^[\w.-]{1,63}$/.test(zone)) throw new NixError(`${JSON.stringify(zone)} is no zone.`);
  return `${word}-${zone}`;
}

/** A rule's comment; the kernel keeps 127 bytes. */
export function nftComment(text: string): string {
  const plain = text.replace(/[^ !#-[\]-~]/g, "?");
  return `comment "${plain.length > mostComment ? `${plain.slice(0, mostComment - 3)}...` : plain}"`;
}

const mostComment = 120;

/** A chain as lines. */
export function nftBlock(name: string, lines: readonly string[]): string {
  return `chain ${name} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
}
