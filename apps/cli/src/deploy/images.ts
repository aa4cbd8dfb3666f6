import {
  filledReservedArea,
  type MadeBootstrapKey,
  type NodeSettings,
  nodeSettingsSchema,
  type OperatorClient,
  printIpxeScript,
  printNodeSettings,
  seedIso,
} from "@plasmacloud/deployer-client";
import { toolFailure, usageFailure } from "../failure.js";
import type { Io } from "../io.js";
import { refuseExisting, writeDestination } from "../write/destination.js";
import { type GenericImage, writePatched, writeSecret } from "./image-files.js";

/** What a machine boots with: a medium beside an installer, an installer with the settings in it, or files for iPXE. */
export type Form =
  | { readonly kind: "seed" }
  | { readonly kind: "patched"; readonly generic: GenericImage }
  | { readonly kind: "ipxe"; readonly netboot: string };

/** One machine's, or one site's, before it has its key. */
export interface ImagePlan {
  readonly name: string;
  readonly scope: MadeBootstrapKey["scope"];
  readonly settings: Omit<NodeSettings, "bootstrapKey">;
  /** In the order that they are written in; the last is what is booted. */
  readonly files: readonly string[];
}

/** As long as a key is. */
const anyKey = "x".repeat(47);

/**
 * Checks all that can be checked while nothing has been made.
 *
 * @throws Failure NN9014, NN9016 or NN9083
 */
export async function checkImages(io: Io, plans: readonly ImagePlan[], form: Form, force: boolean): Promise<void> {
  for (const { settings, files } of plans) {
    const parsed = nodeSettingsSchema.safeParse({ ...settings, bootstrapKey: anyKey });
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw usageFailure("NN9016", `${issue?.path.join(".") ?? ""}: expected ${issue?.message}.`);
    }
    if (!force) for (const file of files) refuseExisting(io, file);
    if (form.kind === "patched") await areaWith(form.generic, { ...settings, bootstrapKey: anyKey });
  }
}

/** Makes a machine's key and its files. A key whose files could not be written is revoked. */
export async function makeImage(
  io: Io,
  client: OperatorClient,
  { scope, settings, files }: ImagePlan,
  form: Form,
  key: { readonly uses: number; readonly validForSeconds: number },
): Promise<MadeBootstrapKey> {
  const made = await client.createKey({ scope, ...key });
  try {
    if (made.secret === null)
      throw toolFailure("NN9081", "The deployer's answer with the key was lost, and the key with it.", "Try again.");
    await write(io, files, form, { ...settings, bootstrapKey: made.secret });
  } catch (error) {
    await client.revokeKey(made.id);
    throw error;
  }
  return made;
}

async function write(io: Io, files: readonly string[], form: Form, settings: NodeSettings): Promise<void> {
  const [first = "", script = ""] = files;
  if (form.kind === "seed") return writeSecret(io, first, seedIso(settings));
  if (form.kind === "patched") return writePatched(io, first, form.generic, await areaWith(form.generic, settings));
  writeSecret(io, first, printNodeSettings(settings));
  writeDestination(io, script, printIpxeScript(first.replace(/^.*\//, ""), form.netboot));
}

/** @throws Failure NN9083 where the settings need more than there is */
async function areaWith({ path, area }: GenericImage, settings: NodeSettings): Promise<Uint8Array> {
  const bytes = await filledReservedArea(settings, area.length);
  if (bytes !== null) return bytes;
  const message = `The generic image cannot be used: ${path}: its reserved area of ${area.length} bytes is too small for these settings.`;
  throw usageFailure("NN9083", message, "Does the authority's file have more certificates than the deployer's own?");
}
