import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Io } from "./io.js";

/**
 * Where a program is, or `null`. Daemons live in /usr/sbin, which is not on every user's PATH.
 */
export function findTool(name: string, env: Io["env"]): string | null {
  for (const folder of [...(env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"]) {
    if (folder === "") continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not here; look on.
    }
  }
  return null;
}
