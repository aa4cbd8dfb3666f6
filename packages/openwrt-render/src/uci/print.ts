import { forEachOption, isUciName, isUciType, UciError, type UciSection, type UciValue } from "./document.js";

/**
 * Sections as the text of a file in `/etc/config`. Every value is quoted, so none can end its own option: what a value is
 * comes back from {@link parseUci} and from OpenWrt's `uci` unchanged.
 *
 * @param sections - in file order
 * @throws {@link UciError} for what UCI has no way to write: a name of other characters than letters, digits and `_`, two
 *   sections of one name, an empty option or list (UCI drops both), a NUL byte, or half of a surrogate pair
 *
 * @example
 * ```ts
 * import { printUci, uciSection } from "@nix-nos/openwrt-render";
 *
 * printUci([uciSection("system", null, { hostname: "it's" })]); // => "config system\n\toption hostname 'it'\\''s'\n"
 * ```
 */
export function printUci(sections: readonly UciSection[]): string {
  const names = new Set<string>();
  let text = "";
  const add = (value: UciValue, key: string) => {
    text += option(key, value);
  };
  for (const section of sections) {
    const { type, name } = section;
    if (!isUciType(type)) throw new UciError(`${JSON.stringify(type)} is no type of a UCI section.`);
    text += (text === "" ? "config " : "\nconfig ") + (plainType.test(type) ? type : `'${escaped(type)}'`);
    if (name !== null) {
      checkName(name, "section");
      if (names.has(name)) throw new UciError(`Two sections have the name ${name}, and UCI would merge them.`);
      names.add(name);
      text += ` '${name}'`;
    }
    text += "\n";
    forEachOption(section, add);
  }
  return text;
}

const plainType = /^[\w.-]+$/;

function option(key: string, value: UciValue): string {
  if (typeof value === "string") {
    if (value === "") throw new UciError(`The option ${key} is empty, and UCI would drop it.`);
    return `${beginningOf(optionBeginnings, "option", key)}${escaped(value)}'\n`;
  }
  if (value.length === 0) throw new UciError(`The list ${key} is empty, and UCI cannot write that.`);
  const beginning = beginningOf(listBeginnings, "list", key);
  let lines = "";
  for (const item of value) lines += `${beginning}${escaped(item)}'\n`;
  return lines;
}

/** What stands in front of the values of an option: devices by the thousand have the same few dozen names. */
const optionBeginnings = new Map<string, string>();
const listBeginnings = new Map<string, string>();
const mostBeginnings = 1000;

function beginningOf(known: Map<string, string>, word: "option" | "list", key: string): string {
  const before = known.get(key);
  if (before !== undefined) return before;
  checkName(key, "option");
  const beginning = `\t${word} ${key} '`;
  if (known.size < mostBeginnings) known.set(key, beginning);
  return beginning;
}

function checkName(name: string, what: string): void {
  if (isUciName(name)) return;
  throw new UciError(`${JSON.stringify(name)} is no name of a UCI ${what}: letters, digits and _ alone.`);
}

/** Nothing is special inside single quotes but their end, so a `'` stands outside of them, escaped. */
function escaped(value: string): string {
  if (!special.test(value)) return value;
  if (value.includes("\0")) throw new UciError("UCI ends a text at a NUL byte.");
  if (/\p{Surrogate}/u.test(value)) throw new UciError("Half of a surrogate pair has no place in UTF-8.");
  return value.replaceAll("'", "'\\''");
}

const special = /['\0\ud800-\udfff]/;
