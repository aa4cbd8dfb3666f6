import { type CommunityPattern, type Family, hash32, type PrefixRange } from "@nix-nos/topology";
import { type IosLine, line, regex, word } from "../ios/document.js";
import { communityRegex } from "./regex.js";

/** A kind of community, by the words that IOS has for it. */
export const communityWords = {
  standard: { list: "community-list", match: "community", remove: "comm-list" },
  large: { list: "large-community-list", match: "large-community", remove: "large-comm-list" },
  extended: { list: "extcommunity-list", match: "extcommunity", remove: "extcomm-list" },
} as const;

export type CommunityKind = keyof typeof communityWords;

/** One line of an as-path list. */
export interface PathLine {
  readonly action: "permit" | "deny";
  readonly regex: string;
}

/** The lists that route-maps name: what is the same stands once. */
export interface Lists {
  prefixes(family: Family, wanted: string, ranges: readonly PrefixRange[]): string;
  communities(kind: CommunityKind, wanted: string, patterns: readonly CommunityPattern[]): string;
  /** IOS numbers them. */
  paths(lines: readonly PathLine[]): number;
  /** All of them, those of a kind together. */
  lines(): readonly IosLine[];
  /** How many as-path lists there are. */
  pathCount(): number;
}

/** IOS has as-path lists 1 to 500. */
export const mostPathLists = 500;

export function createLists(): Lists {
  const named = new Map<string, { readonly content: string; readonly lines: readonly IosLine[] }>();
  const paths = new Map<number, { readonly content: string; readonly lines: readonly IosLine[] }>();
  /** The name under which a content stands: the wanted one, or where that is another's, with a number. */
  const define = (kind: string, wanted: string, content: string, linesOf: (name: string) => readonly IosLine[]) => {
    for (let count = 1; ; count++) {
      const name = iosName(count === 1 ? wanted : `${wanted}-${count}`);
      const known = named.get(`${kind} ${name}`);
      if (known === undefined) named.set(`${kind} ${name}`, { content, lines: linesOf(name) });
      if (known === undefined || known.content === content) return name;
    }
  };
  return {
    prefixes(family, wanted, ranges) {
      const content = JSON.stringify(ranges.map(({ prefix, minLength, maxLength }) => [prefix, minLength, maxLength]));
      return define(family, wanted, content, (name) =>
        ranges.map((range, index) => prefixLine(family, name, 5 * (index + 1), range)),
      );
    },
    communities(kind, wanted, patterns) {
      const isExpanded = patterns.some((pattern) => Object.values(pattern).includes(null));
      const [only, ...others] = patterns;
      const name = only === undefined || others.length > 0 ? wanted : `is ${patternText(only)}`;
      return define(kind, name, JSON.stringify(patterns), (name) =>
        patterns.map((pattern) => communityLine(kind, name, pattern, isExpanded)),
      );
    },
    paths(lines) {
      const content = JSON.stringify(lines);
      // By what is in it: another list that comes or goes leaves this one its number.
      let number = (hash32(content) % mostPathLists) + 1;
      while (paths.has(number) && paths.get(number)?.content !== content && paths.size < mostPathLists)
        number = (number % mostPathLists) + 1;
      if (paths.size >= mostPathLists && paths.get(number)?.content !== content) number = mostPathLists + paths.size;
      const spelled = lines.map((own) => pathLine(number, own));
      paths.set(number, { content, lines: spelled });
      return number;
    },
    lines: () => [
      ...[...named.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, { lines }]) => lines),
      ...[...paths.entries()].sort(([a], [b]) => a - b).flatMap(([, { lines }]) => lines),
    ],
    pathCount: () => paths.size,
  };
}

/** A name of ours as IOS takes it: no spaces, 63 characters; one that had to be changed keeps apart by a short hash. */
export function iosName(name: string): string {
  const fits = name.replaceAll(" ", ":").replace(/[^A-Za-z0-9:._-]/g, "_");
  if (fits === name.replaceAll(" ", ":") && fits.length <= 63) return fits;
  const hash = hash32(name).toString(36);
  return `${fits.slice(0, 62 - hash.length)}-${hash}`;
}

function prefixLine(family: Family, name: string, seq: number, range: PrefixRange): IosLine {
  const { prefix, minLength, maxLength } = range;
  const own = Number(prefix.slice(prefix.indexOf("/") + 1));
  const least = minLength > own ? ` ge ${minLength}` : "";
  const most = maxLength > Math.max(own, minLength) || (maxLength > own && least !== "") ? ` le ${maxLength}` : "";
  const tail = { token: `${prefix}${least}${most}` };
  return family === "ipv4"
    ? line`ip prefix-list ${word(name)} seq ${seq} permit ${tail}`
    : line`ipv6 prefix-list ${word(name)} seq ${seq} permit ${tail}`;
}

function communityLine(kind: CommunityKind, name: string, pattern: CommunityPattern, isExpanded: boolean): IosLine {
  const list = { token: communityWords[kind].list };
  return isExpanded
    ? line`ip ${list} expanded ${word(name)} permit ${regex(communityRegex(pattern))}`
    : line`ip ${list} standard ${word(name)} permit ${{ token: communityText(pattern) }}`;
}

function pathLine(number: number, { action, regex: text }: PathLine): IosLine {
  return line`ip as-path access-list ${number} ${{ token: action }} ${regex(text)}`;
}

/** A pattern as a part of a name. */
function patternText(pattern: CommunityPattern): string {
  const numbers = pattern.kind === "large" ? [pattern.asn, pattern.data1, pattern.data2] : [pattern.asn, pattern.value];
  const text = numbers.map((number) => number ?? "any").join(":");
  return pattern.kind === "extended" ? `${pattern.type}:${text}` : text;
}

const iosWords: ReadonlyMap<string, string> = new Map([
  ["65535:65281", "no-export"],
  ["65535:65282", "no-advertise"],
  ["65535:65283", "local-AS"],
]);

/** A community as IOS writes it. */
export function communityText(community: CommunityPattern): string {
  switch (community.kind) {
    case "standard": {
      const text = `${community.asn}:${community.value}`;
      return iosWords.get(text) ?? text;
    }
    case "large":
      return `${community.asn}:${community.data1}:${community.data2}`;
    case "extended":
      return `${community.type === "rt" ? "rt" : "soo"} ${community.asn}:${community.value}`;
  }
}
