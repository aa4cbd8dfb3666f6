import { z } from "zod";
import { containerImage, environmentName, lineFree, nodeName, portMapping } from "./text.js";

/** A program or container that runs on chosen nodes, under systemd. */
export const workload = z
  .strictObject({
    image: containerImage
      .optional()
      .describe("OCI image of a container; either this or `command` is there.")
      .meta({ examples: ["docker.io/library/registry:2.8.3"] }),
    command: z
      .array(lineFree)
      .min(1)
      .optional()
      .describe("Program and arguments, never read by a shell: of the node, or in the image.")
      .meta({ examples: [["/run/current-system/sw/bin/find", "/var/tmp", "-mtime", "+7", "-delete"]] }),
    nodes: z
      .array(nodeName)
      .min(1)
      .describe("Nodes of the cluster that it runs on.")
      .meta({ examples: [["batch01"]] }),
    ports: z
      .array(portMapping)
      .optional()
      .describe("Ports, NODE:CONTAINER or one for both, with `/udp` for UDP.")
      .meta({ examples: [["5000:5000", "53:5353/udp"]] }),
    environment: z
      .record(environmentName, lineFree)
      .optional()
      .describe("Environment variables by name; never secrets.")
      .meta({ examples: [{ REGISTRY_LOG_LEVEL: "info" }] }),
    schedule: lineFree
      .optional()
      .describe("When it runs, in systemd's calendar format (systemd.time(7)); without it, always.")
      .meta({ examples: ["daily", "Mon..Fri 03:00"] }),
  })
  .describe("A program or container on some nodes of the cluster.");

export type TopologyWorkload = z.output<typeof workload>;
