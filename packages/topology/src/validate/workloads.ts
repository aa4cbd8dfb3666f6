import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { parsePortMapping } from "../document/text.js";
import type { Facts } from "./facts.js";
import { entriesOf, itemsOf, type LooseTopology } from "./loose.js";
import { checkReference } from "./nodes.js";
import { checkDependencies } from "./workload-dependencies.js";
import { checkPorts, systemPorts } from "./workload-ports.js";
import type { WrittenWorkload } from "./written-workload.js";

/** Each workload is a program or a container, runs on nodes of its own cluster, and has its ports to itself. */
export function checkWorkloads(document: LooseTopology, facts: Facts): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const ports = systemPorts(document);
  const zones = new Set(Object.keys(document["nix-nos"]?.network?.zones ?? {}));
  for (const [cluster, { workloads }] of entriesOf(document["nix-nos"]?.clusters)) {
    const written = entriesOf(workloads).map(([name, workload]): WrittenWorkload => {
      return { name, workload, path: ["nix-nos", "clusters", cluster, "workloads", name] };
    });
    for (const each of written) {
      diagnostics.push(...checkKind(each), ...checkHealth(each), ...checkNodes(each, cluster, facts));
      diagnostics.push(...checkPorts(each, ports, zones));
    }
    diagnostics.push(...checkDependencies(written));
  }
  return diagnostics;
}

/** What the keys together make of it: a service, a timer, a container. */
function checkKind({ name, workload, path }: WrittenWorkload): Diagnostic[] {
  const found: Diagnostic[] = [];
  const report = (severity: "error" | "warning", code: string, message: string, place: Path, hint: string) =>
    found.push({ code, severity, message, path: place, hint });
  const isContainer = Object.hasOwn(workload, "image");
  if (!isContainer && !Object.hasOwn(workload, "command")) {
    const message = `The workload ${quote(name)} has neither an image nor a command, so there is nothing to run.`;
    const hint = "Give it `image: …` for a container, or `command: [PROGRAM, …]` for a program of the node.";
    report("error", "NN1225", message, path, hint);
  }
  if (workload.image !== undefined && !/[^/]:[^/]+$/.test(workload.image)) {
    const message = `The image ${quote(workload.image)} has no tag and no digest: two nodes may run two versions of it.`;
    report("warning", "NN1366", message, [...path, "image"], "Add one, as `:2.8.3` or `@sha256:…`.");
  }
  if (isContainer) {
    if (workload.hardening !== undefined) {
      const message = "The switches of `hardening` are of a program of the node, and this is a container.";
      const hint = "Take the key away: podman confines containers.";
      report("error", "NN1364", message, [...path, "hardening"], hint);
    }
    for (const [secret, file] of entriesOf(workload.secrets)) {
      if (!String(file).includes(":")) continue;
      const message = `podman ends the path ${quote(String(file))} at its colon.`;
      report(
        "error",
        "NN1364",
        message,
        [...path, "secrets", secret],
        "Give the container's secret a file without one.",
      );
    }
  } else {
    const [program] = workload.command ?? [];
    if (program !== undefined && !/^\/[^/]/.test(program)) {
      const message = `The program ${quote(program)} has no absolute path, and systemd looks for none.`;
      const hint = "As /run/current-system/sw/bin/NAME for a program of the NixOS system.";
      report("error", "NN1361", message, [...path, "command", 0], hint);
    }
    for (const [index, port] of itemsOf(workload.ports)) {
      const isMapped =
        typeof port === "string" ? isOther(port) : port.container !== undefined && port.container !== port.port;
      if (!isMapped) continue;
      const message = "A program of the node listens on the node's own ports: only containers have others inside.";
      report("error", "NN1364", message, [...path, "ports", index], "Write the one port, as `8080`.");
    }
  }
  if (workload.schedule !== undefined && workload.healthCheck !== undefined) {
    const message = `${quote(name)} runs by its schedule, and only what runs always has a \`healthCheck\`.`;
    report("error", "NN1364", message, [...path, "healthCheck"], "Take `schedule` or `healthCheck` away.");
  }
  if (workload.schedule !== undefined && workload.restart === "always") {
    const message = `${quote(name)} runs by its schedule, and with \`restart: always\` it would never end.`;
    report("error", "NN1364", message, [...path, "restart"], "Write `on-failure` or `never`.");
  }
  return found;
}

/** `8080:80` names two ports, which only a container has. */
function isOther(mapping: string): boolean {
  const match = /^0*(\d+):0*(\d+)/.exec(mapping);
  return match !== null && match[1] !== match[2];
}

function checkHealth({ workload, path }: WrittenWorkload): Diagnostic[] {
  const check = workload.healthCheck;
  if (check === undefined) return [];
  const place = [...path, "healthCheck"];
  const probes = (["http", "tcp", "exec"] as const).filter((probe) => Object.hasOwn(check, probe));
  const error = (message: string, at: Path, hint: string): Diagnostic[] => [
    { code: "NN1365", severity: "error", message, path: at, hint },
  ];
  if (probes.length !== 1) {
    const message = `A health check is one of \`http\`, \`tcp\` and \`exec\`, and this has ${probes.length === 0 ? "none" : probes.join(" and ")}.`;
    return error(message, place, "As `healthCheck: { http: { port: 8080, path: /healthz } }`.");
  }
  const [program] = check.exec ?? [];
  if (program !== undefined && !Object.hasOwn(workload, "image") && !/^\/[^/]/.test(program)) {
    const message = `The program ${quote(program)} has no absolute path, and systemd looks for none.`;
    const hint = "As /run/current-system/sw/bin/NAME for a program of the NixOS system.";
    return [{ code: "NN1361", severity: "error", message, path: [...place, "exec", 0], hint }];
  }
  if (program !== undefined && Object.hasOwn(workload, "image")) {
    if (check.exec?.length === 1 && /\s/.test(program)) {
      const message = `podman splits ${quote(program)} at its spaces: alone it is no program.`;
      return error(message, [...place, "exec", 0], "Write the program and its arguments one by one.");
    }
    if (/^(?:cmd|cmd-shell|none)$/i.test(program)) {
      const message = `podman takes ${quote(program)} for a word of its own, not for a program.`;
      return error(message, [...place, "exec", 0], "Name the program by its path.");
    }
  }
  const port = check.http?.port ?? check.tcp;
  if (port !== undefined && Object.hasOwn(workload, "image") && !publishes(workload, port)) {
    const message = `The check asks the node's port ${port}, which is none of the container's \`ports\`: it would never succeed.`;
    const at = check.tcp === undefined ? ["http", "port"] : ["tcp"];
    return error(message, [...place, ...at], "Name the port of the node, which stands before the colon.");
  }
  const target = check.http?.path;
  if (target !== undefined && !/^\/[\x21-\x7e]*$/.test(target)) {
    const message = `${quote(target)} is no path of a URL.`;
    return error(
      message,
      [...place, "http", "path"],
      "It begins with `/`, and has ASCII without spaces: the rest is %-encoded.",
    );
  }
  return [];
}

function publishes(workload: WrittenWorkload["workload"], port: number): boolean {
  const { ports } = workload;
  // Ports that are wrong were taken out, and may be the one.
  if (ports === undefined) return Object.hasOwn(workload, "ports");
  return ports.some((written) => {
    if (written === undefined) return true;
    if (typeof written !== "string") return written.port === port && written.protocol !== "udp";
    const mapping = parsePortMapping(written);
    return mapping?.node === port && mapping.protocol === "tcp";
  });
}

function checkNodes({ workload, path }: WrittenWorkload, cluster: string, facts: Facts): Diagnostic[] {
  return itemsOf(workload.nodes).flatMap(([index, node]): readonly Diagnostic[] => {
    const place = [...path, "nodes", index];
    const written = facts.byName.get(node);
    if (written === undefined || written.cluster === cluster) return checkReference(node, place, facts);
    const message = `The node ${quote(node)} is in the cluster ${quote(written.cluster)}, not in ${quote(cluster)}.`;
    const hint = "Write the workload in the cluster that its nodes are in.";
    const related = [{ message: "the node stands here", path: written.path }];
    return [{ code: "NN1225", severity: "error", message, path: place, hint, related }];
  });
}
