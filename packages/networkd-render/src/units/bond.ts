import type { BondInterface } from "@nix-nos/topology";
import type { UnitEntry } from "../unit.js";

/** The `[Bond]` section of a bond; its primary member says so itself. */
export function bondEntries({ mode, bond }: BondInterface): readonly UnitEntry[] {
  const entries: UnitEntry[] = [["Mode", mode]];
  const add = (key: string, value: string | number | null) => {
    if (value !== null) entries.push([key, value]);
  };
  add("MIIMonitorSec", milliseconds(bond.miiMonitor));
  add("LACPTransmitRate", bond.lacpRate);
  add("TransmitHashPolicy", bond.transmitHashPolicy);
  add("UpDelaySec", milliseconds(bond.upDelay));
  add("DownDelaySec", milliseconds(bond.downDelay));
  add("MinLinks", bond.minLinks);
  add("AdSelect", bond.adSelect);
  add("PrimaryReselectPolicy", bond.primaryReselect);
  add("FailOverMACPolicy", bond.failOverMac);
  add("GratuitousARP", bond.gratuitousArp);
  add("PacketsPerSlave", bond.packetsPerMember);
  add("ARPIntervalSec", milliseconds(bond.arpInterval));
  for (const target of bond.arpTargets) add("ARPIPTargets", target);
  add("ARPMissedMax", bond.arpMissedMax);
  return entries;
}

function milliseconds(value: number | null): string | number | null {
  return value === null || value === 0 ? value : `${value}ms`;
}
