import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { isHostName } from "../document/text.js";
import type { Network } from "../network/network.js";
import type { NamedAddresses } from "./names.js";
import { type DnsRecord, type DnsZone, longestName } from "./zone.js";

/** Every name is one thing's, and can be found. */
export function checkNames(network: Network, named: readonly NamedAddresses[]): readonly Diagnostic[] {
  return [...unnameable(network), ...collisions(named)];
}

/** The DNS takes 253 characters; the longest name shows what does not fit. */
export function checkRecords(zones: readonly DnsZone[]): readonly Diagnostic[] {
  const names = zones.flatMap(({ contact, records }) => [contact, ...records.flatMap(namesIn)]);
  const longest = names.reduce((found, name) => (name.length > found.length ? name : found), "");
  if (longest.length <= longestName) return [];
  const over = longest.length - longestName;
  return [
    {
      code: "NN1368",
      severity: "error",
      message: `With the domain, the name ${quote(longest)} has ${longest.length} characters, and the DNS takes ${longestName}.`,
      path: ["nix-nos", "domain"],
      hint: `Choose a domain that is shorter by ${over === 1 ? "a character" : `${over} characters`}.`,
    },
  ];
}

function namesIn(record: DnsRecord): readonly string[] {
  return "target" in record ? [record.name, record.target] : [record.name];
}

function unnameable({ clusters, workloads, dns, bgp }: Network): readonly Diagnostic[] {
  const inUse = new Set([...workloads, ...dns.services].map(({ cluster }) => cluster));
  const warn = (what: string, name: string, whose: string, path: Path): Diagnostic => ({
    code: "NN1367",
    severity: "warning",
    message: `The ${what} ${quote(name)} has a name that is none in the DNS, so ${whose} found by no name.`,
    path,
    subject: "key",
    hint: "Use letters, digits and inner hyphens.",
  });
  return [
    ...clusters
      .filter(({ name }) => inUse.has(name) && !isHostName(name))
      .map(({ name, path }) => warn("cluster", name, "its workloads and services are", path)),
    ...bgp.vipAdvertisements
      .filter(({ name }) => !isHostName(name))
      .map(({ name, path }) => warn("entry", name, "its virtual addresses are", path)),
  ];
}

/** Two things of one name would be found by each other's addresses; names are alike in any case (RFC 4343). */
function collisions(named: readonly NamedAddresses[]): readonly Diagnostic[] {
  const firsts = new Map<string, NamedAddresses>();
  const diagnostics: Diagnostic[] = [];
  for (const each of named) {
    const clash = each.names.find((name) => firsts.has(name.toLowerCase()));
    const first = clash === undefined ? undefined : firsts.get(clash.toLowerCase());
    for (const name of each.names) if (!firsts.has(name.toLowerCase())) firsts.set(name.toLowerCase(), each);
    if (clash === undefined || first === undefined) continue;
    diagnostics.push({
      code: "NN1369",
      severity: "error",
      message: `Both ${first.owner} and ${each.owner} are found by the name ${quote(clash)}.`,
      path: each.path,
      hint: "Give one of them another name.",
      related: [{ message: `${first.owner} is here`, path: first.path }],
    });
  }
  return diagnostics;
}
