import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { LabDesign } from "./design/types.js";
import { LabError } from "./lab-error.js";
import { readState } from "./state.js";
import { toolEnv } from "./wiring/ip.js";

/** Says in one sentence what is missing on this machine for a lab, if anything is. */
export function requireLab(design: LabDesign | null): void {
  if (process.platform !== "linux") throw new LabError(`A lab needs Linux; this is ${process.platform}.`);
  if (process.getuid?.() !== 0)
    throw new LabError("A lab needs root, to make network namespaces.", "Run it with sudo, or in a virtual machine.");
  const tools = new Set(["ip"]);
  for (const host of design?.hosts ?? []) {
    if (host.bird !== null) tools.add("bird");
    if (host.frr !== null) for (const tool of ["vtysh", "zebra", "staticd", "bgpd"]) tools.add(tool);
    if (host.gobgp !== null) for (const tool of ["gobgpd", "gobgp"]) tools.add(tool);
  }
  const missing = [...tools].filter((tool) => !isThere(tool));
  if (missing.length > 0)
    throw new LabError(
      `The lab needs ${missing.join(", ")}, and cannot find ${missing.length === 1 ? "it" : "them"}.`,
      "On Debian and Ubuntu: iproute2, bird2, gobgpd, frr.",
    );
}

/** @throws LabError when the lab is not up, or this process may not look */
export function requireUp(design: LabDesign): void {
  requireLab(design);
  if (readState(design.id) === null) throw new LabError("The lab is not up.", "`nix-nos lab up` brings it up.");
}

function isThere(tool: string): boolean {
  return (toolEnv().PATH ?? "").split(":").some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}
