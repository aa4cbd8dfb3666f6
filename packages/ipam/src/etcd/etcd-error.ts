/** What kind of failure an {@link EtcdError} is. */
export type EtcdErrorCode =
  /** No endpoint answered in time. */
  | "unavailable"
  /** The certificates do not fit: theirs, or ours. */
  | "tls"
  /** No such user, a wrong password, or a user is needed and none was given. */
  | "unauthenticated"
  /** The user may not read or write below the prefix. */
  | "permission-denied"
  /** One key is longer than etcd takes in a request. */
  | "too-large"
  /** etcd's database has reached its quota. */
  | "no-space"
  /** Other writers were first, again and again, for longer than is sensible. */
  | "contended"
  /** Below the prefix stands something that no store wrote. */
  | "malformed"
  /** etcd refused the request for another reason, which the message gives. */
  | "refused";

/** An etcd store could not do what it was asked. What was given before stays given: asking again is always safe. */
export class EtcdError extends Error {
  override readonly name = "EtcdError";

  constructor(
    readonly code: EtcdErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
