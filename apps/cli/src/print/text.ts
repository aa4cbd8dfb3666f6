/**
 * Text from outside, made safe for a terminal: control characters, which can move the cursor or rewrite what was
 * printed, and the invisible ones that reorder text (U+202E) are shown as `\u{1b}`.
 */
export function visible(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same for text of several lines. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}

/** At most `maximum` characters; a 1 MB value in a message helps nobody. */
export function shortened(text: string, maximum: number): string {
  return text.length <= maximum ? text : `${text.slice(0, maximum)}…`;
}

/** Columns that text takes on a terminal: East Asian characters and emoji take two, combining marks none. */
export function columns(text: string): number {
  let width = 0;
  for (const character of text) width += mark.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** Text from outside in at most so many columns of a terminal; what is cut ends in `…`. */
export function cut(text: string, width: number): string {
  const safe = visible(text);
  if (columns(safe) <= width) return safe;
  let short = "";
  let taken = 0;
  for (const character of safe) {
    taken += columns(character);
    if (taken > width - 1) break;
    short += character;
  }
  return `${short}…`;
}

/** "1 error", "2 errors". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const mark = /^\p{M}$/u;
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]$/u;
