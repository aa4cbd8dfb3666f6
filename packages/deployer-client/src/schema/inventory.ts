import { z } from "zod";
import { lineSchema } from "./text.js";

export const macSchema = z
  .string()
  .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, "a MAC address in lower case")
  .meta({ examples: ["52:54:00:12:34:56"] });

/** What a machine says of itself. All of it is a hint: only its key proves who it is. */
export const inventorySchema = z
  .strictObject({
    architecture: z.enum(["x86_64", "aarch64"]),
    firmware: z.enum(["bios", "uefi"]),
    serial: lineSchema.nullable().describe("The machine's serial number, where its maker set one."),
    product: lineSchema.nullable(),
    cpus: z.int().positive(),
    memoryBytes: z.int().positive(),
    interfaces: z.array(z.strictObject({ name: lineSchema, mac: macSchema })).max(256),
    disks: z
      .array(z.strictObject({ name: lineSchema, bytes: z.int().nonnegative(), serial: lineSchema.nullable() }))
      .max(1024),
  })
  .meta({ id: "Inventory" });
export type Inventory = z.infer<typeof inventorySchema>;

/**
 * The machine's fingerprint: SHA-256 of its sorted MAC addresses and its serial number, each on a line, in hexadecimal.
 * It is a hint for matching and never a proof, because whoever sees a machine can claim it.
 *
 * @example
 * ```ts
 * import { fingerprintOf } from "@plasmacloud/deployer-client";
 *
 * const interfaces = [{ name: "eth0", mac: "52:54:00:12:34:56" }];
 * (await fingerprintOf({ serial: "S1", interfaces })).slice(0, 12); // => "0b9aa9147974"
 * ```
 */
export async function fingerprintOf({ serial, interfaces }: Pick<Inventory, "serial" | "interfaces">): Promise<string> {
  const macs = [...new Set(interfaces.map(({ mac }) => mac))].sort();
  const text = [...macs, serial ?? ""].map((line) => `${line}\n`).join("");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
