import type { NetworkdUnit, UnitSection } from "./unit.js";

/** systemd's LONG_LINE_MAX: it refuses the whole file for a longer line. */
const longestLine = 1024 * 1024;

/** Thrown by {@link printUnit} for a unit that no file can hold. */
export class UnitError extends Error {
  override readonly name = "UnitError";
}

/**
 * One unit as the text of its file, in systemd.syntax(7). Booleans become `yes` and `no`.
 *
 * `%` stays as it is: networkd expands no specifiers in the keys of netdevs and networks.
 *
 * @throws {@link UnitError} for what the syntax cannot hold: see {@link unitFault}.
 *
 * @example
 * ```ts
 * import { printUnit } from "@nix-nos/networkd-render";
 *
 * const sections = [{ name: "Match", entries: [["Name", "eth0"]] }, { name: "Network", entries: [["IPv6AcceptRA", false]] }] as const;
 *
 * printUnit({ name: "20-eth0.network", type: "network", sections }); // => "[Match]\nName=eth0\n\n[Network]\nIPv6AcceptRA=no\n"
 * ```
 */
export function printUnit(unit: NetworkdUnit): string {
  const fault = unitFault(unit);
  if (fault !== null) throw new UnitError(fault);
  return printSections(unit.sections);
}

/**
 * Sections as text. An empty value is one here: it clears a list (systemd.syntax(7)).
 *
 * @throws {@link UnitError} for a value that is no line
 */
export function printSections(sections: readonly UnitSection[]): string {
  for (const { name, entries } of sections) {
    for (const [key, value] of entries) {
      const fault = value === "" ? null : valueFault(value);
      if (fault !== null) throw new UnitError(`${name}.${key} ${fault}.`);
    }
  }
  return sections
    .map(({ name, entries }) =>
      [`[${name}]`, ...entries.map(([key, value]) => `${key}=${spell(value)}`), ""].join("\n"),
    )
    .join("\n");
}

/**
 * Why a unit cannot be a file, or `null` when it can: a name that is no file name or no `Match` pattern of one
 * interface, a section or key that is no word, a value that is empty, breaks or continues its line, or is over 1 MiB.
 * Ask it before handing units to anything else that writes them, such as NixOS, which checks none of this.
 *
 * @example
 * ```ts
 * import { unitFault } from "@nix-nos/networkd-render";
 *
 * const sections = [{ name: "Match", entries: [["Name", "a\nb"]] }] as const;
 *
 * unitFault({ name: "20-eth0.network", type: "network", sections }); // => "Match.Name holds a control character."
 * ```
 */
export function unitFault(unit: NetworkdUnit): string | null {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,249}$/.test(unit.name))
    return "The file name has characters other than A-Z a-z 0-9 . _ -";
  if (!unit.name.endsWith(`.${unit.type}`)) return `The file name does not end in .${unit.type}`;
  for (const section of unit.sections) {
    if (!/^[A-Za-z0-9]+$/.test(section.name)) return "A section's name is not a word.";
    for (const [key, value] of section.entries) {
      if (!/^[A-Za-z0-9]+$/.test(key)) return `A key in ${section.name} is not a word.`;
      const fault = valueFault(value);
      if (fault !== null) return `${section.name}.${key} ${fault}.`;
      // Match.Name takes several shell patterns, and `!` turns them round: a name must be one interface and no more.
      if (section.name === "Match" && typeof value === "string" && /[\s*?[\]!"'\\]/.test(value)) {
        return `${section.name}.${key} is a pattern, not a name.`;
      }
    }
  }
  return null;
}

function valueFault(value: string | number | boolean): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? null : "is not a whole number";
  if (typeof value === "boolean") return null;
  if (value === "") return "is empty, which would clear what stands before it";
  if (value.length > longestLine / 4) return "is longer than systemd reads";
  if (/\p{Cc}|\p{Surrogate}|[\u2028\u2029]/u.test(value)) return "holds a control character";
  if (value.trim() !== value) return "begins or ends with a space, which systemd drops";
  if (value.endsWith("\\")) return "ends with a backslash, which joins the next line to it";
  return null;
}

function spell(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}
