import type { Diagnostic } from "@nix-nos/topology";
import type { CliCode } from "./codes.js";
import { type ExitCode, exitCodes } from "./io.js";

/** Ends a command: what to say, and the exit code to end with. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: ExitCode;

  constructor(diagnostics: readonly Diagnostic[], exitCode: ExitCode) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
    this.diagnostics = diagnostics;
    this.exitCode = exitCode;
  }
}

/** A diagnostic of the CLI itself. NN1003 and NN1005 are the loader's, for a file that it does not get to see. */
export function problem(
  code: CliCode | "NN1003" | "NN1005",
  message: string,
  more: Partial<Omit<Diagnostic, "code">> = {},
): Diagnostic {
  return { code, severity: "error", message, path: [], ...more };
}

/** A failure with one diagnostic: the command was called wrongly. */
export function usageFailure(code: CliCode, message: string, hint?: string): Failure {
  return new Failure([problem(code, message, hint === undefined ? {} : { hint })], exitCodes.usage);
}

/** A failure with one diagnostic: something outside the topology is missing or failed. */
export function toolFailure(code: CliCode, message: string, hint?: string): Failure {
  return new Failure([problem(code, message, hint === undefined ? {} : { hint })], exitCodes.failed);
}

/** What the system says of a failed call, in words where the code is a common one. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ""] ?? message ?? String(error);
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  EEXIST: "a file has the name of a folder in the path",
  EBUSY: "it is in use, as a mount point is",
  EXDEV: "it is on another file system",
  ENAMETOOLONG: "a name in it is too long",
  ELOOP: "its symbolic links go in a circle",
};
