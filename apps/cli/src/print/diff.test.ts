import { spawnSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { artifact, putFile, readTree, temporaryFolder } from "../cli.test-support.js";
import { diffFiles } from "./diff.js";
import { printDiffs } from "./diff-text.js";

describe("diffFiles", () => {
  it("tells what was added, changed and removed, the whole topology first and nodes in their order", () => {
    const old = [artifact("nodes/n10/x", "1\n"), artifact("nodes/n2/x", "a\nb\nc\n"), artifact("same", "=")];
    const now = [artifact("nodes/n2/x", "a\nB\nc\n"), artifact("same", "="), artifact("nix/default.nix", "{ }\n")];
    expect(diffFiles(old, now)).toEqual([
      {
        path: "nix/default.nix",
        node: null,
        change: "added",
        diff: "--- /dev/null\n+++ b/nix/default.nix\n@@ -0,0 +1,1 @@\n+{ }\n",
      },
      {
        path: "nodes/n2/x",
        node: "n2",
        change: "changed",
        diff: "--- a/nodes/n2/x\n+++ b/nodes/n2/x\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n",
      },
      {
        path: "nodes/n10/x",
        node: "n10",
        change: "removed",
        diff: "--- a/nodes/n10/x\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-1\n",
      },
    ]);
  });

  it("is a patch that applies, also where two long files have little in common", () => {
    const lines = (sign: string) => Array.from({ length: 6000 }, (_, index) => `${sign}${index}\n`).join("");
    const text = fc.array(fc.constantFrom("a", "b", "", "- x", "@@"), { maxLength: 12 }).map((list) => list.join("\n"));
    const samples = [
      ...fc.sample(fc.tuple(text, text), 40),
      [lines("a"), lines("b")],
      [lines("a"), `${lines("c")}end`],
    ];
    const old = samples.map(([before = ""], index) => artifact(`f${index}`, before));
    const now = samples.map(([, after = ""], index) => artifact(`f${index}`, after));
    const folder = temporaryFolder();
    for (const { path, text: before } of old) putFile(join(folder, path), before);
    const input = printDiffs(diffFiles(old, now), (_style, printed) => printed);
    const { status, stderr } = spawnSync("git", ["apply", "--whitespace=nowarn", "-"], {
      cwd: folder,
      input,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    const patched = readTree(folder);
    for (const { path, text: after } of now) expect(patched[path] ?? "").toBe(after);
  });
});

it("prints each node's changes under its name, and shows control characters", () => {
  const old = [artifact("nodes/n1/x", "1\n")];
  const now = [artifact("nodes/n1/x", "\u001b[2J\n"), artifact("nodes/n1/y", "y\n")];
  const printed = printDiffs(diffFiles(old, now), (_style, text) => text);
  expect(printed).toContain("# node n1\n\n--- a/nodes/n1/x\n");
  expect(printed).toContain("+\\u{1b}[2J\n");
  expect(printed).toMatch(/# 2 files: 1 added, 1 changed\n$/);
  expect(printDiffs([], (_style, text) => text)).toBe("No changes.\n");
});
