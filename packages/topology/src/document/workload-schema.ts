import { z } from "zod";
import {
  calendar,
  capability,
  containerImage,
  description,
  environmentName,
  lineFree,
  memorySize,
  name,
  nodeName,
  portMapping,
  portName,
  secretFile,
  systemUser,
  volume,
  workloadName,
} from "./text.js";

const port = z.int().min(1).max(65535);
const seconds = z.int().min(1).max(86_400);

const command = z.array(lineFree).min(1);

const workloadPort = z.union([
  portMapping,
  z
    .strictObject({
      name: portName
        .optional()
        .describe("Its name in SRV records, `_NAME._tcp`.")
        .meta({ examples: ["http"] }),
      port: port.describe("Port of the node.").meta({ examples: [8080] }),
      container: port
        .optional()
        .describe("Port inside the container; default: the same.")
        .meta({ examples: [80] }),
      protocol: z
        .enum(["tcp", "udp"])
        .default("tcp")
        .describe("What is spoken over it.")
        .meta({ examples: ["udp"] }),
      zones: z
        .array(name)
        .optional()
        .describe("Firewall zones that it is open to, besides those whose `workloads` name the workload.")
        .meta({ examples: [["lan"]] }),
    })
    .describe("A port by name, or for some zones."),
]);

export const fullSchedule = z
  .strictObject({
    calendar: calendar.describe("When, as systemd.time(7) writes it.").meta({ examples: ["Mon..Fri 03:00"] }),
    persistent: z
      .boolean()
      .default(true)
      .describe("A run that was missed while the node was off is made up for.")
      .meta({ examples: [false] }),
    randomDelay: seconds
      .optional()
      .describe("Seconds that it is put off by at most, at random.")
      .meta({ examples: [900] }),
  })
  .describe("When it runs, with more to say.");

/** `schedule: daily` is short for `schedule: { calendar: daily }`. */
const schedule = z.union([calendar, fullSchedule]);

const healthCheck = z
  .strictObject({
    http: z
      .strictObject({
        port: port.describe("Port of the node.").meta({ examples: [8080] }),
        path: lineFree
          .default("/")
          .describe("Path that answers with a status below 400.")
          .meta({ examples: ["/healthz"] }),
      })
      .optional()
      .describe("An HTTP request to the node itself."),
    tcp: port
      .optional()
      .describe("A port of the node that takes connections.")
      .meta({ examples: [5432] }),
    exec: command
      .optional()
      .describe("A program that ends with 0 while all is well: on the node, or in the container.")
      .meta({ examples: [["/run/current-system/sw/bin/pg_isready"]] }),
    interval: seconds
      .default(30)
      .describe("Seconds between checks.")
      .meta({ examples: [10] }),
    timeout: seconds
      .default(5)
      .describe("Seconds that one attempt may take.")
      .meta({ examples: [2] }),
    retries: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe("Failures in a row until it is restarted.")
      .meta({ examples: [5] }),
    startPeriod: seconds
      .default(60)
      .describe("Seconds after its start before the first check.")
      .meta({ examples: [120] }),
  })
  .describe("Whether it does its work; it is restarted when it does not. One of `http`, `tcp` and `exec`.");

const resources = z
  .strictObject({
    memory: memorySize
      .optional()
      .describe("Memory at most; past it, it is killed.")
      .meta({ examples: ["512M"] }),
    cpu: z
      .number()
      .min(0.01)
      .max(4096)
      .optional()
      .describe("Processors' worth of time at most.")
      .meta({ examples: [1.5] }),
    tasks: z
      .int()
      .min(1)
      .max(4_194_304)
      .optional()
      .describe("Processes and threads at most.")
      .meta({ examples: [256] }),
  })
  .describe("What it may use.");

const off = (what: string) =>
  z
    .boolean()
    .default(true)
    .describe(what)
    .meta({ examples: [false] });

export const hardening = z
  .strictObject({
    privateTmp: off("It has a /tmp and /var/tmp of its own."),
    privateDevices: off("It sees no devices but /dev/null and the like."),
    protectSystem: off("It sees the whole file system read-only, but for its volumes and its own state."),
    protectHome: off("It sees nothing of /home, /root and /run/user."),
    protectKernel: off("It changes no kernel setting, module, log, clock, host name or control group."),
    protectProc: off("It sees no processes of other users."),
    noNewPrivileges: off("It cannot gain privileges, as by setuid programs."),
    restrictNamespaces: off("It makes no namespaces."),
    restrictAddressFamilies: off("It opens only IPv4, IPv6 and Unix sockets."),
    memoryDenyWriteExecute: off(
      "It has no memory that is writable and executable; just-in-time compilers need it off.",
    ),
    systemCallFilter: off("It makes only the system calls of common services."),
  })
  .describe("What a program of the node is kept from; each switch is on unless it is turned off.");

/** A program or container that runs on chosen nodes, under systemd. */
export const workload = z
  .strictObject({
    description: description
      .optional()
      .describe("One line for people.")
      .meta({ examples: ["Container registry"] }),
    image: containerImage
      .optional()
      .describe("OCI image of a container; either this or `command` is there.")
      .meta({ examples: ["docker.io/library/registry:2.8.3"] }),
    command: command
      .optional()
      .describe("Program and arguments, never read by a shell: of the node by its absolute path, or in the image.")
      .meta({ examples: [["/run/current-system/sw/bin/find", "/var/tmp", "-mtime", "+7", "-delete"]] }),
    nodes: z
      .array(nodeName)
      .min(1)
      .describe("Nodes of the cluster that it runs on.")
      .meta({ examples: [["batch01"]] }),
    ports: z
      .array(workloadPort)
      .optional()
      .describe("Ports, NODE:CONTAINER or one for both, with `/udp` for UDP; or with a name and zones.")
      .meta({ examples: [["5000:5000", "53:5353/udp", { name: "http", port: 8080, zones: ["lan"] }]] }),
    environment: z
      .record(environmentName, lineFree)
      .optional()
      .describe("Environment variables by name; never secrets.")
      .meta({ examples: [{ REGISTRY_LOG_LEVEL: "info" }] }),
    environmentFiles: z
      .array(secretFile)
      .optional()
      .describe("Files on the node with more variables, one NAME=VALUE a line, where secrets may be.")
      .meta({ examples: [["/run/secrets/registry.env"]] }),
    secrets: z
      .record(environmentName, secretFile)
      .optional()
      .describe(
        "Files on the node by name, which it alone reads: in $CREDENTIALS_DIRECTORY/NAME, in a container /run/secrets/NAME.",
      )
      .meta({ examples: [{ token: "/run/secrets/registry/token" }] }),
    schedule: schedule
      .optional()
      .describe("When it runs, in systemd's calendar format (systemd.time(7)); without it, always.")
      .meta({ examples: ["daily", "Mon..Fri 03:00"] }),
    user: systemUser
      .optional()
      .describe("User of the node, or in the container; default: one made for it alone, or the image's own.")
      .meta({ examples: ["postgres"] }),
    healthCheck: healthCheck.optional(),
    restart: z
      .enum(["always", "on-failure", "never"])
      .optional()
      .describe("When it is started again after it ends; default: `always`, and `never` with a schedule.")
      .meta({ examples: ["on-failure"] }),
    restartDelay: seconds
      .default(5)
      .describe("Seconds before it is started again.")
      .meta({ examples: [10] }),
    stopTimeout: seconds
      .default(90)
      .describe("Seconds that it has to end when asked, before it is killed.")
      .meta({ examples: [30] }),
    resources: resources.optional(),
    volumes: z
      .array(volume)
      .optional()
      .describe(
        "Folders and files of the node that it sees, PATH or SOURCE:TARGET, `:ro` to read only; they must exist.",
      )
      .meta({ examples: [["/srv/registry:/var/lib/registry", "/etc/ssl/certs:ro"]] }),
    after: z
      .array(workloadName)
      .optional()
      .describe("Workloads of the cluster that are started before it, where they run on the same node.")
      .meta({ examples: [["database"]] }),
    requires: z
      .array(workloadName)
      .optional()
      .describe("The same, and it runs only while they do; they run on each of its nodes.")
      .meta({ examples: [["database"]] }),
    capabilities: z
      .array(capability)
      .optional()
      .describe("Linux capabilities that it has; default: none, or in a container the runtime's own.")
      .meta({ examples: [["CAP_NET_BIND_SERVICE"]] }),
    hardening: hardening.optional(),
  })
  .describe("A program or container on some nodes of the cluster.");

export type TopologyWorkload = z.output<typeof workload>;
