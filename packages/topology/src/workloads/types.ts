/** What each node runs: the decisions, as data that printers only spell. */
export interface WorkloadPlan {
  /** Nodes with workloads, in network order. */
  readonly nodes: readonly NodeWorkloads[];
  readonly workloadsByNode: ReadonlyMap<string, NodeWorkloads>;
}

export interface NodeWorkloads {
  readonly node: string;
  /** Services and timers of programs, in order of their workloads' names. */
  readonly units: readonly WorkloadUnit[];
  readonly containers: readonly WorkloadContainer[];
}

/** One systemd unit; its values are spelled as the file has them, with all quoting done. */
export interface WorkloadUnit {
  /** File name: `workload-registry.service`. */
  readonly name: string;
  readonly type: "service" | "timer";
  readonly sections: readonly WorkloadSection[];
  /** Programs that it finds by name in its PATH. */
  readonly programs: readonly ("bash" | "curl")[];
}

export interface WorkloadSection {
  readonly name: "Unit" | "Service" | "Timer" | "Install";
  /** A key may stand more than once. */
  readonly entries: readonly (readonly [key: string, value: string | number | boolean])[];
}

/** A container that podman runs; texts are single arguments, never read by a shell. */
export interface WorkloadContainer {
  /** The container's own name, which its unit has too: `workload-registry`. */
  readonly name: string;
  readonly image: string;
  /** Arguments; empty leaves the image's own. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentFiles: readonly string[];
  readonly user: string | null;
  /** `5000:5000/tcp`: of the node, and inside. */
  readonly ports: readonly string[];
  /** `/srv/data:/data:ro`. */
  readonly volumes: readonly string[];
  /** Arguments of `podman run`. */
  readonly options: readonly string[];
  /** Starts with the node, rather than by a timer. */
  readonly starts: boolean;
  /** What its unit says besides. */
  readonly sections: readonly WorkloadSection[];
  /** What starts it by the clock and looks after its health. */
  readonly units: readonly WorkloadUnit[];
}
