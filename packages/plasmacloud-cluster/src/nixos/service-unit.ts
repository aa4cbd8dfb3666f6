import {
  fromJson,
  type NixBinding,
  type NixExpression,
  nixApply,
  nixAttrs,
  nixFunction,
  nixIdentifier,
  nixLet,
  nixList,
  nixOperation,
  nixSelect,
  nixString,
} from "@nix-nos/nix-render";
import type { Service } from "@plasmacloud/network";

/** What no service needs, systemd.exec(5). */
const confined: Readonly<Record<string, string | boolean | readonly string[]>> = {
  DynamicUser: true,
  NoNewPrivileges: true,
  ProtectSystem: "strict",
  ProtectHome: true,
  PrivateTmp: true,
  ProtectClock: true,
  ProtectControlGroups: true,
  ProtectHostname: true,
  ProtectKernelLogs: true,
  ProtectKernelModules: true,
  ProtectKernelTunables: true,
  ProtectProc: "invisible",
  ProcSubset: "pid",
  LockPersonality: true,
  RestrictNamespaces: true,
  RestrictRealtime: true,
  RestrictSUIDSGID: true,
  RemoveIPC: true,
  SystemCallArchitectures: "native",
};

/** `systemd.services.NAME`, with `cfg`, `file`, `config` and `lib` in scope. */
export function serviceUnit(service: Service): NixExpression {
  const { title, summary, dependsOn } = service;
  const online = nixString("network-online.target");
  const bindings: NixBinding[] = [
    { path: ["description"], value: nixString(`${title}, ${summary}`) },
    { path: ["wantedBy"], value: nixList([nixString("multi-user.target")]) },
  ];
  if (dependsOn.length === 0) {
    bindings.push({ path: ["wants"], value: nixList([online]) }, { path: ["after"], value: nixList([online]) });
  } else {
    const order = nixOperation("++", nixList([online]), nixIdentifier("dependencies"));
    bindings.push({ path: ["wants"], value: order }, { path: ["after"], value: order });
  }
  bindings.push({ path: ["serviceConfig"], value: nixAttrs(serviceConfig(service)) });
  const unit = nixAttrs(bindings);
  if (dependsOn.length === 0) return unit;
  return nixLet(
    [
      {
        path: ["dependencies"],
        value: localUnits(dependsOn),
        comment: "Those on this node; the others may be on any.",
      },
    ],
    unit,
  );
}

/** The units of those services that are enabled on this machine. */
function localUnits(names: readonly string[]): NixExpression {
  const name = nixIdentifier("name");
  const enabled = nixApply(
    "lib.filter",
    nixFunction("name", nixSelect(nixIdentifier("config.services"), name, "enable")),
    fromJson(names),
  );
  return nixApply("map", nixFunction("name", nixString(name, ".service")), enabled);
}

function serviceConfig({ name, privileges }: Service): readonly NixBinding[] {
  const { capabilities, devices, machine } = privileges;
  const own = nixApply("lib.getExe", nixIdentifier("cfg.package"));
  const settings: Record<string, unknown> = {
    Restart: "on-failure",
    RestartSec: 5,
    StateDirectory: name,
    StateDirectoryMode: "0700",
    UMask: "0077",
  };
  if (!machine) {
    const families = ["AF_UNIX", "AF_INET", "AF_INET6"];
    const usesNetlink = capabilities.includes("CAP_NET_ADMIN");
    Object.assign(settings, confined, {
      PrivateDevices: devices.length === 0,
      ...(devices.length > 0 && { DevicePolicy: "closed", DeviceAllow: devices.map((device) => `${device} rw`) }),
      // An empty set is written as an empty text: systemd then drops all.
      CapabilityBoundingSet: capabilities.length === 0 ? "" : capabilities,
      ...(capabilities.length > 0 && { AmbientCapabilities: capabilities }),
      RestrictAddressFamilies: usesNetlink ? [...families, "AF_NETLINK", "AF_PACKET"] : families,
      SystemCallFilter: ["@system-service", "~@privileged"],
    });
  }
  const start: NixBinding = { path: ["ExecStart"], value: nixString(own, " --config ", nixIdentifier("file")) };
  return [
    start,
    ...Object.entries(settings).map(([key, value]): NixBinding => ({ path: [key], value: fromJson(value) })),
  ];
}
