import type { IosLine } from "./document.js";

/**
 * A configuration's text, as `copy FILE running-config` reads it: a space a level, `!` between its parts, `end` last.
 *
 * @example
 * ```ts
 * import { parseIos, printIos } from "@nix-nos/cisco-render";
 *
 * printIos(parseIos("interface Loopback0\n   shutdown\n")); // => "interface Loopback0\n shutdown\n!\nend\n"
 * ```
 */
export function printIos(lines: readonly IosLine[]): string {
  const parts: string[] = [];
  let last: string | null = null;
  for (const own of lines) {
    const kind = own.lines.length > 0 ? own.text : own.text.split(" ").slice(0, 2).join(" ");
    if (last !== null && kind !== last) parts.push("!");
    last = kind;
    parts.push(...indented(own, 0));
  }
  return `${[...parts, "!", "end"].join("\n")}\n`;
}

function indented(own: IosLine, depth: number): readonly string[] {
  const space = " ".repeat(depth);
  const below = own.lines.flatMap((each) => indented(each, depth + 1));
  const isFamily = own.text.startsWith("address-family ");
  return [`${space}${own.text}`, ...below, ...(isFamily ? [`${space}exit-address-family`] : [])];
}
