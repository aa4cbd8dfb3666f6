import type { Diagnostic, Network } from "@nix-nos/topology";
import type { Placement } from "../placement/placement.js";

/** A service that others need runs somewhere, in whatever cluster; each that is wanting is said once. */
export function checkDependencies(network: Network, placements: readonly Placement[]): readonly Diagnostic[] {
  const running = new Set(placements.map(({ service }) => service.name));
  const wanting = new Map<string, Placement[]>();
  for (const placement of placements) {
    for (const dependency of placement.service.dependsOn) {
      if (!running.has(dependency)) wanting.set(dependency, [...(wanting.get(dependency) ?? []), placement]);
    }
  }
  return [...wanting].map(([dependency, [first, ...others]]): Diagnostic => {
    const names = [...new Set([first, ...others].flatMap((each) => each?.service.title ?? []))];
    return {
      code: "PC3009",
      severity: "error",
      message: `${names.join(", ")} cannot work without ${dependency}, which runs on no node.`,
      path: [...(first?.node.path ?? []), "services"],
      hint: `Add ${dependency} to the services of ${first?.node.name ?? "a node"} or of another node of cluster ${first?.node.cluster ?? network.name}.`,
    };
  });
}
