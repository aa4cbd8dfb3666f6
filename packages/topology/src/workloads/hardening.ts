import type { Hardening, Workload } from "../network/workload.js";
import type { WorkloadSection } from "./types.js";

type Entries = WorkloadSection["entries"];

/** What each switch is in systemd.exec(5). */
const switches: Readonly<Record<keyof Hardening, Entries>> = {
  privateTmp: [["PrivateTmp", true]],
  privateDevices: [["PrivateDevices", true]],
  protectSystem: [["ProtectSystem", "strict"]],
  protectHome: [["ProtectHome", true]],
  protectKernel: [
    ["ProtectKernelTunables", true],
    ["ProtectKernelModules", true],
    ["ProtectKernelLogs", true],
    ["ProtectControlGroups", true],
    ["ProtectClock", true],
    ["ProtectHostname", true],
  ],
  protectProc: [
    ["ProtectProc", "invisible"],
    ["ProcSubset", "pid"],
  ],
  noNewPrivileges: [["NoNewPrivileges", true]],
  restrictNamespaces: [["RestrictNamespaces", true]],
  restrictAddressFamilies: [["RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"]],
  memoryDenyWriteExecute: [["MemoryDenyWriteExecute", true]],
  systemCallFilter: [
    ["SystemCallFilter", "@system-service"],
    ["SystemCallErrorNumber", "EPERM"],
    ["SystemCallArchitectures", "native"],
  ],
};

/** Nobody turns these off: no service needs them. */
const always: Entries = [
  ["LockPersonality", true],
  ["RestrictRealtime", true],
  ["RestrictSUIDSGID", true],
  ["RemoveIPC", true],
  ["UMask", "0077"],
];

/**
 * What a program of the node is kept from. A volume under /tmp or /home is the node's own, which the private ones would
 * hide.
 */
export function hardeningEntries({ hardening, volumes, capabilities, user }: Workload): Entries {
  const isUnder = (...folders: readonly string[]) =>
    volumes.some(({ target }) => folders.some((folder) => `${target}/`.startsWith(`${folder}/`)));
  const on: Hardening = {
    ...hardening,
    privateTmp: hardening.privateTmp && !isUnder("/tmp", "/var/tmp"),
    protectHome: hardening.protectHome && !isUnder("/home", "/root", "/run/user"),
    privateDevices: hardening.privateDevices && !isUnder("/dev"),
  };
  const names = Object.keys(switches).filter((name): name is keyof Hardening => name in on);
  const granted = capabilities.join(" ");
  return [
    ...names.flatMap((name) => (on[name] ? switches[name] : [])),
    ...always,
    ["CapabilityBoundingSet", granted],
    // Whoever is not root gets none of them without being told to.
    ...(granted !== "" && user !== "root" ? ([["AmbientCapabilities", granted]] as const) : []),
  ];
}
