import { topologyJsonSchema } from "@nix-nos/topology";
import fc from "fast-check";

/** A document as a parser would give it. */
export type Data = { [key: string]: unknown };

/** What the format's own JSON Schema says of a part; every key of it is tried, also one that is new. */
interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly examples?: readonly unknown[];
}

/** What stands at a key, where the schema's examples do not fit the rest of the document; `null` leaves the key out. */
type Words = Readonly<Record<string, fc.Arbitrary<unknown> | null>>;

/** Numbers that go together, where both ends of what the schema allows would not. */
const numbers: Readonly<Record<string, readonly number[]>> = {
  remoteAs: [64496, 65534, 65000, 4_200_000_001],
  holdTime: [30, 65535],
  keepalive: [1, 10],
  min: [0, 3],
  max: [4, 255],
};

/** BIRD is of the version that is installed here. */
const choices: Readonly<Record<string, readonly unknown[]>> = { birdVersion: ["2.0.12"] };

/** Values of a shape. Few keys at a time: those that contradict each other would be refused most of the time. */
function valuesOf(shape: Shape, key: string, words: Words): fc.Arbitrary<unknown> {
  const own = words[key];
  if (shape.enum) return fc.constantFrom(...shape.enum.filter((value) => choices[key]?.includes(value) ?? true));
  if (own && shape.type === "string") return own;
  if (shape.anyOf) return fc.oneof(...shape.anyOf.map((each) => valuesOf(each, key, words)));
  switch (shape.type) {
    case "object": {
      if (shape.properties === undefined) break;
      const entries = Object.entries(shape.properties).filter(([name]) => words[name] !== null);
      const values = entries.map(([name, inner]) => {
        const value = valuesOf(inner, name, words);
        return [name, shape.required?.includes(name) ? value : fc.option(value, { nil: undefined, freq: 2 })] as const;
      });
      return fc.record(Object.fromEntries(values)).map((data) => JSON.parse(JSON.stringify(data)));
    }
    case "array":
      return fc.uniqueArray(valuesOf(shape.items ?? {}, key, words), {
        minLength: shape.minItems ?? 0,
        maxLength: 3,
        selector: (item) => JSON.stringify(item),
      });
    case "integer":
      return fc.constantFrom(
        ...(numbers[key] ?? [shape.minimum, shape.maximum, ...(shape.examples ?? [])].filter(Number.isSafeInteger)),
      );
    case "boolean":
      return fc.boolean();
  }
  return fc.constantFrom(...(shape.examples ?? []).filter((example) => typeof example === "string"));
}

function shapeAt(...path: readonly string[]): Shape {
  const found = path.reduce<Shape | undefined>((shape, step) => {
    const inner = step === "*" ? shape?.additionalProperties : shape?.properties?.[step];
    return typeof inner === "object" ? inner : undefined;
  }, topologyJsonSchema([]) as Shape);
  if (found === undefined) throw new Error(`the format has no ${path.join(".")}`);
  return found;
}

const bgp = ["nix-nos", "network", "bgp"] as const;
const nodeShape = shapeAt("nix-nos", "clusters", "*", "nodes", "*", "bgp");
const linkShape = shapeAt("nix-nos", "network", "links").items?.properties?.["bgp"] ?? {};
const peerShape = shapeAt(...bgp, "peers", "*");
const termShape = shapeAt(...bgp, "policies", "*").items ?? {};
const vipShape = shapeAt(...bgp, "vipAdvertisements", "*");
const cacheShape = shapeAt(...bgp, "rpki", "caches", "*");

/** Every key that the documents have to try, by name. */
export const everyKey: ReadonlySet<string> = new Set(
  [nodeShape, linkShape, peerShape, termShape, vipShape, cacheShape].flatMap(keysOf),
);

function keysOf({ properties = {}, items, anyOf = [] }: Shape): readonly string[] {
  const inner = [...Object.values(properties), ...(items ? [items] : []), ...anyOf];
  return [...Object.keys(properties), ...inner.flatMap(keysOf)];
}

/** Names that the format takes, and that mean something in one of the languages that they get into. */
const words = [
  ...["med", "client", "filter", "default", "if", "else", "accept", "reject", "int", "net", "bgp-path", "roa", "case"],
  ...["null", "true", "yes", "no", "on", "1", "0x1f", "1e3", "65000", "deadbeef", "fe80", "ipv4", "RTS-BGP"],
  ...["constructor", "toString", "a-b", "a--b", "A-B", "x".repeat(47), `x${"-y".repeat(20)}`, "proto", "template"],
];

/** Names are texts too, and few of them are taken. */
function names(count: number, more: readonly string[] = []): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom(...words, ...more), { minLength: count, maxLength: count });
}

/** Texts that would be something else in BIRD's language, in YAML, in a shell or on a terminal. */
const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '"; } protocol static { route 0.0.0.0/0 blackhole; } #',
    "'; }",
    "*/ } /*",
    "# }",
    "a\nb: [",
    "a\\",
    'a\\"b',
    "- a",
    "a: b",
    "$" + "{x}''",
    "`id`",
    "\u0000",
    "\u007f\u0085\u2028\ufeff",
    "\u001b[31mred",
    "é\ud800",
    "%s%n",
    "../../etc/passwd",
    "/etc/*",
    "~",
    "__proto__",
    "",
    " ",
    "x".repeat(200),
    "{".repeat(180),
    "n".repeat(9000),
  ),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
);

const communityTexts = ["65000:1", "65535:65535", "4294967295:0:4294967295", "rt:65000:4294967295", "ro:70000:1"];

interface Names {
  readonly nodes: readonly string[];
  readonly peers: readonly string[];
  readonly policies: readonly string[];
  readonly sets: readonly string[];
  readonly asSets: readonly string[];
  readonly communities: readonly string[];
}

type Daemon = "bird" | "gobgp";

/** What the daemon is always refused for needs no more tries. */
const onlyFor: Readonly<Record<Daemon, Words>> = {
  bird: {},
  gobgp: { passwordFile: null, defaultOriginate: null, weight: null },
};

function wordsFor(known: Names): Words {
  const communities = fc.constantFrom(...communityTexts, ...known.communities);
  const patterns = fc.constantFrom("65000:*", "*:*:*", "rt:65000:*", "65000:1:*", ...communityTexts);
  const sets = fc.constantFrom(...known.sets);
  const policies = fc.constantFrom(...known.policies);
  const nodes = fc.constantFrom(...known.nodes);
  return {
    node: nodes,
    nodes,
    order: nodes,
    import: policies,
    export: policies,
    prefixSet: fc.oneof(sets, fc.constant("bogons")),
    blackhole: sets,
    set: fc.constantFrom(...known.asSets),
    originAs: fc.constant("64510-64520"),
    community: patterns,
    removeCommunities: patterns,
    communities,
    addCommunities: communities,
    replaceCommunities: communities,
    addLargeCommunities: fc.constant("65000:1:1"),
    asPath: fc.constantFrom("^64500", "[64512-65534]$", "^(64500|64501 .)+$", "^$", "64500{1,3} [^1-9]*"),
    nextHop: fc.constantFrom("192.0.2.9", "2001:db8::9"),
    neighbor: fc.constantFrom(...known.peers, ...known.nodes, "192.0.2.1", "2001:db8::/32"),
    vips: fc.constantFrom("10.100.0.1", "10.100.0.2", "2001:db8:100::1"),
    originate: fc.constantFrom("203.0.113.0/24", "2001:db8:113::/48"),
    routerId: fc.nat(65535).map((number) => `10.254.${number >> 8}.${number & 255}`),
    description: hostile.map((text) => text.replace(/[\p{Cc}\u2028\u2029]/gu, "").slice(0, 200) || "-"),
    passwordFile: fc.constantFrom("/run/secrets/a", "/run/x@y%z+=:,-.w", `/${"x/".repeat(511)}y`),
    // These belong together, and are given together.
    address: null,
    range: null,
    interface: null,
    localAddress: null,
    multihop: null,
    bird: null,
  };
}

const ownText = fc.constantFrom(
  "",
  "# }",
  "/* } \" ' */",
  "protocol static extra_v4 { ipv4; }",
  'log "/dev/null" all;',
);
const sessionText = fc.constantFrom("", "med metric on;", "# } {", "/* */ igp metric off;", "error wait time 1, 2;");

/** Who the neighbour is: each way that the format knows. */
const neighbours = fc
  .nat(200)
  .chain((last) =>
    fc.constantFrom<Data>(
      { address: `192.0.2.${last + 20}` },
      { address: `192.0.2.${last + 20}`, localAddress: "192.0.2.10" },
      { address: `192.0.2.${last + 20}`, multihop: 255 },
      { address: `2001:db8::${(last + 32).toString(16)}` },
      { address: `2001:db8::${(last + 32).toString(16)}`, multihop: 2 },
      { address: `fe80::${last + 1}`, interface: "eth0" },
      { range: "192.0.2.0/24" },
      { range: "2001:db8::/64", multihop: 1 },
      { range: "fe80::/64", interface: "eth0" },
      { address: `198.51.100.${last}`, localAddress: "192.0.2.10", multihop: 4 },
    ),
  );

/** A peer of the own AS has no role in it. */
function outside(peer: Data): Data {
  return peer["remoteAs"] === 65000 ? { ...peer, role: undefined } : peer;
}

/** GoBGP only listens to a family that the session does not run over. */
function listening(peer: Data): Data {
  const families = peer["families"];
  const own = String(peer["address"] ?? peer["range"]).includes(":") ? "ipv6" : "ipv4";
  const isForeign = Array.isArray(families) && families.some((family) => family !== own);
  return isForeign ? { ...peer, export: [], perFamily: undefined } : peer;
}

/** VIPs that have an order are announced by all. */
function announced(vips: Data): Data {
  return vips["standby"] === undefined ? vips : { ...vips, nodes: undefined };
}

/** A term whose parts do not contradict each other. */
function agreeing(term: Data): Data {
  if (term["then"] === "reject") return { ...term, set: undefined };
  const set = term["set"] as Data | undefined;
  if (set === undefined) return term;
  const { replaceCommunities, ...others } = set;
  const { addCommunities: _a, addLargeCommunities: _b, removeCommunities: _c, ...rest } = set;
  return { ...term, set: replaceCommunities === undefined ? others : rest };
}

function documentOf(known: Names, daemon: Daemon): fc.Arbitrary<Data> {
  const own = { ...wordsFor(known), ...onlyFor[daemon] };
  const named = <Value>(list: readonly string[], value: fc.Arbitrary<Value>) =>
    fc.tuple(...list.map(() => value)).map((values) => Object.fromEntries(list.map((name, k) => [name, values[k]])));
  const dataOf = (shape: Shape, more: Words = {}) => valuesOf(shape, "", { ...own, ...more }) as fc.Arbitrary<Data>;
  const withText = (value: fc.Arbitrary<Data>, text: fc.Arbitrary<string>) =>
    fc.tuple(value, fc.option(text, { nil: undefined, freq: 2 })).map(([{ extraConfig: _, ...data }, bird]): Data => {
      return bird === undefined || daemon === "gobgp" ? data : { ...data, extraConfig: { bird } };
    });
  return fc
    .record({
      nodes: named(known.nodes, withText(dataOf(nodeShape), ownText)),
      defaults: dataOf(shapeAt(...bgp, "defaults")),
      strategy: fc.constantFrom<unknown>("full-mesh", "none", {
        strategy: "route-reflector",
        reflectors: known.nodes.slice(0, 1),
      }),
      link: dataOf(linkShape),
      peers: named(
        known.peers,
        fc
          .tuple(withText(dataOf(peerShape), sessionText), neighbours)
          .map(([data, who]): Data => outside({ ...data, ...who }))
          .map((peer) => (daemon === "gobgp" ? listening(peer) : peer)),
      ),
      rpki: dataOf(cacheShape, { address: fc.constantFrom("192.0.2.53", "2001:db8::53") }),
      policies: named(known.policies, fc.array(dataOf(termShape).map(agreeing), { minLength: 1, maxLength: 3 })),
      vips: dataOf(vipShape).map(announced),
      vipName: fc.constantFrom(...words),
    })
    .map((given): Data => {
      const [first = "", second = "", third = ""] = known.nodes;
      const address = (index: number, host: number) => ({
        role: "router",
        ip: `10.0.${host}.${index + 1}`,
        loopback: `10.255.${host}.${index + 1}`,
        interfaces: { eth0: { addresses: [`192.0.2.${index + 10}/24`, `2001:db8::${index + 10}/64`] } },
      });
      const nodes = known.nodes.map((name, index) => [name, { ...address(index, 1), bgp: given.nodes[name] }]);
      return {
        "nix-nos": {
          clusters: { lab: { nodes: Object.fromEntries(nodes) } },
          network: {
            links: [
              {
                between: [`${second}:swp1`, `${third}:swp1`],
                addresses: ["10.9.0.0/31", "10.9.0.1/31"],
                bgp: given.link,
              },
            ],
            bgp: {
              defaults: given.defaults,
              autonomousSystems: {
                "65000": { members: [first, second], ibgp: given.strategy },
                "65001": { members: [third] },
              },
              peers: given.peers,
              rpki: { caches: { [known.sets[0] ?? ""]: given.rpki } },
              communities: Object.fromEntries(known.communities.map((name, k) => [name, `65000:${k}`])),
              asSets: Object.fromEntries(known.asSets.map((name) => [name, [64500, "64510-64520"]])),
              prefixSets: Object.fromEntries(
                known.sets.map((name) => [name, ["10.0.0.0/8{16,24}", "2001:db8::/32+", "192.0.2.0/24"]]),
              ),
              policies: given.policies,
              vipAdvertisements: { [given.vipName]: given.vips },
            },
          },
        },
      };
    });
}

/**
 * The places of all texts and keys in a document, but of text in a daemon's own language: that is its owner's, and whether
 * it is any of the language's words the daemon alone can say.
 */
function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value === "string") return [path];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    return key === "extraConfig" ? [] : placesIn(inner, [...path, key]);
  });
}

/** Puts a hostile text in the place of one that is there, or of the key above it. */
function spoil(document: Data, at: number, text: string, isKey: boolean): Data {
  const places = placesIn(document);
  const path = places[at % places.length] ?? [];
  const copy = structuredClone(document);
  const steps = isKey ? path.slice(0, 1 + (at % path.length)) : path;
  const last = steps.at(-1) ?? "";
  const parent = steps.slice(0, -1).reduce<Data>((own, step) => own[step] as Data, copy);
  if (!isKey || Array.isArray(parent)) parent[last] = text;
  else {
    Object.defineProperty(parent, text, { value: parent[last], enumerable: true, configurable: true, writable: true });
    if (text !== last) delete parent[last];
  }
  return copy;
}

/** Any document on BGP: every key of the format, names that are words elsewhere, and a hostile text in some place. */
export function documents(daemon: Daemon): fc.Arbitrary<Data> {
  return fc
    .record({
      nodes: names(3),
      peers: fc.constantFrom(0, 1, 2).chain((count) => names(count, ["a.b", "a_b"])),
      policies: names(2, ["a_b"]),
      sets: names(2, ["a_b"]),
      asSets: names(1),
      communities: names(2),
    })
    .chain((known) => documentOf(known, daemon))
    .chain((document) =>
      fc
        .array(fc.tuple(fc.nat(9999), hostile, fc.nat(3)), { maxLength: 1 })
        .map((spoilt) => spoilt.reduce((own, [at, text, dice]) => spoil(own, at, text, dice === 0), document)),
    );
}
