import { containsAddress, familyOf, isLinkLocal, networkOf, parseAddress, parseInterfaceAddress } from "@nix-nos/ipam";
import type { Network } from "@nix-nos/topology";
import type { BgpSession } from "../plan/types.js";
import type { CrossingSurroundings } from "./crossing.js";

/** What the topology knows of the networks that sessions run over. */
export function linksOf({ index }: Network): Pick<CrossingSurroundings, "isOnLink" | "ownAddress"> {
  const addressesOf = ({ node, remoteAddress }: BgpSession) => {
    const interfaces = index.nodeByName.get(node)?.interfaces ?? [];
    return interfaces.find(({ addresses }) => isInOneOf(addresses, remoteAddress))?.addresses ?? [];
  };
  return {
    // Every interface has link-local ones in a network of its own that looks like any other.
    isOnLink: (session, address) => !isLinkLocal(address) && isInOneOf(addressesOf(session), address),
    ownAddress: (session, family) => {
      const own = addressesOf(session).find((text) => familyOf(text) === family);
      return own?.split("/", 1)[0] ?? null;
    },
  };
}

function isInOneOf(addresses: readonly string[], text: string): boolean {
  const address = parseAddress(text);
  if (address === null) return false;
  return addresses.some((own) => {
    const parsed = parseInterfaceAddress(own);
    return parsed !== null && containsAddress(networkOf(parsed.address, parsed.length), address);
  });
}
