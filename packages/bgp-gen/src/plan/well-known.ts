import type { Community } from "@nix-nos/topology";

/** GRACEFUL_SHUTDOWN: the route will go away soon (RFC 8326). */
export const gracefulShutdown: Community = { kind: "standard", asn: 65535, value: 0 };

/** BLACKHOLE: traffic to the prefix is to be thrown away (RFC 7999). */
export const blackhole: Community = { kind: "standard", asn: 65535, value: 666 };

/** NO_EXPORT: the route stays in the AS (RFC 1997). */
export const noExport: Community = { kind: "standard", asn: 65535, value: 65281 };

/** Came from a provider, a peer or a route server; for daemons without roles. The AS is reserved (RFC 7300). */
export const leakMark: Community = { kind: "large", asn: 4_294_967_295, data1: 9234, data2: 1 };
