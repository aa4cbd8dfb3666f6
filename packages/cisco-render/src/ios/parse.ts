import { type IosLine, IosSyntaxError } from "./document.js";

interface Open {
  readonly depth: number;
  readonly lines: { text: string; lines: IosLine[] }[];
}

/**
 * Reads a configuration into its lines and those below them: comments (`!`), `exit-address-family` and `end` say nothing.
 *
 * @param text - as `printIos` writes it, or a device's `show running-config`
 * @throws IosSyntaxError for a line below nothing
 *
 * @example
 * ```ts
 * import { parseIos } from "@nix-nos/cisco-render";
 *
 * parseIos("interface Loopback0\n no shutdown\n!\nend\n")[0]?.lines[0]?.text; // => "no shutdown"
 * ```
 */
export function parseIos(text: string): readonly IosLine[] {
  const roots: Open["lines"] = [];
  let open: Open[] = [{ depth: 0, lines: roots }];
  for (const [index, own] of text.split(/\r?\n/).entries()) {
    const words = own.trim().replace(/ +/g, " ");
    if (words === "" || words.startsWith("!") || words === "end" || words === "exit-address-family") continue;
    const depth = own.length - own.trimStart().length;
    open = open.filter((each) => each.depth <= depth);
    let top = open.at(-1);
    if (top === undefined || top.depth < depth) {
      const parent = top?.lines.at(-1);
      if (parent === undefined) throw new IosSyntaxError(`Line ${index + 1} is below nothing: ${words}`);
      top = { depth, lines: parent.lines as Open["lines"] };
      open.push(top);
    }
    top.lines.push({ text: words, lines: [] });
  }
  return roots;
}
