import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { systemReason, usageFailure } from "../failure.js";
import type { Io } from "../io.js";

/**
 * The text of a file that an option names.
 *
 * @throws Failure NN9016
 */
export function readNamedFile(io: Io, name: string): string {
  try {
    return readFileSync(resolve(io.cwd, name), "utf8");
  } catch (error) {
    throw usageFailure("NN9016", `${name} cannot be read: ${systemReason(error)}.`);
  }
}
