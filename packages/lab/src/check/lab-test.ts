import type { BgpPlan } from "@nix-nos/bgp-gen";
import type { LabPeer } from "@nix-nos/topology";
import type { LabDesign } from "../design/types.js";
import { requireUp } from "../needs.js";
import { callAgain } from "../observe/call-again.js";
import { labStatus } from "../observe/status.js";
import { expectedStatic } from "./expected-routes.js";
import type { LabFault } from "./faults.js";
import { checkPolicies } from "./policies.js";
import { eventually, type LabCheck, type LabReport } from "./report.js";
import { checkPrefixes } from "./routes.js";
import { checkSessions } from "./sessions.js";
import { settled } from "./settled.js";
import { checkSurvival } from "./survival.js";
import { checkVips } from "./vips.js";

/** How long sessions may take to come up, and again once they were told to: BIRD waits 5 s before it calls. */
const sessionSeconds = 10;

/** How long routes may take once the sessions are up. */
const routeSeconds = 10;

/**
 * Holds a running lab against the plan: every session Established, every loopback and VIP known where it shall be, and
 * nothing let through that a policy forbids.
 *
 * @param options - `peers`: what the played neighbours announce, as the network's `lab` has it. `faults`: what to break
 *   after that, one after the other: what survives is checked, then all is restored
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
export async function labTest(
  design: LabDesign,
  plan: BgpPlan,
  options: { readonly peers?: readonly LabPeer[]; readonly faults?: readonly LabFault[] } = {},
): Promise<LabReport> {
  requireUp(design);
  const sessions = await comeUp(design, plan);
  const expected = expectedStatic(plan);
  const routes = await settled(design, routeSeconds, (tables) => [
    ...checkPrefixes(design, tables, "route", expected),
    ...checkPolicies(tables, plan, options.peers ?? []),
  ]);
  // Of a table that could not be read is said so once.
  const said = new Set(routes.map(({ subject }) => subject));
  const vips = (await checkVips(design, plan)).filter(({ kind, subject }) => kind !== "route" || !said.has(subject));
  const checks = [...sessions, ...routes, ...vips];
  // What is not whole says nothing when more of it is broken.
  for (const fault of options.faults ?? []) {
    if (checks.every(({ passed }) => passed)) checks.push(...(await checkSurvival(design, plan, fault)));
  }
  return { id: design.id, passed: checks.every(({ passed }) => passed), checks };
}

/** Two daemons that have just started may call each other before either listens, so those that failed call again once. */
async function comeUp(design: LabDesign, plan: BgpPlan): Promise<readonly LabCheck[]> {
  const first = await eventually(sessionSeconds, () => checkSessions(design, plan));
  if (first.every(({ passed }) => passed)) return first;
  await callAgain(
    design,
    (await labStatus(design, plan)).filter(({ established }) => !established),
  );
  return eventually(sessionSeconds, () => checkSessions(design, plan));
}
