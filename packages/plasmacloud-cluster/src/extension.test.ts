import { readFileSync } from "node:fs";
import { type Artifact, loadTopology, type Network, resolveTopology, unwrap } from "@nix-nos/topology";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ClusterConfig, clusterConfigJsonSchema, clusterConfigSchema } from "./cluster-config.js";
import { plasmacloudCluster } from "./extension.js";

type NodeDraft = { role?: string; ip?: string; services?: string[]; bootstrap?: boolean; platform?: string };

function networkOf(clusters: Readonly<Record<string, Readonly<Record<string, NodeDraft>>>>): Network {
  const full = Object.entries(clusters).map(([cluster, nodes]) => {
    const list = Object.entries(nodes).map(([name, node]) => [name, { role: "control-plane", ...node }]);
    return [cluster, { nodes: Object.fromEntries(list) }];
  });
  const text = JSON.stringify({ "nix-nos": { clusters: Object.fromEntries(full) } });
  return unwrap(resolveTopology(unwrap(loadTopology({ file: "test.json", format: "json", text })).document));
}

const render = (network: Network) => plasmacloudCluster.render(network, {}, {});
const isDocument = ({ kind }: Artifact) => kind === "cluster-config";
const documentsOf = (network: Network): ClusterConfig[] =>
  unwrap(render(network))
    .artifacts.filter(isDocument)
    .map((artifact) => JSON.parse(artifact.text));
const problems = (network: Network) =>
  render(network).diagnostics.map(({ code, severity, path }) => [code, severity, path.slice(2).join(".")]);

const services = ["chainfire", "flaredb"];
const seed = networkOf({
  plasmacloud: {
    node01: { ip: "10.0.1.10", services: ["chainfire", "flaredb", "iam"] },
    node02: { ip: "10.0.1.11" },
    node03: { role: "worker", ip: "10.0.1.12" },
  },
});

test("the smallest cluster: one founder, whom the others join", () => {
  const { nixLib, ...rendered } = unwrap(render(seed));
  const artifacts = rendered.artifacts.filter(isDocument);
  expect(artifacts.map(({ text: _text, ...rest }) => rest)).toEqual(
    ["node01", "node02", "node03"].map((node) => ({
      path: `nodes/${node}/cluster-config.json`,
      node,
      layer: 3,
      kind: "cluster-config",
    })),
  );
  expect(nixLib).toEqual({ generateClusterConfig: "cluster-config.json" });
  expect(artifacts[0]?.text).toBe(`{
  "version": 1,
  "cluster_name": "plasmacloud",
  "node_id": "node01",
  "node_role": "control-plane",
  "node_ip": "10.0.1.10",
  "bootstrap": true,
  "initial_peers": [
    {
      "id": "node01",
      "addr": "10.0.1.10:2380"
    }
  ],
  "join_endpoints": [],
  "services": {
    "chainfire": {
      "client_port": 2379,
      "peer_port": 2380,
      "peers": [
        "node01"
      ]
    }
  }
}
`);
  expect(documentsOf(seed)[2]).toEqual({
    version: 1,
    cluster_name: "plasmacloud",
    node_id: "node03",
    node_role: "worker",
    node_ip: "10.0.1.12",
    bootstrap: false,
    initial_peers: [{ id: "node01", addr: "10.0.1.10:2380" }],
    join_endpoints: ["10.0.1.10:2379"],
    services: {},
  });
});

test("the marked node founds, members join through each other, and IPv6 stands in brackets", () => {
  const documents = documentsOf(
    networkOf({
      c: {
        n1: { ip: "fd00::1", services },
        n2: { ip: "fd00::2", services, bootstrap: true },
        n3: { ip: "fd00::3", services },
      },
    }),
  );
  expect(documents.map((document) => [document.bootstrap, document.join_endpoints])).toEqual([
    [false, ["[fd00::2]:2379", "[fd00::3]:2379"]],
    [true, []],
    [false, ["[fd00::2]:2379", "[fd00::1]:2379"]],
  ]);
  for (const document of documents) {
    expect(document.initial_peers).toEqual([{ id: "n2", addr: "[fd00::2]:2380" }]);
    expect(document.services.chainfire?.peers).toEqual(["n1", "n2", "n3"]);
  }
});

test("each cluster has its own founder; a cluster without a control plane, and a switch, have no document", () => {
  const documents = documentsOf(
    networkOf({
      a: { a1: { ip: "10.0.0.1" }, a2: { ip: "10.0.0.2", services }, switch1: { role: "leaf", platform: "cisco-ios" } },
      b: { b1: { ip: "10.0.1.1", services } },
      fabric: { spine01: { role: "spine" } },
    }),
  );
  expect(documents.map((document) => [document.cluster_name, document.node_id, document.bootstrap])).toEqual([
    ["a", "a1", false],
    ["a", "a2", true],
    ["b", "b1", true],
  ]);
});

describe("a cluster that cannot be formed", () => {
  const ip = (last: number) => `10.0.0.${last}`;
  test.each<[string, Readonly<Record<string, NodeDraft>>, unknown[]]>([
    [
      "two founders",
      { n1: { ip: ip(1), services, bootstrap: true }, n2: { ip: ip(2), services, bootstrap: true } },
      [["PC3001", "error", "c.nodes.n2.bootstrap"]],
    ],
    [
      "a worker as founder",
      { n1: { ip: ip(1), services }, n2: { role: "worker", ip: ip(2), services, bootstrap: true } },
      [["PC3002", "error", "c.nodes.n2.bootstrap"]],
    ],
    [
      "a founder without the service",
      { n1: { ip: ip(1), services }, n2: { ip: ip(2), bootstrap: true } },
      [["PC3002", "error", "c.nodes.n2.bootstrap"]],
    ],
    [
      "a founder in a cluster without a control plane",
      { n1: { role: "worker", ip: ip(1), bootstrap: true } },
      [["PC3002", "error", "c.nodes.n1.bootstrap"]],
    ],
    [
      "the service on workers alone",
      { n1: { ip: ip(1) }, n2: { role: "worker", ip: ip(2), services } },
      [["PC3003", "error", "c.nodes.n2.services"]],
    ],
    ["a node without an address", { n1: { ip: ip(1), services }, n2: {} }, [["PC3005", "error", "c.nodes.n2"]]],
  ])("%s", (_name, nodes, expected) => {
    const network = networkOf({ c: nodes });
    expect(problems(network)).toEqual(expected);
    expect(render(network).value).toBeNull();
  });

  test("both founders are shown", () => {
    const [problem] = render(
      networkOf({ c: { n1: { ip: ip(1), services, bootstrap: true }, n2: { ip: ip(2), services, bootstrap: true } } }),
    ).diagnostics;
    expect(problem?.related?.[0]?.path).toEqual(["nix-nos", "clusters", "c", "nodes", "n1", "bootstrap"]);
  });

  test("nobody running the service is a warning, and the first or marked controller founds", () => {
    for (const [marked, founder] of [
      [false, "n1"],
      [true, "n2"],
    ] as const) {
      const network = networkOf({ c: { n1: { ip: ip(1) }, n2: { ip: ip(2), bootstrap: marked } } });
      expect(problems(network)).toEqual([["PC3004", "warning", "c"]]);
      expect(documentsOf(network).map((document) => [document.bootstrap, document.join_endpoints.length])).toEqual(
        founder === "n1"
          ? [
              [true, 0],
              [false, 1],
            ]
          : [
              [false, 1],
              [true, 0],
            ],
      );
    }
  });
});

test("the published schema is the one of the code", () => {
  const published = readFileSync(new URL("../schema/cluster-config.v1.json", import.meta.url), "utf8");
  expect(published).toBe(`${JSON.stringify(clusterConfigJsonSchema(), null, 2)}\n`);
});

describe("the schema, read by another validator,", () => {
  const validate = new Ajv2020().compile(clusterConfigJsonSchema());

  test("accepts every document of any cluster that can be formed, with one founder each", { tags: "property" }, () => {
    const node = fc.record({
      role: fc.constantFrom("control-plane", "worker"),
      services: fc.constantFrom([], ["chainfire"]),
      version: fc.constantFrom(4, 6),
    });
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 8 }), (drafts) => {
        const nodes = drafts.map(({ version, ...draft }, index) => [
          `n${index}`,
          { ...draft, ip: version === 4 ? `10.0.0.${index + 1}` : `fd00::${index + 1}` },
        ]);
        const { value } = render(networkOf({ c: Object.fromEntries(nodes) }));
        const documents =
          value?.artifacts.filter(isDocument).map((artifact) => JSON.parse(artifact.text) as ClusterConfig) ?? [];
        for (const document of documents) {
          expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
          expect(document.join_endpoints.length === 0).toBe(document.bootstrap);
        }
        expect(documents.filter((document) => document.bootstrap)).toHaveLength(documents.length > 0 ? 1 : 0);
      }),
    );
  });

  test.each<[string, object]>([
    ["an unknown key", { more: true }],
    ["another version", { version: 2 }],
    ["an address that is none", { node_ip: "10.0.0.300" }],
    ["an endpoint without a port", { join_endpoints: ["10.0.0.1"] }],
    ["an IPv6 endpoint without brackets", { join_endpoints: ["fd00::1:2379"] }],
    ["nobody to begin with", { initial_peers: [] }],
    ["a port too large", { services: { chainfire: { client_port: 70000, peer_port: 2380, peers: ["node01"] } } }],
  ])("refuses %s, as zod does", (_name, change) => {
    const document = { ...documentsOf(seed)[0], ...change };
    expect(validate(document)).toBe(false);
    expect(clusterConfigSchema.safeParse(document).success).toBe(false);
  });
});
