import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { toolFailure } from "../failure.js";
import { clearDead, isRunning } from "./durable.js";

/**
 * Takes the right to write an output folder, for this process alone, and gives back how to return it.
 *
 * The guard is a file with the process in it. After a kill it stays, and the next process takes it over: the number
 * may belong to another process by then, so the time of its start is compared too.
 *
 * @param flag - by which a command names the folder
 * @throws Failure NN9007 when a process that lives holds it.
 */
export function takeGuard(guard: string, out: string, flag = "--out"): () => void {
  const own = `${guard}-${process.pid}`;
  try {
    writeFileSync(own, identity(process.pid));
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        // Unlike a rename, a link refuses to replace, and the file is complete from its first moment.
        linkSync(own, guard);
        for (const kind of ["-", "-stale-"]) clearDead(dirname(guard), `${basename(guard)}${kind}`);
        return () => rmSync(guard, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = read(guard);
      if (holder !== null && isAlive(holder)) throw held(out, flag, holder);
      if (holder !== null) removeStale(guard, `${guard}-stale-${process.pid}`);
    }
    throw held(out, flag, read(guard) ?? "");
  } finally {
    rmSync(own, { force: true });
  }
}

/** Two processes may find the same dead holder; the one that comes second must not remove the first one's guard. */
function removeStale(guard: string, aside: string): void {
  try {
    renameSync(guard, aside);
    const moved = read(aside);
    if (moved !== null && isAlive(moved)) linkSync(aside, guard);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function held(out: string, flag: string, holder: string): Error {
  const pid = holder.split(" ")[0] || "unknown";
  return toolFailure(
    "NN9007",
    `Another nix-nos (process ${pid}) is writing ${out}.`,
    `Wait until it has ended, or give this one its own ${flag}.`,
  );
}

function identity(pid: number): string {
  return `${pid} ${startOf(pid)}`;
}

function isAlive(holder: string): boolean {
  const pid = Number(holder.split(" ")[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isRunning(pid)) return false;
  // A zombie is dead and merely not yet waited for.
  return holder === identity(pid) && statFields(pid)[0] !== "Z";
}

/** When a process started, in ticks since boot; Linux alone tells, elsewhere the number has to do. */
function startOf(pid: number): string {
  return statFields(pid)[19] ?? "-";
}

/** Fields of /proc/PID/stat from the third on; the second is the program's name in parentheses and may hold anything. */
function statFields(pid: number): readonly string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
