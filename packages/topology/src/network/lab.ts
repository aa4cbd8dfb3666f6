import type { Community } from "./community.js";

/** What a lab plays beyond the topology's own nodes; no rendered file depends on it. */
export interface Lab {
  /** Sorted by name. */
  readonly peers: readonly LabPeer[];
}

/** How a neighbour is played that the topology does not own. */
export interface LabPeer {
  /** Name of the `peers` entry. */
  readonly name: string;
  readonly announce: readonly LabAnnouncement[];
}

/** A route that a played neighbour announces. */
export interface LabAnnouncement {
  /** Canonical. */
  readonly prefix: string;
  /** AS numbers behind the neighbour's own, the nearest first. */
  readonly asPath: readonly number[];
  readonly communities: readonly Community[];
  readonly med: number | null;
}
