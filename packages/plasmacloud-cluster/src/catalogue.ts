/** A service of the catalogue whose members agree on the cluster's state. */
export interface ConsensusService {
  readonly name: string;
  /** TCP port that clients and joining nodes speak to. */
  readonly clientPort: number;
  /** TCP port that the members speak to each other on. */
  readonly peerPort: number;
}

/** Holds who is in a cluster; it speaks etcd's protocol, on etcd's ports. */
export const chainfire: ConsensusService = { name: "chainfire", clientPort: 2379, peerPort: 2380 };
