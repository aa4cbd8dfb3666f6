import { bondDefaults } from "../document/interface-link-schema.js";
import type { TopologyInterface } from "../document/interface-schema.js";
import type { BondMode } from "../network/interface.js";
import type { BondSettings } from "../network/interface-settings.js";
import { canonicalAddress } from "./canonical-text.js";

/** A bond's settings, with what is better than the kernel's own where nothing is said. */
export function bondSettings(mode: BondMode, own: TopologyInterface): BondSettings {
  const hashes = mode === "802.3ad" || mode === "balance-xor";
  return {
    // Fast LACP finds a switch that fails with its link still up in 3 seconds instead of 90 (IEEE 802.1AX, 6.4.4).
    lacpRate: own.lacpRate ?? (mode === "802.3ad" ? "fast" : null),
    // The kernel's default hashes MAC addresses, which puts all routed traffic on one member.
    transmitHashPolicy: own.transmitHashPolicy ?? (hashes ? "layer3+4" : null),
    miiMonitor: own.miiMonitor ?? (own.arpInterval === undefined ? bondDefaults.miiMonitor : null),
    upDelay: own.upDelay ?? null,
    downDelay: own.downDelay ?? null,
    minLinks: own.minLinks ?? null,
    adSelect: own.adSelect ?? null,
    primary: own.primary ?? null,
    primaryReselect: own.primaryReselect ?? null,
    failOverMac: own.failOverMac ?? null,
    gratuitousArp: own.gratuitousArp ?? null,
    arpInterval: own.arpInterval ?? null,
    arpTargets: (own.arpTargets ?? []).map(canonicalAddress),
    arpMissedMax: own.arpMissedMax ?? null,
    packetsPerMember: own.packetsPerMember ?? null,
  };
}
