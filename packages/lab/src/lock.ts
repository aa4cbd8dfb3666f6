import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "./daemons/process.js";
import { LabError } from "./lab-error.js";
import { labFolder } from "./state.js";

/** Does something with a lab that nobody else may do at once; whoever crashed holds nothing. */
export async function exclusively<T>(id: string, work: () => Promise<T>): Promise<T> {
  const file = `${labFolder(id)}.lock`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const own = JSON.stringify(identify(process.pid));
  try {
    writeFileSync(file, own, { flag: "wx" });
  } catch {
    const holder = holderOf(file);
    if (holder !== null && isAlive(holder))
      throw new LabError(`Process ${holder.pid} is at work on the lab "${id}".`, "Wait until it has finished.");
    writeFileSync(file, own);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function holderOf(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
