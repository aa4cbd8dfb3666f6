import type { Path } from "../diagnostics/diagnostic.js";
import type { TopologyWorkload } from "../document/workload-schema.js";
import type { Loose } from "./loose.js";

/** A workload where it is written. */
export interface WrittenWorkload {
  readonly name: string;
  readonly workload: Loose<TopologyWorkload>;
  readonly path: Path;
}
