import { endProcesses, isAlive } from "./daemons/process.js";
import { awaitDaemons, birdSocket, partOf, startDaemon, writeFiles, writeSecrets } from "./daemons/start.js";
import type { LabDesign, LabHost } from "./design/types.js";
import { removeLeftovers } from "./down.js";
import { exclusively } from "./lock.js";
import { requireLab } from "./needs.js";
import { askBird } from "./observe/bird-control.js";
import { type LabDaemon, type LabState, labPrograms, readState, writeState } from "./state.js";
import { wiringChanges } from "./wiring/changes.js";
import { namespaces } from "./wiring/ip.js";
import { wire } from "./wiring/wire.js";

/** What `labUp` did; nothing of it when the lab was up as designed. */
export interface UpReport {
  readonly id: string;
  /** Hosts that were made, and those that were taken away. */
  readonly made: readonly string[];
  readonly removed: readonly string[];
  /** Hosts that stayed and whose interfaces, addresses or routes changed. */
  readonly rewired: readonly string[];
  /** Daemons that were started, as `bird on node01`. */
  readonly started: readonly string[];
  /** BIRDs that read a new file without a restart. */
  readonly reconfigured: readonly string[];
  /** Files that throwaway ones stand in for. */
  readonly secrets: readonly string[];
}

/**
 * Brings a lab up, or makes it what the design says: what is the same stays untouched, a BIRD whose file changed reads
 * the new one by `configure`, and leftovers of a crash are removed.
 *
 * @param design - from `designLab`
 * @throws LabError when this is not Linux, not root, a tool is missing, or a daemon refuses its file
 *
 * @example
 * ```ts no-run
 * import { labDown, labUp } from "@nix-nos/lab";
 *
 * const design = { id: "empty", hosts: [], cables: [], secrets: [] } as const;
 * await labUp(design);
 * await labDown("empty");
 * ```
 */
export async function labUp(design: LabDesign): Promise<UpReport> {
  requireLab(design);
  return exclusively(design.id, async () => {
    const remembered = readState(design.id);
    const old = remembered?.wired ? withoutLost(remembered) : null;
    await removeLeftovers(design.id, old);
    const changes = wiringChanges(old?.design ?? null, design);
    const gone = new Set(changes.gone.map(({ name }) => name));
    const alive = (old?.daemons ?? []).filter((daemon) => isAlive(daemon.process));
    await endProcesses(
      alive.filter(({ host }) => gone.has(host)).map(({ process }) => process),
      "SIGKILL",
    );
    const kept = alive.filter(({ host }) => !gone.has(host));
    // Before anything is made, so that a crash from here on leaves nothing that is not known.
    writeState({ version: 1, wired: false, design, daemons: kept });
    try {
      wire(changes, old?.design ?? null, design);
    } catch (error) {
      // Half made is no base to go on from: the next run begins anew.
      await removeLeftovers(design.id, null);
      throw error;
    }
    const daemons = await settleDaemons(design, old, kept);
    const made = new Set(changes.made.map(({ name }) => name));
    return {
      id: design.id,
      made: changes.made.map(({ name }) => name),
      removed: [...gone],
      rewired: changes.configured.map(({ name }) => name).filter((name) => !made.has(name)),
      ...daemons,
      secrets: design.secrets,
    };
  });
}

/** Starts what does not run, ends what shall not, and has the rest read what changed. */
async function settleDaemons(design: LabDesign, old: LabState | null, kept: readonly LabDaemon[]) {
  const before = new Map(old?.design.hosts.map((host) => [host.name, host]));
  const running = new Map(kept.map((daemon) => [`${daemon.host} ${daemon.program}`, daemon]));
  const daemons: LabDaemon[] = [];
  const started: LabDaemon[] = [];
  const reconfigured: LabHost[] = [];
  writeSecrets(design);
  for (const host of design.hosts) {
    writeFiles(design, host);
    for (const program of labPrograms) {
      const daemon = running.get(`${host.name} ${program}`);
      const part = partOf(program);
      const changed = before.get(host.name)?.[part] !== host[part];
      if (host[part] === null) {
        if (daemon) await endProcesses([daemon.process], "SIGTERM");
      } else if (daemon && (!changed || program === "bird")) {
        daemons.push(daemon);
        if (changed) reconfigured.push(host);
      } else {
        if (daemon) await endProcesses([daemon.process], "SIGTERM");
        const begun = startDaemon(design.id, host, program);
        daemons.push(begun);
        started.push(begun);
      }
    }
    writeState({ version: 1, wired: true, design, daemons });
  }
  for (const { name } of reconfigured) await askBird(birdSocket(design.id, name), "configure");
  await awaitDaemons(design, started);
  return {
    started: started.map(({ program, host }) => `${program} on ${host}`),
    reconfigured: reconfigured.map(({ name }) => name),
  };
}

/** A remembered lab without the hosts whose namespaces are not there any more. */
function withoutLost(state: LabState): LabState {
  const there = namespaces();
  const hosts = state.design.hosts.filter(({ namespace }) => there.has(namespace));
  const names = new Set(hosts.map(({ name }) => name));
  const cables = state.design.cables.filter(({ ends }) => ends.every(({ host }) => names.has(host)));
  return { ...state, design: { ...state.design, hosts, cables } };
}
