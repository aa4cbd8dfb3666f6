import { type IosLine, parseIos } from "@nix-nos/cisco-render";

/** One level of a device's configuration: lines in the order in which they came, and what is below each. */
type Level = Map<string, Level>;

/** Lines of which a block has one, by what they begin with: typing another takes its place. */
const single = [
  ["hostname "],
  ["ip domain name "],
  ["description "],
  ["bgp router-id "],
  ["bgp cluster-id "],
  ["bgp confederation identifier "],
  ["set local-preference "],
  ["set metric "],
  ["set weight "],
  ["set as-path prepend "],
  ["continue "],
  ["mtu "],
  ["ip mtu "],
  ["ipv6 mtu "],
  ["mac-address "],
  ["encapsulation "],
  ["switchport mode "],
  ["switchport access vlan "],
  ["switchport trunk native vlan "],
  ["switchport trunk allowed vlan "],
  ["set community "],
  ["set large-community "],
  ["set extcommunity rt "],
  ["set extcommunity soo "],
] as const;

/** A device's own buffer for a line. */
const longestLine = 254;

const ofNeighbour = [
  "description",
  "password",
  "timers",
  "update-source",
  "maximum-prefix",
  "ebgp-multihop",
  "allowas-in",
];

/** What a device does without being told: its `no` is a line, and typing it takes that line away. */
const byDefault = ["shutdown", "ip address", "bgp default ipv4-unicast", "bgp enforce-first-as"];

/**
 * A device that knows no more of IOS than how lines are typed and taken back: what takes another's place, what is refused
 * because something that it names is not there yet or a number is taken, and what goes with a neighbour.
 */
export class IosModel {
  readonly #root: Level = new Map();

  constructor(text: string) {
    this.type(text);
  }

  /** Types lines into `configure terminal`; throws for one that a device would refuse. */
  type(text: string): void {
    for (const own of text.split("\n")) if (own.length > longestLine) throw new Error(`too long: ${own}`);
    for (const own of parseIos(text)) this.#enter(this.#root, own, []);
  }

  /** What `show running-config` says, with lines whose order means nothing sorted. */
  show(): unknown {
    return shown(this.#root);
  }

  #enter(level: Level, { text, lines }: IosLine, path: readonly string[]): void {
    if (lines.length === 0) this.#line(level, text, path);
    else if (!level.has(text)) level.set(text, new Map());
    const below = level.get(text);
    for (const own of lines) this.#enter(below ?? new Map(), own, [...path, text]);
  }

  #line(level: Level, typed: string, path: readonly string[]): void {
    const [, no = "", peers] = /^(no )?bgp confederation peers (.*)$/.exec(typed) ?? [];
    if (peers?.includes(" ")) {
      for (const own of peers.split(" ")) this.#line(level, `${no}bgp confederation peers ${own}`, path);
      return;
    }
    const text = withVlans(typed, level);
    if (text.startsWith("no ")) {
      this.#take(level, text.slice(3), path);
      return;
    }
    if (byDefault.includes(text)) {
      level.delete(`no ${text}`);
      return;
    }
    this.#check(level, text, path);
    const prefix = single.flat().find((own) => text.startsWith(own));
    const about = /^neighbor \S+ (\S+)/.exec(text);
    const [, seq] = /^(ipv?6? prefix-list \S+ seq \d+) /.exec(text) ?? [];
    for (const other of [...level.keys()]) {
      if (other === text) continue;
      if (seq !== undefined && other.startsWith(`${seq} `)) throw new Error(`taken: ${text}, by ${other}`);
      if (prefix !== undefined && other.startsWith(prefix)) level.delete(other);
      if (about && ofNeighbour.includes(about[1] ?? "") && other.startsWith(`${about[0]} `)) level.delete(other);
      const [, way] = / route-map \S+ (in|out)$/.exec(text) ?? [];
      if (way && about && other.startsWith(`${about[0]} `) && other.endsWith(` ${way}`)) level.delete(other);
      if (
        /^ip address [\d.]+ [\d.]+$|^ip address dhcp$/.test(text) &&
        /^(?:no ip address|ip address (?:dhcp|[\d.]+ [\d.]+))$/.test(other)
      )
        level.delete(other);
    }
    if (!level.has(text)) level.set(text, new Map());
  }

  #take(level: Level, text: string, path: readonly string[]): void {
    const [, name, isGroup] = /^neighbor (\S+)( peer-group)?$/.exec(text) ?? [];
    if (name !== undefined && path.length === 1) {
      this.#takeNeighbour(level, name, isGroup !== undefined);
      return;
    }
    const found = [...level.keys()].filter((own) => own === text || own.startsWith(`${text} `));
    for (const own of found) level.delete(own);
    if (found.length > 0) return;
    if (!byDefault.includes(text)) throw new Error(`nothing to take back: no ${text}`);
    if (text === "ip address")
      for (const own of [...level.keys()]) if (own.startsWith("ip address ")) level.delete(own);
    level.set(`no ${text}`, new Map());
  }

  #takeNeighbour(level: Level, name: string, isGroup: boolean): void {
    const members = isGroup
      ? [...level.keys()].flatMap((own) => new RegExp(`^neighbor (\\S+) peer-group ${name}$`).exec(own)?.[1] ?? [])
      : [];
    if ([...level.keys()].some((own) => own.startsWith("bgp listen range ") && own.endsWith(` peer-group ${name}`)))
      throw new Error(`still called: ${name}`);
    const all = [...level.keys()].filter((own) => own.startsWith(`neighbor ${name} `));
    if (all.length === 0 && !isGroup) throw new Error(`no neighbour ${name}`);
    for (const each of [name, ...members]) {
      for (const own of [level, ...level.values()])
        for (const text of [...own.keys()]) if (text.startsWith(`neighbor ${each} `)) own.delete(text);
    }
  }

  /** What a line names has to be there. */
  #check(level: Level, text: string, path: readonly string[]): void {
    const there = (begin: string) => [...this.#root.keys()].some((own) => own.startsWith(begin));
    const needs = (begin: string) => {
      if (!there(begin)) throw new Error(`names what is not there: ${[...path, text].join(" / ")}`);
    };
    const map = / route-map (\S+)(?: in| out)?$/.exec(text)?.[1];
    if (map !== undefined) needs(`route-map ${map} `);
    const prefixes = /^match (ip|ipv6) (?:address|next-hop) prefix-list (\S+)$/.exec(text);
    if (prefixes) needs(`${prefixes[1]} prefix-list ${prefixes[2]} `);
    const paths = /^match as-path (\d+)$/.exec(text)?.[1];
    if (paths !== undefined) needs(`ip as-path access-list ${paths} `);
    const group = /^(?:neighbor|bgp listen range) \S+ peer-group (\S+)$/.exec(text)?.[1];
    if (group !== undefined && !level.has(`neighbor ${group} peer-group`)) throw new Error(`no group ${group}`);
    const neighbour = path.length === 2 ? /^neighbor (\S+) /.exec(text)?.[1] : undefined;
    const known = [...(this.#root.get(path[0] ?? "")?.keys() ?? [])];
    if (neighbour !== undefined && !known.some((own) => own.startsWith(`neighbor ${neighbour} `)))
      throw new Error(`no neighbour ${neighbour}`);
  }
}

/** A port that is shut and has nothing below, and a family without lines, are as if nobody had spoken of them. */
function shown(level: Level): unknown {
  const lines = [...level].map(([text, below]) => [text, shown(below)] as const);
  const ordered = lines.filter(([text]) => text.startsWith("ip as-path "));
  const others = lines.filter(([text, below]) => {
    if (text.startsWith("ip as-path ")) return false;
    const isEmpty = Array.isArray(below) && below.length === 0;
    return !(isEmpty && /^(?:address-family |interface (?!Loopback|Vlan|Port-channel|\S+\.\d))/.test(text));
  });
  return [
    ...others.sort(([a], [b]) => (a < b ? -1 : 1)),
    ...ordered.sort(([a], [b]) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b))),
  ];
}

/** A line about the VLANs of a trunk as all that it carries then, one by one. */
function withVlans(text: string, level: Level): string {
  const head = "switchport trunk allowed vlan";
  const [, verb = "", list = ""] = new RegExp(`^${head} (add |remove )?(.*)$`).exec(text) ?? [];
  if (list === "") return text;
  const numbers = (written: string) =>
    written.split(",").flatMap((own) => {
      const [min = 0, max = min] = own.split("-").map(Number);
      return own === "none" ? [] : Array.from({ length: max - min + 1 }, (_, index) => min + index);
    });
  const before = [...level.keys()].find((own) => own.startsWith(`${head} `));
  // Without a word about it a trunk carries every VLAN.
  const carried = new Set(verb === "" ? [] : numbers(before?.slice(head.length + 1) ?? "1-4094"));
  for (const own of numbers(list)) verb === "remove " ? carried.delete(own) : carried.add(own);
  return `${head} ${[...carried].sort((a, b) => a - b).join(",") || "none"}`;
}
