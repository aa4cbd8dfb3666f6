/** A section of a UCI file: `config TYPE 'NAME'` and what stands in it. */
export interface UciSection {
  /** OpenWrt's word for what it describes: `interface`, `bridge-vlan`. */
  readonly type: string;
  /** Letters, digits and `_`; `null` for an anonymous section. */
  readonly name: string | null;
  /** By name, in file order; a text is an `option`, an array a `list`. One name is one or the other, never both. */
  readonly options: ReadonlyMap<string, UciValue>;
}

export type UciValue = string | readonly string[];

/** What a builder takes for an option: `null` and an empty list say nothing, booleans are `1` and `0`. */
export type UciInput = string | number | boolean | readonly string[] | null;

/** Thrown for what no UCI file can hold, and for text that is no UCI file; `line` counts from 1 in the latter. */
export class UciError extends Error {
  override readonly name = "UciError";

  constructor(
    message: string,
    readonly line: number | null = null,
  ) {
    super(message);
  }
}

/**
 * A section from plain data.
 *
 * @param type - OpenWrt's word for it
 * @param name - or `null` for an anonymous section
 * @param options - in file order; what is `null` or an empty list is left out, because UCI has no way to write it
 *
 * @example
 * ```ts
 * import { printUci, uciSection } from "@nix-nos/openwrt-render";
 *
 * const lan = uciSection("interface", "lan", { proto: "static", ipaddr: ["10.0.0.1/24"], mtu: null });
 * printUci([lan]).split("\n")[1]; // => "\toption proto 'static'"
 * ```
 */
export function uciSection(type: string, name: string | null, options: Readonly<Record<string, UciInput>>): UciSection {
  return new BuiltSection(type, name, options);
}

/** A section that keeps the plain data that it was made of: most are printed once, and a map for each would cost more. */
class BuiltSection implements UciSection {
  #options: ReadonlyMap<string, UciValue> | null = null;

  constructor(
    readonly type: string,
    readonly name: string | null,
    readonly given: Readonly<Record<string, UciInput>>,
  ) {}

  get options(): ReadonlyMap<string, UciValue> {
    if (this.#options !== null) return this.#options;
    const own = new Map<string, UciValue>();
    for (const key in this.given) {
      const value = uciValue(this.given[key]);
      if (value !== null) own.set(key, value);
    }
    this.#options = own;
    return own;
  }
}

/** Each option of a section in its order. */
export function forEachOption(section: UciSection, visit: (value: UciValue, key: string) => void): void {
  if (!(section instanceof BuiltSection)) {
    section.options.forEach(visit);
    return;
  }
  for (const key in section.given) {
    const value = uciValue(section.given[key]);
    if (value !== null) visit(value, key);
  }
}

/** What UCI has for it; `null` where it has nothing. */
function uciValue(value: UciInput | undefined): UciValue | null {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return null;
  if (typeof value === "object") return value.length > 0 ? value : null;
  if (typeof value === "boolean") return value ? "1" : "0";
  return String(value);
}

/**
 * Whether UCI takes a text as the name of a section or option (`uci_validate_str` in its `util.c`).
 *
 * @example
 * ```ts
 * import { isUciName } from "@nix-nos/openwrt-render";
 *
 * isUciName("br-lan"); // => false
 * ```
 */
export function isUciName(text: string): boolean {
  return /^[A-Za-z0-9_]+$/.test(text);
}

/** A type may have all that is printable ASCII and no blank. */
export function isUciType(text: string): boolean {
  return /^[!-~]+$/.test(text);
}
