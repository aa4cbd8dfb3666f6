import { indexNetwork, type Outcome, resolveTopology, validateTopology } from "@nix-nos/topology";
import type { Data } from "./document.test-support.js";
import { planBgp } from "./plan/plan-bgp.js";
import type { BgpPlan } from "./plan/types.js";

/** From a document to its plan, or to what is wrong with it. */
export function planOf(document: Data, daemon: "bird" | "gobgp"): Outcome<BgpPlan> {
  const validated = validateTopology(document);
  if (validated.value === null) return { value: null, diagnostics: validated.diagnostics };
  const resolved = resolveTopology(validated.value);
  if (resolved.value === null) return { value: null, diagnostics: resolved.diagnostics };
  const nodes = resolved.value.nodes.map((node) => ({ ...node, bgpDaemon: daemon }));
  return planBgp(indexNetwork({ ...resolved.value, nodes }));
}
