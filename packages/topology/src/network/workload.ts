import type { Path } from "../diagnostics/diagnostic.js";

/** A program or container on some nodes of a cluster. */
export interface Workload {
  readonly name: string;
  readonly cluster: string;
  /** One line for people. */
  readonly description: string | null;
  /** OCI image, or `null` for a program of the node itself. */
  readonly image: string | null;
  /** Program and arguments; with an image, empty leaves the image's own. */
  readonly command: readonly string[];
  /** Names of nodes, sorted. */
  readonly nodes: readonly string[];
  readonly ports: readonly PortMapping[];
  readonly environment: Readonly<Record<string, string>>;
  /** Paths of files on the node with more variables. */
  readonly environmentFiles: readonly string[];
  /** Paths of files on the node, by the name that the workload knows each by. */
  readonly secrets: Readonly<Record<string, string>>;
  /** When it runs; `null` runs always. */
  readonly schedule: Schedule | null;
  /** `null` is one made for it alone, or the image's own. */
  readonly user: string | null;
  readonly healthCheck: HealthCheck | null;
  readonly restart: "always" | "on-failure" | "never";
  /** Seconds. */
  readonly restartDelay: number;
  /** Seconds. */
  readonly stopTimeout: number;
  readonly resources: WorkloadResources;
  readonly volumes: readonly Volume[];
  /** Names of workloads of the cluster that are started before it. */
  readonly after: readonly string[];
  /** Names of workloads of the cluster without which it does not run. */
  readonly requires: readonly string[];
  /** As `CAP_NET_BIND_SERVICE`. */
  readonly capabilities: readonly string[];
  readonly hardening: Hardening;
  readonly path: Path;
}

export interface PortMapping {
  /** Service name for SRV records; `null` for none. */
  readonly name: string | null;
  readonly node: number;
  readonly container: number;
  readonly protocol: "tcp" | "udp";
  /** Firewall zones that it is open to, besides those that name the workload. */
  readonly zones: readonly string[];
}

export interface Schedule {
  /** systemd calendar expression. */
  readonly calendar: string;
  /** A run that was missed is made up for. */
  readonly persistent: boolean;
  /** Seconds. */
  readonly randomDelay: number | null;
}

/** Whether a workload does its work; times in seconds. */
export interface HealthCheck {
  readonly probe:
    | { readonly kind: "http"; readonly port: number; readonly path: string }
    | { readonly kind: "tcp"; readonly port: number }
    | { readonly kind: "exec"; readonly command: readonly string[] };
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

/** Limits; `null` is none. */
export interface WorkloadResources {
  /** Bytes. */
  readonly memory: number | null;
  /** Processors. */
  readonly cpu: number | null;
  readonly tasks: number | null;
}

export interface Volume {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** What a program is kept from, each by its switch. */
export interface Hardening {
  readonly privateTmp: boolean;
  readonly privateDevices: boolean;
  readonly protectSystem: boolean;
  readonly protectHome: boolean;
  readonly protectKernel: boolean;
  readonly protectProc: boolean;
  readonly noNewPrivileges: boolean;
  readonly restrictNamespaces: boolean;
  readonly restrictAddressFamilies: boolean;
  readonly memoryDenyWriteExecute: boolean;
  readonly systemCallFilter: boolean;
}
