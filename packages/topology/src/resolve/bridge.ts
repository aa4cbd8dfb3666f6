import type { TopologyInterface } from "../document/interface-schema.js";
import { compareNames } from "../names.js";
import type { BridgePort, BridgeSettings } from "../network/interface-settings.js";
import { mergeRanges, type NumberRange } from "../network/ranges.js";
import { type VlanReference, vlanRange } from "./vlans.js";

/** VLAN of untagged frames on a bridge that says nothing: the kernel's own. */
const defaultPvid = 1;

/**
 * A bridge's settings and each port's VLANs, spelled out.
 *
 * @param upper - numbers of the VLAN interfaces that stand on the bridge: its own end carries them
 */
export function bridgeSettings(
  name: string,
  own: TopologyInterface,
  upper: readonly number[],
  ids: (name: string) => number | undefined,
): BridgeSettings {
  const filters = own.vlanFiltering ?? false;
  const numberOf = (reference: VlanReference | "none" | undefined, otherwise: number | null) => {
    if (reference === "none") return null;
    return reference === undefined ? otherwise : (vlanRange(reference, ids)?.min ?? null);
  };
  const usual = numberOf(own.pvid, defaultPvid);
  const portNames = new Set([...(own.members ?? []), ...(filters ? [name] : [])]);
  const ports = [...portNames].sort(compareNames).map((port): BridgePort => {
    const said = own.ports?.[port];
    const pvid = filters ? numberOf(said?.pvid, usual) : null;
    const ranges: (NumberRange | null)[] = (said?.vlans ?? []).map((reference) => vlanRange(reference, ids));
    if (port === name) ranges.push(...upper.map((id) => ({ min: id, max: id })));
    if (pvid !== null) ranges.push({ min: pvid, max: pvid });
    return {
      name: port,
      vlans: filters ? mergeRanges(ranges.filter((range) => range !== null)) : [],
      pvid,
      cost: said?.cost ?? null,
      priority: said?.priority ?? null,
      isolated: said?.isolated ?? null,
      learning: said?.learning ?? null,
      hairpin: said?.hairpin ?? null,
    };
  });
  return {
    stp: own.stp ?? false,
    priority: own.priority ?? null,
    forwardDelay: own.forwardDelay ?? null,
    helloTime: own.helloTime ?? null,
    maxAge: own.maxAge ?? null,
    ageingTime: own.ageingTime ?? null,
    multicastSnooping: own.multicastSnooping ?? null,
    multicastQuerier: own.multicastQuerier ?? null,
    vlanFiltering: filters,
    ports,
  };
}
