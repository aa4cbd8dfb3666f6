import type { BgpSession } from "@nix-nos/bgp-gen";
import type { Family } from "@nix-nos/topology";

/** Whose route-maps a session has: its own neighbour's, or those that all of the topology's own share. */
export function whoseMaps({ peer }: BgpSession): string {
  return peer ?? "inner";
}

export function mapName(who: string, family: Family, direction: "import" | "export"): string {
  return `${who}-${family === "ipv4" ? "v4" : "v6"}-${direction === "import" ? "in" : "out"}`;
}
