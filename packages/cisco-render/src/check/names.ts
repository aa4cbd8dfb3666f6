import type { BgpSpeaker } from "@nix-nos/bgp-gen";
import { type Diagnostic, didYouMean, type Network, type Node, type Path, quote } from "@nix-nos/topology";
import { iosTextFault, longestLine } from "../ios/document.js";
import { vlansOf } from "../network/interfaces.js";
import type { Ports } from "../network/ports.js";

/** Names and texts that IOS cannot hold (NN6101). */
export function checkNames(ports: Ports, speaker: BgpSpeaker | null, network: Network): readonly Diagnostic[] {
  return [...checkPorts(ports), ...checkTexts(ports.node, speaker, network), ...checkLengths(ports, network)];
}

function fault(message: string, path: Path, hint: string): Diagnostic {
  return { code: "NN6101", severity: "error", message, path, hint };
}

function checkPorts({ node, nameOf, byName }: Ports): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const first = new Map<string, string>();
  for (const entry of node.interfaces) {
    const port = nameOf(entry);
    if (port === null) {
      // What stands on something without a name is not named either, and neither are kinds that IOS has not.
      if (!needsName.has(entry.kind)) continue;
      const what =
        entry.kind === "bond" ? "Port-channel1" : entry.kind === "dummy" ? "Loopback1" : "GigabitEthernet0/0/0";
      const message = `IOS has no port called ${quote(entry.name)}, and ${node.name} does not say which one is meant.`;
      found.push(fault(message, entry.path, `Name it: \`cisco: { ports: { ${entry.name}: ${what} } }\`.`));
      continue;
    }
    const wanted = kinds[entry.kind];
    if (wanted !== undefined && !wanted.test(port))
      found.push(
        fault(
          `${quote(port)} is no ${entry.kind} on IOS, which ${entry.name} of ${node.name} is.`,
          portPath(node, entry.name, entry.path),
          `As ${examples[entry.kind]}.`,
        ),
      );
    const other = first.get(port);
    if (other !== undefined)
      found.push(
        fault(
          `${entry.name} and ${other} of ${node.name} would be one port, ${port}.`,
          portPath(node, entry.name, entry.path),
          "Name another port.",
        ),
      );
    first.set(port, entry.name);
  }
  for (const name of node.cisco?.ports.keys() ?? []) {
    if (byName.has(name)) continue;
    const hint = didYouMean(name, [...byName.keys()]) ?? "Add it to `interfaces`.";
    found.push(
      fault(`The node ${quote(node.name)} has no interface ${quote(name)}.`, portPath(node, name, node.path), hint),
    );
  }
  return found;
}

const needsName: ReadonlySet<string> = new Set(["ethernet", "bond", "dummy"]);

/** What a kind is called; a port of any other name is a cable's. */
const kinds: Readonly<Record<string, RegExp>> = {
  bond: /^Port-channel[1-9]\d*$/,
  dummy: /^Loopback\d+$/,
  loopback: /^Loopback\d+$/,
  ethernet: /^(?!Port-channel|Loopback|Vlan|Tunnel|BDI|Null)/,
  vlan: /^Vlan\d+$|\.\d+$|^BDI\d+$/,
};

const examples: Readonly<Record<string, string>> = {
  bond: "Port-channel1",
  dummy: "Loopback1",
  loopback: "Loopback0",
  ethernet: "GigabitEthernet0/0/0",
  vlan: "Vlan100",
};

function portPath(node: Node, name: string, otherwise: Path): Path {
  return node.cisco?.ports.has(name) ? [...node.path, "cisco", "ports", name] : otherwise;
}

/** IOS keeps so much of a neighbour's description. */
const longestDescription = 80;

function checkTexts(node: Node, speaker: BgpSpeaker | null, { bgp }: Network): readonly Diagnostic[] {
  const own = new Set(speaker?.sessions.map(({ peer }) => peer));
  return bgp.peers.flatMap(({ name, description, path }) => {
    if (description === null || !own.has(name)) return [];
    const what =
      iosTextFault(description) ??
      (description.length > longestDescription ? `is longer than ${longestDescription} characters` : null);
    if (what === null) return [];
    const message = `IOS cannot hold the description of ${quote(name)}, a neighbour of ${node.name}: it ${what}.`;
    return [
      fault(message, [...path, "description"], "Use printable ASCII without `?`, `!` and `{{`, at most 80 characters."),
    ];
  });
}

/** IOS keeps so much of a VLAN's name. */
const longestVlanName = 32;

function checkLengths({ node }: Ports, { domain, vlans }: Network): readonly Diagnostic[] {
  const own = vlansOf(node);
  const long = vlans.filter(({ id, name }) => own.has(id) && name.length > longestVlanName);
  const longestDomain = longestLine - "ip domain name ".length;
  return [
    ...long.map(({ name }) =>
      fault(
        `IOS cannot hold the VLAN's name ${quote(name)}, which ${node.name} has: it is longer than ${longestVlanName} characters.`,
        ["nix-nos", "network", "vlans", name],
        "Give it a shorter one.",
      ),
    ),
    ...(domain === null || domain.length <= longestDomain
      ? []
      : [
          fault(
            `IOS cannot hold the domain of ${node.name}: it is longer than ${longestDomain} characters.`,
            ["nix-nos", "domain"],
            "Use a shorter one.",
          ),
        ]),
  ];
}
