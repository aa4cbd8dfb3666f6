import { unwrap } from "@nix-nos/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { networkOf, networks } from "../network.test-support.js";
import { planBgp } from "./plan-bgp.js";
import { createUnions } from "./unions.js";

/** Codes and messages that a network of nodes with loopbacks gives. */
function says(names: readonly string[], rest: string, own: Readonly<Record<string, string>> = {}): readonly string[] {
  const nodes = names.map((name, index) => `${name}: { role: r, loopback: 10.255.0.${index + 1}${own[name] ?? ""} }`);
  const text = `nix-nos:\n  clusters: { lab: { nodes: { ${nodes.join(", ")} } } }\n  network:\n${rest}`;
  return planBgp(networkOf(text)).diagnostics.map(({ code, message }) => `${code} ${message}`);
}

/** Unnumbered cables, `a-b`. */
const links = (pairs: string) =>
  `    links: [${pairs
    .split(" ")
    .map((pair, index) => pair.split("-").map((node) => `"${node}:e${index}"`))
    .map((ends) => `{ between: [${ends.join(", ")}], unnumbered: true }`)
    .join(", ")}]\n`;

const systems = (own: Readonly<Record<string, string>>, more = "") =>
  `    bgp:\n      autonomousSystems: { ${Object.entries(own)
    .map(([number, rest]) => `"${number}": { ${rest} }`)
    .join(", ")} }\n${more}`;

describe("parts of an AS that meet only through others", () => {
  const clos = "s1-l1 s1-l2 s2-l1 s2-l2";
  const spines = { "1": "members: [s1, s2], ibgp: none", "11": "members: [l1]", "12": "members: [l2]" };

  it("is what spines are, and mean to be", () => {
    expect(says(["s1", "s2", "l1", "l2"], links(clos) + systems(spines))).toEqual([]);
  });

  it("is a loss where one of them has something that the others have not", () => {
    const originate = { s1: ", bgp: { originate: [198.51.100.0/24] }" };
    const [said = "", ...others] = says(["s1", "s2", "l1", "l2"], links(clos) + systems(spines), originate);
    expect(others).toEqual([]);
    expect(said).toBe(
      "NN3035 s1 and s2 of AS 1 meet only through other ASes, and s1 and s2 drop routes that carry the own AS number.",
    );
    const vips = "      vipAdvertisements: { web: { vips: [203.0.113.10], nodes: NODES } }\n";
    const of = (nodes: string) =>
      says(["s1", "s2", "l1", "l2"], links(clos) + systems(spines, vips.replace("NODES", nodes)));
    expect(of("[s1]")).toHaveLength(1);
    expect(of("[s1, s2]")).toEqual([]);
  });

  it("is a loss between hosts at the edge, until they take their own number or have iBGP", () => {
    const hosts = (ibgp: string) => ({ ...spines, "65000": `members: [h1, h2], ibgp: ${ibgp}` });
    const names = ["s1", "s2", "l1", "l2", "h1", "h2"];
    const cables = links(`${clos} l1-h1 l2-h2`);
    expect(says(names, cables + systems(hosts("none")))).toEqual([
      "NN3035 h1 and h2 of AS 65000 meet only through other ASes, and h1 and h2 drop routes that carry the own AS number.",
    ]);
    const allow = { h1: ", bgp: { allowLocalAs: 1 }", h2: ", bgp: { allowLocalAs: 1 }" };
    expect(says(names, cables + systems(hosts("none")), allow)).toEqual([]);
    expect(says(names, cables + systems(hosts("{ transport: loopback }")))).toEqual([]);
  });

  it("is a loss where two leaves of one number have hosts of another behind them", () => {
    const own = {
      "1": "members: [s1]",
      "10": "members: [l1, l2], ibgp: none",
      "101": "members: [h1]",
      "102": "members: [h2]",
    };
    const names = ["s1", "l1", "l2", "h1", "h2"];
    expect(says(names, links("s1-l1 s1-l2 l1-h1 l2-h2") + systems(own))).toEqual([
      "NN3035 l1 and l2 of AS 10 meet only through other ASes, and l1 and l2 drop routes that carry the own AS number.",
    ]);
  });

  it("are those of a confederation too, which is one AS to others", () => {
    const own = {
      "65001": "members: [a], confederation: 64500",
      "65002": "members: [b], confederation: 64500",
      "64600": "members: [out]",
    };
    expect(says(["a", "b", "out"], links("a-out out-b") + systems(own))).toEqual([
      "NN3035 a and b of AS 64500 meet only through other ASes, and a and b drop routes that carry the own AS number.",
    ]);
    expect(says(["a", "b", "out"], links("a-b out-b") + systems(own))).toEqual([]);
  });

  it("is not said of parts that nothing joins, nor of those that outside neighbours may join", () => {
    const own = { "1": "members: [a, b], ibgp: none", "2": "members: [c]" };
    expect(says(["a", "b", "c"], links("a-c") + systems(own))).toEqual([
      "NN3036 a and b of AS 1 have no session with each other, nor with anybody who could pass on their routes.",
    ]);
    const interfaces = (last: number) => `, interfaces: { wan: { addresses: [192.0.2.${last}/24] } }`;
    const peer = (node: string, address: string) =>
      `${node}-up: { node: ${node}, remoteAs: 64496, address: ${address}, import: [], export: [] }`;
    const peers = `      peers: { ${peer("a", "192.0.2.8")}, ${peer("b", "192.0.2.9")} }\n`;
    const nodes = { a: interfaces(1), b: interfaces(2) };
    expect(says(["a", "b", "c"], links("a-c") + systems(own, peers), nodes)).toEqual([]);
  });
});

describe("reflectors", () => {
  const ibgp = (rest: string) => `ibgp: { strategy: route-reflector, transport: loopback, ${rest} }`;
  const many = Array.from({ length: 12 }, (_, index) => `n${index}`);

  it("of two levels drop each other's routes with one cluster id, also where one's is the other's router id", () => {
    const groups = (id: string) => `reflectors: [n0, n1], groups: { pod: { reflectors: [n2], members: [n3]${id} } }`;
    const of = (id: string) =>
      says(["n0", "n1", "n2", "n3"], systems({ "65000": `members: [n0, n1, n2, n3], ${ibgp(groups(id))}` }));
    expect(of(", clusterId: 10.255.0.2")).toEqual([expect.stringMatching(/^NN3032 The group "pod" and the AS itself/)]);
    expect(of("")).toEqual([]);
  });

  it("are two for ten clients, at least", () => {
    const of = (count: number, reflectors: string) =>
      says(many, systems({ "65000": `members: [${many.slice(0, count)}], ${ibgp(`reflectors: ${reflectors}`)}` }));
    expect(of(10, "[n0]")).toEqual([]);
    expect(of(11, "[n0]")).toEqual([expect.stringMatching(/^NN3033 n0 is the only reflector of 10 clients/)]);
    expect(of(12, "[n0, n1]")).toEqual([]);
  });
});

it("refuses two sessions with one neighbour's address, but not one address on two links", () => {
  const between = '{ between: ["a:e0", "b:e0"], addresses: [10.254.0.0/31, 10.254.0.1/31] }';
  const multihop = "      multihop: [{ between: [a, b], hops: 2, transport: ip }]\n";
  const ips = { a: ", ip: 10.254.0.0", b: ", ip: 10.254.0.1" };
  const own = { "1": "members: [a]", "2": "members: [b]" };
  expect(says(["a", "b"], `    links: [${between}]\n${systems(own, multihop)}`, ips)).toEqual([
    "NN3037 a has two sessions with 10.254.0.1 (ebgp_b_e0_v4 and multihop_b_v4), and a daemon keeps one of them down.",
  ]);
  expect(says(["a", "b"], links("a-b a-b") + systems(own))).toEqual([]);
});

it("says nothing twice of any network", { tags: "property" }, () => {
  fc.assert(
    fc.property(networks, (network) => {
      const { diagnostics } = planBgp(network);
      const keys = diagnostics.map(({ code, path, message }) => JSON.stringify([code, path, message]));
      expect(new Set(keys).size).toBe(keys.length);
      expect(unwrap(planBgp(network)).speakers.length).toBeGreaterThan(0);
    }),
  );
});

it("joins sets as a list of pairs does", { tags: "property" }, () => {
  const pair = fc.tuple(fc.nat(12), fc.nat(12));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 20 }), (pairs) => {
      const unions = createUnions();
      const colours = Array.from({ length: 13 }, (_, index) => index);
      for (const [a, b] of pairs) {
        unions.join(`${a}`, `${b}`);
        const [from, to] = [colours[a], colours[b]];
        for (const [index, colour] of colours.entries()) if (colour === from) colours[index] = to ?? colour;
      }
      for (const a of colours.keys())
        for (const b of colours.keys())
          expect(unions.find(`${a}`) === unions.find(`${b}`)).toBe(colours[a] === colours[b]);
    }),
  );
});
