import { type IsoFile, type ReadImage, readRootFolder } from "./iso9660.js";
import { type NodeSettings, printNodeSettings } from "./settings.js";

// The reserved area of a generic installer image is a file of its root folder, in one piece and of a fixed length. It is
// text, so that what reads settings reads it as it is: a first line with its length and the SHA-256 of all after that
// line, the settings, and line ends up to its length.

const head = /^# nixnos reserved area 1, (\d{10}) bytes, sha256 ([0-9a-f]{64})\n$/;
const headLength = headOf(0, "0".repeat(64)).length;

/** An area of more is none of ours, and nothing is read of it. */
const longestArea = 1 << 20;

const newline = 0x0a;

/** Where an image's reserved area is, and what is in it. */
export interface ReservedArea extends IsoFile {
  /** `damaged`: its checksum is not that of its bytes. */
  readonly state: "empty" | "used" | "damaged";
}

/**
 * A reserved area without settings, to be put into the root folder of a generic image.
 *
 * @param length - in bytes; settings with one certificate take about 1,000
 * @throws RangeError for a length that no area has: 256 to 1,048,576 bytes
 * @example
 * ```ts
 * import { emptyReservedArea } from "@plasmacloud/deployer-client";
 *
 * const area = await emptyReservedArea(4096);
 * new TextDecoder().decode(area.slice(0, 38)); // => "# nixnos reserved area 1, 0000004096 b"
 * ```
 */
export async function emptyReservedArea(length: number): Promise<Uint8Array<ArrayBuffer>> {
  if (length < 256 || length > longestArea) throw new RangeError(`no area has ${length} bytes`);
  return areaOf(new Uint8Array(), length);
}

/**
 * A reserved area with a machine's settings, to be written over the one that is there.
 *
 * @param length - in bytes, of the area that is there
 * @returns `null` where the settings need more
 * @throws ZodError for a value that is not of its form
 * @example
 * ```ts
 * import { filledReservedArea } from "@plasmacloud/deployer-client";
 *
 * const authority = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
 * const settings = { server: "https://deployer.example:7443", bootstrapKey: "nnb_x", hostname: "node01", authority, authorizedKeys: [], network: null };
 * (await filledReservedArea(settings, 65_536))?.length; // => 65536
 * await filledReservedArea(settings, 128); // => null
 * ```
 */
export async function filledReservedArea(
  settings: NodeSettings,
  length: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const text = new TextEncoder().encode(printNodeSettings(settings));
  return headLength + text.length > length ? null : areaOf(text, length);
}

/**
 * Finds the reserved area of an ISO 9660 image, by what its files begin with; reads some kilobytes, however large the
 * image is.
 *
 * @returns `null` where there is none
 * @example
 * ```ts
 * import { findReservedArea } from "@plasmacloud/deployer-client";
 *
 * await findReservedArea(async (offset, length) => new Uint8Array(length)); // => null
 * ```
 */
export async function findReservedArea(read: ReadImage): Promise<ReservedArea | null> {
  for (const file of (await readRootFolder(read)) ?? []) {
    if (file.length < headLength || file.length > longestArea) continue;
    const [, length, sha256] = head.exec(ascii(await read(file.offset, headLength))) ?? [];
    if (Number(length) !== file.length) continue;
    const body = (await read(file.offset, file.length)).slice(headLength);
    const isWhole = body.length === file.length - headLength && (await sha256Of(body)) === sha256;
    if (!isWhole) return { ...file, state: "damaged" };
    return { ...file, state: body.every((byte) => byte === newline) ? "empty" : "used" };
  }
  return null;
}

async function areaOf(text: Uint8Array, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const area = new Uint8Array(length).fill(newline);
  area.set(text, headLength);
  area.set(new TextEncoder().encode(headOf(length, await sha256Of(area.slice(headLength)))));
  return area;
}

function headOf(length: number, sha256: string): string {
  return `# nixnos reserved area 1, ${String(length).padStart(10, "0")} bytes, sha256 ${sha256}\n`;
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
