// The X.509 library's decorators need this before anything else of it is loaded.
import "reflect-metadata";
import { createPrivateKey, KeyObject, randomBytes, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonNameParams,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its private key, both as PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

/** Whom a certificate is for, in the fields of an X.500 name. */
export interface CertificateSubject {
  readonly commonName: string;
  readonly organizationalUnit: string | null;
  readonly organization: string;
}

/** What a certificate may be used for in TLS. */
export type CertificateUse = "server" | "client";

/** What is to be certified. */
export interface CertificateRequest {
  readonly subject: CertificateSubject;
  readonly dnsNames: readonly string[];
  /** IP addresses. */
  readonly addresses: readonly string[];
  readonly uses: readonly CertificateUse[];
}

/** From when until when a certificate is good. */
export interface Lifetime {
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** P-256 with SHA-256: what every TLS library of today takes, Go's and so etcd's among them. */
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** The start of an authority's common name; its key's identifier follows, so that two of one topology differ. */
export const authorityName = "Nix-NOS authority";

/**
 * Makes an authority, self-signed, with a new key: it signs certificates of services, and no other authority's.
 *
 * @example
 * ```ts
 * import { makeAuthority } from "@nix-nos/pki";
 *
 * const { certificate } = await makeAuthority("lab", { notBefore: 0, notAfter: 86_400_000 });
 * certificate.split("\n")[0]; // => "-----BEGIN CERTIFICATE-----"
 * ```
 */
export async function makeAuthority(organization: string, lifetime: Lifetime): Promise<CertificatePair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const identifier = await SubjectKeyIdentifierExtension.create(keys.publicKey);
  const subject = nameOf({
    commonName: `${authorityName} ${identifier.keyId.slice(0, 8)}`,
    organizationalUnit: null,
    organization,
  });
  return sign({
    subject,
    issuer: subject,
    lifetime,
    keys,
    signingKey: keys.privateKey,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      identifier,
    ],
  });
}

/**
 * Makes a certificate, with a new key, signed by an authority.
 *
 * @example
 * ```ts
 * import { makeAuthority, makeCertificate } from "@nix-nos/pki";
 *
 * const lifetime = { notBefore: 0, notAfter: 86_400_000 };
 * const subject = { commonName: "node01", organizationalUnit: null, organization: "lab" };
 * const request = { subject, dnsNames: ["node01"], addresses: [], uses: ["client"] as const };
 * const { key } = await makeCertificate(request, lifetime, await makeAuthority("lab", lifetime));
 * key.split("\n")[0]; // => "-----BEGIN PRIVATE KEY-----"
 * ```
 */
export async function makeCertificate(
  request: CertificateRequest,
  lifetime: Lifetime,
  authority: CertificatePair,
): Promise<CertificatePair> {
  const issuer = new X509Certificate(authority.certificate);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const names = [
    ...request.dnsNames.map((value) => ({ type: "dns", value }) as const),
    ...request.addresses.map((value) => ({ type: "ip", value }) as const),
  ];
  return sign({
    subject: nameOf(request.subject),
    issuer: issuer.subjectName,
    lifetime,
    keys,
    signingKey: await importKey(authority.key),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(request.uses.map((use) => extendedUses[use])),
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
}

export const extendedUses = { server: ExtendedKeyUsage.serverAuth, client: ExtendedKeyUsage.clientAuth } as const;

async function sign(parts: {
  readonly subject: Name;
  readonly issuer: Name;
  readonly lifetime: Lifetime;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly signingKey: webcrypto.CryptoKey;
  readonly extensions: Extension[];
}): Promise<CertificatePair> {
  const { subject, issuer, lifetime, keys, signingKey, extensions } = parts;
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject,
      issuer,
      notBefore: new Date(lifetime.notBefore),
      notAfter: new Date(lifetime.notAfter),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: algorithm,
      extensions,
    },
    webcrypto as Parameters<typeof X509CertificateGenerator.create>[1],
  );
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  return { certificate: `${certificate.toString("pem").trimEnd()}\n`, key };
}

/** 127 random bits: positive, and not to be guessed (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

/** As data rather than text, so that no character of a name has a meaning. */
function nameOf({ commonName, organizationalUnit, organization }: CertificateSubject): Name {
  const text = (value: string) => [{ utf8String: value }];
  const fields: JsonNameParams = [
    { O: text(organization) },
    ...(organizationalUnit === null ? [] : [{ OU: text(organizationalUnit) }]),
    { CN: text(commonName) },
  ];
  return new Name(fields);
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}
