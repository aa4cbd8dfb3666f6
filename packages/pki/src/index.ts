export {
  authorityName,
  type CertificatePair,
  type CertificateRequest,
  type CertificateSubject,
  type CertificateUse,
  extendedUses,
  type Lifetime,
  makeAuthority,
  makeCertificate,
} from "./x509.js";
