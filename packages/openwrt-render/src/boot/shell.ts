import { UciError } from "../uci/document.js";

/** A word of the shell that is exactly this text, whatever is in it. */
export function shellWord(text: string): string {
  if (text.includes("\0")) throw new UciError("A word of the shell ends at a NUL byte.");
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
