import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { systemReason, usageFailure } from "../failure.js";
import type { Io } from "../io.js";

const credentialsSchema = z.strictObject({
  server: z.url({ protocol: /^https$/, error: "expected an address as https://deployer.example:7443" }),
  /** Of the deployer's own authority, from this file on; none trusts the system's authorities. */
  authorityFile: z.string().min(1).optional(),
  token: z.string().min(1),
});

/** Where the deployer is, whom to trust, and who asks. */
export interface Credentials {
  readonly server: string;
  /** PEM; `null` for the system's authorities. */
  readonly authority: string | null;
  readonly token: string;
}

/** @throws Failure NN9080 for a file that is missing or has errors */
export function readCredentials(io: Io, file: string): Credentials {
  const path = resolve(io.cwd, file);
  const parsed = credentialsSchema.safeParse(parse(read(path, file), file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(file, `${issue?.path.join(".") || "the whole"}: ${issue?.message}`);
  }
  const { server, authorityFile, token } = parsed.data;
  const authority = authorityFile === undefined ? null : read(resolve(dirname(path), authorityFile), authorityFile);
  return { server, authority, token };
}

function read(path: string, shown: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw refused(shown, systemReason(error));
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(file, "it is not JSON");
  }
}

function refused(file: string, reason: string) {
  return usageFailure(
    "NN9080",
    `The deployer's credentials cannot be used: ${file}: ${reason}.`,
    'It is a JSON file, named by --credentials: { "server": "https://…", "authorityFile": "ca.crt", "token": "nno_…" }',
  );
}
