import { UciError } from "../uci/document.js";

/** A file of an archive. */
export interface TarFile {
  /** Below the root: `etc/config/network`; at most 100 bytes. */
  readonly path: string;
  readonly text: string;
  /** Readable by root alone. */
  readonly secret: boolean;
}

const blockSize = 512;

/**
 * Files as an archive (POSIX ustar) for `sysupgrade -r`, once it is compressed. It has no time and no user but root, so
 * the same files give the same bytes.
 *
 * @throws UciError for a path of more than 100 bytes, or one that is not ASCII
 *
 * @example
 * ```ts
 * import { configTar } from "@nix-nos/openwrt-render";
 *
 * configTar([{ path: "etc/config/system", text: "config system\n", secret: false }]).length; // => 2048
 * ```
 */
export function configTar(files: readonly TarFile[]): Uint8Array {
  const encoder = new TextEncoder();
  const blocks: Uint8Array[] = [];
  for (const { path, text, secret } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const content = encoder.encode(text);
    const padded = new Uint8Array(Math.ceil(content.length / blockSize) * blockSize);
    padded.set(content);
    blocks.push(header(path, content.length, secret ? 0o600 : 0o644), padded);
  }
  // Two empty blocks end an archive.
  blocks.push(new Uint8Array(2 * blockSize));
  const whole = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

/** A file's header: fields of fixed places, numbers in octal (IEEE 1003.1, pax). */
function header(path: string, size: number, mode: number): Uint8Array {
  if (!/^[ -~]{1,100}$/.test(path)) throw new UciError(`${JSON.stringify(path)} is no path for an archive.`);
  const block = new Uint8Array(blockSize);
  const write = (at: number, text: string) => {
    for (let index = 0; index < text.length; index++) block[at + index] = text.charCodeAt(index);
  };
  write(0, path);
  write(100, octal(mode, 7));
  write(108, octal(0, 7));
  write(116, octal(0, 7));
  write(124, octal(size, 11));
  write(136, octal(0, 11));
  write(148, " ".repeat(8));
  write(156, "0");
  write(257, "ustar\0" + "00");
  write(265, "root");
  write(297, "root");
  const sum = block.reduce((total, byte) => total + byte, 0);
  write(148, `${octal(sum, 6)}\0 `);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
