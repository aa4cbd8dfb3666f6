import { describe, expect, it } from "vitest";
import { networkOf } from "../network.test-support.js";
import { planBgp } from "./plan-bgp.js";

const nodes = (names: readonly string[]) =>
  names.map((name, index) => `${name}: { role: r, ip: 10.0.0.${index + 1} }`).join(", ");

/** Who reflects to whom (`a>b`) and who is on a level with whom (`a=b`), each pair once. */
function pairs(members: readonly string[], ibgp: string, more = ""): readonly string[] {
  const network = networkOf(`
nix-nos:
  ${more}
  clusters: { lab: { nodes: { ${nodes(members)} } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [${members.join(", ")}], ibgp: ${ibgp} } } } }
`);
  const { value, diagnostics } = planBgp(network);
  expect(diagnostics).toEqual([]);
  const sessions = value?.speakers.flatMap((speaker) => speaker.sessions) ?? [];
  const clients = new Set(
    sessions.filter((own) => own.routeReflectorClient).map((own) => `${own.node}>${own.remoteNode}`),
  );
  const level = sessions
    .filter(({ node, remoteNode }) => !clients.has(`${node}>${remoteNode}`) && !clients.has(`${remoteNode}>${node}`))
    .filter(({ node, remoteNode }) => node < (remoteNode ?? ""))
    .map(({ node, remoteNode }) => `${node}=${remoteNode}`);
  return [...clients, ...level].sort();
}

describe("iBGP", () => {
  it("is a mesh of all, when nothing is said", () => {
    expect(pairs(["a", "b", "c"], "full-mesh")).toEqual(["a=b", "a=c", "b=c"]);
  });

  it("meshes redundant reflectors, and makes all others their clients", () => {
    expect(pairs(["r1", "r2", "a", "b"], "{ strategy: route-reflector, reflectors: [r1, r2] }")).toEqual([
      "r1=r2",
      "r1>a",
      "r1>b",
      "r2>a",
      "r2>b",
    ]);
  });

  it("has several levels: a group's reflectors are clients of those above, its members their own", () => {
    const ibgp = `{ strategy: route-reflector, reflectors: [core], groups: {
      pod: { reflectors: [p1, p2], members: [a, b], parent: region }, region: { reflectors: [r1] } } }`;
    expect(pairs(["core", "r1", "p1", "p2", "a", "b", "alone"], ibgp)).toEqual([
      "core>alone",
      "core>r1",
      "p1=p2",
      "p1>a",
      "p1>b",
      "p2>a",
      "p2>b",
      "r1>p1",
      "r1>p2",
    ]);
  });

  it("has reflectors by site", () => {
    const network = networkOf(`
nix-nos:
  sites: { tokyo: {}, osaka: {} }
  clusters:
    t: { site: tokyo, nodes: { t1: { role: r, ip: 10.0.0.1 }, t2: { role: r, ip: 10.0.0.2 } } }
    o: { site: osaka, nodes: { o1: { role: r, ip: 10.0.1.1 }, o2: { role: r, ip: 10.0.1.2 }, core: { role: r, ip: 10.0.1.9 } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [t1, t2, o1, o2, core],
    ibgp: { strategy: route-reflector, reflectors: [core], clusterId: 10.9.9.9, groups: {
      tokyo: { reflectors: [t1], site: tokyo, clusterId: 10.1.1.1 }, osaka: { reflectors: [o1], members: [o2] } } } } } } }
`);
    const { value } = planBgp(network);
    const clients = value?.speakers.flatMap(({ node, sessions }) =>
      sessions.filter((own) => own.routeReflectorClient).map(({ remoteNode }) => `${node}>${remoteNode}`),
    );
    expect(clients?.sort()).toEqual(["core>o1", "core>t1", "o1>o2", "t1>t2"]);
    expect(value?.speakers.map(({ node, clusterId }) => [node, clusterId])).toEqual([
      ["core", "10.9.9.9"],
      ["o1", "10.0.1.1"],
      ["o2", null],
      ["t1", "10.1.1.1"],
      ["t2", null],
    ]);
  });
});
