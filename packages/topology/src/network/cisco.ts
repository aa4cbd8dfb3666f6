/** What only a Cisco device has of a node. */
export interface CiscoSettings {
  /** IOS's name of each of the node's interfaces that has another one there: `eth0` to `GigabitEthernet0/0/0`. */
  readonly ports: ReadonlyMap<string, string>;
}
