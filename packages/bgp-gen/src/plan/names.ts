/** BIRD's longest symbol (`SYM_MAX_LEN`), the shortest limit of the daemons. */
const longest = 64;

/**
 * A name that every daemon takes: always with a prefix, because reserved words (`med`, `client`) and names of hex
 * digits alone do not lex as names in BIRD. What had to be changed gets a short hash of the original, so that two
 * names never meet and one never moves when others come or go.
 */
export function daemonName(prefix: string, parts: readonly string[]): string {
  const original = parts.join("/");
  const plain = `${prefix}_${parts.join("_").replace(/[^A-Za-z0-9_]/g, "_")}`;
  const exact = parts.every((part) => /^[A-Za-z0-9]+$/.test(part));
  if (exact && plain.length <= longest) return plain;
  const hash = fnv1a(original);
  return `${plain.slice(0, longest - hash.length - 1)}_${hash}`;
}

/** FNV-1a, 32 bits: no secret depends on it. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
