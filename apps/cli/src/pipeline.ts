import { type BgpPlan, planBgp, renderBird } from "@nix-nos/bgp-gen";
import { renderNetworkd } from "@nix-nos/networkd-render";
import { renderNixLibrary, renderNixos } from "@nix-nos/nix-render";
import {
  type Artifact,
  type Contribution,
  canonicalJson,
  type Diagnostic,
  hasErrors,
  type Layer,
  type LoadedTopology,
  loadTopology,
  locateDiagnostics,
  type Network,
  type Outcome,
  resolveTopology,
} from "@nix-nos/topology";
import { extensions } from "./extensions.js";
import { Failure, problem } from "./failure.js";
import { exitCodes, type Io } from "./io.js";
import { readSource, type SourceTexts } from "./load/read-source.js";
import { type Lock, readLock } from "./lock.js";
import { sha256 } from "./write/manifest.js";

/** A topology after every stage, with nothing wrong in it: what commands print from and write. */
export interface Rendered {
  readonly network: Network;
  readonly bgp: BgpPlan;
  /** Files, made one by one as they are asked for; they can be asked for once. */
  readonly artifacts: Iterable<Artifact>;
  /** Of the document, the same for each language that it may be written in. */
  readonly digest: string;
  /** `null` for standard input. */
  readonly lock: Lock | null;
  readonly warnings: readonly Diagnostic[];
}

export interface RenderRequest {
  readonly topology: string;
  /** Extensions of other layers contribute nothing; an empty set takes all. */
  readonly layers?: ReadonlySet<Layer>;
  /** Is given the texts that were read, for code frames. */
  readonly texts: SourceTexts;
}

/**
 * The one way from a file to configuration: load, resolve, extend, plan, render.
 *
 * A stage that cannot go on without the one before ends the way; all others are asked, so that one run shows all
 * mistakes.
 *
 * @throws Failure with every diagnostic, when one is an error.
 */
export async function renderTopology(io: Io, request: RenderRequest): Promise<Rendered> {
  const source = await readSource(io, request.topology, request.texts);
  const loaded = loadTopology(source, { extensions });
  const found = [...loaded.diagnostics];
  if (loaded.value === null) throw new Failure(found, exitCodes.refused);
  const { document, sourceMap } = loaded.value;
  const lock = readLock(io, request.topology);

  /** Adds what a stage has to say; gives its value, or ends the way. */
  function step<T>(outcome: Outcome<T>, isNeeded: true): T;
  function step<T>(outcome: Outcome<T>, isNeeded: false): T | null;
  function step<T>({ value, diagnostics }: Outcome<T>, isNeeded: boolean): T | null {
    found.push(...locateDiagnostics(diagnostics, sourceMap));
    if (isNeeded && (value === null || hasErrors(diagnostics))) throw refused();
    return value;
  }
  const refused = () => new Failure(locateDiagnostics(withoutRepeats(found), sourceMap), exitCodes.refused);

  const services = servicesOf(document);
  let network = step(resolveTopology(document, lock === null ? {} : { previous: lock.allocations }), true);
  for (const extension of extensions) {
    if (extension.extend !== undefined) network = step(extension.extend(network, services(extension)), true);
  }
  if (lock === null && Object.keys(network.allocations).length > 0) found.push(unrecorded());

  const bgp = step(planBgp(network), false);
  const networkd = step(renderNetworkd(network), false);
  if (bgp === null) throw refused();
  const contributions = extensions
    .filter(({ layer }) => isLayer(request.layers, layer))
    .map((extension) => step(extension.render(network, { bgp }, services(extension)), false));
  const given = contributions.filter((contribution) => contribution !== null);
  const nixosOptions = given.flatMap((contribution) => contribution.nixosOptions ?? []);
  const nixos = step(renderNixos(network, { bgp, nixosOptions }), false);
  if (hasErrors(found) || networkd === null || nixos === null) throw refused();

  const nixLib: Readonly<Record<string, string>> = Object.assign({}, ...given.map((each) => each.nixLib));
  return {
    network,
    bgp,
    artifacts: allArtifacts(
      renderBird(network, bgp),
      networkd,
      nixos,
      renderNixLibrary(network, bgp, { nixLib }),
      ...given.map((contribution: Contribution) => contribution.artifacts),
    ),
    digest: `sha256:${sha256(canonicalJson(document))}`,
    lock,
    warnings: locateDiagnostics(withoutRepeats(found), sourceMap),
  };
}

function* allArtifacts(...lists: readonly Iterable<Artifact>[]): Iterable<Artifact> {
  for (const list of lists) yield* list;
}

function isLayer(layers: ReadonlySet<Layer> | undefined, layer: Layer): boolean {
  return layers === undefined || layers.size === 0 || layers.has(layer);
}

/** The part of `services` that belongs to an extension. */
function servicesOf(document: LoadedTopology["document"]) {
  const all = new Map<string, unknown>(Object.entries(document.services ?? {}));
  return (extension: (typeof extensions)[number]) => {
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
