import { parseAddress, parseInterfaceAddress, parsePrefix, parseRange } from "@nix-nos/ipam";
import { z } from "zod";
import { quote } from "../diagnostics/nearest.js";
import { parseCommunity } from "./community.js";

/** What a refined text says about itself when it is wrong: read by the validation that makes diagnostics of issues. */
export interface TextIssue {
  readonly code: string;
  readonly hint?: string;
}

/** Text that must pass a test; a failure becomes the diagnostic with `code`. */
function text(test: (value: string) => boolean, expected: string, issue: TextIssue) {
  return z.string().superRefine((value, context) => {
    if (test(value)) return;
    context.addIssue({ code: "custom", message: `Expected ${expected}, found ${quote(value)}.`, params: { ...issue } });
  });
}

/** One label of a DNS name (RFC 1123), as NixOS wants a host name. */
const hostLabel = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/;
const plainName = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
/** Linux takes 15 bytes; `:` is an old alias, `/` and spaces end up in paths. */
const linuxInterface = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/;

export const nodeName = text(
  (value) => hostLabel.test(value),
  "a node name (letters, digits and inner hyphens, at most 63)",
  { code: "NN1106", hint: "A node's name is its host name: one DNS label, without a dot." },
);

export const name = text(
  (value) => plainName.test(value),
  "a name (letters, digits, inner `-`, `_` and `.`, at most 63)",
  { code: "NN1106" },
);

export const interfaceName = text(
  (value) => linuxInterface.test(value),
  "an interface name (at most 15 of letters, digits, `-`, `_` and `.`)",
  { code: "NN1106" },
);

export const domainName = text(
  (value) => value.length <= 253 && value.split(".").every((label) => hostLabel.test(label)),
  "a domain name",
  { code: "NN1106" },
);

export const address = text((value) => parseAddress(value) !== null, "an IPv4 or IPv6 address", {
  code: "NN1201",
  hint: "IPv4: four numbers from 0 to 255, as 10.0.1.10. IPv6: as fd00::10. No prefix length here.",
});

export const ipv4Address = text((value) => parseAddress(value)?.family === "ipv4", "an IPv4 address", {
  code: "NN1201",
  hint: "Four numbers from 0 to 255, as 10.255.0.1.",
});

export const addressOrInterfaceAddress = text(
  (value) => parseAddress(value) !== null || parseInterfaceAddress(value) !== null,
  "an IP address, with or without a prefix length",
  { code: "NN1201", hint: "IPv4: four numbers from 0 to 255, as 10.0.1.10 or 10.0.1.10/24. IPv6: as fd00::10/64." },
);

export const interfaceAddress = text(
  (value) => parseInterfaceAddress(value) !== null,
  "an address with its prefix length",
  { code: "NN1202", hint: "Write the length of the network too: 10.0.1.10/24." },
);

export const prefix = text(
  (value) => parsePrefix(value) !== null,
  "a prefix: an address and a length, and no bits set after the length",
  { code: "NN1202", hint: "As 10.0.0.0/24 or 2001:db8::/48." },
);

export const addressRange = text(
  (value) => parseAddress(value) !== null || parsePrefix(value) !== null || parseRange(value) !== null,
  "an address, a prefix, or a range FIRST-LAST",
  { code: "NN1202", hint: "As 10.10.0.1, 10.10.0.0/28 or 10.10.0.1-10.10.0.9." },
);

export const community = text((value) => parseCommunity(value) !== null, "a BGP community", {
  code: "NN1209",
  hint: "65000:100 is a standard community (two numbers up to 65535), 65000:1:1 a large one (three up to 4294967295).",
});

/** `node:interface`, one end of a link. */
export const linkEnd = text((value) => parseLinkEnd(value) !== null, "an end of a link, NODE:INTERFACE", {
  code: "NN1106",
  hint: "As leaf01:swp1.",
});

/** Splits `leaf01:swp1`; `null` when it is not of that form. */
export function parseLinkEnd(value: string): { readonly node: string; readonly interface: string } | null {
  const colon = value.indexOf(":");
  if (colon < 0) return null;
  const end = { node: value.slice(0, colon), interface: value.slice(colon + 1) };
  return hostLabel.test(end.node) && linuxInterface.test(end.interface) ? end : null;
}
