import { z } from "zod";
import { didYouMean } from "../diagnostics/nearest.js";
import type { ServicePorts } from "../network/firewall.js";
import { addressOrPrefix, name, text } from "./text.js";

/** What can be named instead of a port: each with IANA's ports. */
const services: Readonly<Record<string, readonly ServicePorts[]>> = {
  dhcp: [port("udp", 67)],
  dhcpv6: [port("udp", 547)],
  dns: [port("tcp", 53), port("udp", 53)],
  http: [port("tcp", 80)],
  // HTTP/3 is on the same number (RFC 9114).
  https: [port("tcp", 443), port("udp", 443)],
  mdns: [port("udp", 5353)],
  ntp: [port("udp", 123)],
  snmp: [port("udp", 161)],
  ssh: [port("tcp", 22)],
  syslog: [port("udp", 514)],
  tftp: [port("udp", 69)],
};

function port(protocol: "tcp" | "udp", first: number, last = first): ServicePorts {
  return { protocol, first, last };
}

/** Reads `ssh`, `8443/tcp` or `60000-61000/udp`; `null` when it is none of them. */
export function parseServicePorts(written: string): readonly ServicePorts[] | null {
  if (Object.hasOwn(services, written)) return services[written] ?? null;
  const match = /^(\d{1,5})(?:-(\d{1,5}))?\/(tcp|udp)$/.exec(written);
  if (!match) return null;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (first < 1 || last > 65535 || first > last) return null;
  return [port(match[3] === "udp" ? "udp" : "tcp", first, last)];
}

const servicePorts = text(
  (value) => parseServicePorts(value) !== null,
  "a service or PORT/PROTOCOL",
  { code: "NN1341", hint: `As 8443/tcp or 60000-61000/udp, or one of ${Object.keys(services).join(", ")}.` },
  (value) => (/^[a-z]/i.test(value) ? didYouMean(value, Object.keys(services)) : undefined),
);

const allow = z.array(
  z.union([
    servicePorts,
    z
      .strictObject({
        ports: z
          .array(servicePorts)
          .min(1)
          .describe("Services and ports.")
          .meta({ examples: [["ssh", "9100/tcp"]] }),
        from: z
          .array(addressOrPrefix)
          .min(1)
          .describe("Addresses and prefixes that packets come from.")
          .meta({ examples: [["10.10.0.0/24"]] }),
      })
      .describe("Ports that are open for some senders."),
  ]),
);

const verdict = z.enum(["accept", "drop", "reject"]);

export const zone = z
  .strictObject({
    input: verdict
      .default("drop")
      .describe("What becomes of packets for the node itself that come in by the zone and that nothing allows.")
      .meta({ examples: ["accept"] }),
    forward: verdict
      .default("drop")
      .describe(
        "What becomes of packets that come in by the zone to go on: `accept` passes what leaves by the same zone; to other zones lead `forwardings`.",
      )
      .meta({ examples: ["reject"] }),
    masquerade: z
      .boolean()
      .default(false)
      .describe("IPv4 packets of others that leave by the zone take the node's own address there (RFC 3022).")
      .meta({ examples: [true] }),
    allow: allow
      .optional()
      .describe("What gets in: names of services, PORT/PROTOCOL, or both for some senders.")
      .meta({ examples: [["ssh", "8443/tcp", { ports: ["9100/tcp"], from: ["10.10.0.0/24"] }]] }),
    workloads: z
      .array(name)
      .optional()
      .describe("Names of the workloads whose ports get in.")
      .meta({ examples: [["registry"]] }),
  })
  .describe("Interfaces that are trusted alike, each with this `zone`.");

export const forwarding = z
  .strictObject({
    from: name.describe("Zone that packets come in by.").meta({ examples: ["lan"] }),
    to: name.describe("Zone that they leave by.").meta({ examples: ["wan"] }),
    allow: allow
      .optional()
      .describe("What may pass; default: everything.")
      .meta({ examples: [["http", "https"]] }),
  })
  .describe("Packets that go from one zone to another. Answers always pass.");

export type TopologyZone = z.output<typeof zone>;
export type TopologyAllow = z.output<typeof allow>;
