import { type AllocationRecord, type AllocationState, parseExtent, type ReleasedRecord } from "../pool.js";
import { type JsonEntry, type JsonNode, positionFinder, readJson } from "./json.js";
import { conflictStarts } from "./merge-markers.js";

/** Where a lock file is not what it should be. */
export interface LockFault {
  /**
   * `not-json`: the text is no JSON; `merge-markers`: a merge was left undone; `wrong-version`: another version wrote
   * it; `wrong-shape`: JSON, but no record of allocations; `duplicate-key`: one key stands twice.
   */
  readonly kind: "not-json" | "merge-markers" | "wrong-version" | "wrong-shape" | "duplicate-key";
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  readonly message: string;
}

/** A lock file's state, or everything that is wrong with its text. */
export type LockResult =
  | { readonly ok: true; readonly state: AllocationState }
  | { readonly ok: false; readonly faults: readonly LockFault[] };

/**
 * Reads the text of a lock file, as {@link printLockFile} writes it; white space does not matter.
 *
 * @example
 * ```ts
 * import { parseLockFile } from "@nix-nos/ipam";
 *
 * const result = parseLockFile('{ "version": 1, "allocations": { "node/a": { "pool": "p", "address": "10.0.0.1" } } }');
 * result.ok && result.state.allocations; // => { "node/a": { "pool": "p", "address": "10.0.0.1" } }
 * const broken = parseLockFile("<<<<<<< ours\n=======\n>>>>>>> theirs\n");
 * broken.ok || broken.faults.map(({ kind, line }) => [kind, line]); // => [["merge-markers", 1]]
 * ```
 */
export function parseLockFile(text: string): LockResult {
  const starts = conflictStarts(text);
  if (starts.length > 0) {
    const message = "A merge of two branches was left undone here: both sides stand in the file.";
    return { ok: false, faults: starts.map((line) => ({ kind: "merge-markers", line, column: 1, message })) };
  }
  const { allocations, released, choices, faults } = readLockText(text);
  if (faults.length > 0) return { ok: false, faults };
  const state = { allocations: Object.fromEntries(allocations), released: Object.fromEntries(released) };
  return { ok: true, state: withChoices(state, choices) };
}

/** What a text without merge markers says, in its order; a key may stand twice, which is a fault. */
export interface LockText {
  readonly allocations: readonly (readonly [key: string, AllocationRecord])[];
  readonly released: readonly (readonly [key: string, ReleasedRecord])[];
  readonly choices: readonly (readonly [key: string, string])[];
  readonly faults: readonly LockFault[];
}

/**
 * Writes the text of a lock file: one line a key, sorted by UTF-16 code units, so that a change of one key is a change
 * of one line.
 *
 * @example
 * ```ts
 * import { parseLockFile, printLockFile } from "@nix-nos/ipam";
 *
 * const text = printLockFile({ allocations: { "node/a": { pool: "p", address: "10.0.0.1" } }, released: {} });
 * text.split("\n")[3]; // => "    \"node/a\": {\"pool\":\"p\",\"address\":\"10.0.0.1\"}"
 * parseLockFile(text).ok; // => true
 * ```
 */
export function printLockFile(state: AllocationState): string {
  const allocations = section(state.allocations, ({ pool, address }) => ({ pool, address }));
  const released = section(state.released, ({ pool, address, releasedAt }) => ({ pool, address, releasedAt }));
  const choices = section(state.choices ?? {}, (choice) => choice);
  const rest = released === "{}" ? "" : `,\n  "released": ${released}`;
  const last = choices === "{}" ? "" : `,\n  "choices": ${choices}`;
  return `{\n  "version": 1,\n  "allocations": ${allocations}${rest}${last}\n}\n`;
}

/** A state without choices has no word of them. */
export function withChoices(
  { allocations, released }: AllocationState,
  choices: Iterable<readonly [string, string]>,
): AllocationState {
  const all = Object.fromEntries(choices);
  return { allocations, released, ...(Object.keys(all).length > 0 && { choices: all }) };
}

function section<T>(records: Readonly<Record<string, T>>, shape: (record: T) => object | string): string {
  const lines = Object.entries(records)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, record]) => `    ${JSON.stringify(key)}: ${JSON.stringify(shape(record))}`);
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n  }`;
}

export function readLockText(text: string): LockText {
  const json = readJson(text);
  const positionOf = positionFinder(text);
  if ("message" in json) {
    const fault = { ...positionOf(json.at), message: json.message, kind: "not-json" } as const;
    return { allocations: [], released: [], choices: [], faults: [fault] };
  }
  const faults: LockFault[] = [];
  const wrong = ({ at }: { readonly at: number }, message: string, kind: LockFault["kind"] = "wrong-shape") =>
    void faults.push({ ...positionOf(at), kind, message });

  const entriesOf = (node: JsonNode, what: string): readonly JsonEntry[] => {
    if (node.kind !== "object") {
      wrong(node, `${what} must be an object.`);
      return [];
    }
    const seen = new Set<string>();
    for (const entry of node.entries) {
      if (seen.has(entry.key)) wrong(entry, `${quote(entry.key)} stands twice.`, "duplicate-key");
      seen.add(entry.key);
    }
    return node.entries;
  };

  const fields = (node: JsonNode, what: string, names: readonly string[]): ReadonlyMap<string, JsonNode> => {
    const entries = entriesOf(node, what);
    for (const entry of entries) if (!names.includes(entry.key)) wrong(entry, `${what} has no ${quote(entry.key)}.`);
    return new Map(entries.map(({ key, value }) => [key, value]));
  };

  const readText = (record: JsonNode, own: ReadonlyMap<string, JsonNode>, name: string, fault: TextFault): string => {
    const node = own.get(name);
    if (node?.kind !== "string") {
      if (record.kind === "object") wrong(node ?? record, `A record's "${name}" must be a string.`);
      return "";
    }
    const message = fault(node.value);
    if (message !== null) wrong(node, message);
    return node.value;
  };

  const root = fields(json, "A lock file", ["version", "allocations", "released", "choices"]);
  const [version, given, rested, chosen] = ["version", "allocations", "released", "choices"].map((name) =>
    root.get(name),
  );
  if (json.kind === "object" && !(version?.kind === "number" && version.value === 1))
    wrong(version ?? json, 'A lock file has "version": 1; another version wrote this one.', "wrong-version");
  else if (json.kind === "object" && given === undefined) wrong(json, 'A lock file has "allocations".');
  const allocations = (given ? entriesOf(given, '"allocations"') : []).map(({ key, value }) => {
    const own = fields(value, "A record", ["pool", "address"]);
    const pool = readText(value, own, "pool", () => null);
    return [key, { pool, address: readText(value, own, "address", addressFault) }] as const;
  });
  const released = (rested ? entriesOf(rested, '"released"') : []).map(({ key, value }) => {
    const own = fields(value, "A record", ["pool", "address", "releasedAt"]);
    const pool = readText(value, own, "pool", () => null);
    const address = readText(value, own, "address", addressFault);
    return [key, { pool, address, releasedAt: readText(value, own, "releasedAt", timeFault) }] as const;
  });
  const choices = (chosen ? entriesOf(chosen, '"choices"') : []).map(({ key, value }) => {
    if (value.kind !== "string") wrong(value, "A choice must be a string.");
    return [key, value.kind === "string" ? value.value : ""] as const;
  });
  return { allocations, released, choices, faults };
}

type TextFault = (text: string) => string | null;

function addressFault(text: string): string | null {
  return parseExtent(text) ? null : `${quote(text)} is neither an address nor a block.`;
}

function timeFault(text: string): string | null {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text) && !Number.isNaN(Date.parse(text));
  return isTime ? null : `${quote(text)} is no time, as 2026-11-23T16:50:00Z.`;
}

/** A message quotes what was written, but not a megabyte of it. */
function quote(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 57)}...`);
}
