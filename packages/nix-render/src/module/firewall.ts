import type { BgpSpeaker } from "@nix-nos/bgp-gen";
import { NixError } from "../expression/expression.js";

/** BGP's port (RFC 4271), and BFD's: control and echo over one hop (RFC 5881), control over several (RFC 5883). */
const bgpPort = "tcp dport 179";
const bfdPorts = "udp dport { 3784, 3785, 4784 }";

/**
 * nftables rules that let in what the planned sessions need, from their neighbours' addresses and no others; empty
 * for a speaker without a session.
 */
export function inputRules(speaker: BgpSpeaker): string {
  const bfd = speaker.sessions.filter((session) => session.bfd);
  const rules = [...rulesFrom(speaker.sessions, bgpPort), ...rulesFrom(bfd, bfdPorts)];
  return rules.map((rule) => `${rule}\n`).join("");
}

function rulesFrom(sessions: BgpSpeaker["sessions"], match: string): readonly string[] {
  const addresses = [...new Set(sessions.map((session) => checkedAddress(session.remoteAddress)))];
  const rule = (selector: string, list: readonly string[]) =>
    list.length === 0 ? [] : [`${selector} saddr { ${list.join(", ")} } ${match} accept`];
  return [
    ...rule(
      "ip",
      addresses.filter((address) => !address.includes(":")),
    ),
    ...rule(
      "ip6",
      addresses.filter((address) => address.includes(":")),
    ),
  ];
}

/** nftables has no quoting for addresses, so nothing else may get here. */
function checkedAddress(address: string): string {
  if (!/^[0-9a-f.:]{2,45}$/i.test(address)) throw new NixError(`${JSON.stringify(address)} is no address.`);
  return address;
}
