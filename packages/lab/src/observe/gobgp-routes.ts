import { parseGobgpRib } from "@nix-nos/bgp-gen";
import type { RouteReport } from "./route-report.js";

/** GoBGP's answer to `gobgp -j global rib` in the words that BIRD's routes have here. */
export function parseGobgpRoutes(answer: string): readonly RouteReport[] {
  return parseGobgpRib(answer).map(({ neighbor, best, communities, ...route }) => ({
    ...route,
    protocol: neighbor ?? "local",
    source: neighbor === null ? "static" : "BGP",
    primary: best,
    unreachable: false,
    onlyToCustomer: null,
    communities: [...communities].sort(),
  }));
}
