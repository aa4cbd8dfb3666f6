import {
  type Diagnostic,
  type Extension,
  loadTopology,
  type Network,
  resolveTopology,
  unwrap,
} from "@nix-nos/topology";
import { type NetworkServices, type OverlayPlan, planOverlay, plasmacloudNetwork } from "../index.js";

export interface Extended {
  /** `null` where something is wrong. */
  readonly network: Network | null;
  readonly plan: OverlayPlan | null;
  readonly services: NetworkServices;
  readonly diagnostics: readonly Diagnostic[];
}

/** A topology in YAML through the extension, after an earlier run. */
export function extended(text: string, earlier: Partial<Network> = {}): Extended {
  const extensions = [plasmacloudNetwork as Extension];
  const { document } = unwrap(loadTopology({ file: "t.yaml", format: "yaml", text }, { extensions }));
  const services = (document.services ?? {}) as NetworkServices;
  const { allocations = {}, released = {}, choices = {} } = earlier;
  const resolved = unwrap(resolveTopology(document, { previous: { allocations, released, choices }, now: 0 }));
  const outcome = plasmacloudNetwork.extend?.(resolved, services) ?? { value: resolved, diagnostics: [] };
  const plan = outcome.value === null ? null : planOverlay(outcome.value, services);
  return { network: outcome.value, plan, services, diagnostics: outcome.diagnostics };
}

/**
 * One cluster of nodes with an address each: `a: prismnet` is on the control plane, `-b:` is a worker without services.
 *
 * @param overlay - what `services.prismnet.overlay` says
 */
export function overlayTopology(nodes: readonly string[], overlay = "pool: { prefixes: [10.200.0.0/16] }"): string {
  const lines = nodes.map((node, index) => {
    const [, dash, name, list = "", more = ""] = /^(-?)(\w+): ?([^;]*)(?:; (.*))?$/.exec(node) ?? [];
    const role = dash === "-" ? "worker" : "control-plane";
    return `${name}: { role: ${role}, ip: 10.0.0.${index + 1}, services: [${list}]${more && `, ${more}`} }`;
  });
  return `nix-nos: { clusters: { lab: { nodes: { ${lines.join(", ")} } } } }
services: { prismnet: { overlay: { ${overlay} } } }\n`;
}
