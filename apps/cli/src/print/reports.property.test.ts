// What is printed for people shows what anybody wrote, and moves no cursor by it.
import fc from "fast-check";
import { expect, it } from "vitest";
import { artifact } from "../cli.test-support.js";
import { diffFiles } from "./diff.js";
import { printDiffs } from "./diff-text.js";
import { printLabReport } from "./lab-report.js";
import { printRolloutPlan } from "./rollout-plan.js";
import { printSummary } from "./summary.js";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("\u001b[2J", "\r", "\n", "\u202e", "@@ -1 +1 @@", "--- a", "+b"),
);
const plain = (_style: string, printed: string) => printed;
/** Nothing but a line feed, and in a diff a tab, moves a cursor. */
const moves = /(?![\n\t])[\p{Cc}\u202e\u2028]/u;

it("diffs, checks, plans and summaries", { tags: "property" }, () => {
  const files = fc.array(text, { maxLength: 3 }).map((contents) => contents.map((own, at) => artifact(`f${at}`, own)));
  fc.assert(
    fc.property(files, files, fc.array(text, { maxLength: 4 }), fc.nat(), (old, now, texts, number) => {
      const [first = ""] = texts;
      const checks = texts.map((subject) => ({ kind: "route" as const, subject, passed: false, reason: first }));
      const waits = texts.map((id) => ({ id, waitsFor: [] }));
      const plan = { generation: first, waves: [waits], held: waits, skipped: [], groups: [], notes: texts };
      const summary = { out: first, nodes: 1, sessions: 2, kinds: { bird: number }, unchanged: 0, checks: [] };
      const changes = { added: texts, changed: texts, removed: texts, milliseconds: number };
      const printed = [
        printDiffs(diffFiles(old, now), plain),
        printLabReport({ id: "lab", passed: false, checks }),
        printRolloutPlan(plan, 80),
        printSummary({ ...summary, ...changes }, plain),
      ];
      for (const each of printed) expect(moves.exec(each)).toBeNull();
      expect(printed[1]?.split("\n")).toHaveLength((texts.length === 0 ? 0 : texts.length + 1) + 2);
    }),
  );
});
