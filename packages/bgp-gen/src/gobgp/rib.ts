/** One path of GoBGP's table. */
export interface GobgpPath {
  readonly prefix: string;
  /** The neighbour's address; `null` for what was put in on the spot. */
  readonly neighbor: string | null;
  /** It is the one that is used and told. */
  readonly best: boolean;
  /** Nearest AS first; sets and sequences in one, without the parts of a confederation (RFC 5065). */
  readonly asPath: readonly number[];
  readonly nextHop: string | null;
  readonly localPref: number | null;
  readonly med: number | null;
  /** In the topology's spelling: standard ones, large ones, extended ones. */
  readonly communities: readonly string[];
}

/** A path attribute as `gobgp -j` spells it; `type` is BGP's own number. */
interface Attribute {
  readonly type: number;
  readonly as_paths?: readonly { readonly segment_type?: number; readonly asns: readonly number[] | null }[];
  readonly nexthop?: string;
  readonly metric?: number;
  readonly value?: unknown;
  readonly communities?: readonly number[];
}

interface Path {
  readonly best?: boolean;
  readonly "neighbor-ip"?: string;
  readonly attrs?: readonly Attribute[];
}

/** Numbers of path attributes (RFC 4271, RFC 1997, RFC 4760, RFC 4360, RFC 8092). */
const attribute = { path: 2, nextHop: 3, med: 4, localPref: 5, communities: 8, reach: 14, extended: 16, large: 32 };

/** Types of segments in a path (RFC 5065 §3). */
const confederation = { sequence: 3, set: 4 };

/**
 * Reads what `gobgp -j global rib` prints: every path of every prefix of one family.
 *
 * @param answer - of GoBGP 3; nothing at all is an empty table
 * @throws SyntaxError when it is no JSON
 *
 * @example
 * ```ts
 * import { parseGobgpRib } from "@nix-nos/bgp-gen";
 *
 * const answer = '{"10.0.0.0/24":[{"best":true,"attrs":[{"type":3,"nexthop":"10.1.0.2"}],"neighbor-ip":"10.1.0.2"}]}';
 * parseGobgpRib(answer)[0]?.nextHop; // => "10.1.0.2"
 * ```
 */
export function parseGobgpRib(answer: string): readonly GobgpPath[] {
  const table = answer.trim() === "" ? {} : ((JSON.parse(answer) ?? {}) as Readonly<Record<string, readonly Path[]>>);
  return Object.entries(table).flatMap(([prefix, paths]) => paths.map((path) => readPath(prefix, path)));
}

function readPath(prefix: string, { best, "neighbor-ip": neighbor, attrs = [] }: Path): GobgpPath {
  const of = (type: number) => attrs.find((each) => each.type === type);
  const items = (type: number) => (of(type)?.value ?? []) as readonly Readonly<Record<string, unknown>>[];
  const standard = (of(attribute.communities)?.communities ?? []).map((each) => `${each >>> 16}:${each & 0xffff}`);
  const large = items(attribute.large).map((each) => `${each.ASN}:${each.LocalData1}:${each.LocalData2}`);
  const extended = items(attribute.extended).map(({ value, subtype }) => extendedText(String(value), Number(subtype)));
  const localPref = of(attribute.localPref)?.value;
  return {
    prefix,
    neighbor: neighbor ?? null,
    best: best === true,
    asPath: (of(attribute.path)?.as_paths ?? [])
      .filter(({ segment_type }) => segment_type !== confederation.sequence && segment_type !== confederation.set)
      .flatMap(({ asns }) => asns ?? []),
    nextHop: of(attribute.nextHop)?.nexthop ?? of(attribute.reach)?.nexthop ?? null,
    localPref: typeof localPref === "number" ? localPref : null,
    med: of(attribute.med)?.metric ?? null,
    communities: [...standard, ...large, ...extended],
  };
}

/** `65000:7`, or `0.1:7` where the AS number has 32 bits, in the topology's spelling. */
function extendedText(text: string, subtype: number): string {
  const [as = "", value = ""] = text.split(":");
  const [high = "", low] = as.split(".");
  const number = low === undefined ? high : String(Number(high) * 65_536 + Number(low));
  return `${{ 2: "rt", 3: "ro" }[subtype] ?? `generic-${subtype}`}:${number}:${value}`;
}
