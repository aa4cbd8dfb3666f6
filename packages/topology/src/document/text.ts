import { formatPrefix, networkOf, parseAddress, parseInterfaceAddress, parsePrefix, parseRange } from "@nix-nos/ipam";
import { z } from "zod";
import { quote } from "../diagnostics/nearest.js";
import { largestAs, type NumberRange } from "../network/ranges.js";
import { parseAsNumber } from "./as-number.js";
import { parseAsPath } from "./as-path.js";
import { calendarFault } from "./calendar.js";
import { parseCommunity, parseCommunityPattern } from "./community.js";
import { parsePrefixRange } from "./prefix-range.js";

/** What a refined text says about itself when it is wrong: read by the validation that makes diagnostics of issues. */
export interface TextIssue {
  readonly code: string;
  readonly hint?: string;
}

/** Text that must pass a test; a failure becomes the diagnostic with `code`. */
export function text(
  test: (value: string) => boolean,
  expected: string,
  issue: TextIssue,
  hintFor: (value: string) => string | undefined = () => undefined,
) {
  return z.string().superRefine((value, context) => {
    if (test(value)) return;
    const hint = hintFor(value) ?? issue.hint;
    const params = { ...issue, ...(hint !== undefined && { hint }) };
    context.addIssue({ code: "custom", message: `Expected ${expected}, found ${quote(value)}.`, params });
  });
}

/** The network that an address with host bits is in: most often that was meant. */
function networkHint(value: string): string | undefined {
  const written = parseInterfaceAddress(value);
  return written ? `Did you mean "${formatPrefix(networkOf(written.address, written.length))}"?` : undefined;
}

/** One label of a host name (RFC 1123); NixOS would take `_` too, other systems and certificates do not. */
const hostLabel = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const plainName = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const policyWord = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,46}[A-Za-z0-9])?$/;
/** Linux takes 15 bytes; `:` is an old alias, `/` and spaces end up in paths, `all` and `default` are sysctl's. */
const linuxInterface = /^(?!(?:all|default)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/;

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
  (value) =>
    /^(?:all|default)$/.test(value) ? "Linux keeps this name for what holds for every interface." : undefined,
);

/** Labels of RFC 1123 between dots. */
export function isHostName(value: string): boolean {
  return value.length <= 253 && value.split(".").every((label) => hostLabel.test(label));
}

export const domainName = text(isHostName, "a domain name", { code: "NN1106" });

/** A domain to search, or after `~` one that is asked for on a link, as resolved has them. */
export const domainOrRoute = text(
  (value) => value === "~." || isHostName(value.replace(/^~/, "")),
  "a domain name, or `~` and one",
  { code: "NN1106", hint: "As acme.example, ~corp.example, or ~. for every name." },
);

export const hostOrAddress = text((value) => parseAddress(value) !== null || isHost(value), "a host name or address", {
  code: "NN1201",
  hint: "As ntp.acme.example, 10.0.1.123 or fd00::123.",
});

/** Numbers with dots that are no address are no host name either. */
function isHost(value: string): boolean {
  return isHostName(value) && !/^[\d.]+$/.test(value);
}

export const macAddress = text(isMacAddress, "a MAC address of one interface", {
  code: "NN1106",
  hint: "Six bytes with colons, as 52:54:00:12:34:56; the first is even, and not all are 0.",
});

/** EUI-48 with colons; a group address (first bit of the first byte, IEEE 802) is no interface's. */
function isMacAddress(value: string): boolean {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(value)) return false;
  return Number.parseInt(value.slice(0, 2), 16) % 2 === 0 && !/^[0:]+$/.test(value);
}

/** A VLAN by its number, several as a range, or one by the name of an entry in `network.vlans`. */
export const vlanReference = z.union([
  z.int().min(1).max(4094),
  text(
    (value) => parseVlanRange(value) !== null || (/^(?!\d+(?:-\d+)?$)/.test(value) && plainName.test(value)),
    "a VLAN",
    {
      code: "NN1106",
      hint: 'A number from 1 to 4094, a range as "30-39", or the name of an entry in `network.vlans`.',
    },
  ),
]);

/** Reads `30-39`; `null` when it is no range of VLANs. */
export function parseVlanRange(value: string): NumberRange | null {
  const found = /^(\d{1,4})-(\d{1,4})$/.exec(value);
  if (found === null) return null;
  const [min, max] = [Number(found[1]), Number(found[2])];
  return min >= 1 && min <= max && max <= 4094 ? { min, max } : null;
}

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
  networkHint,
);

export const addressRange = text(
  (value) => parseAddress(value) !== null || parsePrefix(value) !== null || parseRange(value) !== null,
  "an address, a prefix, or a range FIRST-LAST",
  { code: "NN1202", hint: "As 10.10.0.1, 10.10.0.0/28 or 10.10.0.1-10.10.0.9." },
);

export const community = text((value) => parseCommunity(value) !== null, "a BGP community", {
  code: "NN1209",
  hint: "65000:100 is a standard community (two numbers up to 65535), 65000:1:1 a large one (three up to 4294967295), rt:65000:1 an extended one.",
});

/** A community, or the name of one under `bgp.communities`, which is checked with the other names. */
export const communityOrName = text(
  (value) => policyWord.test(value) || parseCommunity(value) !== null,
  "a BGP community, or the name of one",
  {
    code: "NN1209",
    hint: "65000:100 is a standard community (two numbers up to 65535), 65000:1:1 a large one (three up to 4294967295), rt:65000:1 an extended one.",
  },
);

export const communityPattern = text(
  (value) => policyWord.test(value) || parseCommunityPattern(value) !== null,
  "a BGP community, or the name of one",
  {
    code: "NN1209",
    hint: "As 65000:100, 65000:1:1 or rt:65000:1; `*` may stand for the last numbers, as in 65000:* or 65000:1:*.",
  },
);

/** A regular expression of AS numbers; the message says where it goes wrong. */
export const asPath = z.string().superRefine((value, context) => {
  const { fault } = parseAsPath(value);
  if (fault === null) return;
  const message = `Expected ${fault.expected} at character ${fault.at} of ${quote(value)}.`;
  const hint = 'Its letters are AS numbers: "^64500 (64501|64502)* [64512-65534]$", "." for any of them.';
  context.addIssue({ code: "custom", message, params: { code: "NN1250", hint } });
});

export const asRange = text((value) => parseAsRange(value) !== null, "a range of AS numbers, FIRST-LAST", {
  code: "NN1206",
  hint: 'As "64512-65534"; a single number stands without quotes.',
});

/** Reads `64512-65534`; `null` when it is no range of AS numbers. */
export function parseAsRange(value: string): NumberRange | null {
  const match = /^(\d{1,10})-(\d{1,10})$/.exec(value);
  if (!match) return null;
  const [min, max] = [Number(match[1]), Number(match[2])];
  return min >= 1 && min <= max && max <= largestAs ? { min, max } : null;
}

export const addressOrPrefix = text(
  (value) => parseAddress(value) !== null || parsePrefix(value) !== null,
  "an address or a prefix",
  { code: "NN1202", hint: "As 192.0.2.1 or 192.0.2.0/24; no bits are set after a prefix's length." },
  networkHint,
);

/** Where a route leads. */
export const destination = text(
  (value) => value === "default" || parseAddress(value) !== null || parsePrefix(value) !== null,
  "a prefix, an address or `default`",
  { code: "NN1202", hint: "As 10.0.0.0/8, 192.0.2.1 or default; no bits are set after a prefix's length." },
  networkHint,
);

export const prefixRange = text(
  (value) => parsePrefixRange(value) !== null,
  "a prefix, alone or with a range of lengths",
  {
    code: "NN1202",
    hint: "As 10.0.0.0/8, 10.0.0.0/8+ or 10.0.0.0/8{16,24}; no bits are set after the length.",
  },
);

export const policyName = text(
  (value) => policyWord.test(value),
  "a name (letters, digits, inner `-` and `_`, at most 48)",
  {
    code: "NN1106",
    hint: "Policies and prefix sets become names in the routing daemons' languages.",
  },
);

/** Names of RFC 2622 §5, also hierarchical and with a source in front; AS-ANY and RS-ANY are reserved, and stand for all. */
function isRegistryName(value: string, parts: string): boolean {
  const part = `(?!(?:AS|RS)-ANY(?::|$))(?:${parts})`;
  const whole = new RegExp(`^(?:[A-Z][A-Z0-9-]{0,31}::)?${part}(?::${part})*$`, "i");
  return value.length <= 255 && whole.test(value);
}

const asSetParts = "AS\\d{1,10}|AS-(?:[A-Z0-9_-]{0,61}[A-Z0-9])";

export const asSetName = text((value) => isRegistryName(value, asSetParts), "the name of an AS-SET", {
  code: "NN1106",
  hint: "As AS-EXAMPLE, AS64500:AS-CUSTOMERS or RIPE::AS-EXAMPLE (RFC 2622); a single AS64500 is one as well.",
});

/** What a registry knows prefixes of. */
export const asSetOrRouteSetName = text(
  (value) => isRegistryName(value, `${asSetParts}|RS-(?:[A-Z0-9_-]{0,61}[A-Z0-9])`),
  "the name of an AS-SET or a route-set",
  {
    code: "NN1106",
    hint: "As AS-EXAMPLE, AS64500:AS-CUSTOMERS, RIPE::AS-EXAMPLE or RS-EXAMPLE (RFC 2622); a single AS64500 is one as well.",
  },
);

export const irrSource = text((value) => /^[A-Z][A-Z0-9-]{0,31}$/.test(value), "the name of a routing registry", {
  code: "NN1106",
  hint: "In capital letters, as RIPE, ARIN, RADB or RPKI.",
});

/** An AS number as a value; as a map's key it is text. */
export const asNumber = z.int().superRefine((value, context) => {
  const { fault } = parseAsNumber(String(value));
  if (fault === null) return;
  context.addIssue({ code: "custom", message: `${quote(value)} ${fault}.`, params: { code: "NN1206" } });
});

/** A secret is never a value: only the name of a file that exists on the node. */
export const secretFile = text(
  (value) => value.length <= 1024 && /^\/[\w./@%+=:,-]+$/.test(value) && !value.split("/").includes(".."),
  "the absolute path of a file on the node",
  {
    code: "NN1107",
    hint: "A secret stands in a file on the node, never in the topology: as /run/secrets/bgp/transit-a.",
  },
).meta({ examples: ["/run/secrets/bgp/transit-a"] });

/** Text for people; it ends up in comments and descriptions of several languages. */
export const description = text(
  (value) => value.length > 0 && value.length <= 200 && !hasControl(value),
  "one line of text, at most 200 characters",
  { code: "NN1106" },
);

/** A value that unit files and command lines can hold. */
export const lineFree = text((value) => value.length <= 4096 && !hasControl(value), "one line of text", {
  code: "NN1106",
  hint: "Line breaks and other control characters cannot be written into a unit file.",
});

export const environmentName = text(
  (value) => /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(value),
  "the name of an environment variable (letters, digits and `_`)",
  { code: "NN1106" },
);

export const containerImage = text(
  (value) => /^[a-z0-9][\w.:/@-]{0,254}$/.test(value),
  "a container image, as docker.io/library/registry:2.8.3",
  { code: "NN1106" },
);

/** One DNS label in small letters: it becomes a unit's name, a container's name and a name in the DNS. */
export const workloadName = text(
  (value) => hostLabel.test(value) && value === value.toLowerCase(),
  "a workload's name (small letters, digits and inner hyphens, at most 63)",
  { code: "NN1106", hint: "It is found by this name in the DNS, and its unit is `workload-NAME.service`." },
);

/** A path that unit files and podman's options take as it is: no spaces, no colons, no way up. */
const plainPath = /^\/[\w./@%+=,-]*$/;

export const volume = text(
  (value) => parseVolume(value) !== null,
  "a volume, PATH or SOURCE:TARGET, with `:ro` to read only",
  {
    code: "NN1106",
    hint: "Both are absolute paths, as /srv/registry:/var/lib/registry or /etc/ssl/certs:ro.",
  },
);

/** Splits `/srv/data:/data:ro`; `null` when it is not of that form. */
export function parseVolume(
  value: string,
): { readonly source: string; readonly target: string; readonly readOnly: boolean } | null {
  const readOnly = value.endsWith(":ro");
  const [source = "", target = source, ...more] = (readOnly ? value.slice(0, -3) : value).split(":");
  const isPath = (path: string) => path.length <= 1024 && plainPath.test(path) && !path.split("/").includes("..");
  return more.length === 0 && isPath(source) && isPath(target) ? { source, target, readOnly } : null;
}

export const memorySize = text((value) => parseMemory(value) !== null, "an amount of memory", {
  code: "NN1105",
  hint: "In bytes, or with K, M, G or T for powers of 1024: 512M, 4G.",
});

/** Bytes that `512M` are; `null` when it is no amount, or less than a program can start with. */
export function parseMemory(value: string): number | null {
  const match = /^([1-9]\d{0,14})([KMGT]?)$/.exec(value);
  const bytes = Number(match?.[1]) * 1024 ** " KMGT".indexOf(match?.[2] || " ");
  return match && Number.isSafeInteger(bytes) && bytes >= 1024 ** 2 ? bytes : null;
}

export const systemUser = text(
  (value) => /^[a-z_][a-z0-9_-]{0,30}$/.test(value),
  "a user's name (small letters, digits, `-` and `_`, at most 31)",
  { code: "NN1106" },
);

export const capability = text((value) => /^CAP_[A-Z_]{3,30}$/.test(value), "a Linux capability", {
  code: "NN1106",
  hint: "As CAP_NET_BIND_SERVICE; see capabilities(7).",
});

/** IANA's service names (RFC 6335 §5.1), which SRV records carry. */
export const portName = text(
  (value) => /^(?=.*[a-z])(?!.*--)[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/.test(value),
  "a service's name (small letters, digits and inner hyphens, at most 15)",
  { code: "NN1106", hint: "As http, or metrics: the SRV record is _NAME._tcp (RFC 6335)." },
);

export const calendar = z.string().superRefine((value, context) => {
  const fault = calendarFault(value);
  if (fault === null) return;
  const hint = "As daily, Mon..Fri 03:00 or *-*-01 04:00:00; `systemd-analyze calendar` explains one.";
  const message = `${quote(value)} is no calendar expression: ${fault}.`;
  context.addIssue({ code: "custom", message, params: { code: "NN1360", hint } });
});

export const portMapping = text((value) => parsePortMapping(value) !== null, "a port or a mapping NODE:CONTAINER", {
  code: "NN1105",
  hint: 'Ports are 1 to 65535, as "8080", "5000:5000" or "53:5353/udp".',
});

/** Splits `53:5353/udp`; `null` when it is not of that form. */
export function parsePortMapping(
  value: string,
): { readonly node: number; readonly container: number; readonly protocol: "tcp" | "udp" } | null {
  const match = /^(\d{1,5})(?::(\d{1,5}))?(?:\/(tcp|udp))?$/.exec(value);
  const node = Number(match?.[1]);
  const container = Number(match?.[2] ?? match?.[1]);
  if (!match || [node, container].some((port) => port < 1 || port > 65535)) return null;
  return { node, container, protocol: match[3] === "udp" ? "udp" : "tcp" };
}

export const endpoint = text((value) => isEndpoint(value), "HOST:PORT", {
  code: "NN1201",
  hint: "As 198.51.100.7:51820, [2001:db8::7]:51820 or vpn.example:51820.",
});

function isEndpoint(value: string): boolean {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(value);
  if (!match || Number(match[3]) < 1 || Number(match[3]) > 65535) return false;
  const [, ipv6, host] = match;
  if (ipv6 !== undefined) return parseAddress(ipv6)?.family === "ipv6";
  if (host === undefined || host.length > 253) return false;
  // Four numbers that are no address are no host name either.
  return /^[\d.]+$/.test(host) ? parseAddress(host) !== null : host.split(".").every((label) => hostLabel.test(label));
}

export const wireguardKey = text((value) => /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(value), "a WireGuard key", {
  code: "NN1106",
  hint: "44 characters of base64, as `wg pubkey` prints it.",
}).meta({ examples: ["HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw="] });

export const includePath = text(isIncludePath, "the relative path of a topology file", {
  code: "NN1011",
  hint: "Relative to the file that it stands in, as sites/osaka.yaml.",
});

/** Neither an absolute path nor a URL. */
export function isIncludePath(value: string): boolean {
  return /^[^/].{0,1023}$/u.test(value) && !/^[a-z]+:/i.test(value) && !hasControl(value);
}

function hasControl(value: string): boolean {
  return /\p{Cc}|\u2028|\u2029/u.test(value);
}

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
