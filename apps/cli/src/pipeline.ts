import { type BgpPlan, planBgp, renderBird } from "@nix-nos/bgp-gen";
import { renderCisco } from "@nix-nos/cisco-render";
import { renderNetworkd, renderWorkloads } from "@nix-nos/networkd-render";
import { renderNixLibrary, renderNixos } from "@nix-nos/nix-render";
import { renderOpenwrt } from "@nix-nos/openwrt-render";
import {
  type Artifact,
  type Contribution,
  canonicalJson,
  type Diagnostic,
  type Extension,
  type FirewallPlan,
  hasErrors,
  type Layer,
  type LoadedTopology,
  loadTopologyFiles,
  locateDiagnostics,
  type Network,
  type Outcome,
  planFirewall,
  planWorkloads,
  planZones,
  renderZones,
  resolveTopology,
  type SourceMap,
} from "@nix-nos/topology";
import { extensions } from "./extensions.js";
import { Failure, problem } from "./failure.js";
import { exitCodes, type Io } from "./io.js";
import { readIrr } from "./irr/answers-file.js";
import { includeReader } from "./load/include-reader.js";
import { readSource, type SourceTexts } from "./load/read-source.js";
import { type Lock, readLock } from "./lock.js";
import { unrendered } from "./unrendered.js";
import { sha256 } from "./write/manifest.js";

/** A topology up to the plan, with nothing wrong in it: what commands print from. */
export interface Planned {
  readonly network: Network;
  /** What the topology says of the extensions' services. */
  readonly services: NonNullable<LoadedTopology["document"]["services"]>;
  readonly bgp: BgpPlan;
  readonly firewall: FirewallPlan;
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
export interface Rendered extends Planned {
  /** Files, made one by one as they are asked for; they can be asked for once. */
  readonly artifacts: Iterable<Artifact>;
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
  const { document, network, bgp, firewall, lock, findings } = await plan(io, request);
  if (bgp === null || firewall === null || findings.hasErrors()) throw findings.failure();
  return { network, services: document.services ?? {}, bgp, firewall, lock, warnings: findings.all() };
}

/**
 * The way as far as the network, for whoever looks at its pools: one that has run out is a reason to look, not to refuse.
 *
 * @throws Failure when there is no network to look at
 */
export async function surveyTopology(io: Io, request: PlanRequest): Promise<Surveyed> {
  const { document, resolved, lock, findings } = await resolve(io, request);
  const network = findings.add(resolved);
  if (network === null) throw findings.failure();
  const extended = findings.hasErrors() ? network : extend(document, network, findings);
  noteUnrecorded(lock, network, findings);
  return { network: extended, diagnostics: findings.all() };
}

/**
 * The whole way from a file to configuration: the plan, and what is rendered from it.
 *
 * A stage that cannot go on without the one before ends the way; all others are asked, so that one run shows all
 * mistakes.
 *
 * @throws Failure with every diagnostic, when one is an error.
 */
export async function renderTopology(io: Io, request: PlanRequest): Promise<Rendered> {
  const { document, network, bgp, firewall, zones, lock, findings } = await plan(io, request);
  const services = servicesOf(document);
  const networkd = findings.add(renderNetworkd(network));
  if (bgp === null || firewall === null || zones === null) throw findings.failure();
  const openwrt = findings.add(renderOpenwrt(network, { bgp, firewall }));
  const cisco = findings.add(renderCisco(network, bgp));
  const contributions = extensionsOf(request.layers).map((extension) =>
    findings.add(extension.render(network, { bgp, zones }, services(extension))),
  );
  const given = contributions.filter((contribution) => contribution !== null);
  const nixosOptions = given.flatMap((contribution) => contribution.nixosOptions ?? []);
  const workloads = planWorkloads(network);
  const nixosModules = given.flatMap((contribution) => contribution.nixosModules ?? []);
  const nixos = findings.add(renderNixos(network, { bgp, firewall, workloads, nixosOptions, nixosModules }));
  if (findings.hasErrors() || networkd === null || openwrt === null || cisco === null || nixos === null)
    throw findings.failure();

  const nixLib: Readonly<Record<string, string>> = Object.assign({}, ...given.map((each) => each.nixLib));
  return {
    network,
    services: document.services ?? {},
    bgp,
    firewall,
    artifacts: allArtifacts(
      renderBird(bgp),
      networkd,
      renderWorkloads(network, workloads),
      renderZones(zones),
      nixos,
      openwrt,
      cisco,
      renderNixLibrary(network, bgp, { nixLib }),
      ...given.map((contribution: Contribution) => contribution.artifacts),
    ),
    digest: `sha256:${sha256(canonicalJson(document))}`,
    lock,
    warnings: findings.all(),
  };
}

/** Every stage up to the plan; `bgp` is `null` when it has errors, and later stages may still have more to say. */
async function plan(io: Io, request: PlanRequest) {
  const { document, resolved, lock, findings } = await resolve(io, request);
  const base = findings.need(resolved);
  const { allocations, released, choices = {} } = extend(document, base, findings);
  // What is remembered is the whole topology's, whatever is written of it this time.
  const network = { ...extend(document, base, findings, request.layers), allocations, released, choices };
  noteUnrecorded(lock, network, findings);
  findings.add({ value: null, diagnostics: unrendered(network) });
  const bgp = findings.add(planBgp(network));
  const firewall = bgp === null ? null : findings.add(planFirewall(network, bgp));
  const zones = findings.add(planZones(network));
  return { document, network, bgp, firewall, zones, lock, findings };
}

/**
 * The document alone, for whoever asks what stands in it.
 *
 * @throws Failure with every diagnostic, when one is an error.
 */
export async function readDocument(io: Io, request: PlanRequest) {
  const source = await readSource(io, request.topology, request.texts);
  const loaded = await loadTopologyFiles(source, includeReader(io, request.texts), { extensions });
  if (loaded.value === null) throw new Failure(loaded.diagnostics, exitCodes.refused);
  const { document, sourceMap } = loaded.value;
  return { document, findings: createFindings(sourceMap, loaded.diagnostics) };
}

/** The first stages, up to what the document means by itself. */
async function resolve(io: Io, request: PlanRequest) {
  const { document, findings } = await readDocument(io, request);
  const lock = readLock(io, request.recordOf ?? request.topology, request.texts);
  const irr = readIrr(io, request.topology, request.texts);
  const resolved = resolveTopology(document, {
    previous: lock?.state ?? {},
    now: io.now(),
    ...(irr !== null && { irr: irr.answers }),
  });
  return { document, resolved, lock, findings };
}

/** The network with what other layers add to it. */
function extend(
  document: LoadedTopology["document"],
  network: Network,
  findings: Findings,
  layers?: ReadonlySet<Layer>,
): Network {
  const services = servicesOf(document);
  const taken = extensionsOf(layers);
  const extended = taken.reduce(
    (before, extension) =>
      extension.extend === undefined ? before : findings.need(extension.extend(before, services(extension))),
    network,
  );
  return taken.length < extensions.length ? keepingRecords(extended) : extended;
}

/** What an extension that is left out has on record stays on record: nobody gave it back. */
function keepingRecords(network: Network): Network {
  const { allocations = {}, released = {} } = network.earlier ?? {};
  const pools = new Set(network.pools.map(({ name }) => name));
  const kept = Object.entries(allocations).filter(([, { pool }]) => !pools.has(pool));
  const keys = new Set(kept.map(([key]) => key));
  return {
    ...network,
    allocations: { ...network.allocations, ...Object.fromEntries(kept) },
    released: Object.fromEntries([
      ...Object.entries(network.released).filter(([key]) => !keys.has(key)),
      ...Object.entries(released).filter(([key]) => keys.has(key)),
    ]),
  };
}

function noteUnrecorded(lock: Lock | null, network: Network, findings: Findings): void {
  if (lock === null && Object.keys(network.allocations).length > 0) findings.note(unrecorded());
}

type Findings = ReturnType<typeof createFindings>;

/** What the stages have said so far, each with its place. */
function createFindings(sourceMap: SourceMap, first: readonly Diagnostic[]) {
  const found = [...first];
  const all = () => locateDiagnostics(withoutRepeats(found), sourceMap);
  const failure = () => new Failure(all(), exitCodes.refused);
  /** Adds what a stage has to say, and gives its value. */
  function add<T>({ value, diagnostics }: Outcome<T>): T | null {
    found.push(...locateDiagnostics(diagnostics, sourceMap));
    return value;
  }
  /** The same for a stage without whose value there is no going on. */
  function need<T>(outcome: Outcome<T>): T {
    const value = add(outcome);
    if (value === null || hasErrors(outcome.diagnostics)) throw failure();
    return value;
  }
  return { add, need, all, failure, hasErrors: () => hasErrors(found), note: (one: Diagnostic) => found.push(one) };
}

function* allArtifacts(...lists: readonly Iterable<Artifact>[]): Iterable<Artifact> {
  for (const list of lists) yield* list;
}

/** A layer's files are what they are without any layer above: what is left out also says nothing in them. */
function extensionsOf(layers: ReadonlySet<Layer> = new Set()): readonly Extension[] {
  const highest = Math.max(...(layers.size === 0 ? [3] : layers));
  return extensions.filter(({ layer }) => layer <= highest);
}

/** The part of `services` that belongs to an extension. */
function servicesOf(document: LoadedTopology["document"]) {
  const all = new Map<string, unknown>(Object.entries(document.services ?? {}));
  return (extension: Extension) => {
    const own = Object.keys(extension.schema).filter((name) => all.has(name));
    return Object.fromEntries(own.map((name) => [name, all.get(name)]));
  };
}

/** Two stages may trip over one mistake. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [JSON.stringify([each.code, each.path, each.message]), each])).values()];
}

function unrecorded(): Diagnostic {
  return problem("NN9011", "The topology comes from standard input, so its automatic addresses are not recorded.", {
    severity: "warning",
    hint: "Render from a file, and the addresses are kept in topology.lock.json beside it.",
  });
}
