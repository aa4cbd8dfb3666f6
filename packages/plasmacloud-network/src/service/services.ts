import { z } from "zod";
import { type Service, unprivileged } from "./service.js";

/** FiberLB's entry in the catalogue. */
export const fiberlb: Service = {
  name: "fiberlb",
  title: "FiberLB",
  summary: "the L4/L7 load balancer",
  plane: "network",
  ports: { api: { number: 50085, protocols: ["tcp"], purpose: "its API" } },
  dependsOn: [],
  quorum: false,
  health: { port: "api", path: "/health" },
  metrics: { port: "api", path: "/metrics" },
  privileges: { ...unprivileged, capabilities: ["CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE"] },
  settings: {
    healthIntervalMs: z
      .int()
      .min(1)
      .describe("Milliseconds between two looks at a backend.")
      .meta({ examples: [1000] }),
    healthFailures: z
      .int()
      .min(1)
      .describe("Failed looks after which a backend is left out.")
      .meta({ examples: [3] }),
  },
};

/** PrismNET's entry in the catalogue. */
export const prismnet: Service = {
  name: "prismnet",
  title: "PrismNET",
  summary: "the overlay network",
  plane: "network",
  ports: { api: { number: 50081, protocols: ["tcp"], purpose: "its API" } },
  dependsOn: ["chainfire", "iam"],
  quorum: false,
  health: { port: "api", path: "/health" },
  metrics: { port: "api", path: "/metrics" },
  privileges: { ...unprivileged, capabilities: ["CAP_NET_ADMIN"] },
  settings: {},
};
