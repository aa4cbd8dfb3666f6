/** One route of a daemon's table. */
export interface RouteReport {
  readonly prefix: string;
  /** What brought it: BIRD's protocol; with GoBGP the neighbour's address, `local` for what was put in on the spot. */
  readonly protocol: string;
  /** `BGP`, `static`, `device` …, as BIRD says it; GoBGP's local ones are `static`. */
  readonly source: string;
  /** It is the one that is used and told. */
  readonly primary: boolean;
  /** It leads nowhere. GoBGP does not say so. */
  readonly unreachable: boolean;
  readonly asPath: readonly number[];
  readonly nextHop: string | null;
  readonly localPref: number | null;
  readonly med: number | null;
  /** Who marked the route as one for customers alone (RFC 9234). */
  readonly onlyToCustomer: number | null;
  /** As the topology writes communities, sorted. */
  readonly communities: readonly string[];
}
