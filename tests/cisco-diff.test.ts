// The lines from one configuration to the next: typed into a model of a device they make the new one, and into a running FRR
// what a fresh start with it makes.
import { diffIos, parseIos } from "@nix-nos/cisco-render";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { filters, localAs, prefixSets, routes } from "../packages/bgp-gen/src/policy.test-support.js";
import { datacenter, edgePorts, renderedEdge } from "./support/cisco.js";
import { temporaryFolder } from "./support/cli.js";
import { frrConfig, startFrr } from "./support/frr.js";
import { IosModel } from "./support/ios-model.js";
import { configOf } from "./support/live-frr.js";
import { startLab } from "./support/netns.js";

function linesBetween(old: string, wanted: string): string {
  return diffIos(parseIos(old), parseIos(wanted)).join("\n");
}

/** Typed into a device with the first, the lines make it a device with the second, and back. */
function expectBetween(a: string, b: string): void {
  for (const [old, wanted] of [
    [a, b],
    [b, a],
  ] as const) {
    const device = new IosModel(old);
    const lines = linesBetween(old, wanted);
    device.type(lines);
    expect(device.show(), lines).toEqual(new IosModel(wanted).show());
    // What goes goes first: behind the first new line nothing is taken back.
    expect(linesBetween(wanted, wanted)).toBe("");
  }
}

/** Changes that a person makes to datacenter.yaml. */
const edits: readonly (readonly [string, string])[] = [
  [
    "        ix-peer:",
    "        ix-two: { node: edge01, remoteAs: 64498, address: 192.0.2.3, import: [from-transit], export: [only-ours], families: [ipv4] }\n        ix-peer:",
  ],
  ["remoteAs: 64496", "remoteAs: 64499"],
  ["holdTime: 9, keepalive: 3", "holdTime: 30"],
  ["bfd: true, ", ""],
  ["          passwordFile: /run/secrets/bgp/transit-a\n", ""],
  ["ttlSecurity: true", "ttlSecurity: false"],
  ["ours: [203.0.113.0/24+", "ours: [198.51.100.0/24, 203.0.113.0/24+"],
  ["asPathLength: { min: 60 }", "asPathLength: { min: 20 }"],
  ["set: { localPref: 50 }", "set: { localPref: 60, med: 3 }"],
  ["set: { prepend: 1 }", 'set: { prepend: 3, addCommunities: ["65000:9"] }'],
  ["reflectors: [node01, node02]", "reflectors: [node01]"],
  ["originate: [203.0.113.0/24, ", "originate: ["],
  ["192.0.2.2/30, ", "192.0.2.2/30, 198.18.0.1/24, "],
  [
    "            eth0: { addresses: [10.10.0.2/24], zone: lan }",
    "            eth0: { addresses: [10.10.0.2/24, 10.10.1.2/24], mtu: 9000 }",
  ],
  [
    "        fiberlb:\n",
    '        web: { vips: [203.0.113.77, "2001:db8:113::77"], nodes: [edge01], communities: ["65000:7", "65000:7:7"] }\n        fiberlb:\n',
  ],
];

function edited(which: readonly boolean[]): string {
  return edits.reduce(
    (text, [from, to], index) => (which[index] ? text.replace(from, to) : text),
    datacenter("cisco-ios"),
  );
}

it("lead from any edge of datacenter.yaml to any other", { timeout: 240_000 }, async () => {
  for (const [from] of edits) expect(datacenter("cisco-ios")).toContain(from);
  const some = fc.sample(fc.array(fc.boolean(), { minLength: edits.length, maxLength: edits.length }), 7);
  const texts: string[] = [];
  for (const which of [some[0]?.map(() => false) ?? [], ...some])
    texts.push(await renderedEdge(temporaryFolder(), edited(which)));
  for (const a of texts) for (const b of texts) if (a < b) expectBetween(a, b);
});

it("lead from any policies to any others", { tags: "property" }, () => {
  const own = fc.array(filters("ipv4"), { minLength: 1, maxLength: 4 }).map((list) => {
    return configOf({
      direction: "import",
      family: "ipv4",
      filters: list,
      routes: fc.sample(routes("ipv4"), { numRuns: 1, seed: 1 }),
      prefixSets,
      localAs,
    });
  });
  fc.assert(fc.property(own, own, expectBetween), { numRuns: 100 });
});

it("make of a running FRR what a fresh start makes", { timeout: 240_000 }, async () => {
  const which = edits.map((_, index) => index % 2 === 1);
  const old = await renderedEdge(temporaryFolder(), edited(edits.map(() => false)));
  const wanted = await renderedEdge(temporaryFolder(), edited(which));
  const lab = startLab({ changed: "10.10.0.2/24", fresh: "10.10.0.2/24" });
  onTestFinished(() => lab.stop());
  const [changed, fresh] = [lab.hosts.get("changed"), lab.hosts.get("fresh")];
  if (!changed || !fresh) throw new Error("no hosts");
  const there = await startFrr(changed);
  expect(there.configure(frrConfig(old, edgePorts))).toBe("");
  expect(there.configure(frrConfig(linesBetween(old, wanted), edgePorts))).toBe("");
  const anew = await startFrr(fresh);
  expect(anew.configure(frrConfig(wanted, edgePorts))).toBe("");
  const running = ({ ask }: typeof anew) => shown(ask("show running-config"));
  expect(running(there)).toEqual(running(anew));
});

/** A running configuration's lines, each block's sorted where their order means nothing. */
function shown(text: string): readonly unknown[] {
  const sorted = (lines: ReturnType<typeof parseIos>): readonly unknown[] =>
    lines
      .filter(({ text }) => !/^(?:Building|Current|frr |hostname |exit$)/.test(text))
      .map((own) => [own.text, sorted(own.lines)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted(parseIos(text));
}
