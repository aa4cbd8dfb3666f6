import type { HealthCheck, Workload } from "../network/workload.js";
import { hardeningEntries } from "./hardening.js";
import { unitName } from "./service.js";
import type { WorkloadUnit } from "./types.js";
import { commandLine } from "./unit-text.js";

/** Tries the arguments after the first two until they succeed, so often, with so many seconds between. */
const untilItSucceeds =
  'left=$1; pause=$2; shift 2; until "$@"; do left=$((left - 1)); [ "$left" -gt 0 ] || exit 1; sleep "$pause"; done';

/** `/dev/tcp` is bash's own way to a port. */
const connects = ': <>"/dev/tcp/127.0.0.1/$0"';

/**
 * The units that look after a workload: a check, the timer that starts it while the workload runs, and the unit that
 * starts the workload again when the check fails. In a container, `exec` is podman's own check.
 */
export function healthUnits(workload: Workload): readonly WorkloadUnit[] {
  const { name, healthCheck } = workload;
  if (healthCheck === null) return [];
  const { probe, interval, timeout, retries, startPeriod } = healthCheck;
  if (probe.kind === "exec" && workload.image !== null) return [];
  const service = `${unitName(name)}.service`;
  const check = `health-${unitName(name)}`;
  const restart = `restart-${unitName(name)}.service`;
  const loop = ["/bin/sh", "-c", untilItSucceeds, "sh", String(retries), "1", ...attempt(probe, timeout)];
  const unhardened = { ...workload, capabilities: [], volumes: [] };
  return [
    {
      name: `${check}.service`,
      type: "service",
      programs: probe.kind === "http" ? ["curl"] : probe.kind === "tcp" ? ["bash"] : [],
      sections: [
        {
          name: "Unit",
          entries: [
            ["Description", `Health of the workload ${name}`],
            ["OnFailure", restart],
          ],
        },
        {
          name: "Service",
          entries: [
            ["Type", "oneshot"],
            ["ExecStart", commandLine(loop)],
            ["TimeoutStartSec", retries * (timeout + 1) + 5],
            ["DynamicUser", true],
            ...hardeningEntries(probe.kind === "exec" ? { ...workload, user: null } : unhardened),
          ],
        },
      ],
    },
    {
      name: `${check}.timer`,
      type: "timer",
      programs: [],
      sections: [
        {
          name: "Unit",
          entries: [
            ["Description", `Health of the workload ${name}, now and then`],
            ["PartOf", service],
            ["After", service],
          ],
        },
        {
          name: "Timer",
          entries: [
            ["OnActiveSec", startPeriod],
            ["OnUnitInactiveSec", interval],
            ["AccuracySec", 1],
          ],
        },
        { name: "Install", entries: [["WantedBy", service]] },
      ],
    },
    {
      name: restart,
      type: "service",
      programs: [],
      sections: [
        { name: "Unit", entries: [["Description", `The workload ${name} again, because its health check failed`]] },
        {
          name: "Service",
          entries: [
            ["Type", "oneshot"],
            ["ExecStart", commandLine(["/bin/sh", "-c", 'exec systemctl --no-block try-restart "$0"', service])],
          ],
        },
      ],
    },
  ];
}

/** One attempt, as a command. */
function attempt(probe: HealthCheck["probe"], timeout: number): readonly string[] {
  const limited = ["timeout", String(timeout)];
  if (probe.kind === "exec") return [...limited, ...probe.command];
  if (probe.kind === "tcp") return [...limited, "bash", "-c", connects, String(probe.port)];
  const url = `http://127.0.0.1:${probe.port}${probe.path}`;
  const options = ["--fail", "--silent", "--show-error", "--globoff", "--noproxy", "*", "--output", "/dev/null"];
  return ["curl", ...options, "--max-time", String(timeout), url];
}

/** podman's options for a check inside the container: what fails is killed, and systemd starts it again. */
export function containerHealth({ probe, interval, timeout, retries, startPeriod }: HealthCheck): readonly string[] {
  if (probe.kind !== "exec") return [];
  const [program = "", ...rest] = probe.command;
  return [
    // podman gives a list of one to a shell, and splits what stands behind `CMD` at spaces.
    `--health-cmd=${rest.length === 0 ? `CMD ${program}` : JSON.stringify(probe.command)}`,
    `--health-interval=${interval}s`,
    `--health-timeout=${timeout}s`,
    `--health-retries=${retries}`,
    `--health-start-period=${startPeriod}s`,
    "--health-on-failure=kill",
  ];
}
