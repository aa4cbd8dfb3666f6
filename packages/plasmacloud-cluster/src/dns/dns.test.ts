import { type Network, planZones, printZone, unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { planCertificates } from "../certificates/plan.js";
import { plasmacloudCluster } from "../extension.js";
import { loaded } from "../network.test-support.js";

function extended(text: string) {
  const { network, services } = loaded(text);
  const { value, diagnostics } = plasmacloudCluster.extend?.(network, services) ?? { value: null, diagnostics: [] };
  return { network: unwrap({ value, diagnostics }), services };
}

function forwardOf(network: Network): readonly string[] {
  const [forward] = unwrap(planZones(network));
  return forward === undefined ? [] : printZone(forward).split("\n");
}

function rendered(text: string) {
  const { network, services } = extended(text);
  const { value, diagnostics } = plasmacloudCluster.render(network, { zones: unwrap(planZones(network)) }, services);
  return { modules: value?.nixosModules, diagnostics, paths: value?.artifacts.map(({ path }) => path) ?? [] };
}

const text = (services = "{}", domain = "domain: Acme.example, ") => `
nix-nos: { ${domain}clusters: {
  One: { nodes: {
    N1: { role: control-plane, ip: 10.0.0.1, services: [chainfire, flashdns] },
    n2: { role: worker, ip: "fd00::2", services: [chainfire] },
    } },
  three: { nodes: { n3: { role: worker, services: [flashdns] } } },
  two: { nodes: { n4: { role: worker, ip: 10.0.0.4, services: [flashdns] } } } } }
services: ${services}
`;

describe("names of services", () => {
  it("are those of their cluster, for every node with an address, by the ports that the topology says", () => {
    const lines = forwardOf(extended(text("{ chainfire: { nodes: { n2: { ports: { client: 12379 } } } } }")).network);
    expect(lines.filter((line) => line.includes("chainfire") || line.includes(" NS "))).toEqual([
      "acme.example. IN NS n1.acme.example.",
      "acme.example. IN NS n4.acme.example.",
      "chainfire.one.acme.example. IN A 10.0.0.1",
      "chainfire.one.acme.example. IN AAAA fd00::2",
      "_client._tcp.chainfire.one.acme.example. IN SRV 0 0 2379 n1.acme.example.",
      "_peer._tcp.chainfire.one.acme.example. IN SRV 0 0 2380 n1.acme.example.",
      "_client._tcp.chainfire.one.acme.example. IN SRV 0 0 12379 n2.acme.example.",
      "_peer._tcp.chainfire.one.acme.example. IN SRV 0 0 2380 n2.acme.example.",
    ]);
    expect(lines).toContain("_dns._udp.flashdns.two.acme.example. IN SRV 0 0 53 n4.acme.example.");
  });

  it("a FlashDNS on another port answers, but is no name server that others find", () => {
    const lines = forwardOf(extended(text("{ flashdns: { ports: { dns: 5353 } } }")).network);
    expect(lines.filter((line) => line.includes(" NS "))).toEqual(["acme.example. IN NS localhost."]);
  });

  it("a workload of a service's name on the same cluster is an error", () => {
    const own = text().replace("two: {", "two: { workloads: { flashdns: { command: [/bin/x], nodes: [n4] } },");
    expect(planZones(extended(own).network).diagnostics.map(({ code }) => code)).toEqual(["NN1369"]);
  });

  it("stand in the certificates of the service's nodes", () => {
    const { certificates } = planCertificates(extended(text()).network).value;
    const of = (node: string, service: string) =>
      certificates.find((each) => each.node === node && each.service === service)?.dnsNames;
    expect(of("N1", "chainfire")).toEqual([
      "n1",
      "n1.acme.example",
      "chainfire.one",
      "chainfire.one.acme.example",
      "localhost",
    ]);
    expect(of("N1", "node")).toEqual(["n1", "n1.acme.example", "localhost"]);
  });
});

describe("zones", () => {
  it("reach every node that runs FlashDNS, whatever its cluster", () => {
    const { modules, paths } = rendered(text());
    expect([...(modules ?? [])].filter(([, list]) => list.includes("nix/flashdns.nix")).map(([node]) => node)).toEqual([
      "N1",
      "n3",
      "n4",
    ]);
    expect(paths).toContain("nix/flashdns.nix");
    expect(rendered(text().replaceAll(/(?:, )?flashdns/g, "")).paths).not.toContain("nix/flashdns.nix");
  });

  it.each<[string, string, string | undefined, readonly string[]]>([
    ["of others beside them", "{ settings: { zones: { corp.example: { file: /x } } } }", undefined, []],
    [
      "of the topology's name",
      "{ nodes: { n4: { settings: { zones: { ACME.example.: { file: /x } } } } } }",
      undefined,
      ["PC3050 ACME.example."],
    ],
    [
      "a reverse one",
      "{ settings: { zones: { 0.0.10.in-addr.arpa: { file: /x } } } }",
      undefined,
      ["PC3050 0.0.10.in-addr.arpa"],
    ],
    ["without a domain", "{}", "", ["PC3051 services"]],
  ])("%s", (_name, flashdns, domain, said) => {
    const { diagnostics } = rendered(text(`{ flashdns: ${flashdns} }`, domain));
    const own = diagnostics.filter(({ code }) => code.startsWith("PC305"));
    expect(own.map(({ code, path }) => `${code} ${path.at(-1)}`)).toEqual(said);
  });
});
