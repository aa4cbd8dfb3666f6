import type { BgpSession, BgpSpeaker } from "@nix-nos/bgp-gen";
import { NixError } from "../expression/expression.js";

/** BGP's port (RFC 4271), and BFD's: control and echo over one hop (RFC 5881), control over several (RFC 5883). */
const bgpPort = "tcp dport 179";
const bfdPorts = "udp dport { 3784, 3785, 4784 }";

/**
 * nftables rules that let in what the planned sessions need, from their neighbours' addresses and no others; a
 * link-local address from its own link alone, because another may have the same. Empty for a speaker without a session.
 */
export function inputRules(speaker: BgpSpeaker): string {
  const bfd = speaker.sessions.filter((session) => session.bfd);
  const rules = [...rulesFrom(speaker.sessions, bgpPort), ...rulesFrom(bfd, bfdPorts)];
  return rules.map((rule) => `${rule}\n`).join("");
}

/** One rule for each way in: a family, and the interface where the address alone does not say it. */
function rulesFrom(sessions: BgpSpeaker["sessions"], match: string): readonly string[] {
  const sources = new Map<string, Set<string>>([
    ["ip", new Set()],
    ["ip6", new Set()],
  ]);
  for (const session of sessions) {
    const selector = selectorOf(session);
    const addresses = sources.get(selector) ?? new Set();
    sources.set(selector, addresses.add(checkedAddress(session.remoteAddress)));
  }
  return [...sources].flatMap(([selector, addresses]) =>
    addresses.size === 0 ? [] : [`${selector} saddr { ${[...addresses].join(", ")} } ${match} accept`],
  );
}

function selectorOf({ remoteAddress, interface: link }: BgpSession): string {
  if (!remoteAddress.includes(":")) return "ip";
  const isLinkLocal = /^fe[89ab][0-9a-f]:/i.test(remoteAddress);
  return isLinkLocal && link !== null ? `iifname "${checkedInterface(link)}" ip6` : "ip6";
}

/** nftables has no quoting for addresses, so nothing else may get here. */
function checkedAddress(address: string): string {
  if (!/^[0-9a-f.:]{2,45}$/i.test(address)) throw new NixError(`${JSON.stringify(address)} is no address.`);
  return address;
}

/** Its strings have no escapes, and a `*` at the end would mean any name that begins so. */
function checkedInterface(name: string): string {
  if (!/^[\w.-]{1,15}$/.test(name)) throw new NixError(`${JSON.stringify(name)} is no interface.`);
  return name;
}
