// Texts in pictures: whatever they hold, they stay texts. What reads pictures for real is asked in graph.test.ts.
import fc from "fast-check";
import { expect, it } from "vitest";
import { printDot } from "../packages/graph/src/dot/print-dot.js";
import { printMermaid } from "../packages/graph/src/mermaid/print-mermaid.js";
import type { Graph } from "../packages/graph/src/model.js";
import { printSvg } from "../packages/graph/src/svg/print-svg.js";
import { element, printXml } from "../packages/graph/src/svg/xml.js";
import { visible } from "../packages/graph/src/text.js";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("</text>", "<!--", "]]>", "&amp;", '"', "'", "\\", "\\N", "\n", "end", "%%{", "$$x$$", "`a`", "é🦊"),
);
const graph = fc
  .tuple(
    text,
    fc.array(fc.record({ label: text, lines: fc.array(text, { maxLength: 2 }) }), { minLength: 1, maxLength: 4 }),
  )
  .map(
    ([title, nodes]): Graph => ({
      view: "bgp",
      title,
      groups: [{ id: "g", kind: "site", label: title, parent: null }],
      nodes: nodes.map((own, index) => ({
        ...own,
        id: `n${index}`,
        shape: "node",
        vips: own.lines,
        group: "g",
        members: [],
      })),
      edges: nodes.slice(1).map(({ label, lines }, index) => {
        return { from: "n0", to: `n${index + 1}`, kind: "ibgp", client: null, label, details: lines };
      }),
      legend: { shapes: [{ shape: "node", text: title }], edges: [] },
    }),
  );

/** Elements of a document of XML, each closed where it belongs; fails for anything else. */
function elementsOf(xml: string): readonly string[] {
  const open: string[] = [];
  const names: string[] = [];
  let at = 0;
  for (const match of xml.matchAll(/<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>|[^<]+/g)) {
    expect(match.index).toBe(at);
    at += match[0].length;
    const [, closes, name, , isEmpty] = match;
    if (name === undefined) continue;
    if (closes) expect(open.pop()).toBe(name);
    else names.push(name);
    if (!closes && !isEmpty) open.push(name);
  }
  expect([at, open]).toEqual([xml.length, []]);
  return names;
}

it("an SVG is well-formed, and has the same elements whatever its texts are", { tags: "property" }, () => {
  fc.assert(
    fc.property(graph, (own) => {
      expect(new Set(elementsOf(printSvg(own)))).not.toContain("script");
    }),
  );
  fc.assert(
    fc.property(text, text, (value, content) => {
      const xml = printXml(element("text", { x: 1, name: value }, content));
      expect(elementsOf(xml)).toEqual(["text"]);
      const read = (own: string) => own.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
      const [, attribute = "", inner = ""] = /^<text x="1" name="([^"]*)">([^<]*)<\/text>\n$/.exec(xml) ?? [];
      expect([read(attribute), read(inner)]).toEqual([visible(value), visible(content)]);
    }),
  );
});

it("Mermaid and DOT have as many lines and strings whatever the texts are", { tags: "property" }, () => {
  const plain = (own: Graph): Graph =>
    JSON.parse(JSON.stringify(own, (key, value) => (isText(key, value) ? "x" : value)));
  const isText = (key: string, value: unknown) => ["title", "label", "text"].includes(key) && value !== null;
  fc.assert(
    fc.property(graph, (own) => {
      for (const print of [printMermaid, printDot]) {
        const [given, other] = [print(own), print(plain(own))];
        expect(given.split("\n")).toHaveLength(other.split("\n").length);
        const strings = (printed: string) => printed.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
        expect(strings(given)).toHaveLength(strings(other).length);
        expect(given.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});
