import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { systemReason, toolFailure, usageFailure } from "../failure.js";
import type { Io } from "../io.js";
import { writeFileAtomic } from "./durable.js";

/**
 * Refuses a file that is there already; a link that leads nowhere counts too.
 *
 * @param name - the file as the user named it
 * @throws Failure NN9014
 */
export function refuseExisting(io: Io, name: string): void {
  try {
    lstatSync(resolve(io.cwd, name));
  } catch {
    // Not there, or out of reach: then the write says why.
    return;
  }
  throw usageFailure("NN9014", `${name} exists.`, "Use --force to overwrite it.");
}

/**
 * Writes one file that the user named, whole or not at all; its folder is made.
 *
 * @throws Failure NN9002
 */
export function writeDestination(io: Io, name: string, text: string | Uint8Array): void {
  try {
    writeFileAtomic(resolve(io.cwd, name), text);
  } catch (error) {
    throw toolFailure("NN9002", `${name} cannot be written: ${systemReason(error)}.`);
  }
}
