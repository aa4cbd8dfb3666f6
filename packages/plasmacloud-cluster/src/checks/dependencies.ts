import type { Diagnostic } from "@nix-nos/topology";
import type { Placement } from "../placement/placement.js";

/** A service that others need runs somewhere, in whatever cluster; each that is wanting is said once. */
export function checkDependencies(placements: readonly Placement[]): readonly Diagnostic[] {
  const running = new Set(placements.map(({ service }) => service.name));
  const wanting = new Map<string, readonly [Placement, ...Placement[]]>();
  for (const placement of placements) {
    for (const dependency of placement.service.dependsOn) {
      if (running.has(dependency)) continue;
      const others = wanting.get(dependency);
      wanting.set(dependency, others === undefined ? [placement] : [...others, placement]);
    }
  }
  return [...wanting].map(([dependency, [first, ...others]]): Diagnostic => {
    const names = [...new Set([first, ...others].map(({ service }) => service.title))];
    return {
      code: "PC3009",
      severity: "error",
      message: `${names.join(", ")} cannot work without ${dependency}, which runs on no node.`,
      path: [...first.node.path, "services"],
      hint: `Add ${dependency} to the services of ${first.node.name} or of another node of cluster ${first.node.cluster}.`,
    };
  });
}
