import type { Command } from "commander";
import { addBgpExplain } from "./bgp-explain.js";
import { addBgpIrr } from "./bgp-irr.js";
import { addBgpPolicies } from "./bgp-policies.js";
import { addBgpSessions } from "./bgp-sessions.js";
import type { Context } from "./context.js";

export function addBgp(program: Command, context: Context): void {
  const bgp = program.command("bgp").description("the computed BGP plan, and what it asks registries for");
  for (const add of [addBgpSessions, addBgpPolicies, addBgpExplain, addBgpIrr]) add(bgp, context);
}
