import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run, temporaryFolder } from "../cli.test-support.js";

const topology = `nix-nos:
  name: two
  clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1 }, n2: { role: worker, ip: 10.0.0.2 } } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [n1, n2] } } } }
`;
const folder = () => temporaryFolder({ "t.yaml": topology });

it("graph prints a picture, and the same as data", async () => {
  const { code, stdout, stderr } = await run(folder(), ["graph", "t.yaml", "--format", "mermaid"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n").slice(0, 10)).toEqual([
    "---",
    'title: "two: BGP sessions"',
    "---",
    "flowchart TB",
    '  subgraph g0["cluster lab"]',
    '    subgraph g1["AS 65000"]',
    '      n0["n1<br/>worker"]',
    '      n1["n2<br/>worker"]',
    "    end",
    "  end",
  ]);
  const data = JSON.parse((await run(folder(), ["graph", "t.yaml", "--json", "--view", "physical"])).stdout);
  expect([data.title, data.nodes.length, data.edges]).toEqual(["two: cables and networks", 2, []]);
});

it.each([
  ["net.svg", "<svg "],
  ["NET.SVG", "<svg "],
  ["net.mmd", "---\n"],
  ["deep/net.dot", "graph "],
])("graph --out %s tells the format by its ending", async (out, start) => {
  const cwd = folder();
  const { code, stdout, stderr } = await run(cwd, ["graph", "t.yaml", "--out", out]);
  expect([code, stdout, stderr]).toEqual([0, "", ""]);
  expect(readFileSync(join(cwd, out), "utf8").startsWith(start)).toBe(true);
  const again = await run(cwd, ["graph", "t.yaml", "--out", out]);
  expect([again.code, again.stderr.includes("NN9014")]).toEqual([2, true]);
  expect((await run(cwd, ["graph", "t.yaml", "--out", out, "--force"])).code).toBe(0);
});

it("graph refuses an ending that tells nothing, a view that there is not, and a topology with errors", async () => {
  const unknown = await run(folder(), ["graph", "t.yaml", "--out", "net.png"]);
  expect([unknown.code, unknown.stderr.includes("NN9016")]).toEqual([2, true]);
  expect((await run(folder(), ["graph", "t.yaml", "--view", "logical"])).code).toBe(2);
  const wrong = await run(temporaryFolder({ "t.yaml": "nix-nos: { nodes: 1 }\n" }), ["graph", "t.yaml"]);
  expect([wrong.code, wrong.stdout]).toEqual([1, ""]);
});
