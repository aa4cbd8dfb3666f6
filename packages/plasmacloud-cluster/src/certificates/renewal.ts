import type { CertificateSubject, CertificateUse, PlannedCertificate } from "./plan.js";

/** A certificate that is there, as far as it decides whether another one is due. */
export interface FoundCertificate {
  readonly subject: CertificateSubject;
  readonly dnsNames: readonly string[];
  /** Canonical text. */
  readonly addresses: readonly string[];
  readonly uses: readonly CertificateUse[];
  /** Milliseconds since 1970, as all times here. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The authority that signs today has signed it. */
  readonly isSignedByAuthority: boolean;
  /** The private key beside it is its own. */
  readonly hasItsKey: boolean;
}

/** Times that a renewal goes by, in milliseconds. */
export interface RenewalTimes {
  /** Since 1970. */
  readonly now: number;
  /** How long a new certificate is good for. */
  readonly validFor: number;
  /** How long before its end a certificate is renewed. */
  readonly renewBefore: number;
  /** When the authority's own certificate ends, since 1970: none that it signs is good for longer. */
  readonly authorityEnds: number;
}

/** Clocks differ; a certificate is good from so much before the moment that it is made. */
const skew = 5 * 60_000;

/**
 * From when until when a certificate made now is good, in whole seconds (RFC 5280 §4.1.2.5), as milliseconds since 1970.
 *
 * @example
 * ```ts
 * import { certificateLifetime } from "@plasmacloud/cluster";
 *
 * const times = { now: 1_000_000, validFor: 60_000, renewBefore: 0, authorityEnds: 1_030_000 };
 * certificateLifetime(times); // => { "notBefore": 700000, "notAfter": 1030000 }
 * ```
 */
export function certificateLifetime({ now, validFor, authorityEnds }: RenewalTimes): {
  readonly notBefore: number;
  readonly notAfter: number;
} {
  const seconds = (time: number) => Math.floor(time / 1000) * 1000;
  return { notBefore: seconds(now - skew), notAfter: seconds(Math.min(now + validFor, authorityEnds)) };
}

/**
 * Why a certificate that is there has to be made anew, as a phrase, or `null` where it is good as it is.
 *
 * @param found - `null` where what is there cannot be read as a certificate and its key
 *
 * @example
 * ```ts
 * import { renewalReason } from "@plasmacloud/cluster";
 *
 * const planned = {
 *   node: "n1", service: "iam", dnsNames: ["n1"], addresses: ["10.0.0.1"], uses: ["server"], folder: "nodes/n1/iam",
 *   subject: { commonName: "iam", organizationalUnit: "n1", organization: "lab" }, installedIn: null,
 * } as const;
 * const found = { ...planned, addresses: ["10.0.0.9"], notBefore: 0, notAfter: 9e9, isSignedByAuthority: true, hasItsKey: true };
 * renewalReason(planned, found, { now: 0, validFor: 9e9, renewBefore: 0, authorityEnds: 9e9 }); // => "addresses changed"
 * ```
 */
export function renewalReason(
  planned: PlannedCertificate,
  found: FoundCertificate | null,
  times: RenewalTimes,
): string | null {
  if (found === null) return "it is damaged";
  if (!found.hasItsKey) return "its key is another one's";
  if (!found.isSignedByAuthority) return "another authority signed it";
  if (!isSame(planned.dnsNames, found.dnsNames)) return "names changed";
  if (!isSame(planned.addresses, found.addresses)) return "addresses changed";
  if (!isSame(planned.uses, found.uses) || !isSameSubject(planned.subject, found.subject)) return "its subject changed";
  if (found.notAfter <= times.now) return "it has ended";
  if (found.notBefore > times.now) return "it is from the future";
  // Near the authority's own end a new one would end no later, and every run would make another.
  const isNearEnd = found.notAfter - times.now <= times.renewBefore;
  return isNearEnd && certificateLifetime(times).notAfter > found.notAfter ? "it ends soon" : null;
}

/** The order says nothing. */
function isSame(planned: readonly string[], found: readonly string[]): boolean {
  const sorted = [...found].sort();
  return planned.length === found.length && [...planned].sort().every((text, index) => text === sorted[index]);
}

function isSameSubject(planned: CertificateSubject, found: CertificateSubject): boolean {
  return (
    planned.commonName === found.commonName &&
    planned.organizationalUnit === found.organizationalUnit &&
    planned.organization === found.organization
  );
}
