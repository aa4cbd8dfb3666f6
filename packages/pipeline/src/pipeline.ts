import { type BgpPlan, planBgp, renderBird } from "@nix-nos/bgp-gen";
import { renderCisco } from "@nix-nos/cisco-render";
import { renderNetworkd, renderWorkloads } from "@nix-nos/networkd-render";
import { renderNixLibrary, renderNixos } from "@nix-nos/nix-render";
import { renderOpenwrt } from "@nix-nos/openwrt-render";
import {
  type Artifact,
  type DnsZone,
  type Extension,
  type FirewallPlan,
  type IrrAnswers,
  type Layer,
  type LoadedTopology,
  type Network,
  type Outcome,
  planFirewall,
  planWorkloads,
  planZones,
  type Remembered,
  renderZones,
  resolveTopology,
} from "@nix-nos/topology";
import { extend, servicesOf, upTo } from "./extend.js";
import { createFindings, type Findings } from "./findings.js";
import { unrendered } from "./unrendered.js";

/** What a topology is planned with besides what it says itself. */
export interface PipelineOptions {
  /** The higher layers, in the order in which they extend the network. */
  readonly extensions: readonly Extension[];
  /** Extensions above the highest of them are left out, as if there were none; an empty set takes all. */
  readonly layers?: ReadonlySet<Layer>;
  /** What the last run left. */
  readonly previous?: Remembered;
  /** The time in milliseconds, by which addresses that were given back have rested or not. */
  readonly now?: number;
  /** What routing registries answered. */
  readonly irr?: IrrAnswers;
}

/** A topology up to the plan, with nothing wrong in it. */
export interface PlannedTopology {
  readonly network: Network;
  readonly bgp: BgpPlan;
  readonly firewall: FirewallPlan;
}

/** A topology after every stage. */
export interface RenderedTopology extends PlannedTopology {
  /** Files, made one by one as they are asked for; they can be asked for once. */
  readonly artifacts: Iterable<Artifact>;
}

/**
 * The way from a document to the network alone, for whoever looks at its pools: one that has run out is a reason to look,
 * not to refuse.
 *
 * @returns the network, also beside errors where addresses were wanting; every diagnostic with its place
 *
 * @example
 * ```ts
 * import { surveyTopology } from "@nix-nos/pipeline";
 * import { loadTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1 } } } } }";
 * const loaded = unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" }));
 * surveyTopology(loaded, { extensions: [] }).value?.nodes.map(({ name }) => name); // => ["n1"]
 * ```
 */
export function surveyTopology(loaded: LoadedTopology, options: PipelineOptions): Outcome<Network> {
  const findings = createFindings(loaded.sourceMap);
  return findings.outcome(() => {
    const network = findings.add(resolve(loaded, options));
    if (network === null || findings.hasErrors()) return network;
    return extend(loaded.document, network, findings, options.extensions, options.layers);
  });
}

/**
 * The way from a document to the plan: resolve, extend, plan.
 *
 * @returns `null` where anything is an error; every diagnostic with its place
 *
 * @example
 * ```ts
 * import { planTopology } from "@nix-nos/pipeline";
 * import { loadTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1 } } } } }";
 * const loaded = unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" }));
 * planTopology(loaded, { extensions: [] }).value?.bgp.speakers; // => []
 * ```
 */
export function planTopology(loaded: LoadedTopology, options: PipelineOptions): Outcome<PlannedTopology> {
  const findings = createFindings(loaded.sourceMap);
  return findings.outcome(() => {
    const { network, bgp, firewall } = plan(loaded, options, findings);
    return bgp === null || firewall === null || findings.hasErrors() ? null : { network, bgp, firewall };
  });
}

/**
 * The whole way from a document to files: the plan, and what every renderer and extension makes of it.
 *
 * A stage that cannot go on without the one before ends the way; all others are asked, so that one run shows all mistakes.
 *
 * @returns `null` where anything is an error; every diagnostic with its place
 *
 * @example
 * ```ts
 * import { renderTopology } from "@nix-nos/pipeline";
 * import { loadTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1 } } } } }";
 * const loaded = unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" }));
 * const { artifacts } = unwrap(renderTopology(loaded, { extensions: [] }));
 * [...artifacts].map(({ path }) => path).includes("nodes/n1/nixos/default.nix"); // => true
 * ```
 */
export function renderTopology(loaded: LoadedTopology, options: PipelineOptions): Outcome<RenderedTopology> {
  const findings = createFindings(loaded.sourceMap);
  return findings.outcome(() => {
    const { network, bgp, firewall, zones } = plan(loaded, options, findings);
    const services = servicesOf(loaded.document);
    const networkd = findings.add(renderNetworkd(network));
    if (bgp === null || firewall === null || zones === null) return null;
    const openwrt = findings.add(renderOpenwrt(network, { bgp, firewall }));
    const cisco = findings.add(renderCisco(network, bgp));
    const given = upTo(options.extensions, options.layers)
      .map((extension) => findings.add(extension.render(network, { bgp, zones }, services(extension))))
      .filter((contribution) => contribution !== null);
    const nixosOptions = given.flatMap((contribution) => contribution.nixosOptions ?? []);
    const workloads = planWorkloads(network);
    const nixosModules = given.flatMap((contribution) => contribution.nixosModules ?? []);
    const nixos = findings.add(renderNixos(network, { bgp, firewall, workloads, nixosOptions, nixosModules }));
    if (findings.hasErrors() || networkd === null || openwrt === null || cisco === null || nixos === null) return null;

    const nixLib: Readonly<Record<string, string>> = Object.assign({}, ...given.map((each) => each.nixLib));
    const artifacts = allArtifacts(
      renderBird(bgp),
      cisco,
      networkd,
      renderWorkloads(network, workloads),
      renderZones(zones),
      nixos,
      openwrt,
      renderNixLibrary(network, bgp, { nixLib }),
      ...given.map((contribution) => contribution.artifacts),
    );
    return { network, bgp, firewall, artifacts };
  });
}

interface Plan {
  readonly network: Network;
  readonly bgp: BgpPlan | null;
  readonly firewall: FirewallPlan | null;
  readonly zones: readonly DnsZone[] | null;
}

/** Every stage up to the plan; `bgp` is `null` when it has errors, and later stages may still have more to say. */
function plan(loaded: LoadedTopology, options: PipelineOptions, findings: Findings): Plan {
  const { extensions, layers } = options;
  const { document } = loaded;
  const base = findings.need(resolve(loaded, options));
  const whole = extend(document, base, findings, extensions);
  const isWhole = upTo(extensions, layers).length === extensions.length;
  const own = isWhole ? whole : extend(document, base, findings, extensions, layers);
  // What is remembered is the whole topology's, whatever is written of it this time.
  const { allocations, released, choices = {} } = whole;
  const network = { ...own, allocations, released, choices };
  findings.add({ value: null, diagnostics: unrendered(network) });
  const bgp = findings.add(planBgp(network));
  const firewall = bgp === null ? null : findings.add(planFirewall(network, bgp));
  return { network, bgp, firewall, zones: findings.add(planZones(network)) };
}

function resolve({ document }: LoadedTopology, { previous, now, irr }: PipelineOptions): Outcome<Network> {
  return resolveTopology(document, {
    ...(previous !== undefined && { previous }),
    ...(now !== undefined && { now }),
    ...(irr !== undefined && { irr }),
  });
}

function* allArtifacts(...lists: readonly Iterable<Artifact>[]): Iterable<Artifact> {
  for (const list of lists) yield* list;
}
