import { existsSync } from "node:fs";
import { endProcesses, processesNaming } from "./daemons/process.js";
import { namespacePrefix } from "./design/design-lab.js";
import { exclusively } from "./lock.js";
import { requireLab } from "./needs.js";
import { forget, type LabState, labFolder, readState } from "./state.js";
import { ip, namespaces } from "./wiring/ip.js";

/** What `labDown` removed; both empty when there was nothing. */
export interface DownReport {
  readonly id: string;
  readonly namespaces: readonly string[];
  /** How many daemons were ended. */
  readonly daemons: number;
}

/**
 * Ends a lab's daemons and removes its namespaces, with all that is in them, whatever state a crash left it in.
 *
 * @param id - of the lab, as its design has it
 * @throws LabError when this is not Linux or not root
 *
 * @example
 * ```ts no-run
 * import { labDown } from "@nix-nos/lab";
 *
 * const { namespaces } = await labDown("seed-1a2b3c4d");
 * ```
 */
export async function labDown(id: string): Promise<DownReport> {
  const folder = labFolder(id);
  if (process.platform === "linux" && !existsSync(folder) && namespacesOf(id).length === 0)
    return { id, namespaces: [], daemons: 0 };
  requireLab(null);
  return exclusively(id, async () => {
    const removed = await removeLeftovers(id, null);
    forget(id);
    return { id, ...removed };
  });
}

/** Ends every daemon and removes every namespace of a lab but those that are to be kept. */
export async function removeLeftovers(id: string, kept: LabState | null): Promise<Omit<DownReport, "id">> {
  const keep = new Set(kept?.daemons.map(({ process }) => process.pid));
  const recorded = (readState(id)?.daemons ?? []).map(({ process }) => process);
  const unrecorded = processesNaming(labFolder(id));
  const doomed = [...new Map([...recorded, ...unrecorded].map((each) => [each.pid, each])).values()].filter(
    ({ pid }) => !keep.has(pid),
  );
  await endProcesses(doomed, "SIGKILL");
  const stay = new Set(kept?.design.hosts.map(({ namespace }) => namespace));
  const names = namespacesOf(id).filter((name) => !stay.has(name));
  for (const name of names) ip("netns", "delete", name);
  return { namespaces: names, daemons: doomed.length };
}

function namespacesOf(id: string): readonly string[] {
  return [...namespaces()].filter((name) => name.startsWith(namespacePrefix(id)));
}
