/** Reserved for special use: 0 (RFC 7607), AS_TRANS 23456 (RFC 6793), the last of 16 and of 32 bits (RFC 7300). */
const reserved: ReadonlySet<number> = new Set([0, 23456, 65535, 0xffff_ffff]);

/** Reads an AS number in plain decimal (RFC 5396); says why it cannot be used when it cannot. */
export function parseAsNumber(
  text: string,
): { readonly number: number; readonly fault: null } | { readonly number: null; readonly fault: string } {
  if (!/^(0|[1-9]\d{0,9})$/.test(text) || Number(text) > 0xffff_ffff) {
    return { number: null, fault: "is no AS number: expected a whole number from 1 to 4294967294" };
  }
  const number = Number(text);
  return reserved.has(number)
    ? { number: null, fault: "is a reserved AS number, which no network may use" }
    : { number, fault: null };
}
