import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import { itemsOf } from "./loose.js";
import type { WrittenWorkload } from "./written-workload.js";

/** Workloads that wait for others: they are there, on the same nodes, and nobody waits for itself. */
export function checkDependencies(written: readonly WrittenWorkload[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const byName = new Map(written.map((each) => [each.name, each]));
  const edges = new Map<string, readonly Edge[]>();
  for (const each of written) {
    const own = edgesOf(each);
    edges.set(
      each.name,
      own.filter(({ to }) => byName.has(to)),
    );
    for (const edge of own) {
      const other = byName.get(edge.to);
      if (other !== undefined) {
        diagnostics.push(...checkNodes(each, edge, other));
        continue;
      }
      const hint = didYouMean(edge.to, byName.keys()) ?? "Workloads of one cluster may wait for each other.";
      const message = `Unknown workload ${quote(edge.to)} in this cluster.`;
      diagnostics.push({ code: "NN1362", severity: "error", message, path: edge.path, hint });
    }
  }
  return [...diagnostics, ...checkCycles(edges)];
}

interface Edge {
  readonly kind: "after" | "requires";
  readonly to: string;
  readonly path: Path;
}

function edgesOf({ workload, path }: WrittenWorkload): readonly Edge[] {
  return (["after", "requires"] as const).flatMap((kind) =>
    itemsOf(workload[kind]).map(([index, to]) => ({ kind, to, path: [...path, kind, index] })),
  );
}

/** systemd knows the units of one machine: what is elsewhere it can neither wait for nor start. */
function checkNodes(each: WrittenWorkload, { kind, to, path }: Edge, other: WrittenWorkload): readonly Diagnostic[] {
  const there = new Set(itemsOf(other.workload.nodes).map(([, node]) => node));
  const nodes = itemsOf(each.workload.nodes).map(([, node]) => node);
  const without = nodes.filter((node) => !there.has(node));
  if (there.size === 0 || without.length === 0 || (kind === "after" && without.length < nodes.length)) return [];
  const message =
    kind === "requires"
      ? `${quote(each.name)} requires ${quote(to)}, which does not run on ${without.map((node) => quote(node)).join(", ")}.`
      : `${quote(each.name)} and ${quote(to)} run on no common node, so neither waits for the other.`;
  const hint =
    "systemd orders what runs on one machine; across machines, the program itself has to wait and try again.";
  const related = [{ message: "it runs on these nodes", path: [...other.path, "nodes"] }];
  return [{ code: "NN1363", severity: "error", message, path, hint, related }];
}

/** One diagnostic a cycle, at the edge that closes it. */
function checkCycles(edges: ReadonlyMap<string, readonly Edge[]>): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const done = new Set<string>();
  for (const start of edges.keys()) {
    // By hand, because a chain may be longer than the stack is deep.
    const way: { name: string; next: number }[] = [{ name: start, next: 0 }];
    const on = new Map([[start, 0]]);
    while (way.length > 0) {
      const at = way[way.length - 1];
      if (at === undefined) break;
      const edge = done.has(at.name) ? undefined : edges.get(at.name)?.[at.next++];
      if (edge === undefined) {
        done.add(at.name);
        on.delete(at.name);
        way.pop();
        continue;
      }
      const since = on.get(edge.to);
      if (since !== undefined) {
        const names = [...way.slice(since).map(({ name }) => name), edge.to];
        const message = `${quote(edge.to)} waits for itself: ${names.join(" → ")}.`;
        const hint = "Take one of the dependencies away.";
        found.push({ code: "NN1362", severity: "error", message, path: edge.path, hint });
      } else if (!done.has(edge.to)) {
        on.set(edge.to, way.length);
        way.push({ name: edge.to, next: 0 });
      }
    }
  }
  return found;
}
