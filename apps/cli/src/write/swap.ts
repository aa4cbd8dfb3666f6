import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { sync } from "./durable.js";
import { dissolveTree, removeTree } from "./remove.js";
import type { Target } from "./target.js";

/**
 * Puts a complete stage in the output's place.
 *
 * Where the system can exchange two folders (Linux, renameat2 with RENAME_EXCHANGE), there is no moment without an
 * output; elsewhere there are two renames, and {@link recover} mends a kill between them.
 *
 * @param generated - files that the old tree's manifest lists
 */
export async function swapIn(target: Target, generated: ReadonlySet<string>): Promise<void> {
  const { out, stage, last, parent } = target;
  const inode = inodeOf(stage);
  const next = `${target.next}${inode}`;
  renameSync(stage, next);
  if (inodeOf(out) === null) {
    renameSync(next, out);
  } else {
    await dissolveTree(trade(next, out, last), out, generated);
  }
  sync(parent);
}

/**
 * Puts a folder in another one's place, in one step where the system can; where it cannot, a second step that fails
 * takes the first one back.
 *
 * @returns where the other one is now: `next` or `aside`
 */
export function trade(next: string, out: string, aside: string): string {
  if (exchange(next, out)) return next;
  renameSync(out, aside);
  try {
    renameSync(next, out);
  } catch (error) {
    renameSync(aside, out);
    throw error;
  }
  return aside;
}

/** Mends what a killed run left beside the output: finishes a swap that had begun, and clears the rest. */
export async function recover(target: Target): Promise<void> {
  const { out, stage, last, next, parent } = target;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(basename(next))) continue;
    const tree = join(parent, name);
    const isNew = String(inodeOf(tree)) === name.slice(basename(next).length);
    if (inodeOf(out) === null) renameSync(tree, out);
    else if (isNew) removeTree(tree);
    else await dissolveTree(tree, out);
  }
  if (inodeOf(last) !== null) {
    if (inodeOf(out) === null) renameSync(last, out);
    else await dissolveTree(last, out);
  }
  removeTree(stage);
}

/**
 * Exchanges two folders in one step; whether it worked, the inodes tell. Node has no call for it: coreutils has had
 * `mv --exchange` since 9.5, and Debian and Ubuntu have Perl, whose `syscall` reaches renameat2 on older ones.
 */
function exchange(next: string, out: string): boolean {
  if (process.platform !== "linux") return false;
  const inode = inodeOf(next);
  const done = () => inodeOf(out) === inode;
  spawnSync("mv", ["--exchange", "--no-copy", "-T", "--", next, out]);
  if (done()) return true;
  const number = renameat2[process.arch];
  if (number === undefined) return false;
  const program = "exit(syscall($ARGV[0] + 0, -100, $ARGV[1], -100, $ARGV[2], 2) == 0 ? 0 : 1)";
  spawnSync("perl", ["-e", program, "--", String(number), next, out]);
  return done();
}

/** The number of the system call, by Node's name of the architecture. */
const renameat2: Readonly<Record<string, number>> = {
  x64: 316,
  arm64: 276,
  riscv64: 276,
  loong64: 276,
  ppc64: 357,
  s390x: 347,
};

function inodeOf(path: string): number | null {
  return lstatSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
