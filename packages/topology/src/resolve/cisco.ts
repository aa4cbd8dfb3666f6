import type { TopologyCisco } from "../document/cisco-schema.js";
import { compareNames } from "../names.js";
import type { CiscoSettings } from "../network/cisco.js";

/** What a node says of itself as a Cisco device, sorted. */
export function ciscoSettings(own: TopologyCisco | undefined): CiscoSettings | null {
  if (own === undefined) return null;
  return { ports: new Map(Object.entries(own.ports ?? {}).sort(([a], [b]) => compareNames(a, b))) };
}
