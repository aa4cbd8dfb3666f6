import { NixError } from "./expression.js";

const largest = 2n ** 63n - 1n;

/** An integer's text; Nix has 64 bits, and no literal for the least of them. */
export function integerText(value: bigint): string {
  if (value > largest || value < -largest - 1n) throw new NixError(`A Nix integer has 64 bits, ${value} has more.`);
  if (value === -largest - 1n) return `(-${largest} - 1)`;
  return value < 0n ? `(${value})` : `${value}`;
}

/** A float's text, which Nix reads back as the same number: it wants digits on both sides of a point. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) throw new NixError(`Nix has no literal for ${value}.`);
  // Nix's reader takes strtod's ERANGE for an error.
  if (value !== 0 && Math.abs(value) < 2 ** -1022) throw new NixError(`Nix cannot read ${value}: it is too near to 0.`);
  const [mantissa = "0", exponent] = String(Math.abs(value)).split("e");
  const digits = mantissa.includes(".") ? mantissa : `${mantissa}.0`;
  const text = exponent === undefined ? digits : `${digits}e${exponent}`;
  return value < 0 || Object.is(value, -0) ? `(-${text})` : text;
}
