// ISO 9660 (ECMA-119, free of charge): as much of it as one file in the root folder takes to write, and a root folder
// to read. No Rock Ridge or Joliet: Linux shows `NIXNOS.CONF;1` as `nixnos.conf` without them.

/** Bytes of a logical sector, which is a logical block too. */
const sector = 2048;

/** Sectors that the standard leaves to whoever boots. */
const systemSectors = 16;

const descriptor = { primary: 1, terminator: 255 } as const;

/** A file of the root folder: where its bytes are in the image. */
export interface IsoFile {
  readonly offset: number;
  readonly length: number;
}

/** Bytes of an image; fewer than were asked for at its end. */
export type ReadImage = (offset: number, length: number) => Promise<Uint8Array>;

/** A root folder of more is none that an installer has. */
const longestFolder = 1 << 20;

/**
 * The files of an image's root folder, in its order.
 *
 * @returns `null` for what is no ISO 9660 image
 */
export async function readRootFolder(read: ReadImage): Promise<readonly IsoFile[] | null> {
  const primary = await read(systemSectors * sector, sector);
  if (primary.length < sector || primary[0] !== descriptor.primary || text(primary.subarray(1, 6)) !== "CD001")
    return null;
  const root = fileOf(primary, 156);
  if (root.length > longestFolder) return null;
  const folder = await read(root.offset, root.length);
  const files: IsoFile[] = [];
  for (let at = 0; at < folder.length; ) {
    const length = folder[at] ?? 0;
    // A record crosses no sector's end (6.8.1.1); what is left of a sector is zero.
    if (length === 0) at = (Math.floor(at / sector) + 1) * sector;
    else if (length < 34 || at + length > folder.length) return null;
    else {
      const flags = folder[at + 25] ?? 0;
      // Neither a folder nor one of several pieces of a file.
      if ((flags & 0x82) === 0) files.push(fileOf(folder, at));
      at += length;
    }
  }
  return files;
}

function fileOf(bytes: Uint8Array, at: number): IsoFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 34);
  return { offset: view.getUint32(2, true) * sector, length: view.getUint32(10, true) };
}

/**
 * An image with one file in its root folder. Nothing in it depends on the time.
 *
 * @param label - of the volume: at most 32 capital letters, digits and `_`
 * @param name - of the file, in capital letters: `NIXNOS.CONF`
 */
export function writeIso(label: string, name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const [littleTable, bigTable, folder, file] = [18, 19, 20, 21] as const;
  const sectors = file + Math.max(1, Math.ceil(content.length / sector));
  const image = new Uint8Array(sectors * sector);
  const root = record("\0", folder, sector, 2);

  const primary = image.subarray(systemSectors * sector);
  primary.set([descriptor.primary, ...bytesOf("CD001"), 1]);
  // Texts are filled up with blanks (8.4.5 ff.): identifiers of system and volume, then of set, publisher, preparer,
  // application and three files.
  primary.fill(0x20, 8, 72).fill(0x20, 190, 813);
  primary.set(bytesOf(label), 40);
  primary.set(both32(sectors), 80);
  primary.set([...both16(1), ...both16(1), ...both16(sector)], 120);
  primary.set(both32(pathRecord.length), 132);
  primary.set(both32(littleTable).subarray(0, 4), 140);
  primary.set(both32(bigTable).subarray(4), 148);
  primary.set(root, 156);
  // Four dates, none of them given: sixteen digits 0 and a zone (8.4.26.1).
  for (const at of [813, 830, 847, 864]) primary.fill(0x30, at, at + 16);
  primary[881] = 1;

  image.set([descriptor.terminator, ...bytesOf("CD001"), 1], (systemSectors + 1) * sector);
  image.set(pathTable(both32(folder).subarray(0, 4), [1, 0]), littleTable * sector);
  image.set(pathTable(both32(folder).subarray(4), [0, 1]), bigTable * sector);
  const entries = [root, record("\x01", folder, sector, 2), record(`${name};1`, file, content.length, 0)];
  let at = folder * sector;
  for (const entry of entries) {
    image.set(entry, at);
    at += entry.length;
  }
  image.set(content, file * sector);
  return image;
}

/** A record of a folder (9.1), dated to the first second of 1980, the earliest that every system takes. */
function record(name: string, block: number, length: number, flags: number): Uint8Array {
  const size = 33 + name.length + ((name.length + 1) % 2);
  const bytes = new Uint8Array(size);
  bytes.set([size, 0, ...both32(block), ...both32(length), 80, 1, 1, 0, 0, 0, 0, flags, 0, 0, ...both16(1)]);
  bytes.set([name.length, ...bytesOf(name)], 32);
  return bytes;
}

/** The one record of a path table, of the root folder (9.4). */
const pathRecord = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0];

function pathTable(block: Uint8Array, parent: readonly number[]): readonly number[] {
  return [1, 0, ...block, ...parent, 0, 0];
}

/** A number in both orders of bytes (7.3.3): little-endian, then big-endian. */
function both32(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, value, true);
  view.setUint32(4, value);
  return new Uint8Array(view.buffer);
}

function both16(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, value, true);
  view.setUint16(2, value);
  return new Uint8Array(view.buffer);
}

function bytesOf(ascii: string): Uint8Array {
  return new TextEncoder().encode(ascii);
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
