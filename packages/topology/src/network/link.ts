import type { Path } from "../diagnostics/diagnostic.js";
import type { AddressPair, Family } from "./family.js";
import type { SessionSettings } from "./session.js";

/** A point-to-point cable between two interfaces. */
export interface Link {
  readonly ends: readonly [LinkEnd, LinkEnd];
  /** The ends have link-local addresses alone, and one session over them carries both families. */
  readonly unnumbered: boolean;
  /** eBGP over it: none where its nodes are not of two ASes, or have no addresses to speak between. */
  readonly sessions: readonly LinkSession[];
  /** What is said of them. */
  readonly bgp: LinkBgp;
  readonly path: Path;
}

/** One session over a link. */
export interface LinkSession {
  /** Of the two addresses that it runs between. */
  readonly family: Family;
  /** Whose routes it carries. */
  readonly carries: readonly Family[];
}

export interface LinkBgp extends SessionSettings {
  /** Only senders on the cable are listened to (RFC 5082). */
  readonly ttlSecurity: boolean;
}

export interface LinkEnd {
  readonly node: string;
  readonly interface: string;
  readonly addresses: AddressPair;
}
