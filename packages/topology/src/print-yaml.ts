import type { OptionValue } from "./extension.js";

/** Keys that stand as they are: daemons' own are all of this form. */
const plainKey = /^[a-z][a-z0-9_-]*$/;

/**
 * Spells plain data as block-style YAML 1.2. Every text is quoted as JSON quotes it, which YAML reads back unchanged,
 * so no text can become a number, a date or structure.
 *
 * @param value - maps, lists, texts, finite numbers, booleans and null
 * @throws RangeError for a number that is not finite
 *
 * @example
 * ```ts
 * import { printYaml } from "@nix-nos/topology";
 *
 * printYaml({ job: "iam", targets: ["10.0.0.1:50080"] }); // => "job: \"iam\"\ntargets:\n  - \"10.0.0.1:50080\"\n"
 * ```
 */
export function printYaml(value: OptionValue): string {
  const lines: string[] = [];
  append(value, "", "", lines);
  return `${lines.join("\n")}\n`;
}

/**
 * Adds a value's lines, each written once: a speaker of a large mesh has tens of thousands.
 *
 * @param head - what stands before the value in its first line
 * @param indent - what stands before its other lines
 */
function append(value: OptionValue, head: string, indent: string, lines: string[]): void {
  if (value === null || typeof value !== "object") {
    lines.push(`${head}${scalar(value)}`);
    return;
  }
  if (isList(value)) {
    if (value.length === 0) lines.push(`${head}[]`);
    for (const [index, item] of value.entries()) append(item, `${index === 0 ? head : indent}- `, `${indent}  `, lines);
    return;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) lines.push(`${head}{}`);
  for (const [index, [key, item]] of entries.entries()) {
    const start = `${index === 0 ? head : indent}${plainKey.test(key) ? key : JSON.stringify(key)}:`;
    if (isBlock(item)) {
      lines.push(start);
      append(item, `${indent}  `, `${indent}  `, lines);
    } else append(item, `${start} `, indent, lines);
  }
}

/** A map or list with something in it, which starts on a line of its own. */
function isBlock(value: OptionValue): boolean {
  return value !== null && typeof value === "object" && Object.keys(value).length > 0;
}

function isList(value: OptionValue): value is readonly OptionValue[] {
  return Array.isArray(value);
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`no YAML number: ${value}`);
  return typeof value === "string" ? quoted(value) : String(value);
}

/** JSON's quotes, with escapes also for what YAML does not allow or takes for a line break; half pairs become U+FFFD. */
function quoted(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
