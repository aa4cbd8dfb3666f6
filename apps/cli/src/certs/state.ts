import type { PlannedCertificate } from "@plasmacloud/cluster";

/** What became of one certificate, or would. */
export interface CertificateState {
  readonly node: string | null;
  readonly service: string;
  readonly folder: string;
  readonly planned: PlannedCertificate | null;
  /** `trust`: it stays, and is brought the authorities to trust. */
  readonly state: "good" | "new" | "renewed" | "trust" | "unplanned" | "removed";
  /** Why it is renewed, or trusts others, as a phrase. */
  readonly reason: string | null;
  /** When it ends, milliseconds since 1970; `null` for one that is not made yet, or unplanned. */
  readonly notAfter: number | null;
}

/** Something of it was written or removed, or would be. */
export function isDue({ state }: CertificateState): boolean {
  return state !== "good" && state !== "unplanned";
}
