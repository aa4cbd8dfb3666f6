import type { RouteReport } from "./route-report.js";

/** A path attribute as `gobgp -j` spells it; `type` is BGP's own number. */
interface Attribute {
  readonly type: number;
  readonly as_paths?: readonly { readonly asns: readonly number[] | null }[];
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

/** Reads the answer to `gobgp -j global rib`: every path of every prefix. */
export function parseGobgpRoutes(answer: string): readonly RouteReport[] {
  const table = answer.trim() === "" ? {} : ((JSON.parse(answer) ?? {}) as Readonly<Record<string, readonly Path[]>>);
  return Object.entries(table).flatMap(([prefix, paths]) => paths.map((path) => routeOf(prefix, path)));
}

function routeOf(prefix: string, { best, "neighbor-ip": neighbor, attrs = [] }: Path): RouteReport {
  const of = (type: number) => attrs.find((each) => each.type === type);
  const items = (type: number) => (of(type)?.value ?? []) as readonly Readonly<Record<string, unknown>>[];
  const standard = (of(attribute.communities)?.communities ?? []).map((each) => `${each >>> 16}:${each & 0xffff}`);
  const large = items(attribute.large).map((each) => `${each.ASN}:${each.LocalData1}:${each.LocalData2}`);
  const extended = items(attribute.extended).map(({ value, subtype }) => extendedText(String(value), Number(subtype)));
  const localPref = of(attribute.localPref)?.value;
  return {
    prefix,
    protocol: neighbor ?? "local",
    source: neighbor === undefined ? "static" : "BGP",
    primary: best === true,
    unreachable: false,
    asPath: (of(attribute.path)?.as_paths ?? []).flatMap(({ asns }) => asns ?? []),
    nextHop: of(attribute.nextHop)?.nexthop ?? of(attribute.reach)?.nexthop ?? null,
    localPref: typeof localPref === "number" ? localPref : null,
    med: of(attribute.med)?.metric ?? null,
    onlyToCustomer: null,
    communities: [...standard, ...large, ...extended].sort(),
  };
}

/** `65000:7`, or `0.1:7` where the AS number has 32 bits, in the topology's spelling. */
function extendedText(text: string, subtype: number): string {
  const [as = "", value = ""] = text.split(":");
  const [high = "", low] = as.split(".");
  const number = low === undefined ? high : String(Number(high) * 65_536 + Number(low));
  return `${{ 2: "rt", 3: "ro" }[subtype] ?? `generic-${subtype}`}:${number}:${value}`;
}
