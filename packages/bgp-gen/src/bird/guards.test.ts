import { birdTextFault } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { birdSays } from "../daemons.test-support.js";
import { evaluateFilter } from "../explain/evaluate-filter.js";
import { plainRoute, type Route } from "../explain/route.js";
import { networkOf } from "../network.test-support.js";
import { planBgp } from "../plan/plan-bgp.js";
import type { BgpSpeaker } from "../plan/types.js";
import { birdConfig } from "./config.js";

function speakerOf(peer: string, more = "", node = ""): BgpSpeaker {
  const { value, diagnostics } = planBgp(
    networkOf(`
nix-nos:
  clusters: { lab: { nodes: { edge: { role: edge, interfaces: {
    e0: { addresses: [192.0.2.2/30, "2001:db8:1::2/64"] } }, bgp: { routerId: 10.255.0.1 ${node} } } } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [edge] } },
    rpki: { caches: { validator: { address: 192.0.2.53, port: 3323, refresh: 900 } } },
    prefixSets: { customer: [198.51.100.0/24, "2001:db8:51::/48"] },
    policies: {
      all: [ { match: { community: "64496:70" }, set: { localPref: 70 }, then: accept },
             { set: { localPref: 200 }, then: accept } ],
      bare: [{ set: { replaceCommunities: [] }, then: accept }] } ${more},
    peers: { up: { node: edge, remoteAs: 64496, ${peer} } } } }
`),
  );
  expect(diagnostics).toEqual([]);
  const speaker = value?.speakerByNode.get("edge");
  if (!speaker) throw new Error("edge is no speaker");
  return speaker;
}

const everything =
  `address: 192.0.2.1, families: [ipv4, ipv6], import: [all], export: [bare], role: provider, bfd: true,
  holdTime: 30, keepalive: 10, longLivedGracefulRestart: 3600, addPath: both, perFamily: { ipv6: { addPath: receive } },
  passive: true, allowLocalAs: 2, maxAsPathLength: 40, rejectBogonAs: true, rpki: reject-invalid, blackhole: customer,
  defaultOriginate: true, extraConfig: { bird: "med metric on; # }" }`.replaceAll("\n", " ");

describe("a neighbour outside with all settings", () => {
  it.each(["2.0.12", "2.14", "2.18", "3"])("is what BIRD reads, written for %s", (version) => {
    const config = birdConfig(speakerOf(`${everything}, rejectAsSets: false`, "", `, birdVersion: "${version}"`));
    expect(config.includes("allow as sets on;")).toBe(version === "2.18" || version === "3");
    expect(birdSays(config)).toBe("");
  });

  it("says each of them", async () => {
    const config = birdConfig(speakerOf(everything));
    await expect(config.slice(config.indexOf("define"))).toMatchFileSnapshot("golden/guards.conf");
  });
});

it.each([
  "range: 192.0.2.0/30, import: [all], export: []",
  'address: "fe80::1", interface: e0, families: [ipv4, ipv6], import: [all], export: [all]',
  'range: "fe80::/10", interface: e0, import: [all], export: []',
])("meets whoever is there: %s", (peer) => {
  expect(birdSays(birdConfig(speakerOf(peer)))).toBe("");
});

describe("what a session's filters do", () => {
  const gracefulShutdown = { kind: "standard", asn: 65535, value: 0 } as const;
  const blackhole = { kind: "standard", asn: 65535, value: 666 } as const;
  const seventy = { kind: "standard", asn: 64496, value: 70 } as const;
  const pass = (
    speaker: BgpSpeaker,
    direction: "import" | "export",
    own: Partial<Route>,
    state: "valid" | "invalid" | "unknown" = "unknown",
  ) => {
    const [session] = speaker.sessions;
    const channel = session?.channels[0];
    if (!session || !channel) throw new Error("no session");
    const prefixSets = new Map(speaker.prefixSets.map((set) => [set.name, set]));
    const route = { ...plainRoute("8.8.8.0/24"), asPath: [64496], ...own };
    return evaluateFilter(channel[direction], route, { ...session, prefixSets, rpki: () => state });
  };
  const peer = (settings: string) => speakerOf(`address: 192.0.2.1, import: [all], export: [bare], ${settings}`);

  it.each([
    ["a plain route", [], 200],
    ["one of a term with a community", [seventy], 70],
    ["one that the neighbour drains", [gracefulShutdown], 0],
    ["one that it drains, of a term with a community", [gracefulShutdown, seventy], 0],
  ] as const)("LOCAL_PREF of %s", (_, communities, localPref) => {
    const { verdict, route } = pass(peer("role: customer"), "import", { communities });
    expect([verdict, route.localPref]).toEqual(["accept", localPref]);
    // No mark of ours is left.
    expect(route.communities).toHaveLength(communities.length);
  });

  it("maintenance, of the peer or its node, drains both ways, whatever the written terms set", () => {
    const nodes = speakerOf("address: 192.0.2.1, import: [all], export: [bare]", "", ", maintenance: true");
    for (const speaker of [peer("maintenance: true"), nodes]) {
      expect(pass(speaker, "import", { communities: [seventy] }).route.localPref).toBe(0);
      expect(pass(speaker, "export", { communities: [seventy] }).route.communities).toEqual([gracefulShutdown]);
    }
  });

  it.each([
    ["", []],
    ["maintenance: true", [gracefulShutdown]],
  ])("a default route goes out before all written policies: %s", (settings, communities) => {
    const speaker = speakerOf(`address: 192.0.2.1, import: [all], defaultOriginate: true, export: [], ${settings}`);
    const { verdict, route } = pass(speaker, "export", { prefix: "0.0.0.0/0" });
    expect([verdict, route.communities]).toEqual(["accept", communities]);
    expect(pass(speaker, "export", {}).verdict).toBe("reject");
    expect(birdSays(birdConfig(speaker))).toBe("");
  });

  it("takes host routes with BLACKHOLE inside the set, and no others", () => {
    const speaker = peer("blackhole: customer, rpki: reject-invalid");
    const asked = (prefix: string, ...communities: (typeof blackhole)[]) =>
      pass(speaker, "import", { prefix, communities }, "invalid");
    expect(asked("198.51.100.7/32", blackhole)).toMatchObject({
      verdict: "accept",
      route: { communities: [blackhole, { value: 65281 }] },
    });
    expect(asked("198.51.100.7/32").verdict).toBe("reject");
    expect(asked("198.51.100.0/24", blackhole).verdict).toBe("reject");
    expect(asked("203.0.113.7/32", blackhole).verdict).toBe("reject");
  });

  it.each([
    ["rpki: reject-invalid", {}, "invalid"],
    ["maxAsPathLength: 3", { asPath: [64496, 1, 2, 3] }, "valid"],
    ["rejectBogonAs: true", { asPath: [3356, 64512, 1] }, "valid"],
  ] as const)("%s rejects", (settings, own, state) => {
    expect(pass(peer(settings), "import", own, state).verdict).toBe("reject");
    expect(pass(peer(settings), "import", { asPath: [3356, 1, 2] }, "valid").verdict).toBe("accept");
  });

  it("nothing comes in or goes out without a written policy (RFC 8212), blackholes neither", () => {
    const speaker = speakerOf("address: 192.0.2.1, import: [], export: [], blackhole: customer, maintenance: true");
    const route = { prefix: "198.51.100.7/32", communities: [blackhole] };
    expect(pass(speaker, "import", route).verdict).toBe("reject");
    expect(pass(speaker, "export", route).verdict).toBe("reject");
  });
});

it.each([
  ["med metric on; # }", null],
  ['/* { */ password "{";', null],
  ["ipv4 {\n};", null],
  ["}", "closes"],
  ["ipv4 {", "does not close"],
  ["([)]", "closes"],
  ['password "x\n";', "string"],
  ["/* x", "comment"],
  ["a\u2028", "ASCII"],
])("text of one's own stands by itself or is refused: %j", (text, fault) => {
  if (fault === null) expect(birdTextFault(text)).toBeNull();
  else expect(birdTextFault(text)).toContain(fault);
});
