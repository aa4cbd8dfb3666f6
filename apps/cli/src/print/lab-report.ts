import type { LabCheck, LabReport } from "@nix-nos/lab";
import { count, visible } from "./text.js";

const nouns: Readonly<Record<LabCheck["kind"], string>> = {
  session: "session",
  route: "route",
  vip: "VIP check",
  policy: "policy check",
  fault: "fault check",
};

/** What was held against the plan: a line for each kind, and under it what failed and why. */
export function printLabReport({ checks, passed }: LabReport): string {
  const kinds = [...new Set(checks.map(({ kind }) => kind))];
  const lines = kinds.flatMap((kind) => {
    const own = checks.filter((each) => each.kind === kind);
    const failed = own.filter((each) => !each.passed);
    const head = `${failed.length === 0 ? "pass" : "FAIL"}  ${count(own.length, nouns[kind])}`;
    return [
      failed.length === 0 ? head : `${head}, ${failed.length} failed`,
      ...failed.map(({ subject, reason }) => `      ${visible(subject)}: ${visible(reason ?? "")}`),
    ];
  });
  return `${[...lines, passed ? "The lab is as planned." : "The lab is not as planned."].join("\n")}\n`;
}
