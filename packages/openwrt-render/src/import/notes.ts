import type { ParsedUciSection } from "../uci/parse.js";

/** Something of a file that the topology cannot say. */
export interface ImportNote {
  /** Name of the file in `/etc/config`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** A section whose options are taken one by one: what nobody took is told at the end, so that nothing is lost in silence. */
export class SectionReader {
  readonly #left: Set<string>;

  constructor(
    readonly file: string,
    readonly section: ParsedUciSection,
  ) {
    this.#left = new Set(section.options.keys());
  }

  get type(): string {
    return this.section.type;
  }

  get name(): string | null {
    return this.section.name;
  }

  /** An option's text; of a list, its items with blanks between. */
  text(key: string): string | null {
    const items = this.list(key);
    return items.length === 0 ? null : items.join(" ");
  }

  /** A list's items; where OpenWrt takes an option for one, its words. */
  list(key: string): readonly string[] {
    this.#left.delete(key);
    return this.peek(key);
  }

  /** A list's items, which are still to be taken. */
  peek(key: string): readonly string[] {
    const value = this.section.options.get(key);
    if (value === undefined) return [];
    return typeof value === "string" ? value.split(/\s+/).filter((word) => word !== "") : value;
  }

  /** The words of an option or of a list's items, which are still to be taken. */
  words(key: string): readonly string[] {
    return this.peek(key).flatMap((text) => text.split(/\s+/));
  }

  /** As OpenWrt's scripts read it; `null` where nothing is said. */
  flag(key: string): boolean | null {
    const text = this.text(key);
    if (text === null) return null;
    return ["1", "on", "true", "yes", "enabled"].includes(text);
  }

  /** A whole number; another text stays to be told. */
  number(key: string): number | null {
    const value = this.section.options.get(key);
    if (typeof value !== "string" || !/^\d{1,10}$/.test(value)) return null;
    this.#left.delete(key);
    return Number(value);
  }

  /** Takes an option that says what is so anyway; any other value stays to be told. */
  expect(key: string, ...usual: readonly string[]): void {
    const value = this.section.options.get(key);
    if (typeof value === "string" ? usual.includes(value) : value !== undefined && usual.length === 0)
      this.#left.delete(key);
  }

  /** An option that was taken is to be told after all. */
  keep(key: string): void {
    if (this.section.options.has(key)) this.#left.add(key);
  }

  /** Nothing of the section is carried over. */
  refuse(why: string): ImportNote {
    this.#left.clear();
    const what = `config ${this.type}${this.name === null ? "" : ` ${this.name}`}`;
    return { file: this.file, line: this.section.line, message: `\`${what}\` is not carried over: ${why}.` };
  }

  /** Something about one option. */
  note(key: string, message: string): ImportNote {
    return { file: this.file, line: this.section.lines.get(key) ?? this.section.line, message };
  }

  /** What nobody took. */
  rest(): readonly ImportNote[] {
    return [...this.#left].map((key) => {
      const value = this.section.options.get(key) ?? "";
      const word = typeof value === "string" ? "option" : "list";
      const shown = secretOptions.has(key) ? "" : ` '${typeof value === "string" ? value : value.join("' '")}'`;
      return this.note(key, `\`${word} ${key}${shown}\` is not carried over.`);
    });
  }
}

/** Their values are for nobody's screen. */
const secretOptions: ReadonlySet<string> = new Set(["key", "private_key", "preshared_key", "password", "sae_password"]);
