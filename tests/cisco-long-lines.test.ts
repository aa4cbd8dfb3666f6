// What is longer than a line of IOS: said in several that a device puts together again, or refused, and never thrown.
import { planBgp } from "@nix-nos/bgp-gen";
import { diffIos, fillSecrets, parseIos, renderCisco, secretFiles } from "@nix-nos/cisco-render";
import { type Diagnostic, loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import { temporaryFolder } from "./support/cli.js";
import { frrConfig, frrSays } from "./support/frr.js";
import { IosModel } from "./support/ios-model.js";

interface Wish {
  readonly domain: string;
  readonly passwordFile: string;
  readonly description: string;
  /** Communities that a policy gives, in place of all others or beside them, and those of a VIP. */
  readonly added: readonly string[];
  readonly replaces: boolean;
  readonly vip: readonly string[];
  /** What the policy takes away and asks for. */
  readonly removed: readonly string[];
  readonly vlans: readonly (number | string)[];
  readonly vlanName: string;
  /** Further parts of a confederation. */
  readonly parts: number;
}

const plain: Wish = {
  domain: "lab.example",
  passwordFile: "/run/secrets/up",
  description: "a neighbour",
  added: [],
  replaces: false,
  vip: [],
  removed: [],
  vlans: [10],
  vlanName: "users",
  parts: 0,
};

/** The key of a term that no literal of ours may have, because what has it looks like a promise. */
const verdict = "then";

function topologyOf(wish: Wish): object {
  const { added, replaces, removed } = wish;
  const parts = Array.from({ length: wish.parts }, (_, index) => index + 1);
  const set = replaces
    ? { replaceCommunities: added }
    : { ...(added.length > 0 && { addCommunities: added }), ...(removed.length > 0 && { removeCommunities: removed }) };
  const policy = [
    { match: { asPathLength: { min: 3 }, ...(removed.length > 0 && { community: removed }) }, set, [verdict]: "next" },
    { match: { prefixSet: "bogons" }, set, [verdict]: "accept" },
    { set, [verdict]: "accept" },
  ];
  return {
    "nix-nos": {
      domain: wish.domain,
      clusters: {
        lab: {
          nodes: {
            r1: {
              role: "edge",
              platform: "cisco-ios",
              loopback: "10.255.0.1",
              cisco: { ports: { wan: "GigabitEthernet0/0/0", lan1: "GigabitEthernet0/0/1" } },
              interfaces: {
                wan: { addresses: ["192.0.2.2/30"] },
                lan1: {},
                br0: { kind: "bridge", vlanFiltering: true, members: ["lan1"], ports: { lan1: { vlans: wish.vlans } } },
              },
            },
            ...Object.fromEntries(parts.map((part) => [`part${part}`, { role: "edge", ip: `10.9.0.${part}` }])),
          },
        },
      },
      network: {
        vlans: { [wish.vlanName]: { id: 10 } },
        bgp: {
          autonomousSystems: {
            "65000": { members: ["r1"], ...(wish.parts > 0 && { confederation: 64511 }) },
            ...Object.fromEntries(
              parts.map((part) => [`${4_200_000_000 + part}`, { members: [`part${part}`], confederation: 64511 }]),
            ),
          },
          policies: { tag: policy },
          peers: {
            up: {
              node: "r1",
              remoteAs: 64496,
              address: "192.0.2.1",
              families: ["ipv4"],
              import: ["tag"],
              export: [],
              passwordFile: wish.passwordFile,
              description: wish.description,
            },
          },
          vipAdvertisements: { web: { vips: ["203.0.113.7"], nodes: ["r1"], communities: wish.vip } },
        },
      },
    },
  };
}

type Said = { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] };

function rendered(wish: Wish): Said {
  const text = JSON.stringify(topologyOf(wish));
  const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "t.json", text, format: "json" })).document));
  const { value, diagnostics } = renderCisco(network, unwrap(planBgp(network)));
  if (value === null) return { diagnostics };
  const [file] = value;
  return { text: file?.text ?? "" };
}

/** The configuration as a device gets it. */
function textOf(wish: Wish): string {
  const said = rendered(wish);
  if ("diagnostics" in said) throw new Error(JSON.stringify(said.diagnostics));
  return fillSecrets(said.text, new Map(secretFiles(said.text).map((file) => [file, "k".repeat(80)])));
}

const number = (max: number) => fc.integer({ min: 1, max });
const community = fc.oneof(
  fc.tuple(number(65535), number(65535)).map(([a, b]) => `${a}:${b}`),
  fc.tuple(number(2 ** 32 - 1), number(2 ** 32 - 1), number(2 ** 32 - 1)).map((all) => all.join(":")),
  fc.tuple(number(65535), number(2 ** 32 - 1)).map(([a, b]) => `rt:${a}:${b}`),
);
const communities = fc.uniqueArray(community, { maxLength: 120 });
const word = (maxLength: number) => fc.stringMatching(/^[a-z0-9]+$/, { maxLength }).filter((own) => own.length > 0);

const wishes: fc.Arbitrary<Wish> = fc.record({
  domain: fc.array(word(63), { minLength: 1, maxLength: 6 }).map((labels) => labels.join(".").slice(0, 253)),
  passwordFile: fc
    .array(fc.oneof(word(100), fc.constant("%23a@b")), { minLength: 1, maxLength: 9 })
    .map((own) => `/${own.join("/")}`),
  description: word(200),
  added: communities,
  replaces: fc.boolean(),
  vip: fc.oneof(
    fc.uniqueArray(fc.oneof(community, fc.constantFrom("0:0", "ro:1:1", "ro:2:2")), { maxLength: 12 }),
    communities,
  ),
  removed: fc.uniqueArray(community, { maxLength: 40 }),
  vlans: fc
    .uniqueArray(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 150 })
    .map((ids) => ids.map((id) => (id % 3 === 0 ? `${2 * id}-${2 * id + 1}` : 2 * id))),
  vlanName: word(63),
  parts: fc.constantFrom(0, 1, 7, 40),
});

it("never throws: it is a diagnostic, or lines that a device reads", { tags: "property" }, () => {
  let taken = 0;
  fc.assert(
    fc.property(wishes, (wish) => {
      const said = rendered(wish);
      if ("text" in said) {
        taken += 1;
        new IosModel(textOf(wish));
      } else expect(said.diagnostics.filter(({ hint, path }) => !hint || path.length === 0)).toEqual([]);
      // What has words of its own for being too long is not refused for anything else.
      const sayable = {
        ...wish,
        domain: "lab.example",
        description: "x",
        vlanName: "users",
        vip: wish.vip.filter((own) => !/^(?:0:0$|ro:)/.test(own)).slice(0, 3),
      };
      new IosModel(textOf(sayable));
    }),
    { numRuns: 60 },
  );
  expect(taken).toBeGreaterThan(0);
});

it("is refused where IOS has one line for it", () => {
  const network = ["nix-nos", "network"];
  const vip = [...network, "bgp", "vipAdvertisements", "web", "communities"];
  const tag = [...network, "bgp", "policies", "tag"];
  const refused = (wish: Partial<Wish>) => {
    const said = rendered({ ...plain, ...wish });
    return "text" in said ? [] : said.diagnostics.map(({ code, path }) => [code, path]);
  };
  const label = "x".repeat(60);
  expect(refused({ domain: [label, label, label, label].join(".") })).toEqual([["NN6101", ["nix-nos", "domain"]]]);
  expect(refused({ vlanName: label })).toEqual([["NN6101", [...network, "vlans", label]]]);
  expect(refused({ vip: Array.from({ length: 40 }, (_, index) => `65000:${index}`) })).toEqual([["NN6102", vip]]);
  expect(refused({ vip: ["0:0", "ro:1:1", "ro:1:2"] })).toEqual([
    ["NN6102", vip],
    ["NN6102", vip],
  ]);
  expect(refused({ added: ["ro:1:1", "ro:1:2"] })).toEqual([0, 1, 2].map((term) => ["NN6104", [...tag, term]]));
});

it("leads from any of them to any other, in lines that a device reads", { tags: "property" }, () => {
  const sayable = wishes.map((wish) => ({
    ...plain,
    ...wish,
    domain: "lab.example",
    description: "x",
    vlanName: "users",
    vip: [],
  }));
  fc.assert(
    fc.property(sayable, sayable, (a, b) => {
      const [old, wanted] = [textOf(a), textOf(b)];
      const device = new IosModel(old);
      device.type(diffIos(parseIos(old), parseIos(wanted)).join("\n"));
      expect(device.show()).toEqual(new IosModel(wanted).show());
      expect(diffIos(parseIos(wanted), parseIos(wanted))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

it("is taken by FRR, and put together to what was meant", () => {
  const added = Array.from({ length: 60 }, (_, index) => `65000:${10_000 + index}`);
  const text = textOf({ ...plain, parts: 40, added, replaces: true });
  expect(text.match(/^ set community .*/gm)?.length).toBeGreaterThan(2);
  expect(text.match(/^ bgp confederation peers .*/gm)).toHaveLength(2);
  expect(frrSays(temporaryFolder(), frrConfig(text, { "GigabitEthernet0/0/0": "eth0", Loopback0: "lo" }))).toBe("");
});

it("changes of a trunk what changes, whether a device says it in one line or in several", () => {
  const trunk = (...lines: string[]) =>
    parseIos(["interface Gi1", ...lines.map((own) => ` switchport trunk ${own}`)].join("\n"));
  const old = trunk("allowed vlan 1,5", "allowed vlan add 7-9");
  expect(diffIos(old, trunk("allowed vlan 1,5,7-9"))).toEqual([]);
  expect(diffIos(old, trunk("allowed vlan 1,6,8-9"))).toEqual([
    "interface Gi1",
    " switchport trunk allowed vlan remove 5,7",
    "interface Gi1",
    " switchport trunk allowed vlan add 6",
  ]);
  // What IOS would not read either is typed as it is written.
  expect(diffIos(old, trunk("allowed vlan 9-1"))).toEqual(["interface Gi1", " switchport trunk allowed vlan 9-1"]);
  expect(diffIos(trunk("allowed vlan none"), trunk("allowed vlan 3"))).toEqual([
    "interface Gi1",
    " switchport trunk allowed vlan add 3",
  ]);
  expect(diffIos(trunk("native vlan 4"), trunk("native vlan 4", "allowed vlan 3"))).toEqual([
    "interface Gi1",
    " switchport trunk allowed vlan 3",
  ]);
});
