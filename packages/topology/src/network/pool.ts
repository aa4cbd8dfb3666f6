import type { Path } from "../diagnostics/diagnostic.js";

/** Addresses that something takes from. */
export interface Pool {
  /** Of the pool that a VLAN brings along: `vlan/NAME`. */
  readonly name: string;
  /** Canonical, in the order in which they are used. */
  readonly prefixes: readonly string[];
  /** Canonical addresses; never given out. */
  readonly gateways: readonly string[];
  /** First and last of what is never given out, canonical. */
  readonly exclude: readonly (readonly [first: string, last: string])[];
  /** Prefix length of the blocks that links take, by family. */
  readonly blockLength: { readonly ipv4: number; readonly ipv6: number };
  /** Which free address is next: the lowest, or one far from all others. */
  readonly strategy: "lowest" | "sparse";
  /** Days that a freed address rests before it is given to something else. */
  readonly quarantineDays: number;
  readonly path: Path;
}

/** An address that the topology writes, and what it is for: `node/node01/ip`. */
export interface Reservation {
  readonly key: string;
  /** Canonical, without a prefix length. */
  readonly address: string;
}
