import { type UciSection, type UciValue, uciSection } from "../uci/document.js";

/** The first release whose `config device` has bridges, and whose interfaces name a `device`. */
const firstWithDevices = "21.02";

/** Whether a release wants bridges in `config interface`; `null` is the newest. */
export function isClassic(version: string | null | undefined): boolean {
  return version !== null && version !== undefined && version < firstWithDevices;
}

/**
 * `/etc/config/network` as releases before 21.02 read it: an interface has its device in `ifname`, and a bridge is an
 * interface of type `bridge` with all that is said of its device; netifd calls the device `br-` and the section's name.
 */
export function classicSections(sections: readonly UciSection[]): readonly UciSection[] {
  const bridges = new Map<UciValue, UciSection>();
  for (const section of sections) {
    const name = section.options.get("name");
    if (section.type === "device" && section.options.get("type") === "bridge" && name !== undefined)
      bridges.set(name, section);
  }
  const kept = sections.filter((section) => section.type !== "device" || section.options.get("type") !== "bridge");
  return kept.map((section) => {
    const device = section.options.get("device");
    if (section.type !== "interface" || device === undefined) return section;
    const rest = [...section.options].filter(([key]) => key !== "device");
    const bridge = bridges.get(device);
    if (bridge === undefined || device !== `br-${section.name}`)
      return uciSection(section.type, section.name, { ifname: device, ...Object.fromEntries(rest) });
    const own = [...bridge.options].filter(([key]) => key !== "name" && key !== "type" && key !== "ports");
    const ports = [bridge.options.get("ports") ?? []].flat().join(" ");
    return uciSection(section.type, section.name, {
      type: "bridge",
      ifname: ports === "" ? null : ports,
      ...Object.fromEntries([...own, ...rest]),
    });
  });
}
