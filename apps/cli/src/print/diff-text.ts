import type { FileChange } from "./diff.js";
import type { Paint } from "./paint.js";
import { count, visible } from "./text.js";

/** Diffs for people, each node's under its name; a pipe without the headings' colours is still a valid patch. */
export function printDiffs(changes: readonly FileChange[], paint: Paint): string {
  if (changes.length === 0) return "No changes.\n";
  const blocks: string[] = [];
  let node: string | null | undefined;
  for (const change of changes) {
    if (change.node !== node) {
      node = change.node;
      blocks.push(`${paint("strong", `# ${node === null ? "the whole topology" : `node ${visible(node)}`}`)}\n`);
    }
    blocks.push(paintDiff(change.diff, paint));
  }
  const number = (kind: FileChange["change"]) => changes.filter(({ change }) => change === kind).length;
  const parts = (["added", "changed", "removed"] as const).filter(number).map((kind) => `${number(kind)} ${kind}`);
  blocks.push(`${paint("strong", `# ${count(changes.length, "file")}: ${parts.join(", ")}`)}\n`);
  return blocks.join("\n");
}

function paintDiff(diff: string, paint: Paint): string {
  const lines = diff.split("\n").map((line) => {
    // Tabs are indentation here; anything else that moves the cursor is shown, not sent.
    const text = line.split("\t").map(visible).join("\t");
    if (/^(---|\+\+\+) /.test(line)) return paint("strong", text);
    if (line.startsWith("@@")) return paint("hunk", text);
    if (line.startsWith("+")) return paint("added", text);
    if (line.startsWith("-")) return paint("removed", text);
    return text;
  });
  return lines.join("\n");
}
