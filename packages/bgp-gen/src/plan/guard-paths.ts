import { type AsPathPattern, bogonAsns, parseAsPath } from "@nix-nos/topology";

/** Any AS number in the path that nobody may announce. */
export const bogonPath: AsPathPattern = { text: "bogons", root: { kind: "as", ranges: bogonAsns.ranges } };

/** A path that does not begin with this AS number, or is empty (RFC 4271 §6.3). */
export function firstAsIsNot(number: number): AsPathPattern {
  return pattern(`^[^${number}]|^$`);
}

function pattern(text: string): AsPathPattern {
  const { pattern: parsed } = parseAsPath(text);
  if (parsed === null) throw new TypeError(`no expression of AS numbers: ${text}`);
  return parsed;
}
