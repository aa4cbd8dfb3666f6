import { formatAddress, parseRange } from "@nix-nos/ipam";
import type { TopologyOpenwrt } from "../document/openwrt-schema.js";
import type { OpenwrtSettings } from "../network/openwrt.js";
import { sortedEntries } from "./sorted-entries.js";

/** What only OpenWrt has of a node, with every default. */
export function openwrtSettings(own: TopologyOpenwrt | undefined): OpenwrtSettings | null {
  if (own === undefined) return null;
  return {
    version: own.version ?? null,
    switch:
      own.switch === undefined
        ? null
        : { ...own.switch, ports: sortedEntries(own.switch.ports).map(([name, number]) => ({ name, number })) },
    timezone: own.timezone ?? "UTC",
    zonename: own.zonename ?? null,
    radios: sortedEntries(own.radios).map(([name, radio]) => {
      const { htmode = null, country = null, txPower = null } = radio;
      return { name, path: radio.path, band: radio.band, channel: radio.channel, htmode, country, txPower };
    }),
    wifi: sortedEntries(own.wifi).map(([name, wifi]) => ({ name, ...wifi, keyFile: wifi.keyFile ?? null })),
    dhcp: sortedEntries(own.dhcp).map(([name, { range, leaseTime }]) => {
      const parsed = range === undefined ? null : parseRange(range);
      const ends = parsed && ([formatAddress(parsed.first), formatAddress(parsed.last)] as const);
      return { interface: name, range: ends, leaseTime };
    }),
  };
}
