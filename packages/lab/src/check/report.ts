/** One thing that was looked at. */
export interface LabCheck {
  /** What kind of thing it is: `session`, `route`, `vip`, `policy`, `fault`. */
  readonly kind: "session" | "route" | "vip" | "policy" | "fault";
  /** What was looked at, as `node01 to node02`. */
  readonly subject: string;
  readonly passed: boolean;
  /** Why it failed; `null` when it passed. */
  readonly reason: string | null;
}

export interface LabReport {
  readonly id: string;
  readonly passed: boolean;
  readonly checks: readonly LabCheck[];
}

export function check(kind: LabCheck["kind"], subject: string, reason: string | null): LabCheck {
  return { kind, subject, passed: reason === null, reason };
}

/** Looks again and again until everything passes, or the time is over; gives what was seen last. */
export async function eventually(
  seconds: number,
  look: () => Promise<readonly LabCheck[]>,
): Promise<readonly LabCheck[]> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen.every(({ passed }) => passed) || performance.now() > deadline) return seen;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
