import type { BgpPlan } from "@nix-nos/bgp-gen";
import type { LabDesign } from "../design/types.js";
import { labStatus } from "../observe/status.js";
import { type ExpectedPrefix, expectedStatic } from "./expected-routes.js";
import { type Broken, breakOnPurpose, type LabFault } from "./faults.js";
import { check, eventually, type LabCheck } from "./report.js";
import { checkAbsent, checkPrefixes } from "./routes.js";
import { checkSessions } from "./sessions.js";
import { settled } from "./settled.js";

/** Seconds until a session or a route is given up, beyond the timers that the plan knows. */
const spareSeconds = 20;

/**
 * Breaks something, looks what survives, and puts it back: every session beside the fault stays, every prefix that a
 * living node announces is still known wherever it was, what stood on a dead node alone is withdrawn.
 */
export async function checkSurvival(design: LabDesign, plan: BgpPlan, fault: LabFault): Promise<readonly LabCheck[]> {
  const whole = expectedStatic(plan);
  const broken = await breakOnPurpose(design, plan, fault);
  const checks: LabCheck[] = [];
  try {
    await sessionsDown(design, plan, broken);
    const left = new Map(expectedStatic(broken.plan).map((each) => [each.prefix, each]));
    const alive = new Set(broken.plan.speakers.map(({ node }) => node));
    const lasting = whole.filter(({ prefix }) => left.has(prefix)).map((each) => remaining(each, alive));
    const orphaned = whole.filter(({ prefix }) => !left.has(prefix)).map(({ prefix }) => prefix);
    const within = { ...design, hosts: design.hosts.filter(({ name, kind }) => kind !== "node" || alive.has(name)) };
    const seen = await settled(within, spareSeconds + gracefulSeconds(plan), async (tables) => [
      ...(await checkSessions(design, plan, broken.isHit)),
      ...checkPrefixes(within, tables, "fault", lasting),
      ...checkAbsent(tables, "fault", orphaned, "is gone with its node"),
    ]);
    checks.push(...seen.map((each) => explain(each, left)));
  } finally {
    await broken.restore();
  }
  const restored = await settled(design, spareSeconds + gracefulSeconds(plan), async (tables) => [
    ...(await checkSessions(design, plan)),
    ...checkPrefixes(design, tables, "route", whole),
  ]);
  const missing = restored.filter(({ passed }) => !passed);
  if (missing.length === 0) return [...checks, check("fault", "restored", null)];
  return [...checks, ...missing.map(({ subject, reason }) => check("fault", `restored: ${subject}`, reason))];
}

/** Waits until the neighbours have noticed. */
async function sessionsDown(design: LabDesign, plan: BgpPlan, broken: Broken): Promise<void> {
  const seconds = Math.max(
    spareSeconds,
    ...plan.speakers.flatMap(({ sessions }) => sessions.map(({ timers }) => (timers.holdTime ?? defaultHold) + 5)),
  );
  await eventually(seconds, async () => {
    const rows = (await labStatus(design, plan)).filter(({ node, neighbor }) => broken.isHit(node, neighbor));
    return rows.map(({ node, neighbor, established }) =>
      check("fault", `${node} to ${neighbor}`, established ? "still up" : null),
    );
  });
}

/** BIRD's. */
const defaultHold = 240;

/** A neighbour keeps the routes of one that may be restarting (RFC 4724); BIRD gives it 120 s. */
function gracefulSeconds(plan: BgpPlan): number {
  return plan.speakers.some(({ sessions }) => sessions.some(({ gracefulRestart }) => gracefulRestart)) ? 125 : 0;
}

function remaining(expected: ExpectedPrefix, alive: ReadonlySet<string>): ExpectedPrefix {
  const nodes = new Set([...expected.nodes].filter((node) => alive.has(node)));
  return { ...expected, origins: expected.origins.filter((node) => alive.has(node)), nodes };
}

/** Says of a lost route whether the plan has another way to it. */
function explain(seen: LabCheck, left: ReadonlyMap<string, ExpectedPrefix>): LabCheck {
  const [prefix = "", node = ""] = seen.subject.split(" on ");
  const expected = left.get(prefix);
  if (seen.passed || seen.kind !== "fault" || expected === undefined) return seen;
  const why = expected.nodes.has(node) ? "though the plan has another way" : "and the plan has no other way";
  return { ...seen, reason: `lost, ${why}: ${seen.reason}` };
}
