import { visible } from "../text.js";

/** An element of XML, or text. */
export type Xml = XmlElement | string;

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | null>>;
  readonly children: readonly Xml[];
}

/** An element; attributes that are `null` are left out. Names are the printer's own words, values and texts anybody's. */
export function element(
  name: string,
  attributes: XmlElement["attributes"],
  ...children: readonly (Xml | null)[]
): XmlElement {
  return { name, attributes, children: children.filter((child) => child !== null) };
}

/** One element a line; text stays on its element's line, because blanks in it would be seen. */
export function printXml(root: XmlElement, indent = ""): string {
  const { name, attributes, children } = root;
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === null ? [] : [` ${key}="${escaped(String(value))}"`],
  );
  const open = `${indent}<${name}${written.join("")}`;
  if (children.length === 0) return `${open}/>\n`;
  if (children.every((child) => typeof child === "string"))
    return `${open}>${children.map(escaped).join("")}</${name}>\n`;
  const inner = children.map((child) =>
    typeof child === "string" ? `${indent}  ${escaped(child)}\n` : printXml(child, `${indent}  `),
  );
  return `${open}>\n${inner.join("")}${indent}</${name}>\n`;
}

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
