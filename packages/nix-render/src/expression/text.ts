import { NixError } from "./expression.js";

/** Reserved in Nix 2, and `or`, which is one after a selection only but confuses readers everywhere. */
const keywords = new Set(["assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"]);

/** Whether text is a Nix identifier and no keyword. */
export function isIdentifier(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_'-]*$/.test(text) && !keywords.has(text);
}

/** An attribute's name, in quotes where it is no identifier. */
export function attributeName(name: string): string {
  return isIdentifier(name) ? name : `"${escapeText(name)}"`;
}

/**
 * Text between `"` and `"`. A raw CR would be read as a line feed, so it is escaped; other control characters have no
 * escape and stand as they are.
 */
export function escapeText(text: string): string {
  refuseUnsayable(text);
  // `$` is escaped before `{`, and at the end, where an interpolation could follow.
  return text.replace(/[\\"\n\r\t]|\$(?=\{|$)/g, (character) => escapes[character] ?? `\\${character}`);
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * The lines of an indented string, or `null` where `''` cannot say the text exactly: it takes common indentation
 * away, and its own escapes begin with quotes that the text may have.
 */
export function indentedLines(text: string): readonly string[] | null {
  refuseUnsayable(text);
  if (!text.includes("\n") || text.includes("''") || /'$|'\$|\$\$/.test(text)) return null;
  const lines = text.replaceAll("${", "''${").split("\n");
  const content = lines.filter((line) => line !== "");
  const plain = content.every((line) => !/^[^\S ]|[^\P{Cc}\t]/u.test(line) && line.trim() !== "");
  if (!plain || !content.some((line) => !line.startsWith(" "))) return null;
  return lines;
}

/** A comment's lines: what ends a line ends the comment, so each gets its own `#`; other control characters go. */
export function commentLines(comment: string): readonly string[] {
  return comment.split(/\r\n|[\r\n]/).map((line) => {
    const text = line.replace(/\p{Cc}|\p{Surrogate}/gu, " ").trimEnd();
    return text === "" ? "#" : `# ${text}`;
  });
}

function refuseUnsayable(text: string): void {
  if (text.includes("\0")) throw new NixError("A Nix string cannot hold NUL.");
  // Written as UTF-8 it would silently become U+FFFD.
  if (/\p{Surrogate}/u.test(text)) throw new NixError("A Nix string cannot hold half of a surrogate pair.");
}
