import type { BgpSpeaker } from "@nix-nos/bgp-gen";
import { isLinkLocal } from "@nix-nos/ipam";
import type { Interface, Route } from "@nix-nos/topology";
import { type IosLine, line, word } from "../ios/document.js";
import { discardAddress, discardedFamilies } from "../policy/discard.js";
import { networkText, prefixParts } from "./addresses.js";
import type { Ports } from "./ports.js";

/** Static routes: those of the interfaces, and the ones that lead nowhere: so that BGP may announce a prefix, or what it learns throw away. */
export function routeLines(ports: Ports, speaker: BgpSpeaker | null): readonly IosLine[] {
  const lines = [
    ...ports.node.interfaces.flatMap((entry) => interfaceRoutes(entry, ports)),
    ...announced(ports, speaker).map((prefix) => nowhere(prefix)),
    ...(speaker?.sessions ?? []).flatMap(discardedFamilies).map((family) => nowhere(discardPrefix[family])),
  ];
  return [...new Map(lines.map((own) => [own.text, own])).values()];
}

function interfaceRoutes(entry: Interface, { nameOf }: Ports): readonly IosLine[] {
  const port = nameOf(entry);
  const gateways = entry.gateways.map((via) => towards(via.includes(":") ? "::/0" : "0.0.0.0/0", via, null, ""));
  const routes = (entry.settings?.routes ?? []).map(({ to, via, type, metric }: Route) => {
    const distance = metric === null || metric === 0 ? "" : ` ${metric}`;
    return type === "blackhole" ? nowhere(to, distance) : towards(to, via, port, distance);
  });
  return [...gateways, ...routes];
}

function towards(to: string, via: string | null, port: string | null, distance: string): IosLine {
  const hop = {
    token: `${via === null ? "" : word(via).token}${via === null && port !== null ? word(port).token : ""}${distance}`,
  };
  if (to.includes(":")) {
    // A link-local gateway is on one link, which IOS has to be told.
    const out = via !== null && isLinkLocal(via) && port !== null ? `${word(port).token} ${hop.token}` : hop.token;
    return line`ipv6 route ${word(to)} ${{ token: out }}`;
  }
  const { address, mask } = prefixParts(to);
  return line`ip route ${address} ${mask} ${hop}`;
}

const discardPrefix = { ipv4: `${discardAddress.ipv4}/32`, ipv6: `${discardAddress.ipv6}/128` } as const;

function nowhere(prefix: string, distance = ""): IosLine {
  if (prefix.includes(":")) return line`ipv6 route ${word(prefix)} Null0${{ token: distance }}`;
  const { address, mask } = prefixParts(prefix);
  return line`ip route ${address} ${mask} Null0${{ token: distance }}`;
}

/** Prefixes that BGP announces and no interface is in exactly: IOS announces what is in its routing table alone. */
function announced({ node, nameOf }: Ports, speaker: BgpSpeaker | null): readonly string[] {
  if (speaker === null) return [];
  const connected = new Set(
    node.interfaces.filter((entry) => nameOf(entry) !== null).flatMap(({ addresses }) => addresses.map(networkText)),
  );
  const own = [...speaker.originated, ...speaker.vips.map(({ prefix }) => prefix)];
  return [...new Set(own)].filter((prefix) => !connected.has(prefix));
}
