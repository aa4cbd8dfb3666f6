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
 * The lines of an indented string, from its texts and the expressions between them as they are printed; `null` where
 * `''` cannot say it, or an ordinary string says it better: one line, and control characters.
 */
export function indentedLines(parts: readonly (string | { readonly printed: string })[]): readonly string[] | null {
  const texts = parts.filter((part) => typeof part === "string");
  texts.forEach(refuseUnsayable);
  const whole = texts.join("");
  if (!whole.includes("\n") || /[^\P{Cc}\t\n\r]/u.test(whole) || /^\s*$/.test(whole)) return null;
  const written = parts.map((part) => (typeof part === "string" ? escapeIndented(part) : `\${${part.printed}}`));
  const lines = written
    .join("")
    .split("\n")
    .map((line) => line.replace(/^\t/, "''\\t"));
  // Nix takes the indentation away that all lines share, and a last line of spaces: an escaped space is no indentation.
  const first = lines.findIndex((line) => /[^ ]/.test(line));
  if (lines.every((line) => /^ *$|^ /.test(line))) lines[first] = `''\\${lines[first]}`;
  const last = lines.at(-1) ?? "";
  return /^ +$/.test(last) ? [...lines.slice(0, -1), `''\\${last}`] : lines;
}

/** Text between `''` and `''`, where an escape begins with quotes: one that stands before another has its own. */
function escapeIndented(text: string): string {
  return text
    .replace(/'{2}|'(?=$|['$\r])|\$(?=$|[{$])/g, (found) => indentedEscapes[found] ?? found)
    .replaceAll("\r", "''\\r");
}

const indentedEscapes: Readonly<Record<string, string>> = { "''": "'''", "'": "''\\'", $: "''$" };

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
