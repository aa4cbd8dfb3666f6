import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The deployer's own SSH key in the data folder, made once; its public part is for the nodes' authorized keys. */
export function ownIdentity(data: string): string {
  const folder = join(data, "ssh");
  if (existsSync(folder)) return join(folder, "id_ed25519");
  const temporary = mkdtempSync(join(data, "ssh-"));
  try {
    const file = join(temporary, "id_ed25519");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "deployer", "-f", file]);
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  return join(folder, "id_ed25519");
}
