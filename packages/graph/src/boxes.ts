import type { Graph, GraphGroup, GraphNode } from "./model.js";

/** What stands directly in a group, or outside of all of them. */
export function childrenOf(
  { groups, nodes }: Graph,
  parent: string | null,
): { readonly groups: readonly GraphGroup[]; readonly nodes: readonly GraphNode[] } {
  return {
    groups: groups.filter((group) => group.parent === parent),
    nodes: nodes.filter(({ group }) => group === parent),
  };
}

/** Everything that is known of a box, line by line; one of a stack has a line with what the others do not share. */
export function boxLines({ label, lines, vips, members }: GraphNode): readonly string[] {
  return [
    label,
    ...lines,
    ...vips.map((vip) => `VIP ${vip}`),
    ...members.map((member) => [member.label, ...member.lines].join(", ")),
  ];
}
