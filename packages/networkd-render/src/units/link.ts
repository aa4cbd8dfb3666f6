import type { NetworkdUnit } from "../unit.js";
import type { StackedInterface } from "./stack.js";

/** The `.link` by which udev gives a port its name, or `null` for one that has its own. See systemd.link(5). */
export function linkUnit({ interface: entry }: StackedInterface): NetworkdUnit | null {
  if (entry.kind !== "ethernet" || entry.permanentMac === null) return null;
  return {
    name: `10-${entry.name}.link`,
    type: "link",
    sections: [
      { name: "Match", entries: [["PermanentMACAddress", entry.permanentMac]] },
      {
        name: "Link",
        // One file counts for a port, so what 99-default.link says of other names is said here.
        entries: [
          ["Name", entry.name],
          ["AlternativeNamesPolicy", "database onboard slot path"],
        ],
      },
    ],
  };
}
