/** Families as messages call them. */
export const familyNames = { ipv4: "IPv4", ipv6: "IPv6" } as const;
