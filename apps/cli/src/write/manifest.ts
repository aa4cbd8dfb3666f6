import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { systemReason, toolFailure } from "../failure.js";
import { parseOrNull } from "../parse-or-null.js";
import { comparePaths, pathFault } from "./paths.js";

export const manifestName = "manifest.json";

const entry = z.strictObject({
  path: z.string().refine((path) => pathFault(path) === null && path !== manifestName),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
  node: z.string().nullable(),
  layer: z.literal([1, 2, 3]),
  kind: z.string(),
});

const manifest = z.strictObject({
  version: z.literal(1),
  generator: z.strictObject({ name: z.literal("nix-nos"), version: z.string() }),
  topology: z.strictObject({ digest: z.string() }),
  files: z.array(entry),
});

export type ManifestEntry = Readonly<z.infer<typeof entry>>;

/** What `manifest.json` says: every generated file, and what it was generated from. */
export interface Manifest {
  readonly version: 1;
  readonly generator: { readonly name: "nix-nos"; readonly version: string };
  readonly topology: { readonly digest: string };
  readonly files: readonly ManifestEntry[];
}

/**
 * The manifest of an output folder, or `null` where there is none.
 *
 * @throws Failure NN9006 when there is one that nix-nos cannot have written.
 */
export function readManifest(folder: string): Manifest | null {
  const file = join(folder, manifestName);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw toolFailure("NN9006", `The manifest ${file} cannot be read: ${systemReason(error)}.`);
  }
  const parsed = manifest.safeParse(parseOrNull(text));
  if (parsed.success) return parsed.data;
  throw toolFailure(
    "NN9006",
    `${file} is no manifest that this version of nix-nos wrote.`,
    "Move the output folder away and render again, or choose another with --out.",
  );
}

/** One file a line, so that a manifest under version control shows readable changes. */
export function printManifest({ version, generator, topology, files }: Manifest): string {
  const lines = [...files].sort((a, b) => comparePaths(a.path, b.path)).map((file) => `    ${JSON.stringify(file)}`);
  const list = lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n  ]`;
  return `{
  "version": ${version},
  "generator": ${JSON.stringify(generator)},
  "topology": ${JSON.stringify(topology)},
  "files": ${list}
}
`;
}

export function sha256(data: string | Uint8Array): string {
  return hash("sha256", data, "hex");
}
