import type { NewBootstrapKey } from "@plasmacloud/deployer-client";
import { usageFailure } from "../failure.js";

/** Whom a key introduces, of two options of which one is given; NN9016 otherwise. */
export function scopeOf(node: string | undefined, site: string | undefined): NewBootstrapKey["scope"] {
  if (node !== undefined && site === undefined) return { kind: "node", node };
  if (site !== undefined && node === undefined) return { kind: "site", site };
  throw usageFailure("NN9016", "A key is for a node or for a site.", "Name one: --node node01, or --site tokyo.");
}
