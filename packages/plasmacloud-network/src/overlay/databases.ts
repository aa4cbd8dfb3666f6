/** One of OVN's two databases (ovn-architecture(7)); its ports are those of ovn-ctl(8). */
export interface Database {
  /** As OVN's own programs abbreviate it. */
  readonly short: "nb" | "sb";
  /** Name of its schema (ovn-nb(5), ovn-sb(5)). */
  readonly schema: string;
  /** TCP port for clients. */
  readonly clients: number;
  /** TCP port on which its members agree (Raft). */
  readonly members: number;
}

export const northbound: Database = { short: "nb", schema: "OVN_Northbound", clients: 6641, members: 6643 };
export const southbound: Database = { short: "sb", schema: "OVN_Southbound", clients: 6642, members: 6644 };

/** OVSDB's connection method, with brackets around an IPv6 address (ovsdb(7)). */
export function connection(address: string, port: number): string {
  return `tcp:${bracketed(address)}:${port}`;
}

export function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
