import { readFileSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import type { Source } from "@nix-nos/topology";
import { Failure, problem, systemReason, toolFailure, usageFailure } from "../failure.js";
import { exitCodes, type Io } from "../io.js";
import type { SourceReader } from "../print/diagnostics.js";
import { readNix } from "./nix.js";

/** The name of standard input on the command line, and in messages. */
export const standardInput = "-";
const standardInputName = "<stdin>";

export type Language = "yaml" | "json" | "nix";

const languages: Readonly<Record<string, Language>> = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "json",
  ".nix": "nix",
};

/** How the names of topologies end. */
export const sourceEndings: readonly string[] = Object.keys(languages);

/** Texts of the files that were read, by the name that messages use, for code frames. */
export type SourceTexts = Map<string, string>;

/**
 * Reads a topology; Nix is evaluated.
 *
 * @param name - a path relative to `io.cwd`, or `-` for YAML on standard input
 * @param texts - is given the text, so that a code frame can show it
 * @throws Failure NN1005, NN1010 and NN9001, and those of `readNix`
 */
export async function readSource(io: Io, name: string, texts: SourceTexts): Promise<Source> {
  if (name === standardInput) {
    const text = await readStream(io.stdin);
    texts.set(standardInputName, text);
    return { file: standardInputName, format: "yaml", text };
  }
  const format = languageOf(name);
  const file = resolve(io.cwd, name);
  const text = readText(file, name);
  texts.set(name, text);
  if (format !== "nix") return { file: name, format, text };
  if (isBinary(text)) {
    throw new Failure(
      [problem("NN1003", "The file is not text.", { file: name, line: 1, column: 1, hint: notTextHint })],
      exitCodes.refused,
    );
  }
  return readNix(io, name, file, text);
}

/** The language that a file's name promises. */
export function languageOf(name: string): Language {
  const language = languages[extname(name).toLowerCase()];
  if (language !== undefined) return language;
  throw usageFailure(
    "NN1010",
    `${name} has no known ending.`,
    "A topology is a .yaml, .yml, .json or .nix file, or - for YAML on standard input.",
  );
}

/** Gives frames the texts that were read, and those of other files that Nix names. */
export function sourceReader(io: Io, texts: SourceTexts): SourceReader {
  return (file) => {
    const known = texts.get(file);
    if (known !== undefined) return known;
    try {
      return file.startsWith("<") ? null : readFileSync(resolve(io.cwd, file), "utf8");
    } catch {
      return null;
    }
  };
}

const notTextHint = "A topology is YAML, JSON or Nix in UTF-8; is it the right file?";

/** Nix reads a program's bytes as a name and complains of that; a text has no NUL, and decodes. */
function isBinary(text: string): boolean {
  return text.includes("\0") || text.includes("\ufffd");
}

/** What the library refuses for its size is not read into memory in the first place. */
const maximumBytes = 32 * 1024 * 1024;

function tooLarge(file: string): Failure {
  const hint = "No topology is that large; is it the right file?";
  return new Failure([problem("NN1005", "The file is larger than 32 MiB.", { file, hint })], exitCodes.refused);
}

async function readStream(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const own = Buffer.from(chunk);
    bytes += own.length;
    if (bytes > maximumBytes) throw tooLarge(standardInputName);
    chunks.push(own);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function readText(file: string, name: string): string {
  try {
    const found = statSync(file);
    // A device has no end, and a pipe may never begin.
    if (!found.isFile() && !found.isDirectory()) {
      throw usageFailure("NN9001", `${name} cannot be read: it is a device or a pipe.`, "Give its text to `-`.");
    }
    if (found.size > maximumBytes) throw tooLarge(name);
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const message = `${name} cannot be read: ${systemReason(error)}.`;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") throw usageFailure("NN9001", message);
    throw toolFailure("NN9001", message);
  }
}
