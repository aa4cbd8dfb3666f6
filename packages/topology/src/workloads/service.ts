import type { Workload } from "../network/workload.js";
import { hardeningEntries } from "./hardening.js";
import type { WorkloadSection, WorkloadUnit } from "./types.js";
import { assignment, commandLine, plainLine, withoutSpecifiers } from "./unit-text.js";

type Entries = WorkloadSection["entries"];

/** Prefixed, because a workload called `sshd` or `bird` must not become the system's own unit of that name. */
export function unitName(workload: string): string {
  return `workload-${workload}`;
}

/** What comes before it on its node, and what it does not run without. */
export function orderEntries(workload: Workload, there: ReadonlySet<string>): Entries {
  const { name, description, after, requires } = workload;
  const before = [...new Set([...after, ...requires])].filter((other) => there.has(other));
  const services = (names: readonly string[]) => names.map((other) => `${unitName(other)}.service`);
  return [
    ["Description", plainLine(description ?? "") || `Workload ${name}`],
    ...services(before).map((other) => ["After", other] as const),
    ...services(requires).map((other) => ["Requires", other] as const),
  ];
}

/** Starting again, for as long as it takes: systemd's own limit would give up after five times. */
export function restartEntries({ restart, restartDelay }: Workload): Entries {
  if (restart === "never") return [["Restart", "no"]];
  return [
    ["Restart", restart],
    ["RestartSec", restartDelay],
  ];
}

/** A program of the node as a service. */
export function serviceUnit(workload: Workload, there: ReadonlySet<string>): WorkloadUnit {
  const { name, command, user, schedule } = workload;
  const service: Entries = [
    ["Type", schedule === null ? "exec" : "oneshot"],
    ["ExecStart", commandLine(command)],
    ...restartEntries(workload),
    ["TimeoutStopSec", workload.stopTimeout],
    ...(user === null ? ([["DynamicUser", true]] as const) : ([["User", user]] as const)),
    ["StateDirectory", unitName(name)],
    ...Object.entries(workload.environment).map(([key, value]) => ["Environment", assignment(key, value)] as const),
    ...workload.environmentFiles.map((path) => ["EnvironmentFile", withoutSpecifiers(path)] as const),
    ...Object.entries(workload.secrets).map(
      ([key, path]) => ["LoadCredential", `${key}:${withoutSpecifiers(path)}`] as const,
    ),
    ...volumeEntries(workload),
    ...resourceEntries(workload),
    ...hardeningEntries(workload),
  ];
  return {
    name: `${unitName(name)}.service`,
    type: "service",
    programs: [],
    sections: [
      unitSection(workload, [...orderEntries(workload, there), ...networkEntries]),
      { name: "Service", entries: service },
      ...(schedule === null ? [startsWithTheNode] : []),
    ],
  };
}

const networkEntries: Entries = [
  ["After", "network-online.target"],
  ["Wants", "network-online.target"],
];

const startsWithTheNode: WorkloadSection = { name: "Install", entries: [["WantedBy", "multi-user.target"]] };

/** The section of a unit that may be started again. */
export function unitSection({ restart }: Workload, entries: Entries): WorkloadSection {
  const limit: Entries = restart === "never" ? [] : [["StartLimitIntervalSec", 0]];
  return { name: "Unit", entries: [...entries, ...limit] };
}

function volumeEntries({ volumes }: Workload): Entries {
  return volumes.map(({ source, target, readOnly }) => {
    const [from, to] = [withoutSpecifiers(source), withoutSpecifiers(target)];
    if (from === to) return [readOnly ? "ReadOnlyPaths" : "ReadWritePaths", from];
    return [readOnly ? "BindReadOnlyPaths" : "BindPaths", `${from}:${to}`];
  });
}

function resourceEntries({ resources: { memory, cpu, tasks } }: Workload): Entries {
  return [
    ...(memory === null ? [] : ([["MemoryMax", memory]] as const)),
    ...(cpu === null ? [] : ([["CPUQuota", `${Math.max(1, Math.round(cpu * 100))}%`]] as const)),
    ...(tasks === null ? [] : ([["TasksMax", tasks]] as const)),
  ];
}

/** What starts a workload by the clock. */
export function timerUnit({ name, schedule }: Workload): readonly WorkloadUnit[] {
  if (schedule === null) return [];
  const entries: Entries = [
    ["OnCalendar", schedule.calendar],
    ["Persistent", schedule.persistent],
    ...(schedule.randomDelay === null ? [] : ([["RandomizedDelaySec", schedule.randomDelay]] as const)),
  ];
  return [
    {
      name: `${unitName(name)}.timer`,
      type: "timer",
      programs: [],
      sections: [
        { name: "Unit", entries: [["Description", `Schedule of the workload ${name}`]] },
        { name: "Timer", entries },
        { name: "Install", entries: [["WantedBy", "timers.target"]] },
      ],
    },
  ];
}
