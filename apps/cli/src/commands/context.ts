import type { Diagnostic } from "@nix-nos/topology";
import { type ExitCode, exitCodes, type Io } from "../io.js";
import { type SourceTexts, sourceReader } from "../load/read-source.js";
import { printDiagnostics } from "../print/diagnostics.js";
import { paintFor } from "../print/paint.js";

/** What every command gets: the world, the texts it read so far, and how to speak. */
export interface Context {
  readonly io: Io;
  readonly texts: SourceTexts;
  /** Shows diagnostics on stderr. */
  warn(diagnostics: readonly Diagnostic[]): void;
  /** Shows each of them, however many are alike. */
  warnOfAll(diagnostics: readonly Diagnostic[]): void;
  /** Writes on stdout. */
  print(text: string): void;
  /** Writes the one JSON document on stdout. */
  printJson(document: unknown): void;
  /** The exit code of a command that did its work and has something to tell by it. */
  exit(code: ExitCode): void;
  readonly exitCode: () => ExitCode;
}

export function createContext(io: Io): Context {
  const texts: SourceTexts = new Map();
  let code: ExitCode = exitCodes.done;
  return {
    io,
    texts,
    warn: (diagnostics) => {
      io.stderr.write(printDiagnostics(diagnostics, sourceReader(io, texts), paintFor(io.stderr)));
    },
    warnOfAll: (diagnostics) => {
      const most = Number.POSITIVE_INFINITY;
      io.stderr.write(printDiagnostics(diagnostics, sourceReader(io, texts), paintFor(io.stderr), most));
    },
    print: (text) => {
      io.stdout.write(text);
    },
    printJson: (document) => {
      io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    },
    exit: (wanted) => {
      code = wanted;
    },
    exitCode: () => code,
  };
}
