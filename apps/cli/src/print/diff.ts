import { compareNames, type Layer } from "@nix-nos/topology";
import { createTwoFilesPatch } from "diff";

/** A file before or after. */
export interface FileVersion {
  readonly path: string;
  readonly text: string;
  readonly node: string | null;
  readonly layer: Layer;
  readonly kind: string;
}

/** What became of one file. */
export interface FileChange {
  readonly path: string;
  readonly node: string | null;
  readonly change: "added" | "removed" | "changed";
  /** Unified diff, as `git apply` and `patch -p1` take it. */
  readonly diff: string;
}

/** So many changed lines in one file are no longer compared line by line: that grows with their square. */
const maxEditLength = 1000;

/** The files that differ, those of the whole topology first, then node by node. */
export function diffFiles(old: readonly FileVersion[], now: readonly FileVersion[]): readonly FileChange[] {
  const oldByPath = new Map(old.map((file) => [file.path, file]));
  const changes: FileChange[] = [];
  for (const file of now) {
    const before = oldByPath.get(file.path);
    oldByPath.delete(file.path);
    if (before === undefined) changes.push(changeOf(file, "added", "", file.text));
    else if (before.text !== file.text) changes.push(changeOf(file, "changed", before.text, file.text));
  }
  for (const file of oldByPath.values()) changes.push(changeOf(file, "removed", file.text, ""));
  return changes.sort((a, b) => compareNames(a.node ?? "", b.node ?? "") || compareNames(a.path, b.path));
}

function changeOf(
  { path, node }: FileVersion,
  change: FileChange["change"],
  before: string,
  after: string,
): FileChange {
  const from = change === "added" ? "/dev/null" : `a/${path}`;
  const to = change === "removed" ? "/dev/null" : `b/${path}`;
  const compared = createTwoFilesPatch(from, to, before, after, undefined, undefined, { context: 3, maxEditLength });
  const diff = compared ?? replacement(from, to, before, after);
  return { path, node, change, diff: diff.replace(/^=+\n/, "") };
}

/** The whole old text out, the whole new one in. */
function replacement(from: string, to: string, before: string, after: string): string {
  const lines = (text: string, sign: string) => {
    const list = text.split("\n");
    const end = list.pop() === "" ? "" : "\\ No newline at end of file\n";
    const all = end === "" ? list : text.split("\n");
    return { number: all.length, text: all.map((line) => `${sign}${line}\n`).join("") + end };
  };
  const old = lines(before, "-");
  const now = lines(after, "+");
  return `--- ${from}\n+++ ${to}\n@@ -1,${old.number} +1,${now.number} @@\n${old.text}${now.text}`;
}
