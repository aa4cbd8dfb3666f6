import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import type { Topology } from "../document/schema.js";
import { sortedEntries } from "./sorted-entries.js";

/** What a routing registry is asked for one set of the document. */
export interface IrrQuestion {
  /** Prefixes of both families, or AS numbers. */
  readonly of: "prefixSets" | "asSets";
  /** The set's name. */
  readonly name: string;
  /** AS-SETs, single ones as `AS64500`, and for prefixes route-sets (RFC 2622). */
  readonly objects: readonly string[];
  /** Registries to believe, the first most; empty for all that the asked server has. */
  readonly sources: readonly string[];
  /** Registered prefixes that are longer are left out. */
  readonly maxLength: PrefixLengths;
  /** What is inside a registered prefix belongs to the set up to this length. */
  readonly moreSpecifics: PrefixLengths;
  /** All of that in one line: an answer belongs to the question whose text it has. */
  readonly text: string;
  readonly path: Path;
}

interface PrefixLengths {
  readonly ipv4: number | null;
  readonly ipv6: number | null;
}

/** What registries answered, by the sets' names; kept between runs, because rendering asks no network. */
export interface IrrAnswers {
  /** Entries as a prefix set of the document has them. */
  readonly prefixSets: Readonly<Record<string, IrrAnswer<string>>>;
  readonly asSets: Readonly<Record<string, IrrAnswer<number>>>;
}

export interface IrrAnswer<Item extends string | number = string | number> {
  /** Text of the question. */
  readonly asked: string;
  readonly items: readonly Item[];
}

/** Answers to the document's questions, by the sets' names. */
export interface Registered {
  readonly prefixSets: ReadonlyMap<string, readonly string[]>;
  readonly asSets: ReadonlyMap<string, readonly number[]>;
}

/**
 * What routing registries have to be asked before a document can be resolved: one question for each prefix set and AS
 * set that names an AS-SET, sorted by name.
 *
 * @param topology - from `loadTopology` or `validateTopology`
 *
 * @example
 * ```ts
 * import { irrQuestions, loadTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   network: { bgp: { prefixSets: { customer: { asSet: AS-EXAMPLE, sources: [RIPE, ARIN] } } } }
 *   clusters: { lab: { nodes: { n1: { role: leaf } } } }
 * `;
 * const { document } = unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" }));
 * irrQuestions(document)[0]?.text; // => "AS-EXAMPLE from RIPE,ARIN"
 * ```
 */
export function irrQuestions(topology: Topology): readonly IrrQuestion[] {
  const bgp = topology["nix-nos"].network?.bgp;
  return (["prefixSets", "asSets"] as const).flatMap((of) =>
    sortedEntries<SetOfDocument>(bgp?.[of]).flatMap(([name, set]) =>
      Array.isArray(set) ? [] : question(of, name, set as Asking),
    ),
  );
}

type TopologyBgp = NonNullable<NonNullable<Topology["nix-nos"]["network"]>["bgp"]>;
type SetOfDocument = NonNullable<TopologyBgp["prefixSets"]>[string] | NonNullable<TopologyBgp["asSets"]>[string];
type Asking = Exclude<NonNullable<TopologyBgp["prefixSets"]>[string], readonly unknown[]>;

function question(of: IrrQuestion["of"], name: string, set: Asking): IrrQuestion {
  const objects = typeof set.asSet === "string" ? [set.asSet] : set.asSet;
  const sources = set.sources ?? [];
  const maxLength = lengthsOf(set.maxLength);
  const moreSpecifics = lengthsOf(set.moreSpecifics);
  const parts = [
    objects.join(" "),
    sources.length === 0 ? "" : `from ${sources.join(",")}`,
    lengthsText("at most", maxLength),
    lengthsText("with what is inside to", moreSpecifics),
  ];
  const path: Path = ["nix-nos", "network", "bgp", of, name, "asSet"];
  return { of, name, objects, sources, maxLength, moreSpecifics, text: parts.filter(Boolean).join(" "), path };
}

function lengthsOf(lengths: Asking["maxLength"]): PrefixLengths {
  return { ipv4: lengths?.ipv4 ?? null, ipv6: lengths?.ipv6 ?? null };
}

function lengthsText(words: string, { ipv4, ipv6 }: PrefixLengths): string {
  const each = [ipv4 === null ? [] : `IPv4 /${ipv4}`, ipv6 === null ? [] : `IPv6 /${ipv6}`].flat();
  return each.length === 0 ? "" : `${words} ${each.join(" and ")}`;
}

/** The answers to the document's questions; NN1280 where there is none. */
export function resolveRegistered(
  topology: Topology,
  answers: IrrAnswers | undefined,
  diagnostics: Diagnostic[],
): Registered {
  const found = { prefixSets: new Map<string, readonly string[]>(), asSets: new Map<string, readonly number[]>() };
  for (const { of, name, text, path } of irrQuestions(topology)) {
    const known: Readonly<Record<string, IrrAnswer>> = answers?.[of] ?? {};
    const answer = Object.hasOwn(known, name) ? known[name] : undefined;
    if (answer?.asked === text) {
      found[of].set(name, answer.items as never);
      continue;
    }
    const what = `the ${of === "prefixSets" ? "prefix set" : "AS set"} ${quote(name)}`;
    const message =
      answer === undefined
        ? `No routing registry's answer is on record for ${what}.`
        : `The answer on record for ${what} is to another question: ${answer.asked}.`;
    const hint = "`nix-nos bgp irr TOPOLOGY` asks, and keeps the answer beside the topology.";
    diagnostics.push({ code: "NN1280", severity: "error", message, path, hint });
  }
  return found;
}
