import type { BridgeInterface, BridgePort } from "@nix-nos/topology";
import type { UnitEntry, UnitSection } from "../unit.js";

/** The `[Bridge]` section of a bridge's netdev. */
export function bridgeEntries({ bridge }: BridgeInterface): readonly UnitEntry[] {
  const entries: UnitEntry[] = [];
  const add = (key: string, value: number | boolean | null) => {
    if (value !== null) entries.push([key, value]);
  };
  add("STP", bridge.stp || null);
  add("Priority", bridge.priority);
  add("ForwardDelaySec", bridge.forwardDelay);
  add("HelloTimeSec", bridge.helloTime);
  add("MaxAgeSec", bridge.maxAge);
  add("AgeingTimeSec", bridge.ageingTime);
  add("MulticastSnooping", bridge.multicastSnooping);
  add("MulticastQuerier", bridge.multicastQuerier);
  // The kernel would put each new port into VLAN 1, and leave it there beside what the port is told.
  if (bridge.vlanFiltering) entries.push(["VLANFiltering", true], ["DefaultPVID", "none"]);
  return entries;
}

/** What a port's `.network` says of it as a port, its VLANs one section each. */
export function portSections(port: BridgePort): readonly UnitSection[] {
  const entries: UnitEntry[] = [];
  const add = (key: string, value: number | boolean | null) => {
    if (value !== null) entries.push([key, value]);
  };
  add("Cost", port.cost);
  add("Priority", port.priority);
  add("Isolated", port.isolated);
  add("Learning", port.learning);
  add("HairPin", port.hairpin);
  const untagged: readonly UnitSection[] =
    port.pvid === null
      ? []
      : [
          {
            name: "BridgeVLAN",
            entries: [
              ["PVID", port.pvid],
              ["EgressUntagged", port.pvid],
            ],
          },
        ];
  const tagged = port.vlans
    .filter(({ min, max }) => min !== port.pvid || max !== port.pvid)
    .map(
      ({ min, max }): UnitSection => ({
        name: "BridgeVLAN",
        entries: [["VLAN", min === max ? min : `${min}-${max}`]],
      }),
    );
  return [{ name: "Bridge", entries }, ...untagged, ...tagged];
}
