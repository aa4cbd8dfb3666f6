import { z } from "zod";

/**
 * Text in BIRD's language that stands by itself: every brace, bracket, string and comment that it opens it also closes,
 * so nothing that follows it in the configuration changes its meaning.
 *
 * @param text - statements of BIRD
 * @returns what is wrong with it, or `null`
 *
 * @example
 * ```ts
 * import { birdTextFault } from "@nix-nos/topology";
 *
 * birdTextFault("ipv4 { import all; };"); // => null
 * birdTextFault("ipv4 {"); // => "does not close its `{`"
 * ```
 */
export function birdTextFault(text: string): string | null {
  const open: string[] = [];
  const closing: Readonly<Record<string, string>> = { "}": "{", ")": "(", "]": "[" };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (/[^\t\n\x20-\x7e]/.test(character)) return "has a character that is no printable ASCII";
    if (character === "#") at = endOf(text, "\n", at, text.length);
    else if (text.startsWith("/*", at)) {
      at = text.indexOf("*/", at + 2) + 1;
      if (at === 0) return "does not end its comment";
    } else if (character === '"' || character === "'") {
      const end = text.indexOf(character, at + 1);
      if (end < 0 || text.slice(at, end).includes("\n")) return "does not end its string on the same line";
      at = end;
    } else if ("{([".includes(character)) open.push(character);
    else if (closing[character] !== undefined && open.pop() !== closing[character])
      return `closes a \`${character}\` that it did not open`;
  }
  return open.length === 0 ? null : `does not close its \`${open.at(-1)}\``;
}

function endOf(text: string, end: string, from: number, otherwise: number): number {
  const at = text.indexOf(end, from);
  return at < 0 ? otherwise : at;
}

/** Raw text for BIRD; the one place where a topology speaks a daemon's own language. */
export const birdText = z
  .string()
  .max(16_384)
  .superRefine((value, context) => {
    const fault = birdTextFault(value);
    if (fault === null) return;
    const hint = "It stands inside a block of the configuration: what it opens, it must close.";
    context.addIssue({
      code: "custom",
      message: `The text for BIRD ${fault}.`,
      params: { code: "NN1260", hint },
    });
  })
  .describe("Statements of BIRD, checked by `bird -p` with all else.")
  .meta({ examples: ["med metric on;"] });
