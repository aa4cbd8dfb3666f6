import { append, type NodeFirewall, type NodeZone } from "@nix-nos/topology";
import { nftAny, nftBlock, nftChain, nftComment, nftInterface } from "./document.js";
import { acceptRule, cameInBy, dnatRule, forwardRule } from "./rules.js";

/** The table that holds a node's zones. */
export const zoneTable = "nix-nos";

/**
 * What stands between the braces of `table inet nix-nos`: it judges what comes in by interfaces that are in a zone, and
 * nothing else. It comes before NixOS's own table, which knows no zones.
 */
export function tableContent(firewall: NodeFirewall): string {
  const { zones } = firewall;
  const all = zones.flatMap(({ interfaces }) => interfaces);
  const toZone = (word: string) =>
    zones.flatMap((zone) => cameInBy(zone.interfaces, firewall).map((by) => `${by} goto ${nftChain(word, zone.name)}`));
  const toZones = (chain: string) => cameInBy(all, firewall).map((by) => `${by} goto ${chain}`);
  const lines = linesByZone(firewall);
  const masqueraded = zones.filter(({ masquerade }) => masquerade);
  return [
    nftBlock("input", [hook("input"), ...toZones("zones-input")]),
    nftBlock("zones-input", [
      "ct state vmap { established : accept, related : accept, invalid : drop }",
      ...firewall.rules
        .filter(({ at }) => at.kind === "anywhere" || (at.kind === "interface" && all.includes(at.interface)))
        .map((rule) => acceptRule(rule, firewall)),
      ...toZone("input"),
    ]),
    ...zones.map(({ name, input }) =>
      nftBlock(nftChain("input", name), [...(lines.input.get(name) ?? []), ...verdictLines(input)]),
    ),
    nftBlock("forward", [hook("forward"), ...toZones("zones-forward")]),
    // Nothing is dropped as invalid here: a router may see one direction of a conversation alone.
    nftBlock("zones-forward", [
      "ct state { established, related } accept",
      ...firewall.transit.map((rule) => acceptRule(rule, firewall)),
      ...toZone("forward"),
    ]),
    ...zones.map(({ name, forward }) =>
      nftBlock(nftChain("forward", name), [...(lines.forward.get(name) ?? []), ...verdictLines(forward)]),
    ),
    ...(masqueraded.length === 0 ? [] : [nftBlock("postrouting", natLines(masqueraded))]),
  ].join("\n");
}

/** What NixOS's own table is told to let in besides: what its zones have let in, and what the other interfaces need. */
export function extraInputRules(firewall: NodeFirewall): readonly string[] {
  const zoned = firewall.zones.flatMap(({ interfaces }) => interfaces);
  const why = nftComment(`by zone: see table ${zoneTable}`);
  return [
    ...cameInBy(zoned, firewall).map((by) => `${by} accept ${why}`),
    ...firewall.rules
      // NixOS lets ICMP in by itself.
      .filter(({ match }) => match.kind === "ports")
      .filter(({ at }) => (at.kind === "interface" ? !zoned.includes(at.interface) : at.kind !== "zone"))
      .map((rule) => acceptRule(rule, firewall)),
  ];
}

/** Before NixOS's own chains, which have the priority `filter`. */
function hook(name: "input" | "forward"): string {
  return `type filter hook ${name} priority filter - 10; policy accept;`;
}

/** The rules of each zone's two chains. */
function linesByZone(firewall: NodeFirewall) {
  const interfaces = new Map(firewall.zones.map(({ name, interfaces: own }) => [name, own]));
  const [input, forward] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const rule of firewall.rules)
    if (rule.at.kind === "zone") append(input, rule.at.zone, acceptRule(rule, firewall));
  for (const rule of firewall.forwardings) append(forward, rule.from, forwardRule(rule, interfaces.get(rule.to) ?? []));
  for (const rule of firewall.dnat) append(forward, rule.zone, dnatRule(rule));
  return { input, forward };
}

/** A refusal in the words of each protocol, so that a caller does not wait. */
function verdictLines(verdict: NodeZone["input"]): readonly string[] {
  if (verdict !== "reject") return [verdict];
  return ["meta l4proto tcp reject with tcp reset", "reject with icmpx type admin-prohibited"];
}

/** Of other senders alone: a session of the node's own from its loopback has to keep that address. */
function natLines(zones: readonly NodeZone[]): readonly string[] {
  const rules = zones.map(({ name, interfaces }) => {
    const way = `oifname ${nftAny(interfaces.map(nftInterface))}`;
    return `meta nfproto ipv4 ${way} fib saddr type != local masquerade ${nftComment(`masquerade zone ${name}`)}`;
  });
  return ["type nat hook postrouting priority srcnat; policy accept;", ...rules];
}
