import { visible } from "../text.js";

/** A value of an attribute: a text, its lines, or a number. */
export type DotValue = string | readonly string[] | number;

/** A DOT graph under construction (https://graphviz.org/doc/info/lang.html); every value is quoted. */
export interface DotDocument {
  /** Attributes of the graph or subgraph that is open. */
  attributes(values: Readonly<Record<string, DotValue>>): void;
  node(name: string, values: Readonly<Record<string, DotValue>>): void;
  edge(from: string, to: string, values: Readonly<Record<string, DotValue>>): void;
  open(name: string): void;
  close(): void;
  text(): string;
}

export function dotDocument(): DotDocument {
  const lines = ["graph topology {"];
  let depth = 1;
  const line = (text: string) => lines.push(`${"  ".repeat(depth)}${text}`);
  return {
    attributes: (values) => {
      for (const [key, value] of Object.entries(values)) line(`${key}=${quoted(value)};`);
    },
    node: (name, values) => line(`${name} ${list(values)};`),
    edge: (from, to, values) => line(`${from} -- ${to} ${list(values)};`),
    open: (name) => {
      line(`subgraph ${name} {`);
      depth++;
    },
    close: () => {
      depth--;
      line("}");
    },
    text: () => `${lines.join("\n")}\n}\n`,
  };
}

function list(values: Readonly<Record<string, DotValue>>): string {
  return `[${Object.entries(values)
    .map(([key, value]) => `${key}=${quoted(value)}`)
    .join(" ")}]`;
}

/** In labels a backslash begins an escape and `&` an entity of HTML, also inside of quotes. */
function quoted(value: DotValue): string {
  const lines = typeof value === "object" ? value : [String(value)];
  const escaped = lines.map((line) =>
    visible(line).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;"),
  );
  return `"${escaped.join("\\n")}"`;
}
