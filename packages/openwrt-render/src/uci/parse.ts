import { isUciName, isUciType, UciError, type UciSection, type UciValue } from "./document.js";
import { UciReader } from "./reader.js";

/** A section as it stands in a file. */
export interface ParsedUciSection extends UciSection {
  /** Line of its `config`, from 1. */
  readonly line: number;
  /** Line of each option, the last one where UCI takes several together. */
  readonly lines: ReadonlyMap<string, number>;
}

/**
 * Reads a file of `/etc/config` as OpenWrt's `uci` does: quotes of both kinds, escapes, comments, continued lines,
 * anonymous sections, several commands a line, `package` lines. What UCI merges is merged: sections of one name and
 * type; an `option` and a `list` of one name, which become a list; the later of two options. An empty option is dropped.
 *
 * @param text - the file's text
 * @returns the sections in file order, with their lines
 * @throws {@link UciError} with the line, where UCI refuses the file, and where it would silently pass over a part of it
 *
 * @example
 * ```ts
 * import { parseUci } from "@nix-nos/openwrt-render";
 *
 * const [lan] = parseUci("config interface lan\n\tlist dns 10.0.0.53 # inside\n\tlist dns \"10.0.0.54\"\n");
 * lan?.options.get("dns"); // => ["10.0.0.53", "10.0.0.54"]
 * ```
 */
export function parseUci(text: string): readonly ParsedUciSection[] {
  const sections: Draft[] = [];
  const byName = new Map<string, Draft>();
  let current: Draft | null = null;
  const reader = new UciReader(text);
  while (reader.nextLine()) {
    for (let word = reader.command(); word !== null; word = reader.command()) {
      const { line } = reader;
      switch (word) {
        case "package": {
          const name = reader.argument();
          if (name === "") throw new UciError("A package without a name.", line);
          if (!/^[\w-]+$/.test(name)) throw new UciError(`${JSON.stringify(name)} is no name of a package.`, line);
          break;
        }
        case "config": {
          const type = reader.argument();
          if (!isUciType(type)) throw new UciError(`${JSON.stringify(type)} is no type of a section.`, line);
          const name = reader.argument() || null;
          if (name !== null && !isUciName(name)) {
            throw new UciError(`${JSON.stringify(name)} is no name of a section.`, line);
          }
          const known = name === null ? undefined : byName.get(name);
          if (known !== undefined && known.type !== type) {
            throw new UciError(`The section ${name} is a ${known.type} already, since line ${known.line}.`, line);
          }
          current = known ?? { type, name, options: new Map(), line, lines: new Map() };
          if (known === undefined) sections.push(current);
          if (name !== null) byName.set(name, current);
          break;
        }
        default: {
          if (current === null) throw new UciError(`An ${word} before the first section.`, line);
          const name = reader.argument();
          if (!isUciName(name)) throw new UciError(`${JSON.stringify(name)} is no name of an option.`, line);
          add(current, word, name, reader.argument(), line);
        }
      }
      reader.endCommand();
    }
  }
  return sections;
}

interface Draft extends ParsedUciSection {
  readonly options: Map<string, UciValue>;
  readonly lines: Map<string, number>;
}

function add({ options, lines }: Draft, word: "option" | "list", name: string, value: string, line: number): void {
  const before = options.get(name);
  if (word === "list") options.set(name, [...(before === undefined ? [] : [before].flat()), value]);
  else if (value === "") return;
  else options.set(name, value);
  lines.set(name, line);
}
