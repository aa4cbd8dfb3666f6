import type { Family } from "@nix-nos/topology";
import type { PlannedVip, Sidecar } from "./types.js";

/** BGP's own port, 179, is the node's BIRD's. */
const sidecarPort = 1790;

/** The injector that a node's BIRD listens to, when any of its VIPs depends on health. */
export function planSidecar(localAs: number, routerId: string, vips: readonly PlannedVip[]): Sidecar | null {
  const injected = vips.filter((vip) => vip.announce === "health");
  if (injected.length === 0) return null;
  const families: Family[] = [];
  for (const family of ["ipv4", "ipv6"] as const)
    if (injected.some((vip) => vip.family === family)) families.push(family);
  return {
    name: "sidecar_vips",
    address: "127.0.0.1",
    port: sidecarPort,
    localAs,
    routerId: sidecarRouterId(routerId),
    families,
    prefixes: injected.map((vip) => vip.prefix),
  };
}

/**
 * The node's router id with its first four bits turned over: one to one, so unique among sidecars, and for the usual
 * private addresses far from any node's own (10.0.1.12 gives 250.0.1.12).
 */
function sidecarRouterId(routerId: string): string {
  const [first = "0", ...rest] = routerId.split(".");
  return [Number(first) ^ 0xf0, ...rest].join(".");
}
