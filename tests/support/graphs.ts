import type { Graph, GraphEdgeKind, GraphShape } from "@nix-nos/graph";
import fc from "fast-check";

const shapes: readonly GraphShape[] = [
  "external",
  "border",
  "reflector",
  "spine",
  "leaf",
  "router",
  "node",
  "network",
  "mesh",
];
const kinds: readonly GraphEdgeKind[] = ["cable", "network", "outside", "ibgp", "reflector-client", "ebgp", "external"];

/** Texts that mean something to XML, HTML, CSS, Mermaid, Markdown, DOT or a shell, and texts of anything. */
const hostileText = fc.oneof(
  fc.constantFrom(
    "<script>pwned()</script>",
    "</style></svg><img src=x onerror=pwned()>",
    "]]>",
    "%%{init: {'securityLevel': 'loose'}}%%",
    "%% comment",
    'a"]; click n0 call pwned() "',
    'a" b',
    "a' onload='pwned()",
    "`**bold**` _x_ ~~y~~ [z](javascript:pwned())",
    "1. first",
    "- item",
    "# heading",
    "---",
    "end",
    "$$x^2$$",
    "#quot;#35;&amp;&lt;&#60;",
    "fa:fa-ban",
    "line\nfeed\r\n\ttab",
    "\\N\\G\\\\ \\",
    '"]\n}\ngraph evil {',
    "__proto__",
    "constructor",
    "\u202egnp.exe \u0000\u0007\u009f \ud800",
    "京都の核 🦊 é",
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
);

/** Any graph whose texts and names are anybody's. */
export const anyGraph: fc.Arbitrary<Graph> = fc
  .record({
    title: hostileText,
    groups: fc.array(hostileText, { maxLength: 3 }),
    nodes: fc.array(
      fc.record({
        label: hostileText,
        shape: fc.constantFrom(...shapes),
        lines: fc.array(hostileText, { maxLength: 2 }),
        vips: fc.array(hostileText, { maxLength: 2 }),
        members: fc.array(hostileText, { maxLength: 3 }),
        group: fc.nat(3),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    edges: fc.array(
      fc.record({
        ends: fc.tuple(fc.nat(5), fc.nat(5)),
        kind: fc.constantFrom(...kinds),
        client: fc.constantFrom("from", "to", null),
        label: fc.option(hostileText),
        details: fc.array(hostileText, { maxLength: 2 }),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ title, groups, nodes, edges }): Graph => {
    const groupIds = groups.map((label, index) => `group/${label}/${index}`);
    const nodeIds = nodes.map(({ label }, index) => `${label}/${index}`);
    return {
      view: "bgp",
      title,
      groups: groups.map((label, index) => {
        return { id: groupIds[index] ?? "", kind: "site", label, parent: groupIds[index - 1] ?? null };
      }),
      nodes: nodes.map(({ members, group, ...node }, index) => ({
        ...node,
        id: nodeIds[index] ?? "",
        group: groupIds[group] ?? null,
        members: members.map((label) => ({ id: label, label, lines: [] })),
      })),
      edges: edges.flatMap(({ ends: [a, b], ...edge }) => {
        const [from, to] = [nodeIds[a % nodeIds.length], nodeIds[b % nodeIds.length]];
        return from === undefined || to === undefined || a % nodeIds.length >= b % nodeIds.length
          ? []
          : [{ ...edge, from, to }];
      }),
      legend: { shapes: [{ shape: "node", text: title }], edges: [{ kind: "ibgp", text: title, directed: false }] },
    };
  });
