import { hash32 } from "@nix-nos/topology";

/** BIRD's longest symbol (`SYM_MAX_LEN`), the shortest limit of the daemons. */
const longest = 64;

/**
 * A name that every daemon takes: always with a prefix, because reserved words (`med`, `client`) and names of hex
 * digits alone do not lex as names in BIRD. A hyphen in the first part becomes `_`; whatever else had to be changed gets
 * a short hash of the original after a double `_`, so that two names never meet and one never moves when others come or
 * go.
 */
export function daemonName(prefix: string, parts: readonly string[]): string {
  const plain = `${prefix}_${parts.join("_").replace(/[^A-Za-z0-9_]/g, "_")}`;
  const exact = parts.every((part, index) => (index === 0 ? hyphenated : plainWord).test(part));
  if (exact && plain.length <= longest) return plain;
  const hash = hash32(parts.join("/")).toString(36);
  return `${plain.slice(0, longest - hash.length - 2)}__${hash}`;
}

const plainWord = /^[A-Za-z0-9]+$/;
const hyphenated = /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/;
