import type { BgpPlan } from "@nix-nos/bgp-gen";
import { networkdUnits, unitFault } from "@nix-nos/networkd-render";
import {
  type Artifact,
  type Diagnostic,
  type FirewallPlan,
  type Network,
  type Node,
  nodeFolder,
  type OptionValue,
  type Outcome,
  type WorkloadPlan,
} from "@nix-nos/topology";
import { NixError } from "../expression/expression.js";
import { printNix } from "../expression/print.js";
import { hostsArtifact } from "./hosts.js";
import { moduleExpression, nodeOptions } from "./node-module.js";
import { mergeOptions } from "./options.js";
import { allUnits } from "./workloads.js";

/** What the modules are made from, besides the network. */
export interface NixosInput {
  /** Every BGP speaker and its sessions. */
  readonly bgp: BgpPlan;
  /** What each node lets in, from the same network and sessions. */
  readonly firewall: FirewallPlan;
  /** What each node runs, from the same network. */
  readonly workloads: WorkloadPlan;
  /** Each extension's options by node name, in the order in which they are merged. */
  readonly nixosOptions?: readonly ReadonlyMap<string, { readonly [option: string]: OptionValue }>[];
  /** Each extension's modules by node name: paths in the output tree that the node's module imports. */
  readonly nixosModules?: readonly ReadonlyMap<string, readonly string[]>[];
}

/**
 * The NixOS module of every node on NixOS: `nodes/NODE/nixos/default.nix`, with its host name, systemd-networkd units,
 * BIRD, firewall and the extensions' options. It reads `../bird/bird.conf` beside it and `nix/hosts.nix`, which holds
 * every node's names, and never sets `system.stateVersion`.
 *
 * @returns the files, in network order; no value when an option is set twice (NN4501) or a value cannot be written
 *   (NN4502)
 *
 * @example
 * ```ts
 * import { renderNixos } from "@nix-nos/nix-render";
 *
 * const network = {
 *   name: null, domain: null, sites: [], clusters: [], nodes: [], pools: [], reservations: [], vlans: [], links: [], workloads: [], firewall: { zones: [], forwardings: [], openings: [] }, dns: { nameServers: [], services: [] }, lab: { peers: [] }, allocations: {}, released: {},
 *   bgp: { timers: { holdTime: null, keepalive: null }, bfd: false, gracefulRestart: false, autonomousSystems: [], peers: [], prefixSets: [],
 *   rpkiCaches: [], birdVersion: "2.0.12", speakers: new Map(),
 *     policies: [], vipAdvertisements: [] },
 *   index: { nodeByName: new Map(), autonomousSystemByNode: new Map(), linksByNode: new Map(), nodesByService: new Map() },
 * };
 *
 * renderNixos(network, { bgp: { speakers: [], speakerByNode: new Map() }, firewall: { nodes: [], firewallByNode: new Map() }, workloads: { nodes: [], workloadsByNode: new Map() } }); // => { "value": [], "diagnostics": [] }
 * ```
 */
export function renderNixos(network: Network, input: NixosInput): Outcome<readonly Artifact[]> {
  const artifacts: Artifact[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const node of network.nodes) {
    if (node.platform !== "nixos") continue;
    // NixOS writes unit values into files as they are, so what no unit can hold must not get there.
    const [fault] = networkdUnits(node)
      .map(unitFault)
      .filter((found) => found !== null);
    try {
      if (fault !== undefined) throw new NixError(fault);
      artifacts.push(nodeArtifact(network, node, input, diagnostics));
    } catch (error) {
      if (!(error instanceof NixError)) throw error;
      diagnostics.push(unsayable(node, error));
    }
  }
  if (artifacts.length > 0) artifacts.push(hostsArtifact(network));
  return { value: diagnostics.length > 0 ? null : artifacts, diagnostics };
}

function nodeArtifact(network: Network, node: Node, input: NixosInput, diagnostics: Diagnostic[]): Artifact {
  const speaker = input.bgp.speakerByNode.get(node.name) ?? null;
  const firewall = input.firewall.firewallByNode.get(node.name) ?? null;
  const workloads = input.workloads.workloadsByNode.get(node.name) ?? null;
  const tree = nodeOptions(network, node, speaker, firewall, workloads);
  for (const options of input.nixosOptions ?? []) {
    for (const path of mergeOptions(tree, options.get(node.name) ?? {})) diagnostics.push(conflict(node, path));
  }
  const findsPrograms = workloads !== null && allUnits(workloads).some(({ programs }) => programs.length > 0);
  const usesPkgs = speaker?.daemon === "bird" || findsPrograms;
  const usesLib = (workloads?.containers.length ?? 0) > 0;
  const uses = [...(usesLib ? (["lib"] as const) : []), ...(usesPkgs ? (["pkgs"] as const) : [])];
  const imports = (input.nixosModules ?? []).flatMap((modules) => modules.get(node.name) ?? []);
  const text = printNix(moduleExpression(node, tree, { uses, imports }));
  return { path: `${nodeFolder(node.name)}/nixos/default.nix`, text, node: node.name, layer: 1, kind: "nixos" };
}

function conflict(node: Node, path: readonly string[]): Diagnostic {
  return {
    code: "NN4501",
    severity: "error",
    message: `An extension sets the NixOS option ${path.join(".")} of node ${node.name}, which is set to something else already.`,
    path: node.path,
    hint: "Turn one of the two features off for this node.",
  };
}

function unsayable(node: Node, error: NixError): Diagnostic {
  return {
    code: "NN4502",
    severity: "error",
    message: `The NixOS module of node ${JSON.stringify(node.name)} cannot be written. ${error.message}`,
    path: node.path,
    hint: "Use values without control characters.",
  };
}
