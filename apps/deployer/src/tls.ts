import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { type CertificatePair, makeAuthority, makeCertificate } from "@nix-nos/pki";
import { type Config, ConfigError } from "./config.js";
import { madeOnce, readOrNull } from "./durable-file.js";

/** What the server speaks TLS with. */
export interface Tls extends CertificatePair {
  /** The deployer's own authority, for nodes and operators to trust; `null` where certificates were given. */
  readonly authorityFile: string | null;
}

const day = 86_400_000;
const authorityYears = 10;
/** The server's certificate is made anew at each start and each week, so it is never near its end. */
const certificateDays = 90;

/**
 * The certificates that the configuration names; else an authority of the deployer's own, made once and kept in the
 * data folder, and a certificate for every name and address of this machine.
 *
 * @throws ConfigError where given files cannot be read
 */
export async function openTls({ tls, data, names }: Config, now: number): Promise<Tls> {
  if (tls !== null) {
    try {
      const certificate = readFileSync(tls.certificateFile, "utf8");
      return { certificate, key: readFileSync(tls.keyFile, "utf8"), authorityFile: null };
    } catch (error) {
      throw new ConfigError((error as Error).message);
    }
  }
  const authority = await ownAuthority(data, now);
  const all = ["localhost", hostname().toLowerCase(), ...names];
  const addresses = Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));
  const request = {
    subject: { commonName: "deployer", organizationalUnit: null, organization: "PlasmaCloud" },
    dnsNames: [...new Set(all.filter((name) => isIP(name) === 0))],
    addresses: [...new Set([...addresses, ...all.filter((name) => isIP(name) !== 0)])],
    uses: ["server"] as const,
  };
  const lifetime = { notBefore: now - day, notAfter: now + certificateDays * day };
  return { ...(await makeCertificate(request, lifetime, authority)), authorityFile: join(data, "ca.crt") };
}

/** Certificate and key are one file, so that there is never one without the other; the certificate is there again alone. */
async function ownAuthority(data: string, now: number): Promise<CertificatePair> {
  const [file, publicFile] = [join(data, "ca.pem"), join(data, "ca.crt")];
  let both = readOrNull(file);
  if (both === null) {
    const lifetime = { notBefore: now - day, notAfter: now + authorityYears * 365 * day };
    const { certificate, key } = await makeAuthority("PlasmaCloud", lifetime);
    both = madeOnce(file, `${certificate}${key}`);
  }
  const begin = both.indexOf("-----BEGIN PRIVATE KEY-----");
  const pair = { certificate: both.slice(0, begin), key: both.slice(begin) };
  if (readOrNull(publicFile) === null) madeOnce(publicFile, pair.certificate);
  return pair;
}
