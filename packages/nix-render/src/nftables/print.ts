import type { NodeFirewall } from "@nix-nos/topology";
import { tableContent, zoneTable } from "./table.js";

/**
 * A node's zones as a whole ruleset for `nft -f`: loading it again replaces its own table, and no other.
 *
 * @param firewall - one node of `planFirewall`
 * @returns text; empty for a node without zones
 * @throws NixError when a name cannot be written in nftables
 *
 * @example
 * ```ts
 * import { printNftables } from "@nix-nos/nix-render";
 *
 * const firewall = { node: "n1", zones: [], vrfMembers: [], rules: [], transit: [], forwardings: [], dnat: [], reversePath: "strict" } as const;
 * printNftables(firewall); // => ""
 * ```
 */
export function printNftables(firewall: NodeFirewall): string {
  if (firewall.zones.length === 0) return "";
  const content = tableContent(firewall).replace(/^(?=.)/gm, "  ");
  const table = `table inet ${zoneTable}`;
  // Naming it first makes deleting it right in every case.
  return `${table}\ndelete ${table}\n\n${table} {\n${content}}\n`;
}
