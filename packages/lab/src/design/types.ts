/** Every machine and cable of a lab, as data: what `labUp` makes, and what its state file remembers. */
export interface LabDesign {
  readonly id: string;
  /** Nodes, then outside neighbours, then the switch that shared networks hang on. */
  readonly hosts: readonly LabHost[];
  readonly cables: readonly LabCable[];
  /** Files of secrets that the configurations name, and which throwaway ones stand in for. */
  readonly secrets: readonly string[];
}

/** One network namespace. */
export interface LabHost {
  /** The node's name; `peer.NAME` for an outside neighbour, `lab.switch` for the switch. */
  readonly name: string;
  readonly kind: "node" | "peer" | "switch";
  readonly namespace: string;
  readonly devices: readonly LabDevice[];
  /** Addresses on `lo`, with their length. */
  readonly loopback: readonly string[];
  /** Default routes: addresses of gateways. */
  readonly gateways: readonly string[];
  /** The configuration of its BIRD, as rendered; `null` where none runs. */
  readonly bird: string | null;
  /** The configuration of its GoBGP. */
  readonly gobgp: string | null;
  /** The configuration of its FRR, which plays a Cisco device; secrets are placeholders. */
  readonly frr: string | null;
}

/** A veth's end, or a bridge of the switch. */
export interface LabDevice {
  readonly name: string;
  readonly kind: "veth" | "bridge";
  /** With their length. */
  readonly addresses: readonly string[];
  /** The bridge that a switch's port belongs to. */
  readonly bridge: string | null;
}

/** A veth pair between two hosts. */
export interface LabCable {
  readonly ends: readonly [LabEnd, LabEnd];
}

export interface LabEnd {
  readonly host: string;
  readonly device: string;
}
