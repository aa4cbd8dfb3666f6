/** A line of IOS's configuration and those below it. */
export interface IosLine {
  readonly text: string;
  readonly lines: readonly IosLine[];
}

/** A part of a line that has been looked at. */
export interface IosToken {
  readonly token: string;
}

/** IOS reads 254 characters a line, and before any of them a `no` may have to stand one day. */
export const longestLine = 254 - "no ".length;

/** A placeholder is as long as its file's name, and what comes in its place no longer than this. */
export const longestSecret = 80;

/** A value that IOS's configuration cannot hold, or a text that is none. */
export class IosSyntaxError extends Error {
  override readonly name = "IosSyntaxError";
}

/**
 * Why IOS cannot hold a text as the rest of a line, such as a description; `null` when it can.
 *
 * A line ends at a line break, `?` asks for help while it is typed, `!` begins a comment, and spaces at the ends or several
 * in a row do not come back. `{{` would begin a secret's placeholder.
 *
 * @example
 * ```ts
 * import { iosTextFault } from "@nix-nos/cisco-render";
 *
 * iosTextFault("Transit A, 10G"); // => null
 * iosTextFault("why?"); // => "has a `?` in it"
 * ```
 */
export function iosTextFault(text: string): string | null {
  if (text === "") return "is empty";
  if (!/^[\x20-\x7e]*$/.test(text)) return "has other characters in it than printable ASCII";
  const [found] = /[?!]/.exec(text) ?? [];
  if (found !== undefined) return `has a \`${found}\` in it`;
  if (text.includes("{{")) return "has `{{` in it, which begins a secret's placeholder";
  if (/^ | $| {2}/.test(text)) return "has spaces that IOS does not keep";
  return null;
}

/** One word: a name. */
export function word(text: string): IosToken {
  const fault = text.includes(" ") ? "has a space in it" : iosTextFault(text);
  if (fault !== null) throw new IosSyntaxError(`IOS cannot hold ${JSON.stringify(text)} as a name: it ${fault}.`);
  return { token: text };
}

/** The rest of a line, as a description. */
export function rest(text: string): IosToken {
  const fault = iosTextFault(text);
  if (fault !== null) throw new IosSyntaxError(`IOS cannot hold ${JSON.stringify(text)}: it ${fault}.`);
  return { token: text };
}

/** An expression over paths or communities; what is in it is made here, so it is not looked at as a person's text is. */
export function regex(text: string): IosToken {
  if (!/^[0-9A-Za-z_^$.*+?|()[\]{}: \\-]+$/.test(text)) throw new IosSyntaxError(`no expression: ${text}`);
  return { token: text };
}

/**
 * Values in the order in which they come, as many together as a line holds.
 *
 * @param around - what else the line says, where the values stand as `…`
 */
export function packed(values: readonly string[], separator: " " | ",", around: string): readonly IosToken[] {
  const room = longestLine - (around.length - 1);
  const groups: string[] = [];
  for (const value of values) {
    const last = groups.at(-1);
    if (last === undefined || last.length + 1 + value.length > room) groups.push(value);
    else groups[groups.length - 1] = `${last}${separator}${value}`;
  }
  return groups.map((token) => ({ token }));
}

/** A line: `` line`neighbor ${word(address)} remote-as ${number}` ``. */
export function line(parts: TemplateStringsArray, ...tokens: readonly (IosToken | number)[]): IosLine {
  return { text: spell(parts, tokens), lines: [] };
}

/** A line and those below it. */
export function block(
  parts: TemplateStringsArray,
  ...tokens: readonly (IosToken | number)[]
): (lines: readonly IosLine[]) => IosLine {
  const text = spell(parts, tokens);
  return (lines) => ({ text, lines });
}

function spell(parts: TemplateStringsArray, tokens: readonly (IosToken | number)[]): string {
  const text = parts.reduce((before, part, index) => {
    const own = tokens[index - 1];
    return `${before}${typeof own === "number" ? whole(own) : (own?.token ?? "")}${part}`;
  });
  const length = text.replace(/\{\{[^{}]*\}\}/g, "x".repeat(longestSecret)).length;
  if (length > longestLine) throw new IosSyntaxError(`IOS reads no line of ${length} characters: ${text}`);
  return text;
}

function whole(number: number): string {
  if (!Number.isSafeInteger(number)) throw new IosSyntaxError(`no whole number: ${number}`);
  return String(number);
}
