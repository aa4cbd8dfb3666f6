import { z } from "zod";
import { macSchema } from "../schema/inventory.js";
import { hostnameSchema, sshKeySchema } from "../schema/text.js";

const certificate = /-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END CERTIFICATE-----/g;

const networkSchema = z.strictObject({
  mac: macSchema.nullable().describe("The port's MAC address; null for every port that has a cable."),
  addresses: z.array(z.union([z.cidrv4(), z.cidrv6()], "an address with its prefix length, as 192.0.2.10/24")).min(1),
  gateways: z.array(z.union([z.ipv4(), z.ipv6()], "an address, as 192.0.2.1")),
  nameservers: z.array(z.union([z.ipv4(), z.ipv6()], "an address, as 192.0.2.53")),
});

/** What a machine is told in its installer: which deployer, whom to trust, how to introduce itself. */
export const nodeSettingsSchema = z.strictObject({
  server: z
    .url({ protocol: /^https$/, error: "an address as https://deployer.example:7443", abort: true })
    // A path is signed as it is asked for, so there is none before it.
    .refine((url) => new URL(url).href === `${originOf(url)}/`, "an address without a path, a name or a password")
    .transform(originOf),
  bootstrapKey: z.string().regex(/^[!-~]{1,200}$/, "one word, as `keys create` prints it"),
  hostname: hostnameSchema.nullable().describe("Null where it does not know who it is to be."),
  authority: z
    .string()
    .transform((text) => [...text.matchAll(certificate)].map(([, base64 = ""]) => base64.replace(/\s/g, "")))
    .refine((found) => found.length > 0, "a certificate, PEM: -----BEGIN CERTIFICATE-----"),
  authorizedKeys: z.array(sshKeySchema).describe("Who may log in as root: the deployer, where it pushes."),
  network: networkSchema.nullable().describe("Null takes what the network gives, by DHCP and router advertisements."),
});
export type NodeSettings = z.input<typeof nodeSettingsSchema>;

function originOf(url: string): string {
  return new URL(url).origin;
}

/**
 * The file `nixnos.conf`, as `phone-home.sh` and the installer read it: a line for each word with its value, then the
 * authority. Comments and keys around the certificates of the authority's text are left out.
 *
 * @throws ZodError for a value that is not of its form
 * @example
 * ```ts
 * import { printNodeSettings } from "@plasmacloud/deployer-client";
 *
 * const authority = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
 * const settings = { server: "https://deployer.example:7443/", bootstrapKey: "nnb_x", hostname: "node01", authority, authorizedKeys: [], network: null };
 * printNodeSettings(settings).split("\n").slice(0, 3); // => ["server https://deployer.example:7443","bootstrap-key nnb_x","hostname node01"]
 * ```
 */
export function printNodeSettings(settings: NodeSettings): string {
  const { server, bootstrapKey, hostname, authority, authorizedKeys, network } = nodeSettingsSchema.parse(settings);
  const lines = [
    ["server", server],
    ["bootstrap-key", bootstrapKey],
    ...(hostname === null ? [] : [["hostname", hostname]]),
    ...(network === null ? [] : networkLines(network)),
    ...authorizedKeys.map((key) => ["authorized-key", key]),
  ];
  const text = lines.map((line) => `${line.join(" ")}\n`).join("");
  return text + authority.map(printCertificate).join("");
}

function networkLines({ mac, addresses, gateways, nameservers }: z.output<typeof networkSchema>) {
  return [
    ...(mac === null ? [] : [["mac", mac]]),
    ...addresses.map((address) => ["address", address]),
    ...gateways.map((address) => ["gateway", address]),
    ...nameservers.map((address) => ["nameserver", address]),
  ];
}

/** RFC 7468: lines of 64 characters. */
function printCertificate(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
