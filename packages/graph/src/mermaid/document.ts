import { visible } from "../text.js";

/** A Mermaid flowchart under construction. Names are n0, n1…, for Mermaid's own words may be no names; texts are quoted. */
export interface MermaidDocument {
  /** A line of the printer's own words. */
  line(text: string): void;
  /** Opens a subgraph; lines are inside until `close`. */
  open(name: string, title: string): void;
  close(): void;
  text(): string;
}

export function mermaidDocument(title: string): MermaidDocument {
  const lines = ["---", `title: ${JSON.stringify(visible(title))}`, "---", "flowchart TB"];
  let depth = 1;
  const line = (text: string) => lines.push(`${"  ".repeat(depth)}${text}`);
  return {
    line,
    open: (name, label) => {
      line(`subgraph ${name}[${quoted([label])}]`);
      depth++;
    },
    close: () => {
      depth--;
      line("end");
    },
    text: () => `${lines.join("\n")}\n`,
  };
}

/**
 * A label of some lines. Whatever is no letter, digit or blank is written as an entity (`#35;`), because Mermaid looks for
 * HTML, Markdown, links and comments even inside of quotes.
 */
export function quoted(lines: readonly string[]): string {
  return `"${lines.map(entities).join("<br/>")}"`;
}

function entities(text: string): string {
  // Formulas ($$…$$) and icons (fa:fa-ban) are looked for when entities have been read; a blank without width stops that.
  return visible(text)
    .replace(/\$(?=\$)|:(?=fa-)/g, "$&\u200b")
    .replace(/[^\p{L}\p{N} ]/gu, (char) => `#${char.codePointAt(0)};`);
}
