import type { IosLine } from "./document.js";
import { trunkChange, trunkLines, trunkText, trunkVlans, type Vlans } from "./vlans.js";

/** How IOS takes lines back and which of them take each other's place: what `diffIos` has to know of the language. */

/** Blocks that a device has whatever is said: what is below goes line by line. Ports of other names are made ones. */
export const containers = /^(?:address-family |interface (?!(?:Loopback|Vlan|Port-channel|Tunnel|BDI)\d|\S+\.\d))/;

/** Lines whose `no` is said with less: IOS, or FRR in its place, takes no more. */
const shorter: readonly (readonly [line: RegExp, taken: string])[] = [
  [/^(description) .*$/, "$1"],
  [/^(neighbor \S+ (?:description|password|timers|maximum-prefix|update-source|ebgp-multihop|allowas-in)) .*$/, "$1"],
  [/^(bgp (?:router-id|cluster-id|confederation identifier)) .*$/, "$1"],
  [/^(hostname|ip domain name) .*$/, "$1"],
  [/^(set (?:community|large-community|local-preference|metric|weight|as-path prepend)) .*$/, "$1"],
  [/^(continue) .*$/, "$1"],
  [/^(mtu|ip mtu|ipv6 mtu|mac-address|encapsulation|bfd interval|channel-group) .*$/, "$1"],
  [/^(switchport (?:mode|access vlan|trunk native vlan|trunk allowed vlan)) .*$/, "$1"],
];

/** Says what is so without it: nothing takes it back. */
export function isDefault(text: string): boolean {
  return text === "no ip address";
}

/** The line that takes a line back. */
export function negated(text: string): string {
  if (text.startsWith("no ")) return text.slice(3);
  const short = shorter.find(([line]) => line.test(text));
  return `no ${short === undefined ? text : text.replace(...short)}`;
}

/** Lines of which a block has one: a new one takes the old one's place. */
const single: readonly RegExp[] = [
  /^hostname(?= )/,
  /^ip domain name(?= )/,
  /^description(?= )/,
  /^bgp (?:router-id|cluster-id|confederation identifier)(?= )/,
  /^neighbor \S+ (?:description|password|timers|update-source|maximum-prefix|ebgp-multihop|allowas-in)(?= )/,
  /^neighbor \S+ route-map(?= \S+ in$)/,
  /^neighbor \S+ route-map(?= \S+ out$)/,
  /^set (?:local-preference|metric|weight|as-path prepend)(?= )/,
  /^continue(?= )/,
  /^(?:mtu|ip mtu|ipv6 mtu|mac-address|encapsulation)(?= )/,
  /^switchport (?:mode|access vlan|trunk native vlan|trunk allowed vlan)(?= )/,
];

/** What a line is the only one of in its block; `null` for one of any number. */
export function slotOf(text: string, path: readonly string[]): string | null {
  if (path[0]?.startsWith("interface ") && /^(?:no )?ip address(?: dhcp| [\d.]+ [\d.]+)?$/.test(text))
    return "ip address";
  const index = single.findIndex((line) => line.test(text));
  return index === -1 ? null : `${index} ${single[index]?.exec(text)?.[0]}`;
}

const nobody: Vlans = new Set();

/** The same lines with one for each thing that is said, where IOS takes, and shows, several in one or one in several. */
export function canonical(lines: readonly IosLine[]): readonly IosLine[] {
  const trunks = lines.flatMap(({ text }) => (trunkVlans(text, nobody) === null ? [] : [text]));
  const carried = trunks.reduce<Vlans>((before, text) => trunkVlans(text, before) ?? before, nobody);
  return lines.flatMap(({ text, lines: below }): readonly IosLine[] => {
    const members = /^bgp confederation peers ([\d. ]+)$/.exec(text)?.[1]?.split(" ");
    if (members !== undefined) return members.map((own) => ({ text: `bgp confederation peers ${own}`, lines: [] }));
    if (!trunks.includes(text)) return [{ text, lines: below }];
    return text === trunks[0] ? [{ text: trunkText(carried), lines: [] }] : [];
  });
}

/** What is typed for a line, in the place of an old one or of none: what the old one has too much goes first. */
export function replaced(
  old: string | null,
  text: string,
): { readonly gone: readonly string[]; readonly come: readonly string[] } {
  const [before, after] = [old === null ? null : trunkVlans(old, nobody), trunkVlans(text, nobody)];
  if (after === null) return { gone: [], come: [text] };
  const { gone, come } = before === null ? { gone: [], come: trunkLines(after) } : trunkChange(before, after);
  return { gone: gone.map((own) => own.text), come: come.map((own) => own.text) };
}

/** Lists whose lines have no numbers and are read in the order in which they were typed. */
export function isOrdered(text: string): string | null {
  return /^ip as-path access-list \d+(?= )/.exec(text)?.[0] ?? null;
}

/** Whom a line of `router bgp` is about: a neighbour or a peer-group. */
export function wholeOf(text: string): string | null {
  return /^neighbor (\S+) /.exec(text)?.[1] ?? /^bgp listen range \S+ peer-group (\S+)$/.exec(text)?.[1] ?? null;
}

/** How one line takes all away that is said of a neighbour. */
export const removedWhole = {
  /** Lines that make a neighbour another one. */
  identity: /^neighbor \S+ (?:remote-as |peer-group)|^bgp listen range /,
  command: (whole: string, block: ReadonlyMap<string, unknown>): string =>
    block.has(`neighbor ${whole} peer-group`) ? `no neighbor ${whole} peer-group` : `no neighbor ${whole}`,
} as const;
