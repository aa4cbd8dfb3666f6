import { link, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, uptime } from "node:os";
import { FileStoreError } from "./file-store-error.js";

/** Who writes. Its file is there as long as that lasts. */
interface Writer {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970: a writer from before this machine's start is none. */
  readonly since: number;
}

let count = 0;

/**
 * Does something while no other process does, on this machine or another that shares the file. What a killed process
 * left does not stop anybody on its own machine.
 *
 * @param mark - the file that says who writes
 * @param patienceMs - how long to wait for another
 */
export async function exclusively<T>(mark: string, patienceMs: number, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + patienceMs;
  while (!(await claim(mark))) {
    const writer = await readWriter(mark);
    if (writer && isDead(writer)) await clear(mark);
    else if (Date.now() > until) throw busy(mark, writer);
    else await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20));
  }
  try {
    return await work();
  } finally {
    await rm(mark, { force: true });
  }
}

/** A link to a file that is complete already: nobody ever reads half a mark, and of two only one succeeds. */
async function claim(mark: string): Promise<boolean> {
  const own = `${mark}.${process.pid}-${++count}`;
  const writer: Writer = { pid: process.pid, host: hostname(), since: Date.now() };
  await writeFile(own, JSON.stringify(writer));
  try {
    await link(own, mark);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/**
 * Removes a dead writer's mark. Of several who find it, one may: another could remove the mark of whoever came after.
 */
async function clear(mark: string): Promise<void> {
  const clearing = `${mark}.clear`;
  if (!(await claim(clearing))) {
    const other = await readWriter(clearing);
    if (other && isDead(other)) throw busy(clearing, other);
    return;
  }
  try {
    const writer = await readWriter(mark);
    if (writer && isDead(writer)) await rm(mark, { force: true });
  } finally {
    await rm(clearing, { force: true });
  }
}

async function readWriter(mark: string): Promise<Writer | null> {
  try {
    return JSON.parse(await readFile(mark, "utf8")) as Writer;
  } catch {
    // Gone by now, or no mark at all: to wait is right in the one case, and ends in the other.
    return null;
  }
}

function isDead({ pid, host, since }: Writer): boolean {
  if (host !== hostname()) return false;
  if (since < Date.now() - uptime() * 1000) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function busy(mark: string, writer: Writer | null): FileStoreError {
  const who = writer ? `process ${writer.pid} on ${writer.host}` : "another process";
  return new FileStoreError("busy", `${mark} says that ${who} is writing; if that is not so, delete that file.`);
}
