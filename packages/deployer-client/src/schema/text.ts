import { z } from "zod";

// Each text that comes over the wire has a form and a longest length: what is stored stays small, and no control
// character reaches a log, a terminal or a key of the store.

/** A host name as the topology has it: one label of RFC 1123. */
export const hostnameSchema = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a host name: lower-case letters, digits and -, at most 63")
  .meta({ id: "Hostname", examples: ["node01"] });

export const timeSchema = z.iso.datetime().describe("RFC 3339, in UTC.");

export const bootIdSchema = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "a UUID in lower case, as /proc/sys/kernel/random/boot_id")
  .meta({ id: "BootId", examples: ["3f0b8d0c-61a2-4a0e-9d0e-2b1f6f1d7c55"] });

export const sequenceSchema = z
  .int()
  .nonnegative()
  .meta({ id: "Sequence" })
  .describe("Grows by each new message of one boot; a message that is sent again keeps its own.");

export const revisionSchema = z.int().nonnegative().describe("The store's revision.");

/** Text for people: one line, without control characters. */
export const lineSchema = z
  .string()
  .max(1000)
  .regex(/^[^\p{Cc}]*$/u, "one line without control characters");

/** A name that an operator gives: of a site, an operator, a reason of one word. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, '.', '_' and '-', at most 64");

export const systemSchema = z
  .string()
  .max(300)
  .regex(/^\/nix\/store\/[0-9a-z]{32}-[A-Za-z0-9+._?=-]+$/, "a path in the Nix store")
  .meta({ id: "System", examples: ["/nix/store/7rjn5kj4ma3gwzzhhkmyrcvrbd0dq1x4-nixos-system-node01-26.11"] });

export const nodeKeySchema = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, "an ed25519 public key: its 32 bytes in base64")
  .meta({ id: "NodeKey" });

export const sshKeySchema = z
  .string()
  .max(2000)
  .regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,2}$/, "type and key, without comment")
  .describe("A public key of SSH, as in a .pub file, without its comment.");
