import type { Workload } from "../network/workload.js";
import { containerHealth, healthUnits } from "./health.js";
import { orderEntries, restartEntries, timerUnit, unitName, unitSection } from "./service.js";
import type { WorkloadContainer } from "./types.js";

/** A workload with an image, as podman runs it. */
export function containerOf(workload: Workload, image: string, there: ReadonlySet<string>): WorkloadContainer {
  const { memory, cpu, tasks } = workload.resources;
  return {
    name: unitName(workload.name),
    image,
    command: workload.command,
    environment: workload.environment,
    environmentFiles: workload.environmentFiles,
    user: workload.user,
    ports: workload.ports.map(({ node, container, protocol }) => `${node}:${container}/${protocol}`),
    volumes: [
      ...workload.volumes.map(({ source, target, readOnly }) => `${source}:${target}${readOnly ? ":ro" : ""}`),
      ...Object.entries(workload.secrets).map(([name, path]) => `${path}:/run/secrets/${name}:ro`),
    ],
    options: [
      "--security-opt=no-new-privileges",
      `--stop-timeout=${workload.stopTimeout}`,
      ...(memory === null ? [] : [`--memory=${memory}b`]),
      ...(cpu === null ? [] : [`--cpus=${cpu}`]),
      ...(tasks === null ? [] : [`--pids-limit=${tasks}`]),
      ...(workload.capabilities.length === 0 ? [] : ["--cap-drop=all"]),
      ...workload.capabilities.map((capability) => `--cap-add=${capability}`),
      ...(workload.healthCheck === null ? [] : containerHealth(workload.healthCheck)),
    ],
    starts: workload.schedule === null,
    sections: [
      unitSection(workload, orderEntries(workload, there)),
      // podman has the stop timeout and its own work to do.
      { name: "Service", entries: [...restartEntries(workload), ["TimeoutStopSec", workload.stopTimeout + 30]] },
    ],
    units: [...timerUnit(workload), ...healthUnits(workload)],
  };
}
