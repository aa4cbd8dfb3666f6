import type { Path } from "../diagnostics/diagnostic.js";

/** What extensions add to the names that the topology gives; the document has none of its own. */
export interface Dns {
  /** Names of the nodes that answer for the zones; empty for zones that somebody else is to load. */
  readonly nameServers: readonly string[];
  readonly services: readonly NamedService[];
}

/** A service of a cluster, found as NAME.CLUSTER.DOMAIN on any of its nodes, as a workload is. */
export interface NamedService {
  /** One DNS label in small letters. */
  readonly name: string;
  readonly cluster: string;
  /** Where it runs, in network order. */
  readonly members: readonly { readonly node: string; readonly ports: readonly NamedPort[] }[];
  readonly path: Path;
}

export interface NamedPort {
  /** In SRV records: `_NAME._tcp`. */
  readonly name: string;
  readonly number: number;
  readonly protocol: "tcp" | "udp";
}
