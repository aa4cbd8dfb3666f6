import type { SessionRow } from "@nix-nos/bgp-gen";
import type { GraphView } from "@nix-nos/graph";
import type { Diagnostic } from "@nix-nos/topology";

/** What the page asks of the worker. */
export interface Question {
  readonly text: string;
}

/** What the worker says: once what an editor may complete, then what became of each text that it was asked about. */
export type Answer =
  | { readonly kind: "schema"; readonly schema: object }
  | { readonly kind: "result"; readonly text: string; readonly result: Result };

export interface Result {
  readonly diagnostics: readonly Diagnostic[];
  /** `null` where the topology has errors. */
  readonly made: Made | null;
}

export interface Made {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly sessions: readonly SessionRow[];
  /** An SVG document for each view. */
  readonly pictures: Readonly<Record<GraphView, string>>;
}
