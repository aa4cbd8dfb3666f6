import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  openSync,
  readSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { resolve } from "node:path";
import { findReservedArea, type ReservedArea } from "@plasmacloud/deployer-client";
import { systemReason, toolFailure, usageFailure } from "../failure.js";
import type { Io } from "../io.js";
import { replaceFile } from "../write/durable.js";

/** Each of these files has a key in it. */
const ownerOnly = 0o600;

/** Where settings go in a generic image, which is only read. */
export interface GenericImage {
  readonly path: string;
  readonly area: ReservedArea;
}

/**
 * Looks for the place in a generic image.
 *
 * @param force - also where settings are in it already
 * @throws Failure NN9083
 */
export async function openGenericImage(io: Io, name: string, force: boolean): Promise<GenericImage> {
  const path = resolve(io.cwd, name);
  const area = await orUsageFailure(name, () => areaOf(path));
  if (area === null)
    throw refused(
      name,
      "it has no reserved area",
      "Build it from nix/modules/installer-iso.nix, or leave out --generic for a seed.",
    );
  if (area.state === "damaged") throw refused(name, "its reserved area is damaged", "Copy or build the image again.");
  if (area.state === "used" && !force)
    throw refused(
      name,
      "another machine's settings are in it already",
      "Take the image as it was built, or use --force.",
    );
  return { path, area };
}

async function areaOf(path: string): Promise<ReservedArea | null> {
  const descriptor = openSync(path, "r");
  try {
    if (!fstatSync(descriptor).isFile()) return null;
    return await findReservedArea(async (offset, length) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
    });
  } finally {
    closeSync(descriptor);
  }
}

async function orUsageFailure<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw refused(name, systemReason(error));
  }
}

function refused(name: string, reason: string, hint?: string) {
  return usageFailure("NN9083", `The generic image cannot be used: ${name}: ${reason}.`, hint);
}

/** Writes a file with a secret, whole or not at all. */
export function writeSecret(io: Io, name: string, content: string | Uint8Array): void {
  put(io, name, (temporary) => writeFileSync(temporary, content, { mode: ownerOnly }));
}

/** Writes a copy of a generic image with another reserved area; where the file system can, the two share their blocks. */
export function writePatched(io: Io, name: string, { path, area }: GenericImage, bytes: Uint8Array): void {
  put(io, name, (temporary) => {
    copyFileSync(path, temporary, constants.COPYFILE_FICLONE);
    chmodSync(temporary, ownerOnly);
    const descriptor = openSync(temporary, "r+");
    try {
      writeSync(descriptor, bytes, 0, bytes.length, area.offset);
    } finally {
      closeSync(descriptor);
    }
  });
}

function put(io: Io, name: string, make: (temporary: string) => void): void {
  try {
    replaceFile(resolve(io.cwd, name), make);
  } catch (error) {
    throw toolFailure("NN9002", `${name} cannot be written: ${systemReason(error)}.`);
  }
}

/** Size and SHA-256 of a file that was written. */
export function measured(io: Io, name: string): { readonly bytes: number; readonly sha256: string } {
  const descriptor = openSync(resolve(io.cwd, name), "r");
  try {
    const hash = createHash("sha256");
    const chunk = new Uint8Array(1 << 20);
    let bytes = 0;
    for (let read = -1; read !== 0; bytes += read) {
      read = readSync(descriptor, chunk);
      hash.update(chunk.subarray(0, read));
    }
    return { bytes, sha256: hash.digest("hex") };
  } finally {
    closeSync(descriptor);
  }
}
