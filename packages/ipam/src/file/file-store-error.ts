import type { LockFault } from "../store/lock-file.js";

/** What kind of failure a {@link FileStoreError} is. */
export type FileStoreErrorCode =
  /** The file's text is no lock file, or a merge of two branches was left undone in it: `faults` says where. */
  | "damaged"
  /** Another process is writing, or died elsewhere while it did. */
  | "busy"
  /** The file system refused; `cause` is its error. */
  | "io";

/** A file store could not do what it was asked. The file is as it was. */
export class FileStoreError extends Error {
  override readonly name = "FileStoreError";

  constructor(
    readonly code: FileStoreErrorCode,
    message: string,
    readonly faults: readonly LockFault[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
