import type { z } from "zod";

/** Which part of the cloud a service belongs to. */
export type Plane = "control" | "compute" | "network" | "storage" | "observability";

/** Where a service listens. */
export interface ServicePort {
  /** 1 to 65535, unless the topology says otherwise. */
  readonly number: number;
  readonly protocols: readonly ("tcp" | "udp")[];
  /** What it is for, as a phrase: `clients`. */
  readonly purpose: string;
}

/** Where a service is asked over HTTP: `GET path` on one of its ports. */
export interface Endpoint {
  /** Name of the port. */
  readonly port: string;
  readonly path: string;
}

/** What a service's unit may do besides talking to the network and keeping its own state. */
export interface Privileges {
  /** Linux capabilities, capabilities(7). */
  readonly capabilities: readonly string[];
  /** Device nodes that it opens. */
  readonly devices: readonly string[];
  /** It starts programs that need the whole machine, so it runs as root and sees all of it. */
  readonly machine: boolean;
}

/** One entry of the catalogue. */
export interface Service {
  /** Its name in a topology, and of its NixOS options and unit. */
  readonly name: string;
  /** Its name as people write it. */
  readonly title: string;
  /** What it is, as a phrase: `the SQL database`. */
  readonly summary: string;
  readonly plane: Plane;
  /** By name, the main one first. */
  readonly ports: Readonly<Record<string, ServicePort>>;
  /** Names of the services that it cannot work without, on whatever node. */
  readonly dependsOn: readonly string[];
  /** Its members agree by majority, so their number and places matter. */
  readonly quorum: boolean;
  /** Answers 200 while all is well. */
  readonly health: Endpoint;
  /** Metrics in Prometheus's text format. */
  readonly metrics: Endpoint;
  readonly privileges: Privileges;
  /** Settings that are known, by name; each is optional, and any other one is passed on as it is. */
  readonly settings: Readonly<Record<string, z.ZodType>>;
}

/** Nothing but the network and its own state. */
export const unprivileged: Privileges = { capabilities: [], devices: [], machine: false };
