import type { BgpPlan } from "@nix-nos/bgp-gen";
import type { LabDesign } from "../design/types.js";
import { LabError } from "../lab-error.js";
import { requireLab } from "../needs.js";
import { readState } from "../state.js";
import { expectedStatic } from "./expected-routes.js";
import { eventually, type LabReport } from "./report.js";
import { checkPrefixes } from "./routes.js";
import { checkSessions } from "./sessions.js";
import { checkVips } from "./vips.js";

/** How long sessions may take to come up: BIRD waits 5 s before it calls, and again after a call that met nobody. */
const sessionSeconds = 20;

/** How long routes may take once the sessions are up. */
const routeSeconds = 10;

/**
 * Holds a running lab against the plan: every session Established, every loopback and VIP known where it shall be.
 *
 * @throws LabError when the lab is not up
 *
 * @example
 * ```ts no-run
 * import type { BgpPlan } from "@nix-nos/bgp-gen";
 * import { type LabDesign, labTest } from "@nix-nos/lab";
 *
 * async function failures(design: LabDesign, plan: BgpPlan) {
 *   return (await labTest(design, plan)).checks.filter(({ passed }) => !passed);
 * }
 * ```
 */
export async function labTest(design: LabDesign, plan: BgpPlan): Promise<LabReport> {
  requireUp(design);
  const sessions = await eventually(sessionSeconds, () => checkSessions(design, plan));
  const expected = expectedStatic(plan);
  const routes = await eventually(routeSeconds, () => checkPrefixes(design, "route", expected));
  const checks = [...sessions, ...routes, ...(await checkVips(design, plan))];
  return { id: design.id, passed: checks.every(({ passed }) => passed), checks };
}

/** @throws LabError when the lab is not up */
export function requireUp(design: LabDesign): void {
  requireLab(design);
  if (readState(design.id) === null) throw new LabError("The lab is not up.", "`nix-nos lab up` brings it up.");
}
