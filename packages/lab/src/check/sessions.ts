import type { BgpPlan } from "@nix-nos/bgp-gen";
import type { LabDesign } from "../design/types.js";
import { labStatus } from "../observe/status.js";
import { check, type LabCheck } from "./report.js";

/** Whether every planned session is Established; `without` are hosts that are down on purpose. */
export async function checkSessions(
  design: LabDesign,
  plan: BgpPlan,
  ignored: (node: string, neighbor: string) => boolean = () => false,
): Promise<readonly LabCheck[]> {
  const rows = (await labStatus(design, plan)).filter(({ node, neighbor }) => !ignored(node, neighbor));
  return rows.map(({ node, neighbor, name, established, state, detail }) => {
    const why = detail === "" ? state : `${state}: ${detail}`;
    return check("session", `${node} to ${neighbor} (${name})`, established ? null : `it is ${why}`);
  });
}
