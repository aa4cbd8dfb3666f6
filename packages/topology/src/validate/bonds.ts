import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import { bondDefaults } from "../document/interface-link-schema.js";
import type { TopologyInterface } from "../document/interface-schema.js";
import { itemsOf, type Loose } from "./loose.js";

type Bond = Loose<TopologyInterface>;
type Mode = NonNullable<TopologyInterface["mode"]>;

/** The modes that have a use for an option, where not all of them have. */
const modesOf: Readonly<Partial<Record<keyof TopologyInterface, readonly Mode[]>>> = {
  lacpRate: ["802.3ad"],
  minLinks: ["802.3ad"],
  adSelect: ["802.3ad"],
  transmitHashPolicy: ["802.3ad", "balance-xor", "balance-tlb"],
  primary: ["active-backup", "balance-tlb", "balance-alb"],
  failOverMac: ["active-backup"],
  gratuitousArp: ["active-backup"],
  packetsPerMember: ["balance-rr"],
  // The others of the driver's modes need to see the link itself.
  arpInterval: ["active-backup", "balance-rr", "balance-xor", "broadcast"],
};

/** A bond's options are those of its mode, and agree with one another. */
export function checkBond(bond: Bond, path: Path, diagnostics: Diagnostic[]): void {
  const error = (code: string, message: string, place: Path, hint: string) =>
    diagnostics.push({ code, severity: "error", message, path: place, hint });
  const unknownMode = Object.hasOwn(bond, "mode") && bond.mode === undefined;
  const mode = bond.mode ?? bondDefaults.mode;
  for (const [key, modes] of Object.entries(modesOf)) {
    if (unknownMode || bond[key as keyof Bond] === undefined || modes.includes(mode)) continue;
    const message = `A bond in mode ${mode} has no use for ${quote(key)}.`;
    error("NN1312", message, [...path, key], `It belongs to ${modes.join(", ")}: change the mode, or remove the key.`);
  }
  const needs = (key: keyof TopologyInterface, other: keyof TopologyInterface) => {
    if (bond[key] === undefined || Object.hasOwn(bond, other)) return;
    error("NN1313", `${quote(key)} needs ${quote(other)}.`, [...path, key], `Add ${quote(other)}, or remove the key.`);
  };
  needs("arpInterval", "arpTargets");
  needs("arpTargets", "arpInterval");
  needs("arpMissedMax", "arpInterval");
  needs("primaryReselect", "primary");
  if (bond.arpInterval !== undefined && bond.miiMonitor !== undefined && bond.miiMonitor > 0) {
    const message = "A bond watches its members by `miiMonitor` or by `arpInterval`, not by both.";
    error("NN1313", message, [...path, "arpInterval"], "Remove one of the two.");
  }
  const look = bond.miiMonitor ?? bondDefaults.miiMonitor;
  for (const key of ["upDelay", "downDelay"] as const) {
    const delay = bond[key];
    if (delay === undefined || delay === 0 || bond.arpInterval !== undefined) continue;
    if (look > 0 && delay % look === 0) continue;
    const message = `${quote(key)} (${delay}) is no multiple of \`miiMonitor\` (${look}): the members are looked at no oftener.`;
    error("NN1313", message, [...path, key], "Take a multiple of it.");
  }
  const members = itemsOf(bond.members).map(([, member]) => member);
  if (bond.members === undefined) return;
  if (bond.minLinks !== undefined && bond.minLinks > members.length) {
    const message = `The bond needs ${bond.minLinks} links and has ${members.length}: it would never be up.`;
    error("NN1313", message, [...path, "minLinks"], "Lower it, or add members.");
  }
  if (bond.primary !== undefined && !members.includes(bond.primary)) {
    const hint = didYouMean(bond.primary, members) ?? "Add it to `members`.";
    error("NN1314", `${quote(bond.primary)} is no member of the bond.`, [...path, "primary"], hint);
  }
}
