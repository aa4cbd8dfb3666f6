// Pictures, read by what reads pictures: Chromium, Mermaid inside of it, and Graphviz.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { planBgp } from "@nix-nos/bgp-gen";
import { type Graph, type GraphView, planGraph, printDot, printMermaid, printSvg } from "@nix-nos/graph";
import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
import fc from "fast-check";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { extensions } from "../apps/cli/src/extensions.js";
// @ts-expect-error: a plain script without types
import { leafSpine } from "../bench/topology.mjs";
import { visible } from "../packages/graph/src/text.js";
import { offlinePage, startChromium } from "./support/chromium.js";
import { root } from "./support/cli.js";
import { anyGraph } from "./support/graphs.js";

const example = (name: string) => readFileSync(join(root, "examples", name), "utf8");
const topologies: Readonly<Record<string, string>> = {
  seed: example("seed.yaml"),
  datacenter: example("datacenter.yaml"),
  "leaf-spine of 200": JSON.stringify(leafSpine(200)),
};
const pictures = Object.keys(topologies).flatMap((name) => [[name, "physical"] as const, [name, "bgp"] as const]);

function planned(name: string) {
  const source = { file: name, text: topologies[name] ?? "", format: "yaml" } as const;
  const network = unwrap(resolveTopology(unwrap(loadTopology(source, { extensions })).document));
  return { network, plan: unwrap(planBgp(network)) };
}

function graphOf(name: string, view: GraphView): Graph {
  const { network, plan } = planned(name);
  return planGraph(network, plan, view);
}

let browser: Browser;
let page: Page;
let asked: string[];
beforeAll(async () => {
  browser = await startChromium();
  ({ page, asked } = await offlinePage(browser));
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve("mermaid/dist/mermaid.min.js") });
  await page.evaluate(`
    pwned = false;
    mermaid.initialize({ startOnLoad: false, securityLevel: "loose", maxTextSize: 1e6, maxEdges: 1e4 });
    drawMermaid = async (text) => {
      const { svg } = await mermaid.render("picture", text);
      const box = document.createElement("div");
      box.innerHTML = svg;
      const texts = [...box.querySelectorAll(".node .nodeLabel")].map((label) => label.innerHTML.replace(/<br\\/?>/g, "\\n").replace(/^<p>|<.p>$/g, ""));
      return texts.map((text) => Object.assign(document.createElement("textarea"), { innerHTML: text }).value);
    };
    drawSvg = (text) => {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      const all = [...parsed.querySelectorAll("*")];
      document.body.replaceChildren(document.importNode(parsed.documentElement, true));
      return {
        broken: parsed.querySelector("parsererror")?.textContent ?? null,
        names: [...new Set(all.map(({ localName }) => localName))].sort(),
        attributes: [...new Set(all.flatMap((each) => each.getAttributeNames()))].sort(),
        labels: all.filter((each) => each.getAttribute("class") === "label").map((each) => each.textContent),
        titles: all.filter((each) => each.localName === "title").map((each) => each.textContent),
      };
    };
  `);
}, 60_000);
afterAll(() => browser.close());

interface Drawn {
  readonly broken: string | null;
  readonly names: readonly string[];
  readonly attributes: readonly string[];
  readonly labels: readonly string[];
  readonly titles: readonly string[];
}

const drawSvg = (text: string) => page.evaluate(`drawSvg(${JSON.stringify(text)})`) as Promise<Drawn>;
const drawMermaid = (text: string) => page.evaluate(`drawMermaid(${JSON.stringify(text)})`) as Promise<string[]>;
const texts = ({ label, lines, vips, members }: Graph["nodes"][number]) =>
  [
    label,
    ...lines,
    ...vips.map((vip) => `VIP ${vip}`),
    ...members.map((member) => [member.label, ...member.lines].join(", ")),
  ].map(visible);

describe.each(pictures)("%s, %s", { timeout: 60_000 }, (name, view) => {
  it("is the same picture every time", () => {
    const [first, second] = [graphOf(name, view), graphOf(name, view)];
    for (const print of [printSvg, printMermaid, printDot]) expect(print(second)).toBe(print(first));
  });

  it("tells every node, and every session or cable", () => {
    const { network, plan } = planned(name);
    const graph = planGraph(network, plan, view);
    const shown = graph.nodes.flatMap(({ id, members }) =>
      members.length > 0 ? members.map((each) => each.id) : [id],
    );
    expect(shown).toEqual(expect.arrayContaining(network.nodes.map((node) => `node/${node.name}`)));
    const sessions = plan.speakers.flatMap((speaker) => speaker.sessions);
    const outside = sessions.filter(({ external }) => external).length;
    const told = graph.edges.flatMap(({ details }) => details).length;
    if (view === "bgp") expect(told).toBe(outside + (sessions.length - outside) / 2);
    else
      expect(graph.edges.flatMap(({ kind, details }) => (kind === "cable" ? details : []))).toHaveLength(
        network.links.length,
      );
  });

  it("is an SVG of a size that can be read, in which nothing covers anything and every text is inside of its box", async () => {
    const graph = graphOf(name, view);
    const { broken } = await drawSvg(printSvg(graph));
    expect(broken).toBeNull();
    const { width, boxes, spilled } = (await page.evaluate(`(() => {
      const boxes = [...document.querySelectorAll("svg [role].node")];
      const area = (each) => each.querySelector(".shape").getBoundingClientRect();
      return {
        width: document.querySelector("svg").getBoundingClientRect().width,
        boxes: boxes.map(area).map(({ left, right, top, bottom }) => ({ left, right, top, bottom })),
        spilled: boxes.flatMap((box) => [...box.querySelectorAll("text")].filter((text) => {
          const [inner, outer] = [text.getBoundingClientRect(), area(box)];
          return inner.left < outer.left || inner.right > outer.right || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1;
        }).map((text) => text.textContent)),
      };
    })()`)) as { width: number; boxes: readonly DOMRectLike[]; spilled: readonly string[] };
    expect(spilled).toEqual([]);
    expect(width).toBeLessThan(1600);
    expect(boxes).toHaveLength(graph.nodes.length);
    const covering = boxes.flatMap((a, index) => boxes.slice(index + 1).filter((b) => covers(a, b)));
    expect(covering).toEqual([]);
  });

  it("is drawn by Mermaid", async () => {
    const graph = graphOf(name, view);
    const drawn = await drawMermaid(printMermaid(graph));
    for (const node of graph.nodes) expect(drawn).toContain(texts(node).join("\n"));
  });

  it("is drawn by Graphviz", () => {
    const graph = graphOf(name, view);
    const drawn = graphviz(printDot(graph));
    expect(drawn.map(({ label }) => label)).toEqual(
      expect.arrayContaining(graph.nodes.map((node) => texts(node).join("\\n"))),
    );
  });
});

describe("whatever the names are", { timeout: 120_000 }, () => {
  it("an SVG holds them as text, and nothing that the printer did not mean", async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph, async (graph) => {
        const { broken, names, attributes, labels, titles } = await drawSvg(printSvg(graph));
        expect(broken).toBeNull();
        expect(names.filter((each) => !svgNames.has(each))).toEqual([]);
        expect(attributes.filter((each) => /^on|href|style|src/.test(each))).toEqual([]);
        const whole = graph.nodes.map(({ label }) => visible(label));
        expect(labels.map((label) => label.replace(/…$/, ""))).toEqual(
          whole.map((label) => ([...label].length > 34 ? [...label].slice(0, 33).join("") : label.replace(/…$/, ""))),
        );
        for (const label of whole) expect(titles.some((title) => title.startsWith(label))).toBe(true);
      }),
      { numRuns: 100 },
    );
    expect(await page.evaluate("pwned")).toBe(false);
    expect(asked).toEqual([]);
  });

  it("Mermaid shows them as they are, also where it is told to trust its input", async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph, async (graph) => {
        const drawn = await drawMermaid(printMermaid(graph));
        const trimmed = drawn.map((text) => text.replaceAll("\u200b", "").trim());
        for (const node of graph.nodes)
          expect(trimmed).toContain(texts(node).join("\n").replaceAll("\u200b", "").trim());
      }),
      { numRuns: 30 },
    );
    expect(await page.evaluate("pwned")).toBe(false);
    expect(asked).toEqual([]);
  });

  it("Graphviz reads them back", { tags: "property" }, () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const drawn = graphviz(printDot(graph));
        const expected = graph.nodes.map((node) => texts(node).map(asDotLabel).join("\\n"));
        expect(drawn.map(({ label }) => label)).toEqual(expect.arrayContaining(expected));
      }),
      { numRuns: 30 },
    );
  });
});

const svgNames = new Set(["desc", "g", "path", "polygon", "rect", "style", "svg", "text", "title"]);

type DOMRectLike = Readonly<Record<"left" | "right" | "top" | "bottom", number>>;

function covers(a: DOMRectLike, b: DOMRectLike): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** What Graphviz understood, laid out by it. */
function graphviz(text: string): readonly { readonly label: string }[] {
  const { status, stdout, stderr } = spawnSync("dot", ["-Tjson"], { input: text, encoding: "utf8", maxBuffer: 1e8 });
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout).objects.filter(({ label }: { readonly label?: string }) => label !== undefined);
}

/** A label as Graphviz keeps it: an escape of its own is read when it is drawn. */
function asDotLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("&", "&amp;");
}
