import type { OptionValue } from "@nix-nos/topology";

/** Keys that stand as they are; GoBGP's are all of this form. */
const plainKey = /^[a-z][a-z0-9-]*$/;

/**
 * Spells plain data as block-style YAML 1.2. Every text is quoted as JSON quotes it, which YAML reads back unchanged,
 * so no text can become a number, a date or structure.
 *
 * @param value - maps, lists, texts, finite numbers, booleans and null
 * @throws RangeError for a number that is not finite
 */
export function printYaml(value: OptionValue): string {
  return `${linesOf(value).join("\n")}\n`;
}

function linesOf(value: OptionValue): readonly string[] {
  if (value === null || typeof value !== "object") return [scalar(value)];
  if (isList(value)) return value.length === 0 ? ["[]"] : value.flatMap((item) => indented("- ", linesOf(item)));
  const entries = Object.entries(value);
  if (entries.length === 0) return ["{}"];
  return entries.flatMap(([key, item]) => {
    const name = plainKey.test(key) ? key : JSON.stringify(key);
    const lines = linesOf(item);
    const isBlock = item !== null && typeof item === "object" && Object.keys(item).length > 0;
    return isBlock ? [`${name}:`, ...lines.map((line) => `  ${line}`)] : [`${name}: ${lines.join("")}`];
  });
}

/** The first line after the dash, the others below its text. */
function indented(dash: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `${index === 0 ? dash : "  "}${line}`);
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
