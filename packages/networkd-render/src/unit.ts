/** One systemd-networkd file as data: the one translation from a network, which two printers spell (INI and Nix). */
export interface NetworkdUnit {
  /** File name with its order and type: `20-bond0.netdev`. */
  readonly name: string;
  readonly type: "netdev" | "network" | "link";
  /** In file order; a section such as `Route` may stand more than once. */
  readonly sections: readonly UnitSection[];
}

export interface UnitSection {
  /** systemd's own name: `Match`, `NetDev`, `Network`, `Route`. */
  readonly name: string;
  /** In file order; a key such as `Address` may stand more than once. Numbers and booleans keep their type. */
  readonly entries: readonly UnitEntry[];
}

export type UnitEntry = readonly [key: string, value: string | number | boolean];
