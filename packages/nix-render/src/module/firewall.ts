import type { NodeFirewall } from "@nix-nos/topology";
import { nixLines } from "../expression/build.js";
import { extraInputRules, tableContent, zoneTable } from "../nftables/table.js";
import { type OptionTree, setOption } from "./options.js";

/**
 * Lets in what the plan says, and from whom; NixOS's firewall, on unless the owner says otherwise, drops the rest. Zones
 * have a table of their own, which judges first: what NixOS's modules open is open on interfaces without a zone alone.
 */
export function addFirewall(tree: OptionTree, firewall: NodeFirewall): void {
  const rules = extraInputRules(firewall);
  if (rules.length > 0) {
    setOption(tree, ["networking", "nftables", "enable"], { data: true });
    setOption(tree, ["networking", "firewall", "extraInputRules"], {
      expression: nixLines(rules.map((rule) => `${rule}\n`).join("")),
    });
  }
  if (firewall.zones.length > 0) {
    setOption(tree, ["networking", "nftables", "tables", zoneTable, "family"], { data: "inet" });
    setOption(tree, ["networking", "nftables", "tables", zoneTable, "content"], {
      expression: nixLines(tableContent(firewall)),
      comment: "Zones judge first: what NixOS's modules open is open on interfaces without a zone alone.",
    });
  }
  if (firewall.reversePath === "strict") return;
  const many = firewall.reversePath === "loose";
  setOption(tree, ["networking", "firewall", "checkReversePath"], {
    data: many ? "loose" : false,
    comment: many
      ? "Packets come in by another link than their answers leave by (RFC 3704, 2.4)."
      : "The way back is looked up in the main table, which a VRF's packets are not in.",
  });
}
