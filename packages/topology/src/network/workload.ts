import type { Path } from "../diagnostics/diagnostic.js";

/** A program or container on some nodes of a cluster. */
export interface Workload {
  readonly name: string;
  readonly cluster: string;
  /** OCI image, or `null` for a program of the node itself. */
  readonly image: string | null;
  /** Program and arguments; with an image, empty leaves the image's own. */
  readonly command: readonly string[];
  /** Names of nodes, sorted. */
  readonly nodes: readonly string[];
  readonly ports: readonly PortMapping[];
  readonly environment: Readonly<Record<string, string>>;
  /** systemd calendar expression; `null` runs always. */
  readonly schedule: string | null;
  readonly path: Path;
}

export interface PortMapping {
  readonly node: number;
  readonly container: number;
  readonly protocol: "tcp" | "udp";
}
