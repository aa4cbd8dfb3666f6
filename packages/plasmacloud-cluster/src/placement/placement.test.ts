import { unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { plasmacloudCluster } from "../extension.js";
import { cluster, loaded } from "../network.test-support.js";

const nodes = cluster("n1: chainfire nightlight", "-n2: nightlight", "-n3:");

/** The options of every node. */
function optionsOf(services: string, text = nodes) {
  const { network, services: own } = loaded(`${text}services: ${services}\n`);
  const { nixosOptions, nixosModules } = unwrap(plasmacloudCluster.render(network, {}, own));
  return { options: Object.fromEntries(nixosOptions ?? []), modules: Object.fromEntries(nixosModules ?? []) };
}

const plain = { enable: true, openFirewall: true };

describe("what the topology says of a service", () => {
  it("comes out as options of the nodes that run it, in the order of dependencies", () => {
    const { options, modules } = optionsOf("{ tls: { enable: false } }");
    const boot = { "first-boot-automation": { enable: true } };
    expect(Object.entries(options).map(([node, { services }]) => [node, services])).toEqual([
      ["n1", { chainfire: plain, nightlight: plain, ...boot }],
      ["n2", { nightlight: plain, ...boot }],
      ["n3", boot],
    ]);
    expect(options.n3?.environment).toEqual({
      etc: { "plasmacloud/cluster-config.json": { text: expect.stringContaining('"node_id": "n3"') } },
    });
    const all = "nix/modules/plasmacloud.nix";
    expect(modules).toEqual({
      n1: [all, "nodes/n1/nightlight/default.nix"],
      n2: [all, "nodes/n2/nightlight/default.nix"],
      n3: [all],
    });
  });

  it("is with mutual TLS on every node, unless the topology says otherwise", () => {
    const { options } = optionsOf("{}");
    const tls = { enable: true };
    expect(options.n1?.services).toEqual({
      chainfire: { ...plain, tls },
      nightlight: { ...plain, tls },
      "first-boot-automation": { enable: true, tls },
    });
    expect(optionsOf("{ tls: { enable: true } }").options).toEqual(options);
  });

  it("is merged: everywhere, then the cluster, then the node", () => {
    const { options } = optionsOf(`
      { nightlight: {
          settings: { retentionDays: 30, remote: { url: a, labels: { x: 1 } }, list: [1, 2] }, ports: { api: 9091 },
          clusters: { lab: { settings: { remote: { url: b } }, openFirewall: false } },
          nodes: { n2: { settings: { list: [3], remote: { labels: { y: 2 } }, off: null }, ports: { api: 9092 }, openFirewall: true } } } }`);
    expect(options.n1?.services).toMatchObject({
      nightlight: {
        enable: true,
        openFirewall: false,
        ports: { api: 9091 },
        settings: { retentionDays: 30, remote: { url: "b", labels: { x: 1 } }, list: [1, 2] },
      },
    });
    expect(options.n2?.services).toMatchObject({
      nightlight: {
        enable: true,
        openFirewall: true,
        ports: { api: 9092 },
        settings: { retentionDays: 30, remote: { url: "b", labels: { x: 1, y: 2 } }, list: [3], off: null },
      },
    });
  });

  it("moves the ports in cluster-config.json too", () => {
    const text = cluster("n1: chainfire", "n2: chainfire", "n3: chainfire");
    const { network, services } = loaded(
      `${text}services: { chainfire: { ports: { client: 4001 }, nodes: { n1: { ports: { peer: 7001 } } } } }`,
    );
    const { artifacts } = unwrap(plasmacloudCluster.render(network, {}, services));
    const document = JSON.parse(artifacts.find(({ path }) => path === "nodes/n2/cluster-config.json")?.text ?? "");
    expect(document).toMatchObject({
      initial_peers: [{ id: "n1", addr: "10.0.0.1:7001" }],
      join_endpoints: ["10.0.0.1:4001", "10.0.0.3:4001"],
      services: { chainfire: { client_port: 4001, peer_port: 2380 } },
    });
  });

  it.each([
    ["a known setting of a wrong type", "{ chainfire: { settings: { heartbeatMs: often } } }", "NN1103"],
    ["the same on a node", "{ chainfire: { nodes: { n1: { settings: { heartbeatMs: 0 } } } } }", "NN1105"],
    ["a port that it has not", "{ chainfire: { ports: { clients: 1 } } }", "NN1101"],
    ["a service that is none", "{ chainfir: {} }", "NN1101"],
  ])("is refused: %s", (_what, services, code) => {
    expect(() => loaded(`${nodes}services: ${services}\n`)).toThrow(code);
  });
});
