import type { SourceMap } from "../diagnostics/locate.js";

/** A topology before it is read. What reads files, or evaluates Nix, is the caller. */
export type Source = TextSource | DataSource;

/** Text in one of the two languages that this library reads itself. */
export interface TextSource {
  /** Name for messages; nothing is opened. */
  readonly file: string;
  readonly format: "yaml" | "json";
  readonly text: string;
}

/** Data that something else has read already, as Nix's evaluator, with the places it could tell. */
export interface DataSource {
  readonly file: string;
  readonly format: "data";
  readonly value: unknown;
  readonly positions?: PositionTree;
}

/** Where a value's key stands, and the same for what is inside. Lines and columns count from 1; 0 is unknown. */
export interface PositionTree {
  readonly line: number;
  readonly column: number;
  /** The file that it stands in, where that is not the source's own. */
  readonly file?: string;
  /** By map key or list index. */
  readonly children?: { readonly [key: string]: PositionTree };
}

/** A source's plain data, not validated, with the place of each part. */
export interface ParsedSource {
  readonly value: unknown;
  readonly sourceMap: SourceMap;
}
