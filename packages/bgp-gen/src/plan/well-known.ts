import type { Community } from "@nix-nos/topology";

/** GRACEFUL_SHUTDOWN: the route will go away soon (RFC 8326). */
export const gracefulShutdown: Community = { kind: "standard", asn: 65535, value: 0 };

/** BLACKHOLE: traffic to the prefix is to be thrown away (RFC 7999). */
export const blackhole: Community = { kind: "standard", asn: 65535, value: 666 };

/** NO_EXPORT: the route stays in the AS (RFC 1997). */
export const noExport: Community = { kind: "standard", asn: 65535, value: 65281 };

/** NO_ADVERTISE and NO_EXPORT_SUBCONFED: to no neighbour at all, and not beyond a part of a confederation (RFC 1997). */
const noAdvertise: Community = { kind: "standard", asn: 65535, value: 65282 };
const noExportSubconfed: Community = { kind: "standard", asn: 65535, value: 65283 };

/** LLGR_STALE: its sender is gone, and whoever cannot know what that means shall not hear of it (RFC 9494 §4.3). */
export const stale: Community = { kind: "standard", asn: 65535, value: 6 };

/** Communities by which a route does not cross a session of a kind (RFC 1997). */
export const keptBack = {
  ibgp: [noAdvertise],
  confederation: [noAdvertise, noExportSubconfed],
  ebgp: [noAdvertise, noExportSubconfed, noExport],
} as const satisfies Record<string, readonly Community[]>;

/** Came from a provider, a peer or a route server; for daemons without roles. The AS is reserved (RFC 7300). */
export const leakMark: Community = { kind: "large", asn: 4_294_967_295, data1: 9234, data2: 1 };
