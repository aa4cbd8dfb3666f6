import type { AddressFamily, IpAddress } from "./address.js";

/** An address as a number, for arithmetic over ranges that no double can count. */
export function toNumber(address: IpAddress): bigint {
  if (address.family === "ipv4") return BigInt(address.w3);
  const high = (BigInt(address.w0) << 32n) | BigInt(address.w1);
  return (high << 64n) | (BigInt(address.w2) << 32n) | BigInt(address.w3);
}

export function fromNumber(family: AddressFamily, value: bigint): IpAddress {
  if (family === "ipv4") return { family, w0: 0, w1: 0, w2: 0, w3: Number(value) };
  const word = (shift: bigint) => Number((value >> shift) & 0xffff_ffffn);
  return { family, w0: word(96n), w1: word(64n), w2: word(32n), w3: word(0n) };
}
