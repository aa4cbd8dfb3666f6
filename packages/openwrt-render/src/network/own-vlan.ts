import type { BridgeInterface } from "@nix-nos/topology";

/** The VLAN of a bridge's own untagged frames; `null` where VLANs are not told apart, or there are none. */
export function ownVlan({ name, bridge }: BridgeInterface): number | null {
  return bridge.ports.find((port) => port.name === name)?.pvid ?? null;
}
