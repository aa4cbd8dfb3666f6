import type { BgpPlan } from "@nix-nos/bgp-gen";
import { familyOf } from "@nix-nos/ipam";
import type { LabDesign } from "../design/types.js";
import { gobgp, gobgpRoutes } from "../observe/gobgp.js";
import { expectedHealth } from "./expected-routes.js";
import { check, type LabCheck } from "./report.js";
import { checkAbsent, checkPrefixes } from "./routes.js";
import { settled } from "./settled.js";

/** Nobody's VIP: blocks for documentation (RFC 5737, RFC 3849), from their far ends. */
const strangers = { ipv4: "203.0.113.251/32", ipv6: "2001:db8:ffff:ffff:ffff:ffff:ffff:fffb/128" } as const;

/**
 * Injects every VIP that depends on health where it is announced, as the health check does, and a prefix that is no VIP:
 * the VIPs arrive where the plan says, the other one nowhere; withdrawn, all are gone again.
 */
export async function checkVips(design: LabDesign, plan: BgpPlan): Promise<readonly LabCheck[]> {
  const expected = expectedHealth(plan);
  if (expected.length === 0) return [];
  const namespaceOf = new Map(design.hosts.map(({ name, namespace }) => [name, namespace]));
  const vips = new Set(expected.map(({ prefix }) => prefix));
  const foreign = Object.values(strangers).filter((prefix) => !vips.has(prefix));
  const injected: { readonly namespace: string; readonly prefix: string }[] = [];
  const checks: LabCheck[] = [];
  const injectedStrangers = () => foreign.filter((prefix) => injected.some((each) => each.prefix === prefix));
  try {
    for (const { node, vips: own } of plan.speakers) {
      const namespace = namespaceOf.get(node) ?? "";
      const families = new Set(own.filter(({ announce }) => announce === "health").map(({ family }) => family));
      for (const family of families) {
        // What somebody else injected is theirs to withdraw.
        const there = new Set(
          (await gobgpRoutes(namespace, family)).filter(({ source }) => source !== "BGP").map(({ prefix }) => prefix),
        );
        const prefixes = own.filter((vip) => vip.announce === "health" && vip.family === family);
        for (const prefix of [...prefixes.map((vip) => vip.prefix), strangers[family]]) {
          if (there.has(prefix) || (prefix === strangers[family] && !foreign.includes(prefix))) continue;
          await gobgp(namespace, "global", "rib", "add", "-a", family, prefix);
          injected.push({ namespace, prefix });
        }
      }
    }
    const seen = await settled(design, 10, (tables) => [
      ...checkPrefixes(design, tables, "vip", expected),
      ...checkAbsent(tables, "vip", injectedStrangers(), "is no VIP and goes nowhere"),
    ]);
    checks.push(...seen);
  } catch (error) {
    checks.push(check("vip", "injection", error instanceof Error ? error.message : String(error)));
  } finally {
    for (const { namespace, prefix } of injected) {
      await gobgp(namespace, "global", "rib", "del", "-a", familyOf(prefix), prefix).catch(() => {});
    }
  }
  const withdrawn = expected.filter(({ prefix, origins }) => {
    return injected.filter((each) => each.prefix === prefix).length === origins.length;
  });
  const prefixes = withdrawn.map(({ prefix }) => prefix);
  checks.push(...(await settled(design, 10, (tables) => checkAbsent(tables, "vip", prefixes, "withdrawn"))));
  return checks;
}
