// The X.509 library's decorators need this before anything else of it is loaded.
import "reflect-metadata";
import { createPrivateKey, type KeyObject, X509Certificate as NodeCertificate } from "node:crypto";
import { formatAddress, parseAddress } from "@nix-nos/ipam";
import { authorityName, type CertificatePair, extendedUses } from "@nix-nos/pki";
import { ExtendedKeyUsageExtension, SubjectAlternativeNameExtension, X509Certificate } from "@peculiar/x509";
import type { CertificateUse, FoundCertificate } from "@plasmacloud/cluster";

/** An authority that can be read, with its key. */
export interface ParsedAuthority {
  readonly organization: string | null;
  /** Common name. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** What a pair's certificate says, and whether it fits its key and the authority; `null` where it is not readable. */
export function parseCertificate(pair: CertificatePair, authority: CertificatePair): FoundCertificate | null {
  try {
    const certificate = new X509Certificate(pair.certificate);
    const checked = new NodeCertificate(pair.certificate);
    const issuer = new NodeCertificate(authority.certificate);
    const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
    const usages: readonly unknown[] = certificate.getExtension(ExtendedKeyUsageExtension)?.usages ?? [];
    return {
      subject: {
        commonName: fieldOf(certificate, "CN") ?? "",
        organizationalUnit: fieldOf(certificate, "OU"),
        organization: fieldOf(certificate, "O") ?? "",
      },
      dnsNames: names.filter(({ type }) => type === "dns").map(({ value }) => value),
      addresses: names.filter(({ type }) => type === "ip").map(({ value }) => canonical(value)),
      uses: (Object.keys(extendedUses) as CertificateUse[]).filter((use) => usages.includes(extendedUses[use])),
      notBefore: certificate.notBefore.getTime(),
      notAfter: certificate.notAfter.getTime(),
      isSignedByAuthority: checked.checkIssued(issuer) && checked.verify(issuer.publicKey),
      hasItsKey: checked.checkPrivateKey(createPrivateKey(pair.key)),
    };
  } catch {
    return null;
  }
}

/** Reads an authority; a text instead says what is wrong with it. */
export function parseAuthority(pair: CertificatePair): ParsedAuthority | string {
  let certificate: X509Certificate;
  let checked: NodeCertificate;
  let key: KeyObject;
  try {
    certificate = new X509Certificate(pair.certificate);
    checked = new NodeCertificate(pair.certificate);
  } catch {
    return "its certificate is damaged";
  }
  try {
    key = createPrivateKey(pair.key);
  } catch {
    return "its key is damaged, or has a passphrase";
  }
  if (!checked.ca) return "its certificate is no authority's";
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") return "its key is no P-256 key";
  if (!checked.checkPrivateKey(key)) return "its key is another certificate's";
  return {
    organization: fieldOf(certificate, "O"),
    name: fieldOf(certificate, "CN") ?? authorityName,
    notBefore: certificate.notBefore.getTime(),
    notAfter: certificate.notAfter.getTime(),
  };
}

function fieldOf({ subjectName }: X509Certificate, field: string): string | null {
  return subjectName.getField(field)[0] ?? null;
}

/** One spelling of an address: a certificate holds bytes, and the library's text of them is not the canonical one. */
function canonical(text: string): string {
  const address = parseAddress(text);
  return address === null ? text : formatAddress(address);
}
