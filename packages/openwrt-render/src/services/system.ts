import type { Node } from "@nix-nos/topology";
import { type DeviceStack, networksOf } from "../network/stack.js";
import { type UciSection, uciSection } from "../uci/document.js";

/** Those that OpenWrt ships with: a device without a clock of its own needs some. */
const usualServers = [0, 1, 2, 3].map((number) => `${number}.openwrt.pool.ntp.org`);

/** `/etc/config/system`: the name, the time zone, and who tells the time. */
export function systemSections(stack: DeviceStack): readonly UciSection[] {
  const { name, openwrt, interfaces }: Node = stack.node;
  const written = [...new Set(interfaces.flatMap(({ settings }) => settings?.ntp ?? []))];
  const leases = interfaces.filter(({ settings }) => settings?.dhcp !== null && settings !== null);
  const heeded = leases.filter(({ settings }) => settings?.dhcp?.useNtp);
  return [
    uciSection("system", null, {
      hostname: name,
      timezone: openwrt?.timezone ?? "UTC",
      zonename: openwrt?.zonename ?? null,
      log_size: 128,
    }),
    uciSection("timeserver", "ntp", {
      enabled: true,
      enable_server: false,
      use_dhcp: heeded.length > 0 || leases.length === 0 ? null : false,
      dhcp_interface:
        heeded.length === 0 || heeded.length === leases.length
          ? []
          : heeded.flatMap((entry) => networksOf(stack, entry.name)),
      server: written.length > 0 ? written : usualServers,
    }),
  ];
}
