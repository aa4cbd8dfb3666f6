import { describe, expect, it } from "vitest";
import { loadTopologyFiles } from "./load-files.js";
import { loadTopology } from "./load-topology.js";

/** Loads `main.yaml` of a set of files; names are relative to nothing. */
async function load(files: Readonly<Record<string, string>>) {
  const source = (file: string) =>
    ({ file, format: file.endsWith(".json") ? "json" : "yaml", text: files[file] ?? "" }) as const;
  const reads: string[] = [];
  const outcome = await loadTopologyFiles(source("main.yaml"), async (file) => {
    reads.push(file);
    return file in files ? source(file) : { fault: "no such file" };
  });
  const shown = outcome.diagnostics.map(
    ({ code, file, line, column, message, related = [] }) =>
      `${code} ${file}:${line}:${column} ${message}${related.map((place) => ` [${place.file}:${place.line}:${place.column}]`).join("")}`,
  );
  return { network: outcome.value?.document["nix-nos"], reads, shown };
}

const cluster = (name: string, node: string, ip: string) =>
  `nix-nos:\n  clusters:\n    ${name}: { nodes: { ${node}: { role: worker, ip: ${ip} } } }\n`;

describe("a topology of several files", () => {
  it("puts maps together key by key, and the lists of links, members and reflectors one after the other", async () => {
    const { network, shown } = await load({
      "main.yaml": `include: [a.yaml, b.json]
nix-nos:
  name: whole
  clusters: {}
  network:
    links: [{ between: ["m:e1", "a1:e1"] }]
    bgp: { autonomousSystems: { "65000": { members: [a1] } } }
`,
      "a.yaml": `${cluster("a", "a1", "10.0.0.1")}    main: { nodes: { m: { role: router, ip: 10.0.0.9 } } }
  network: { links: [{ between: ["m:e2", "b1:e1"] }] }
`,
      "b.json":
        '{"nix-nos":{"clusters":{"b":{"nodes":{"b1":{"role":"worker","ip":"10.0.0.2"}}}},"network":{"bgp":{"autonomousSystems":{"65000":{"members":["b1"]}}}}}}',
    });
    expect(shown).toEqual([]);
    expect(network?.name).toBe("whole");
    expect(Object.keys(network?.clusters ?? {})).toEqual(["a", "main", "b"]);
    expect(network?.network?.links?.map(({ between }) => between[1])).toEqual(["a1:e1", "b1:e1"]);
    expect(network?.network?.bgp?.autonomousSystems?.["65000"]?.members).toEqual(["a1", "b1"]);
  });

  it("places each mistake, and the other half of a conflict, in its own file", async () => {
    const { shown } = await load({
      "main.yaml": `include: [a.yaml, b.yaml]\n${cluster("m", "m1", "10.0.0.1")}  network: { links: [{ between: ["m1:e1", "a1:e1"] }] }\n`,
      "a.yaml": `${cluster("a", "a1", "10.0.0.1")}  network: { links: [{ between: ["m1:e2", "zz:e1"] }] }\n`,
      "b.yaml": cluster("b", "b1", "10.0.0.300"),
    });
    expect(shown).toEqual([
      "NN1208 a.yaml:3:43 The address 10.0.0.1 is given twice: to m1 and to a1. [main.yaml:4:43]",
      'NN1205 a.yaml:4:43 Unknown node "zz".',
      'NN1201 b.yaml:3:43 Expected an IP address, with or without a prefix length, found "10.0.0.300".',
    ]);
  });

  it("refuses one value in two files, policies too, whose order would decide", async () => {
    const policy = "  network: { bgp: { policies: { p: [{ then: reject }] } } }\n";
    const { shown } = await load({
      "main.yaml": `include: [a.yaml]\nnix-nos:\n  name: one\n  clusters: {}\n${policy}`,
      "a.yaml": `nix-nos:\n  name: two\n${policy}`,
    });
    expect(shown).toEqual([
      'NN1013 a.yaml:2:3 "name" stands in two files, and they cannot be put together. [main.yaml:3:3]',
      'NN1013 a.yaml:3:33 "p" stands in two files, and they cannot be put together. [main.yaml:5:33]',
    ]);
  });

  it("reads a file once that two others include, and says which way a circle goes", async () => {
    const shared = await load({
      "main.yaml": "include: [a.yaml, b.yaml]\nnix-nos: { clusters: {} }\n",
      "a.yaml": "include: [c.yaml]\nnix-nos: {}\n",
      "b.yaml": "include: [c.yaml]\n",
      "c.yaml": "nix-nos: { name: shared }\n",
    });
    expect(shared.shown).toEqual([]);
    expect(shared.network?.name).toBe("shared");

    const circle = await load({
      "main.yaml": "include: [a.yaml]\nnix-nos: { clusters: {} }\n",
      "a.yaml": "include: [b.yaml]\nnix-nos: {}\n",
      "b.yaml": "include: [b.yaml, a.yaml]\nnix-nos: {}\n",
    });
    expect(circle.shown).toEqual([
      "NN1012 b.yaml:1:11 Files include each other in a circle: b.yaml → b.yaml.",
      "NN1012 b.yaml:1:19 Files include each other in a circle: a.yaml → b.yaml → a.yaml.",
    ]);
  });

  it("says which entry cannot be read, and shows what is wrong in all other files at once", async () => {
    const { shown } = await load({
      "main.yaml": "include: [gone.yaml, bad.yaml]\nnix-nos: { clusters: {} }\n",
      "bad.yaml": "a: [\n",
    });
    expect(shown).toEqual([
      'NN1011 main.yaml:1:11 "gone.yaml" cannot be included: no such file.',
      expect.stringMatching(/^NN1001 bad.yaml:/),
    ]);
  });

  it.each(["/etc/passwd", "https://example.org/t.yaml", ""])("refuses the path %j without reading it", async (path) => {
    const { shown, reads } = await load({
      "main.yaml": `include: [${JSON.stringify(path)}]\nnix-nos: { clusters: {} }\n`,
    });
    expect(shown).toEqual([expect.stringMatching(/^NN1011 main.yaml:1:11 Expected the relative path/)]);
    expect(reads).toEqual([]);
  });

  it("refuses the one name that no object can hold, and keeps the others", async () => {
    const { shown } = await load({
      "main.yaml": "include: [a.yaml]\nnix-nos: { clusters: {}, sites: { x: {} } }\n",
      "a.yaml": "nix-nos: { sites: { __proto__: {}, constructor: {} } }\n",
    });
    expect(shown).toEqual([expect.stringMatching(/^NN1106 a.yaml:1:21 /)]);
  });

  it("is not read in silence by the loader of single files", () => {
    const text = "include: [a.yaml]\nnix-nos: { clusters: {} }\n";
    const { value, diagnostics } = loadTopology({ file: "t.yaml", format: "yaml", text });
    expect(value).toBeNull();
    expect(diagnostics.map(({ code, line, column }) => [code, line, column])).toEqual([["NN1011", 1, 10]]);
  });
});

it("places what a YAML merge key brings in where its anchor is", () => {
  const text = `nix-nos:
  clusters:
    lab:
      nodes:
        a: &base { role: worker, ip: 10.0.0.300 }
        b: { <<: *base, ip: 10.0.0.2 }
        c: { <<: [*base], role: router }
`;
  const { diagnostics } = loadTopology({ file: "t.yaml", format: "yaml", text });
  expect(diagnostics.map(({ code, line, column }) => [code, line, column])).toEqual([
    ["NN1201", 5, 38],
    ["NN1201", 5, 38],
  ]);
});
