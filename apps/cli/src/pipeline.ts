import * as pipeline from "@nix-nos/pipeline";
import {
  canonicalJson,
  type Diagnostic,
  hasErrors,
  type Layer,
  type LoadedTopology,
  loadTopologyFiles,
  locateDiagnostics,
  type Network,
  type Outcome,
} from "@nix-nos/topology";
import { type Lock, readLock } from "./beside/lock.js";
import { extensions } from "./extensions.js";
import { Failure, problem } from "./failure.js";
import { exitCodes, type Io } from "./io.js";
import { readIrr } from "./irr/answers-file.js";
import { includeReader } from "./load/include-reader.js";
import { readSource, type SourceTexts } from "./load/read-source.js";
import { sha256 } from "./write/manifest.js";

/** A topology up to the plan, with nothing wrong in it: what commands print from. */
export interface Planned extends pipeline.PlannedTopology {
  /** What the topology says of the extensions' services. */
  readonly services: NonNullable<LoadedTopology["document"]["services"]>;
  /** `null` for standard input. */
  readonly lock: Lock | null;
  readonly warnings: readonly Diagnostic[];
}

/** The network alone, also of a topology whose pools have run out. */
export interface Surveyed {
  readonly network: Network;
  /** Errors among them, where addresses were wanting. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A topology after every stage: what commands write. */
export interface Rendered extends Planned, pipeline.RenderedTopology {
  /** Of the document, the same for each language that it may be written in. */
  readonly digest: string;
}

export interface PlanRequest {
  readonly topology: string;
  /** The topology whose recorded addresses this one has; without it, its own. */
  readonly recordOf?: string;
  /** Extensions above the highest of them are left out, as if there were none; an empty set takes all. */
  readonly layers?: ReadonlySet<Layer>;
  /** Is given the texts that were read, for code frames. */
  readonly texts: SourceTexts;
}

/**
 * The way from a file to the plan: load, resolve, extend, plan.
 *
 * @throws Failure with every diagnostic, when one is an error.
 */
export async function planTopology(io: Io, request: PlanRequest): Promise<Planned> {
  const input = await readAll(io, request);
  const { loaded, lock, options } = input;
  const { value, warnings } = settle(input, pipeline.planTopology(loaded, options));
  return { ...value, services: loaded.document.services ?? {}, lock, warnings };
}

/**
 * The way as far as the network, for whoever looks at its pools: one that has run out is a reason to look, not to refuse.
 *
 * @throws Failure when there is no network to look at
 */
export async function surveyTopology(io: Io, request: PlanRequest): Promise<Surveyed> {
  const input = await readAll(io, request);
  const { loaded, options, said } = input;
  const { value: network, diagnostics } = pipeline.surveyTopology(loaded, options);
  if (network === null) throw new Failure([...said, ...diagnostics], exitCodes.refused);
  return { network, diagnostics: [...said, ...diagnostics, ...unrecorded(input, network)] };
}

/**
 * The whole way from a file to configuration: the plan, and what is rendered from it.
 *
 * @throws Failure with every diagnostic, when one is an error.
 */
export async function renderTopology(io: Io, request: PlanRequest): Promise<Rendered> {
  const input = await readAll(io, request);
  const { loaded, lock, options } = input;
  const { value, warnings } = settle(input, pipeline.renderTopology(loaded, options));
  const digest = `sha256:${sha256(canonicalJson(loaded.document))}`;
  return { ...value, services: loaded.document.services ?? {}, digest, lock, warnings };
}

/**
 * The document alone, for whoever asks what stands in it.
 *
 * @throws Failure with every diagnostic, when one is an error.
 */
export async function readDocument(
  io: Io,
  request: PlanRequest,
): Promise<LoadedTopology & { readonly said: readonly Diagnostic[] }> {
  const source = await readSource(io, request.topology, request.texts);
  const { value, diagnostics } = await loadTopologyFiles(source, includeReader(io, request.texts), { extensions });
  if (value === null) throw new Failure(diagnostics, exitCodes.refused);
  return { ...value, said: locateDiagnostics(diagnostics, value.sourceMap) };
}

interface Input {
  readonly loaded: LoadedTopology;
  readonly options: pipeline.PipelineOptions;
  readonly lock: Lock | null;
  /** Warnings of the document itself. */
  readonly said: readonly Diagnostic[];
}

/** Everything that a topology's meaning depends on: the document, and what stands beside it. */
async function readAll(io: Io, request: PlanRequest): Promise<Input> {
  const { said, ...loaded } = await readDocument(io, request);
  const lock = readLock(io, request.recordOf ?? request.topology, request.texts);
  const irr = readIrr(io, request.topology, request.texts);
  const options = {
    extensions,
    ...(request.layers !== undefined && { layers: request.layers }),
    previous: lock?.state ?? {},
    now: io.now(),
    ...(irr !== null && { irr: irr.answers }),
  };
  return { loaded, options, lock, said };
}

/** @throws Failure with every diagnostic, when one is an error */
function settle<T extends { readonly network: Network }>(
  input: Input,
  { value, diagnostics }: Outcome<T>,
): { readonly value: T; readonly warnings: readonly Diagnostic[] } {
  if (value === null || hasErrors(diagnostics)) throw new Failure([...input.said, ...diagnostics], exitCodes.refused);
  return { value, warnings: [...input.said, ...diagnostics, ...unrecorded(input, value.network)] };
}

function unrecorded({ loaded, lock }: Input, network: Network): readonly Diagnostic[] {
  if (lock !== null || Object.keys(network.allocations).length === 0) return [];
  const warning = problem(
    "NN9011",
    "The topology comes from standard input, so its automatic addresses are not recorded.",
    {
      severity: "warning",
      hint: "Render from a file, and the addresses are kept in a lock file beside it.",
    },
  );
  return locateDiagnostics([warning], loaded.sourceMap);
}
