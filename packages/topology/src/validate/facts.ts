import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import type { TopologyNode } from "../document/node-schema.js";
import { entriesOf, type Loose, type LooseTopology } from "./loose.js";

/** A node where it is written. */
export interface WrittenNode {
  readonly name: string;
  readonly cluster: string;
  readonly node: Loose<TopologyNode>;
  readonly path: Path;
}

/** What several checks look up, gathered in one pass. */
export interface Facts {
  /** Every place where a node is written, in document order; a name may stand twice. */
  readonly written: readonly WrittenNode[];
  readonly byName: ReadonlyMap<string, WrittenNode>;
  /** Every node of the document is here; without that, a name that is not here may be somewhere. */
  readonly isWhole: boolean;
  /** Name of the site that a node's cluster is at. */
  siteOf(node: string): string | null;
  /** Names of the nodes that list a service. */
  readonly nodesByService: ReadonlyMap<string, readonly string[]>;
}

/**
 * Gathers the facts of a document.
 *
 * @param faults - what is wrong with its shape: where clusters are damaged, nodes may be missing that are written
 */
export function collectNodes(document: LooseTopology, faults: readonly Diagnostic[]): Facts {
  const written: WrittenNode[] = [];
  const byName = new Map<string, WrittenNode>();
  const nodesByService = new Map<string, string[]>();
  for (const [cluster, { nodes }] of entriesOf(document["nix-nos"]?.clusters)) {
    for (const [name, node = {}] of Object.entries(nodes ?? {})) {
      const entry = { name, cluster, node, path: ["nix-nos", "clusters", cluster, "nodes", name] };
      written.push(entry);
      if (!byName.has(name)) byName.set(name, entry);
      for (const service of node.services ?? []) {
        if (service === undefined) continue;
        const runs = nodesByService.get(service);
        if (runs) runs.push(name);
        else nodesByService.set(service, [name]);
      }
    }
  }
  const isWhole = !faults.some(({ path }) => path[1] === "clusters" && path.length <= 4);
  const siteOf = (node: string) => {
    const cluster = byName.get(node)?.cluster;
    return (cluster === undefined ? undefined : document["nix-nos"]?.clusters?.[cluster]?.site) ?? null;
  };
  return { written, byName, isWhole, siteOf, nodesByService };
}
