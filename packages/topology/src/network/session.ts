/** What the topology says of one session between its own nodes. */
export interface SessionSettings {
  /** File on both nodes that holds the session's password. */
  readonly passwordFile: string | null;
  /** `null` is as everywhere (`Bgp.bfd`). */
  readonly bfd: boolean | null;
}

/** Seconds; `null` leaves the daemon's default (RFC 4271 §10 suggests 90 and a third of it). */
export interface BgpTimers {
  readonly holdTime: number | null;
  readonly keepalive: number | null;
}
