import { writeIso } from "./iso9660.js";
import { type NodeSettings, printNodeSettings } from "./settings.js";

/**
 * A small ISO 9660 image, labelled `NIXNOS`, with a machine's settings in `nixnos.conf`: the second medium beside an
 * installer. The same settings give the same bytes. It has a secret in it.
 *
 * @throws ZodError for a value that is not of its form
 * @example
 * ```ts
 * import { seedIso } from "@plasmacloud/deployer-client";
 *
 * const authority = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
 * const image = seedIso({ server: "https://deployer.example:7443", bootstrapKey: "nnb_x", hostname: "node01", authority, authorizedKeys: [], network: null });
 * image.length; // => 45056
 * ```
 */
export function seedIso(settings: NodeSettings): Uint8Array<ArrayBuffer> {
  return writeIso("NIXNOS", "NIXNOS.CONF", new TextEncoder().encode(printNodeSettings(settings)));
}
