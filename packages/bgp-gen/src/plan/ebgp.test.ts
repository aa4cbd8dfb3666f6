import { indexNetwork, unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { birdConfig } from "../bird/config.js";
import { birdSays, gobgpdSays } from "../daemons.test-support.js";
import { gobgpSpeakerConfig, printGobgp } from "../gobgp/config.js";
import { networkOf } from "../network.test-support.js";
import { planBgp } from "./plan-bgp.js";
import type { BgpPlan, BgpSession } from "./types.js";

/** A plan of nodes, each with a loopback. */
function planOf(names: readonly string[], rest: string): BgpPlan {
  const nodes = names.map(
    (name, index) => `${name}: { role: r, ip: 10.0.0.${index + 1}, loopback: 10.255.0.${index + 1} }`,
  );
  return unwrap(
    planBgp(networkOf(`nix-nos:\n  clusters: { lab: { nodes: { ${nodes.join(", ")} } } }\n  network:\n${rest}`)),
  );
}

function sessionOf(plan: BgpPlan, node: string, remote: string | null): BgpSession {
  const session = plan.speakerByNode.get(node)?.sessions.find(({ remoteNode }) => remoteNode === remote);
  if (!session) throw new Error(`${node} has no session with ${remote}`);
  return session;
}

/** What BIRD and GoBGP say against each speaker's configuration. */
function parsersSay({ speakers }: BgpPlan): string {
  return speakers
    .flatMap((own) => [
      birdSays(birdConfig(own)),
      gobgpdSays(printGobgp(gobgpSpeakerConfig({ ...own, daemon: "gobgp" }))),
    ])
    .join("");
}

const parts = `
    links:
      - { between: ["a1:eth1", "b1:eth1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }
      - { between: ["b1:eth2", "out:eth1"], addresses: [10.254.0.2/31, 10.254.0.3/31] }
    bgp:
      autonomousSystems:
        "65001": { members: [a1, a2], confederation: 64500 }
        "65002": { members: [b1], confederation: 64500 }
        "64600": { members: [out] }
`;

describe("a confederation (RFC 5065)", () => {
  const plan = planOf(["a1", "a2", "b1", "out"], parts);

  it("is one AS to those outside, and several inside", () => {
    const numbers = ["a1 b1", "b1 a1", "b1 out", "out b1", "a1 a2"].map((pair) => {
      const [node = "", remote = ""] = pair.split(" ");
      const { kind, confederation: inside, localAs, remoteAs } = sessionOf(plan, node, remote);
      return [pair, kind, inside, localAs, remoteAs];
    });
    expect(numbers).toEqual([
      ["a1 b1", "ebgp", true, 65001, 65002],
      ["b1 a1", "ebgp", true, 65002, 65001],
      ["b1 out", "ebgp", false, 64500, 64600],
      ["out b1", "ebgp", false, 64600, 64500],
      ["a1 a2", "ibgp", false, 65001, 65001],
    ]);
    expect(plan.speakerByNode.get("a1")?.confederation).toEqual({ identifier: 64500, members: [65001, 65002] });
    expect(plan.speakerByNode.get("out")?.confederation).toBeNull();
  });

  it("has next hops that each part knows, unless it says otherwise", () => {
    expect(sessionOf(plan, "a1", "b1").channels[0]?.nextHopSelf).toBe("all");
    const own = parts.replace("[a1, a2],", "[a1, a2], ibgp: { nextHopSelf: none },");
    expect(sessionOf(planOf(["a1", "a2", "b1", "out"], own), "a1", "b1").channels[0]?.nextHopSelf).toBe("none");
  });

  it("is what BIRD and GoBGP are told: the part's number, the identifier, and who is a member", async () => {
    expect(parsersSay(plan)).toBe("");
    const b1 = plan.speakerByNode.get("b1");
    await expect(b1 ? birdConfig(b1) : "").toMatchFileSnapshot("../bird/golden/confederation.conf");
    const confederation = { config: { enabled: true, identifier: 64500, "member-as-list": [65001] } };
    expect(b1 && gobgpSpeakerConfig(b1)).toMatchObject({ global: { config: { as: 65002 }, confederation } });
  });
});

it("changes next hops inside an AS at the borders, for all routes, or never, as asked", () => {
  const asked = (ibgp: string) => {
    const plan = planOf(
      ["edge", "rr", "n", "out"],
      `
    links: [{ between: ["edge:eth1", "out:eth1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }]
    bgp:
      autonomousSystems:
        "65000": { members: [edge, rr, n], ibgp: { strategy: route-reflector, reflectors: [rr]${ibgp} } }
        "65001": { members: [out] }
`,
    );
    expect(parsersSay(plan)).toBe("");
    return [sessionOf(plan, "edge", "rr"), sessionOf(plan, "rr", "n")].map(({ channels }) => channels[0]?.nextHopSelf);
  };
  expect(asked("")).toEqual(["ebgp", "none"]);
  expect(asked(", nextHopSelf: all")).toEqual(["all", "all"]);
  expect(asked(", nextHopSelf: none")).toEqual(["none", "none"]);
});

describe("an unnumbered link", () => {
  const text = `
    links:
      - { between: ["leaf:swp1", "spine:swp1"], unnumbered: true, bgp: { ttlSecurity: true, bfd: true, passwordFile: /run/keys/fabric } }
      - { between: ["leaf:swp2", "spine:swp2"], unnumbered: true }
    bgp: { autonomousSystems: { "65001": { members: [leaf] }, "65002": { members: [spine] } } }
`;
  const plan = planOf(["leaf", "spine"], text);

  it("has one session for both families, with IPv6 next hops for IPv4 (RFC 8950)", () => {
    const [own, other] = plan.speakers.map(({ sessions }) => sessions);
    expect(own?.map(({ name }) => name)).toEqual(["ebgp_spine_swp1_v4v6", "ebgp_spine_swp2_v4v6"]);
    for (const [index, session] of own?.entries() ?? []) {
      expect(session.localAddress).toMatch(/^fe80::/);
      expect([session.localAddress, session.remoteAddress]).toEqual([
        other?.[index]?.remoteAddress,
        other?.[index]?.localAddress,
      ]);
      expect(session.channels.map(({ family, extendedNextHop }) => [family, extendedNextHop])).toEqual([
        ["ipv4", true],
        ["ipv6", false],
      ]);
    }
  });

  it("takes the link's own settings of its session", () => {
    const [first, second] = plan.speakers[0]?.sessions ?? [];
    expect([first?.bfd, first?.transport]).toEqual([
      true,
      { multihop: null, ttlSecurity: true, passwordFile: "/run/keys/fabric" },
    ]);
    expect([second?.bfd, second?.transport]).toEqual([
      false,
      { multihop: null, ttlSecurity: false, passwordFile: null },
    ]);
  });

  it("is spelled for BIRD with the interface that its addresses are on", async () => {
    const [leaf] = plan.speakers;
    await expect(leaf ? birdConfig(leaf) : "").toMatchFileSnapshot("../bird/golden/unnumbered.conf");
    const [plain] = planOf(["leaf", "spine"], text.replace(", passwordFile: /run/keys/fabric", "")).speakers;
    expect(plain ? birdSays(birdConfig(plain)) : "no speaker").toBe("");
  });
});

it("runs between loopbacks over several hops where that is asked for", () => {
  const plan = planOf(
    ["a", "b"],
    `
    bgp:
      autonomousSystems: { "65001": { members: [a] }, "65002": { members: [b] } }
      multihop: [{ between: [b, a], hops: 4, bfd: true }]
`,
  );
  expect(sessionOf(plan, "a", "b")).toMatchObject({
    name: "multihop_b_v4",
    kind: "ebgp",
    localAddress: "10.255.0.1",
    remoteAddress: "10.255.0.2",
    interface: null,
    bfd: true,
    transport: { multihop: 4 },
  });
  expect(parsersSay(plan)).toBe("");
});

it("lets the own AS stand in a path as often as the node allows, in every session of it", () => {
  const plan = unwrap(
    planBgp(
      networkOf(`
nix-nos:
  clusters: { lab: { nodes: { leaf: { role: r, ip: 10.0.0.1 }, n1: { role: r, ip: 10.0.0.2, bgp: { allowLocalAs: 2 } }, n2: { role: r, ip: 10.0.0.3 } } } }
  network:
    links: [{ between: ["leaf:swp1", "n1:eth1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }]
    bgp: { autonomousSystems: { "65001": { members: [leaf] }, "65000": { members: [n1, n2] } } }
`),
    ),
  );
  const allowed = plan.speakers.map(({ sessions }) => sessions.map(({ channels }) => channels[0]?.allowLocalAs));
  expect(allowed).toEqual([[0], [2, 2], [0]]);
  expect(parsersSay(plan)).toBe("");
  const n1 = plan.speakerByNode.get("n1");
  expect(n1 && birdConfig(n1)).toContain("allow local as 2;");
});

it("says what GoBGP lacks for a link's session, and gives neither end what only one can have", () => {
  const link = (own: string) => `
nix-nos:
  clusters: { lab: { nodes: { leaf: { role: r, loopback: 10.255.0.1 }, n1: { role: r, ip: 10.0.0.2 } } } }
  network:
    links: [{ between: ["leaf:swp1", "n1:eth1"], ${own} }]
    bgp: { autonomousSystems: { "65001": { members: [leaf] }, "65000": { members: [n1] } } }
`;
  const planned = (own: string) => {
    const network = networkOf(link(own));
    const nodes = network.nodes.map((node) => (node.name === "n1" ? { ...node, bgpDaemon: "gobgp" as const } : node));
    return planBgp(indexNetwork({ ...network, nodes }));
  };
  const codes = (own: string) => planned(own).diagnostics.map(({ code, path }) => [code, path.slice(-2).join(".")]);
  const numbered = "addresses: [10.254.0.0/31, 10.254.0.1/31]";
  expect(codes(`${numbered}, bgp: { bfd: true, passwordFile: /run/keys/x }`)).toEqual([
    ["NN3031", "bgp.passwordFile"],
    ["NN3007", "bgp.bfd"],
  ]);
  expect(codes("unnumbered: true")).toEqual([]);
  const sessions = unwrap(planned(`${numbered}, bgp: { bfd: true }`)).speakers.flatMap((speaker) => speaker.sessions);
  expect(sessions.map(({ bfd }) => bfd)).toEqual([false, false]);
});
