import { birdTextFault } from "@nix-nos/topology";

/**
 * A BIRD 2 configuration as data. Text enters only through the tokens below, each of which knows what its language
 * can hold, so nothing that a topology says can end a string, a comment or a block.
 */
export type BirdItem =
  | { readonly kind: "statement"; readonly text: string }
  | { readonly kind: "block"; readonly head: string; readonly items: readonly BirdItem[]; readonly semicolon: boolean }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "raw"; readonly lines: readonly string[] }
  | { readonly kind: "blank" };

/** A piece of a statement that is known to be safe. */
export interface BirdToken {
  readonly token: string;
}

/** Thrown when a value cannot stand in a BIRD configuration; validation refuses such values before. */
export class BirdSyntaxError extends Error {
  override readonly name = "BirdSyntaxError";
}

/** A name of ours: BIRD's own words are never among them, because every one has a prefix. */
export function symbol(name: string): BirdToken {
  if (!/^[a-z]+_[A-Za-z0-9_]+$/.test(name) || name.length > 64)
    throw new BirdSyntaxError(`not a symbol: ${JSON.stringify(name)}`);
  return { token: name };
}

/** An address or prefix, canonical. */
export function ip(text: string): BirdToken {
  if (!/^[0-9a-f.:]+(?:\/\d{1,3})?$/.test(text)) throw new BirdSyntaxError(`not an address: ${JSON.stringify(text)}`);
  return { token: text };
}

/** BIRD 2.0.12 aborts on a string of a few thousand bytes; no name of ours comes near this. */
const longestText = 250;

/** A quoted string. BIRD has no escape inside one (`\"` ends it), so what it cannot hold becomes `_`. */
export function string(text: string): BirdToken {
  return { token: `"${text.slice(0, longestText).replace(/["\p{Cc}\p{Surrogate}]/gu, "_")}"` };
}

/**
 * The file of a secret. BIRD expands patterns (glob(7)) in such a name, so it may hold none of their characters; what
 * stands in the file is read as if it stood here.
 */
export function includedFile(path: string): BirdItem {
  if (!/^\/[\w./@%+=:,-]{1,1023}$/.test(path)) throw new BirdSyntaxError(`not a file: ${JSON.stringify(path)}`);
  return { kind: "statement", text: `include "${path}"` };
}

/** Tokens with a separator between them, as in a set or a list of conditions. */
export function joined(tokens: readonly BirdToken[], separator: ", " | " " | " && " | " || "): BirdToken {
  return { token: tokens.map(({ token }) => token).join(separator) };
}

/**
 * A statement: BIRD's own words as the template's text, everything else as numbers and tokens.
 * A plain string cannot be put in; the type checker refuses it.
 */
export function statement(words: TemplateStringsArray, ...values: readonly (BirdToken | number)[]): BirdItem {
  return { kind: "statement", text: fill(words, values) };
}

/** A block with its head: `` block`protocol bgp ${symbol(name)}`([...]) ``. */
export function block(words: TemplateStringsArray, ...values: readonly (BirdToken | number)[]) {
  return (items: readonly BirdItem[], semicolon = false): BirdItem => {
    return { kind: "block", head: fill(words, values), items, semicolon };
  };
}

/** A token made of BIRD's own words and other tokens. */
export function expression(words: TemplateStringsArray, ...values: readonly (BirdToken | number)[]): BirdToken {
  return { token: fill(words, values) };
}

/** A comment of one line. */
export function comment(text: string): BirdItem {
  return { kind: "comment", text: text.slice(0, longestText).replace(/[\p{Cc}\p{Surrogate}]/gu, " ") };
}

/** Text that the topology wrote in BIRD's own language; validation has seen that it ends what it begins. */
export function rawText(text: string): BirdItem {
  const fault = birdTextFault(text);
  if (fault !== null) throw new BirdSyntaxError(`the text ${fault}`);
  return { kind: "raw", lines: text.trimEnd().split("\n") };
}

export const blank: BirdItem = { kind: "blank" };

function fill(words: TemplateStringsArray, values: readonly (BirdToken | number)[]): string {
  return words.reduce((text, word, index) => text + spell(values[index - 1]) + word);
}

function spell(value: BirdToken | number | undefined): string {
  if (typeof value === "object") return value.token;
  if (value === undefined || !Number.isSafeInteger(value)) throw new BirdSyntaxError(`not a whole number: ${value}`);
  return String(value);
}

/** Spells a document; two spaces a level, one final newline. */
export function printBird(items: readonly BirdItem[]): string {
  const lines: string[] = [];
  printItems(items, "", lines);
  return `${lines.join("\n")}\n`;
}

function printItems(items: readonly BirdItem[], indent: string, lines: string[]): void {
  for (const item of items) {
    switch (item.kind) {
      case "blank":
        lines.push("");
        break;
      case "comment":
        lines.push(`${indent}# ${item.text}`);
        break;
      case "raw":
        // As it is: a line break may stand inside a comment.
        lines.push(...item.lines);
        break;
      case "statement":
        lines.push(`${indent}${item.text};`);
        break;
      case "block":
        lines.push(`${indent}${item.head} {`);
        printItems(item.items, `${indent}  `, lines);
        lines.push(`${indent}}${item.semicolon ? ";" : ""}`);
        break;
    }
  }
}
